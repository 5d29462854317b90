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

std::string zones_words(const json::value& evidence) {
    std::string words;
    for (const json::value& zone : array_in(evidence, "zones")) {
        const std::string local = text_of(zone, "local");
        words = joined(words,
                       (local.size() >= 16 ? local.substr(11, 5) : local) + " in " +
                           text_of(zone, "zone"),
                       ", ");
    }
    return words.empty() ? words : "It was " + words + ".";
}

std::string lists_words(const json::value& evidence) {
    std::string words;
    for (const json::value& list : array_in(evidence, "lists")) {
        const std::string as_of = text_of(list, "as_of");
        words = joined(words, text_of(list, "list") + (as_of.empty() ? "" : " of " + as_of), ", ");
    }
    return words.empty() ? words : "On none of the lists asked: " + words + ".";
}

std::string caps_words(const json::value& evidence) {
    std::string words;
    for (const json::value& cap : array_in(evidence, "caps")) {
        words = joined(words,
                       text_of(cap, "rule") + " had counted " + number_of(cap, "before") + " of " +
                           number_of(cap, "limit") + " calls",
                       ", ");
    }
    return words.empty() ? words : words + ".";
}

std::string support_words(const json::value& evidence) {
    std::string words;
    if (const std::string consent = number_of(evidence, "consent"); !consent.empty()) {
        words = "It rested on consent " + consent + ".";
    }
    if (const std::string relationship = number_of(evidence, "relationship");
        !relationship.empty()) {
        words = joined(words, "It rested on relationship " + relationship + ".", " ");
    }
    return words;
}

std::string packs_words(const json::value& evidence) {
    std::string words;
    for (const json::value& pack : array_in(evidence, "packs")) {
        words = joined(words, text_of(pack, "id") + " " + text_of(pack, "version"), ", ");
    }
    return words.empty() ? words : "Rules: " + words + ".";
}

} // namespace

std::string words_of_evidence(const std::string& evidence) {
    json::error_code fault;
    const json::value value = json::parse(evidence, fault);
    std::string words = "The gate allowed it.";
    if (fault) {
        return words;
    }
    for (const std::string& more : {zones_words(value), lists_words(value), support_words(value),
                                    caps_words(value), packs_words(value)}) {
        if (!more.empty()) {
            words += " " + more;
        }
    }
    return words;
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
