// What rows of the dial log say about decisions, as sentences.

#include "campaigns/funnel/why_state.hpp"
#include "dnc/number.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>

namespace campaigns {

namespace {

namespace json = boost::json;

/// The log's own rows are read leniently: what is missing is left out.
const json::value* member(const json::value& value, std::string_view name) {
    const json::object* const object = value.if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::string text_of(const json::value& value, std::string_view name) {
    const json::value* const found = member(value, name);
    const json::string* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string{} : std::string{text->data(), text->size()};
}

std::string number_of(const json::value& value, std::string_view name) {
    const json::value* const found = member(value, name);
    return found == nullptr || !found->is_number() ? std::string{} : json::serialize(*found);
}

const json::array& array_in(const json::value& value, std::string_view name) {
    static const json::array empty;
    const json::value* const found = member(value, name);
    const json::array* const array = found == nullptr ? nullptr : found->if_array();
    return array == nullptr ? empty : *array;
}

std::string joined(const std::string& before, const std::string& next, std::string_view between) {
    return before.empty() ? next : before + std::string{between} + next;
}

Sentence zones_words(const json::value& evidence) {
    std::vector<Sentence> times;
    for (const json::value& zone : array_in(evidence, "zones")) {
        const std::string local = text_of(zone, "local");
        times.push_back({"why.time",
                         {{"time", local.size() >= 16 ? local.substr(11, 5) : local},
                          {"zone", text_of(zone, "zone")}}});
    }
    return times.empty()
               ? Sentence{}
               : Sentence{"past.zones", {{"times", SentenceRow{std::move(times), "join.list"}}}};
}

Sentence lists_words(const json::value& evidence) {
    std::vector<Sentence> lists;
    for (const json::value& list : array_in(evidence, "lists")) {
        const std::string as_of = text_of(list, "as_of");
        lists.push_back(
            as_of.empty()
                ? typed(text_of(list, "list"))
                : Sentence{"past.list", {{"list", text_of(list, "list")}, {"day", as_of}}});
    }
    return lists.empty()
               ? Sentence{}
               : Sentence{"past.lists", {{"lists", SentenceRow{std::move(lists), "join.list"}}}};
}

Sentence caps_words(const json::value& evidence) {
    std::vector<Sentence> caps;
    for (const json::value& cap : array_in(evidence, "caps")) {
        caps.push_back({"past.cap",
                        {{"rule", text_of(cap, "rule")},
                         {"before", number_of(cap, "before")},
                         {"limit", number_of(cap, "limit")}}});
    }
    return caps.empty()
               ? Sentence{}
               : Sentence{"past.caps", {{"caps", SentenceRow{std::move(caps), "join.list"}}}};
}

Sentence support_words(const json::value& evidence) {
    std::vector<Sentence> words;
    if (std::string consent = number_of(evidence, "consent"); !consent.empty()) {
        words.push_back({"past.consent", {{"consent", std::move(consent)}}});
    }
    if (std::string id = number_of(evidence, "relationship"); !id.empty()) {
        words.push_back({"past.relationship", {{"relationship", std::move(id)}}});
    }
    return together(std::move(words));
}

Sentence packs_words(const json::value& evidence) {
    std::string packs;
    for (const json::value& pack : array_in(evidence, "packs")) {
        packs = joined(packs, text_of(pack, "id") + " " + text_of(pack, "version"), ", ");
    }
    return packs.empty() ? Sentence{} : Sentence{"past.packs", {{"packs", std::move(packs)}}};
}

} // namespace

Sentence words_of_evidence(const std::string& evidence) {
    json::error_code fault;
    const json::value value = json::parse(evidence, fault);
    if (fault) {
        return {"past.allowed"};
    }
    return together({{"past.allowed"},
                     zones_words(value),
                     lists_words(value),
                     support_words(value),
                     caps_words(value),
                     packs_words(value)});
}

std::string words_of_reasons(const std::string& reasons) {
    json::error_code fault;
    const json::value value = json::parse(reasons, fault);
    std::string words;
    const json::array* const array = fault ? nullptr : value.if_array();
    if (array == nullptr) {
        return words;
    }
    for (const json::value& reason : *array) {
        words = joined(words,
                       text_of(reason, "code") + " (" + text_of(reason, "rule") +
                           "): " + text_of(reason, "detail"),
                       " ");
    }
    return words;
}

} // namespace campaigns
