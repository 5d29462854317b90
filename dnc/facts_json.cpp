#include "dnc/facts_json.hpp"

#include "dnc/facts_value.hpp"
#include "dnc/json_text.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace dnc {

namespace facts_json {

namespace {

namespace json = boost::json;

constexpr std::int64_t kRingSecondsMax = 600;

/// "US" out of " us".
std::string read_country(const Value& value) {
    std::string country;
    for (const char c : value.text()) {
        if (c != ' ' && c != '\t') {
            country.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        }
    }
    const bool shaped =
        country.empty() || (country.size() == 2 && country[0] >= 'A' && country[0] <= 'Z' &&
                            country[1] >= 'A' && country[1] <= 'Z');
    if (!shaped) {
        value.fail("is no code of a country", "write two letters, like \"US\"");
    }
    return country;
}

/// Read before all others, see read_question().
void read_earlier(const Value&, CallFacts&) {}

constexpr Members<CallFacts, 27> kFacts{{
    {"id", read_earlier},
    {"at", read_earlier, Need::required},
    {"number", [](const Value& value, CallFacts& out) { out.number = read_number_member(value); },
     Need::required},
    {"address_region",
     [](const Value& value, CallFacts& out) { out.address.region = value.text(); }},
    {"county", [](const Value& value, CallFacts& out) { out.address.county = value.text(); }},
    {"postal_code",
     [](const Value& value, CallFacts& out) { out.address.postal_code = value.text(); }},
    {"country",
     [](const Value& value, CallFacts& out) { out.address.country = read_country(value); }},
    {"purpose", [](const Value& value, CallFacts& out) { out.purpose = value.word(kPurposes); }},
    {"selection", [](const Value& value, CallFacts& out) { out.selection = value.word(kManners); }},
    {"dialing", [](const Value& value, CallFacts& out) { out.dialing = value.word(kManners); }},
    {"voice", [](const Value& value, CallFacts& out) { out.voice = value.word(kVoices); }},
    {"atds_profile",
     [](const Value& value, CallFacts& out) { out.atds_profile = value.word(kAtdsProfiles); }},
    {"seller", [](const Value& value, CallFacts& out) { out.seller = value.text(); }},
    {"subject", [](const Value& value, CallFacts& out) { out.subject = value.text(); }},
    {"person", [](const Value& value, CallFacts& out) { out.person = value.text(); }},
    {"debt", [](const Value& value, CallFacts& out) { out.debt = value.text(); }},
    {"line_type",
     [](const Value& value, CallFacts& out) { out.line_type = value.word(kLineTypes); }},
    {"ported_at", [](const Value& value, CallFacts& out) { out.ported_at = value.date(); }},
    {"consents", [](const Value& value, CallFacts& out) { out.consents = read_consents(value); },
     Need::nullable},
    {"revocations",
     [](const Value& value, CallFacts& out) { out.revocations = read_revocations(value); },
     Need::nullable},
    {"relationship",
     [](const Value& value, CallFacts& out) { out.relationship.emplace(read_relationship(value)); },
     Need::nullable},
    {"lists", [](const Value& value, CallFacts& out) { read_lists(value, out.lists); },
     Need::nullable},
    {"attempts", [](const Value& value, CallFacts& out) { out.attempts = read_attempts(value); },
     Need::nullable},
    {"emergencies",
     [](const Value& value, CallFacts& out) { out.emergencies = read_emergencies(value); },
     Need::nullable},
    {"proclaimed_holidays",
     [](const Value& value, CallFacts& out) {
         out.proclaimed_holidays = read_proclaimed_holidays(value);
     },
     Need::nullable},
    {"max_ring_s",
     [](const Value& value, CallFacts& out) {
         out.ring_max = std::chrono::seconds{value.integer(0, kRingSecondsMax)};
     }},
    {"agent_guaranteed",
     [](const Value& value, CallFacts& out) { out.agent_guaranteed = value.flag(); }},
}};

/// The id comes back with the answer, whatever else is wrong.
std::string read_id(const json::object& object, const Spot& root, Reading& reading) {
    const json::value* const id = object.if_contains("id");
    if (id == nullptr || id->is_null()) {
        return {};
    }
    const Spot spot{&root, "id", {}};
    const Value value{*id, spot, reading};
    if (id->is_string() && id->get_string().size() <= kTextMax) {
        return json::serialize(*id);
    }
    if (id->is_int64()) {
        return std::to_string(id->get_int64());
    }
    value.fail("must be a text of at most 500 bytes, or a whole number", "write it in quotes");
    return {};
}

void read_at(const json::object& object, const Spot& root, Reading& reading) {
    const json::value* const at = object.if_contains("at");
    if (at != nullptr && !at->is_null()) {
        const Spot spot{&root, "at", {}};
        reading.at = Value{*at, spot, reading}.instant();
    }
}

QuestionFault whole_line(std::string reason) {
    return {{}, {}, std::move(reason), "write one JSON object a line, in UTF-8"};
}

std::variant<Question, QuestionFault> read_document(const json::value& document,
                                                    bool assume_clear) {
    const json::object* const object = document.if_object();
    if (object == nullptr) {
        return whole_line("is no JSON object");
    }
    const Spot root;
    Reading reading{.assume_clear = assume_clear};
    Question question;
    const std::string id = read_id(*object, root, reading);
    read_at(*object, root, reading);
    question.facts.assume_clear = assume_clear;
    read_object(Value{document, root, reading}, kFacts, question.facts);
    if (reading.fault) {
        reading.fault->id = id;
        return std::move(*reading.fault);
    }
    question.at = reading.at;
    question.id = id.empty() ? "null" : id;
    return question;
}

} // namespace

Number read_number_member(const Value& value) {
    const std::string text = value.text();
    if (value.reading().fault) {
        return {};
    }
    const auto read = read_dialed_number(text);
    if (const auto* const fault = std::get_if<NumberFault>(&read)) {
        value.fail("is no number that can be dialed", explain(*fault));
        return {};
    }
    return std::get<Number>(read);
}

} // namespace facts_json

std::variant<Question, QuestionFault> read_question(std::string_view line, bool assume_clear) {
    if (line.size() > kFactsBytesMax) {
        return facts_json::whole_line("is longer than 1 MiB");
    }
    // Most lines fit, and then nothing of the document is allocated.
    std::array<unsigned char, 16 * 1024> memory;
    boost::json::monotonic_resource resource{memory.data(), memory.size()};
    boost::json::value document(boost::json::storage_ptr{&resource});
    std::string why;
    if (!parse_json(line, &resource, document, why)) {
        return facts_json::whole_line(std::move(why));
    }
    return facts_json::read_document(document, assume_clear);
}

} // namespace dnc
