// The explanation of a lead as JSON. Ids made by the engine are texts: they exceed 2^53.

#include "campaigns/funnel/why_state.hpp"
#include "campaigns/sentence_json.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>

namespace campaigns {

namespace {

namespace json = boost::json;

json::string text(std::string_view view) {
    return json::string{view};
}

json::value instant(const std::optional<Instant>& at) {
    return at ? json::value(text(dnc::instant_text(*at))) : json::value(nullptr);
}

json::value or_null(const std::optional<std::int64_t>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::value text_or_null(const std::string& words) {
    return words.empty() ? json::value(nullptr) : json::value(text(words));
}

json::array strings(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& one : texts) {
        array.push_back(text(one));
    }
    return array;
}

json::array in_english(const std::vector<Sentence>& sentences) {
    json::array array;
    for (const Sentence& one : sentences) {
        array.push_back(text(english(one)));
    }
    return array;
}

/// JSON of the log inside ours; what cannot be read stays a text.
json::value embedded(const std::string& written) {
    json::error_code fault;
    json::value value = json::parse(written, fault);
    return fault ? json::value(text(written)) : value;
}

json::object condition_json(const WhyCondition& condition) {
    return {{"code", text(condition.code)},
            {"title", text(condition.title)},
            {"passes", text(to_text(condition.passes))},
            {"words", text(english(condition.words))},
            {"words_said", said_json(condition.words)},
            {"until", instant(condition.until)},
            {"unless", text_or_null(english(condition.unless))},
            {"unless_said", said_json(condition.unless)}};
}

json::object decision_json(const dnc::Decision& decision) {
    json::array reasons;
    for (const dnc::Reason& reason : decision.reasons) {
        reasons.push_back(json::object{{"code", text(dnc::to_text(reason.code))},
                                       {"rule", text(reason.rule)},
                                       {"cite", text(reason.cite)},
                                       {"detail", text(reason.detail)}});
    }
    json::array zones;
    for (const dnc::Evidence::Local& zone : decision.evidence.zones) {
        zones.push_back(json::object{{"zone", text(zone.zone)}, {"local", text(zone.local)}});
    }
    json::array lists;
    for (const dnc::Evidence::ListVersion& list : decision.evidence.lists) {
        lists.push_back(json::object{{"list", text(list.list)},
                                     {"version", list.version_id},
                                     {"as_of", list.as_of.ok() && list.version_id != 0
                                                   ? json::value(text(dnc::date_text(list.as_of)))
                                                   : json::value(nullptr)}});
    }
    return {{"verdict", text(dnc::to_text(decision.verdict))},
            {"until", instant(decision.until)},
            {"reasons", std::move(reasons)},
            {"zones", std::move(zones)},
            {"lists", std::move(lists)},
            {"consent", or_null(decision.evidence.consent_id)},
            {"relationship", or_null(decision.evidence.relationship_id)},
            {"tzdb", text(decision.evidence.tzdb_version)}};
}

json::object phone_json(const PhoneWhy& phone) {
    return {{"number", text(dnc::to_e164(phone.number))},
            {"invalid", phone.invalid},
            {"next", phone.next},
            {"decision",
             phone.invalid ? json::value(nullptr) : json::value(decision_json(phone.decision))},
            {"listed", strings(phone.listed)},
            {"earliest", instant(phone.earliest)},
            {"unless", in_english(phone.unless)},
            {"unless_said", said_json(phone.unless)}};
}

json::object attempt_json(const WhyAttempt& attempt) {
    return {{"attempt", text(std::to_string(static_cast<std::int64_t>(attempt.id)))},
            {"at", instant(attempt.at)},
            {"number", text(dnc::to_e164(attempt.number))},
            {"caller_id", text(dnc::to_e164(attempt.caller_id))},
            {"trunk", text(attempt.trunk)},
            {"outcome", text_or_null(attempt.outcome)},
            {"treatment", text_or_null(attempt.treatment)},
            {"disposition", text_or_null(attempt.disposition)},
            {"ended_at", instant(attempt.ended_at)},
            {"evidence", embedded(attempt.evidence)},
            {"words", text(english(attempt.words))},
            {"words_said", said_json(attempt.words)}};
}

json::object refusal_json(const WhyRefusal& refusal) {
    return {{"at", instant(refusal.at)},
            {"number", text(dnc::to_e164(refusal.number))},
            {"verdict", text(refusal.verdict)},
            {"until", instant(refusal.until)},
            {"reasons", embedded(refusal.reasons)},
            {"words", text(words_of_reasons(refusal.reasons))}};
}

template <typename Rows, typename ToJson> json::array array_of_rows(const Rows& rows, ToJson make) {
    json::array array;
    for (const auto& row : rows) {
        array.push_back(make(row));
    }
    return array;
}

} // namespace

std::string to_json(const Why& why) {
    return json::serialize(
        json::object{{"at", instant(why.at)},
                     {"lead", static_cast<std::int64_t>(why.lead)},
                     {"external_id", text(why.external_id)},
                     {"name", text(why.name)},
                     {"campaign", static_cast<std::int64_t>(why.campaign)},
                     {"campaign_name", text(why.campaign_name)},
                     {"list", static_cast<std::int64_t>(why.list)},
                     {"list_name", text(why.list_name)},
                     {"status", text(why.status)},
                     {"stop_reason", text(why.stop_reason)},
                     {"callable_now", why.callable_now},
                     {"summary", text(english(why.summary))},
                     {"summary_said", said_json(why.summary)},
                     {"earliest", instant(why.earliest)},
                     {"unless", in_english(why.unless)},
                     {"unless_said", said_json(why.unless)},
                     {"earliest_then", instant(why.earliest_then)},
                     {"ahead_min", or_null(why.ahead_min)},
                     {"ahead_max", or_null(why.ahead_max)},
                     {"conditions", array_of_rows(why.conditions, condition_json)},
                     {"phones", array_of_rows(why.phones, phone_json)},
                     {"attempts", array_of_rows(why.attempts, attempt_json)},
                     {"refusals", array_of_rows(why.refusals, refusal_json)}});
}

} // namespace campaigns
