// Calls that people asked for.

#include "dialer/http/handlers_callbacks.hpp"

#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::AgentId;
using campaigns::Store;

constexpr std::int64_t kGraceMaxS = 30 * 86400;
Response rule_answer(Store& store, const std::string& campaign) {
    const auto rule = campaigns::callback_rule(store, campaign);
    return ok(json::object{{"grace_s", rule.grace.count()}, {"opens", rule.opens}});
}

/// 422: the instant is not legal for that person, with the instants that are.
Response illegal_instant(const campaigns::CallbackRefused& refused) {
    json::object error{{"code", "not_legal_then"}, {"message", refused.why}, {"field", "at"}};
    error["next"] =
        json_list(refused.next, [](campaigns::Instant at) { return json_of_instant(at); });
    auto response = ok(json::object{{"error", std::move(error)}});
    response.status = 422;
    return response;
}

} // namespace

json::value json_of_callback(const campaigns::Callback& callback) {
    return json::object{{"id", callback.id},
                        {"lead", json_of_id(callback.lead)},
                        {"campaign", callback.campaign_name},
                        {"name", callback.lead_name},
                        {"number", json_of_number(callback.number)},
                        {"agent", json_of_id(callback.agent)},
                        {"agent_name", callback.agent_name},
                        {"due", json_of_instant(callback.due)},
                        {"note", callback.note},
                        {"by", callback.by},
                        {"at", json_of_instant(callback.at)},
                        {"status", callback.status},
                        {"opened", callback.opened},
                        {"missed", callback.missed},
                        {"end_reason", callback.end_reason}};
}

Response agree_callback(Store& store, const World& world, const campaigns::CallbackWish& wish,
                        const campaigns::Actor& actor) {
    const auto answer = campaigns::add_callback(
        store, wish, campaigns::legal_by_gate(world.gate, store.declarations()), actor);
    if (const auto* const refused = std::get_if<campaigns::CallbackRefused>(&answer)) {
        return illegal_instant(*refused);
    }
    return created(json_of_callback(std::get<campaigns::Callback>(answer)));
}

void get_callbacks(const Call& call, const Reply& reply) {
    Query query{call.query};
    campaigns::CallbacksWanted wanted;
    wanted.campaign = query.optional_text("campaign", InputMax::name);
    const auto agent = query.whole_number("agent", 1, kIdMax, 0);
    if (agent > 0) {
        wanted.agent = AgentId{agent};
    }
    const auto which = query.optional_text("which", InputMax::name);
    if (!which.empty() && which != "open" && which != "missed" && which != "all") {
        query.blame("which", "One of open, missed, all.");
    }
    wanted.open_only = which != "all";
    wanted.missed_only = which == "missed";
    wanted.limit = static_cast<int>(query.whole_number("limit", 1, 1000, 200));
    wanted.now = call.control.now();
    if (call.user.role == campaigns::Role::agent) {
        wanted.agent = call.user.agent.value_or(AgentId{});
    }
    if (is_refused(query, reply)) {
        return;
    }
    ask_store(call, reply, [wanted](Store& store) {
        if (!wanted.campaign.empty()) {
            (void)campaign_named(store, wanted.campaign);
        }
        return ok(json::object{
            {"callbacks", json_list(campaigns::callbacks(store, wanted), json_of_callback)}});
    });
}

void add_callback(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::CallbackWish wish;
    wish.lead = campaigns::LeadId{body.whole_number("lead", 1, kIdMax)};
    const auto at = read_instant(body, "at");
    if (!at) {
        body.blame("at", "The field is missing.");
    }
    wish.due = at.value_or(campaigns::Instant{});
    if (const auto agent = body.maybe_whole_number("agent", 1, kIdMax)) {
        wish.agent = AgentId{*agent};
    }
    wish.note = body.optional_text("note", kCallbackNoteMax);
    if (!is_refused(body, reply)) {
        ask_store(call, reply,
                  [wish, &control = call.control, actor = actor_of(call)](Store& store) {
                      return agree_callback(store, control.world(), wish, actor);
                  });
    }
}

void cancel_callback(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto why = body.text("why", InputMax::name);
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [id = *id, why, actor = actor_of(call)](Store& store) {
        campaigns::cancel_callback(store, id, why, actor);
        return no_content();
    });
}

void get_callback_rule(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        (void)campaign_named(store, name);
        return rule_answer(store, name);
    });
}

void set_callback_rule(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto grace = body.whole_number("grace_s", 0, kGraceMaxS);
    const bool opens = body.optional_flag("opens", true);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [=, name = call.arguments.at(0), actor = actor_of(call)](Store& store) {
        (void)campaign_named(store, name);
        campaigns::set_callback_rule(store, name, {std::chrono::seconds{grace}, opens}, actor);
        return rule_answer(store, name);
    });
}

} // namespace dialer::http
