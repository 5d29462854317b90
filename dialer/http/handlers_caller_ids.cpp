// The numbers that are shown to people: proof of the right to them, pools, rests and alarms.

#include "campaigns/sentence_json.hpp"
#include "campaigns/settings/caller_ids.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"
#include "dnc/time_text.hpp"

#include <algorithm>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::CallerId;
using campaigns::Store;

constexpr std::size_t kSha256Digits = 64;

json::value json_of_day(const std::optional<std::chrono::sys_days>& day) {
    return day ? json::value(dnc::date_text(std::chrono::year_month_day{*day})) : nullptr;
}

json::value json_of_rest(const campaigns::CallerIdRest& rest) {
    return json::object{{"from", json_of_instant(rest.from)},
                        {"until", json_of_instant(rest.until)},
                        {"by", rest.by},
                        {"why", rest.why}};
}

/// A number with what is known of it now.
json::value json_of_caller_id(const CallerId& shown, const campaigns::CallerIdBook& book,
                              campaigns::Instant now) {
    const auto rest = book.rests.find(shown.number);
    const bool resting = rest != book.rests.end() && now < rest->second.until;
    const auto fault = campaigns::proof_fault(shown, now);
    return json::object{
        {"number", json_of_number(shown.number)},
        {"name", shown.name},
        {"owner", shown.owner},
        {"proof", campaigns::to_text(shown.proof)},
        {"reference", shown.reference},
        {"valid_from", json_of_day(shown.valid_from)},
        {"valid_to", json_of_day(shown.valid_to)},
        {"document_sha256", shown.document_sha256},
        {"verified", shown.verified},
        {"recorded_at", json_of_instant(shown.recorded_at)},
        {"recorded_by", shown.recorded_by},
        {"fault", fault ? json::value(campaigns::english(*fault)) : json::value(nullptr)},
        {"fault_said", campaigns::said_json(fault.value_or(campaigns::Sentence{}))},
        {"rest", resting ? json_of_rest(rest->second) : nullptr}};
}

std::optional<std::chrono::sys_days> read_day(Body& body, std::string_view field) {
    const auto text = body.optional_text(field, InputMax::instant);
    if (text.empty()) {
        return std::nullopt;
    }
    const auto date = dnc::read_date(text);
    if (!date) {
        body.blame(field, "A day such as 2026-11-22 is needed.");
        return std::nullopt;
    }
    return std::chrono::sys_days{*date};
}

dnc::Number read_shown_number(Body& body) {
    const auto number = read_phone(body, "number");
    if (!number) {
        body.blame("number", "The field is missing.");
    }
    return number.value_or(dnc::Number{});
}

CallerId read_caller_id(Body& body) {
    CallerId shown;
    shown.number = read_shown_number(body);
    shown.name = body.optional_text("name", InputMax::name);
    shown.owner = body.optional_text("owner", InputMax::name);
    if (const auto text = body.maybe_text("proof", InputMax::name)) {
        const auto proof = campaigns::caller_id_proof_from_text(*text);
        if (!proof) {
            body.blame("proof", "One of declared, owned, contract, letter is needed.");
        }
        shown.proof = proof.value_or(campaigns::CallerIdProof::declared);
    }
    shown.reference = body.optional_text("reference", InputMax::name);
    shown.valid_from = read_day(body, "valid_from");
    shown.valid_to = read_day(body, "valid_to");
    shown.document_sha256 = body.optional_text("document_sha256", kSha256Digits);
    shown.verified = body.optional_flag("verified", false);
    return shown;
}

Response numbers_answer(Store& store, campaigns::Instant now) {
    const auto book = campaigns::caller_id_book(store, now);
    return ok(json::object{
        {"caller_ids", json_list(campaigns::caller_ids(store), [&](const CallerId& shown) {
             return json_of_caller_id(shown, book, now);
         })}});
}

json::value json_of_pooled(const campaigns::PooledCallerId& pooled) {
    return json::object{{"number", json_of_number(pooled.number)},
                        {"weight", pooled.weight},
                        {"active", pooled.active}};
}

Response pool_answer(Store& store, const std::string& campaign, campaigns::Instant now) {
    const auto obstacles = campaigns::caller_id_obstacles(store, campaign, now);
    return ok(json::object{
        {"pool", json_list(campaigns::caller_id_pool(store, campaign), json_of_pooled)},
        {"obstacles", json_list(obstacles,
                                [](const campaigns::Sentence& one) {
                                    return json::value(campaigns::english(one));
                                })},
        {"obstacles_said", campaigns::said_json(obstacles)}});
}

void require_known(Store& store, dnc::Number number) {
    const auto all = campaigns::caller_ids(store);
    if (std::ranges::find(all, number, &CallerId::number) == all.end()) {
        throw NotThere{"That number is not on record as one that may be shown."};
    }
}

json::value json_of_alarm(const campaigns::CallerIdAlarm& alarm) {
    return json::object{{"id", std::to_string(alarm.id)},
                        {"at", json_of_instant(alarm.at)},
                        {"campaign", json_of_id(alarm.campaign)},
                        {"number", json_of_number(alarm.number)},
                        {"trunk", alarm.trunk},
                        {"signal", alarm.signal},
                        {"detail", alarm.detail},
                        {"rest_until", json_of_instant(alarm.rest_until)}};
}

} // namespace

void get_caller_ids(const Call& call, const Reply& reply) {
    ask_store(call, reply,
              [now = call.control.now()](Store& store) { return numbers_answer(store, now); });
}

void put_caller_id(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto shown = read_caller_id(body);
    if (!is_refused(body, reply)) {
        ask_store(call, reply, [shown, actor = actor_of(call)](Store& store) {
            campaigns::put_caller_id(store, shown, actor);
            return numbers_answer(store, actor.at);
        });
    }
}

void get_caller_id_pool(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0), now = call.control.now()](Store& store) {
        (void)campaign_named(store, name);
        return pool_answer(store, name, now);
    });
}

void assign_caller_id(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::PooledCallerId pooled;
    pooled.number = read_shown_number(body);
    pooled.weight = static_cast<int>(body.maybe_whole_number("weight", 1, 100).value_or(1));
    pooled.active = body.optional_flag("active", true);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply,
              [pooled, name = call.arguments.at(0), actor = actor_of(call)](Store& store) {
                  (void)campaign_named(store, name);
                  campaigns::assign_caller_id(store, name, pooled, actor);
                  return pool_answer(store, name, actor.at);
              });
}

void rest_caller_id(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto number = read_shown_number(body);
    const auto until = read_instant(body, "until");
    if (!until) {
        body.blame("until", "The field is missing.");
    }
    const auto why = body.text("why", InputMax::name);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [=, actor = actor_of(call)](Store& store) {
        require_known(store, number);
        campaigns::rest_caller_id(store, number, *until, why, actor);
        return no_content();
    });
}

void wake_caller_id(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto number = read_shown_number(body);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [=, actor = actor_of(call)](Store& store) {
        require_known(store, number);
        return campaigns::wake_caller_id(store, number, actor)
                   ? no_content()
                   : error_response(409, "That number does not rest.");
    });
}

void get_caller_id_alarms(const Call& call, const Reply& reply) {
    Query query{call.query};
    const auto number = read_phone(query, "number");
    const auto limit = static_cast<int>(query.whole_number("limit", 1, 1000, 100));
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [=](Store& store) {
            return ok(
                json::object{{"alarms", json_list(campaigns::caller_id_alarms(store, number, limit),
                                                  json_of_alarm)}});
        });
    }
}

} // namespace dialer::http
