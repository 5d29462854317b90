// Goal: a sentence has the same words as a text and keeps its values on the way to the pages.
// Method: sentences with each kind of value, in English and as JSON. That the pages have a text for
// each key is held by tests/tidy.

#include "campaigns/sentence_json.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <set>

using namespace campaigns;
using namespace std::chrono_literals;

namespace {

constexpr dnc::Instant kSaidAt{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

} // namespace

TEST_CASE("each key of the table stands there once", "[sentence]") {
    std::set<std::string_view> keys;
    for (const SentenceTemplate& one : sentence_templates()) {
        INFO(one.key);
        CHECK(keys.insert(one.key).second);
        CHECK(find_sentence(one.key) == &one);
    }
    CHECK(find_sentence("no such key") == nullptr);
    CHECK(english({"no such key"}) == "no such key");
    CHECK(english({}).empty());
}

TEST_CASE("values of every kind have their place in the English words", "[sentence]") {
    CHECK(english({"lines_campaign", {{"n", std::int64_t{4}}}}) ==
          "all 4 lines of the campaign are in use");
    CHECK(english({"trunk_rate", {{"trunk", std::string{"a"}}, {"rate", 2.5}}}) ==
          "trunk a is at its 2.5 calls per second");
    CHECK(english({"why.due_since", {{"at", kSaidAt}}}) ==
          "It has been due since 2026-11-23 12:00:00 UTC.");
    CHECK(english(
              {"caller_id_rests", {{"number", std::string{"+12125550100"}}, {"until", kSaidAt}}}) ==
          "caller id +12125550100 rests until 2026-11-23T12:00Z");
    const Sentence refused{"gate_says", {{"reason", GateWord{"HOURS_STATE", "It is night."}}}};
    CHECK(english(refused) == "It is night.");
    CHECK(english(together({refused, {}, {"no_agent"}}, "join.then")) ==
          "It is night.; no agent is signed in");
    CHECK(together({}).empty());
    CHECK(english(together({{"no_agent"}})) == "no agent is signed in");
}

TEST_CASE("pages get the key and the values as they are", "[sentence]") {
    const Sentence rests{
        "why.rests_why",
        {{"until", kSaidAt}, {"reason", SentenceRow{{sentence_of_reason("busy")}, "join.list"}}}};
    CHECK(said_json(rests) == boost::json::parse(R"({"key": "why.rests_why", "values": {
        "until": {"at": "2026-11-23T12:00:00Z"},
        "reason": {"said": [{"key": "reason.busy", "values": {}}], "by": "join.list"}}})"));
    const auto gate = said_json({"gate_says", {{"reason", GateWord{"HOURS_STATE", "Night."}}}});
    const auto& reason = gate.at("values").at("reason");
    CHECK(reason.at("detail") == "Night.");
    CHECK(reason.at("said").at(0).at("key") == "reason.HOURS");
    CHECK(said_json(Sentence{}).is_null());
}

TEST_CASE("what the database says is read, and nothing else", "[sentence]") {
    const auto read = sentence_from_json(
        R"({"key": "caller_id_rests",
            "values": {"number": "+12125550100", "until": {"at": "2026-11-23T12:00:00Z"}}})");
    REQUIRE(read);
    CHECK(english(*read) == "caller id +12125550100 rests until 2026-11-23T12:00Z");
    CHECK(english(sentence_from_json(R"({"key": "record_lacks",
                                         "values": {"n": 3, "field": "seller"}})")
                      .value_or(Sentence{})) ==
          "3 call records lack \"seller\"; repair them (`dialer records repair`)");
    for (const char* wrong : {"", "{}", "[]", R"({"key": "x", "values": {}})", R"({"key": 1})",
                              R"({"key": "no_agent", "values": {"who": "x"}})",
                              R"({"key": "record_lacks", "values": {"n": [], "field": "x"}})"}) {
        INFO(wrong);
        CHECK_FALSE(sentence_from_json(wrong));
    }
    // A sentence that is not known is still told: it keeps a campaign from dialing.
    CHECK(english(sentences_from_json({"not JSON"}).at(0)) == "not JSON");
}

TEST_CASE("a reason has words by its code and by the level of its rule", "[sentence]") {
    CHECK(english(sentence_of_reason("HOURS_STATE")) == "outside the hours of the state's rules");
    CHECK(english(sentence_of_reason("busy")) == "busy");
    CHECK(english(sentence_of_reason("HOURS")) == "HOURS");
    CHECK(english(sentence_of_reason("wrong_number")) == "wrong number");
    CHECK(english(sentence_of_reason("")) == "never tried");
}
