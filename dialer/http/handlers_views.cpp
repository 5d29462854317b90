// What people look at when they ask why: the funnel, one lead, one number, one call.

#include "campaigns/attempt_story.hpp"
#include "campaigns/funnel/store.hpp"
#include "campaigns/funnel/why.hpp"
#include "campaigns/ledger/number_dossier.hpp"
#include "campaigns/records/records.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"

#include <algorithm>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::LeadId;
using campaigns::Store;

json::value json_of_found(const campaigns::LeadFound& found) {
    return json::object{
        {"lead", json_of_id(found.lead)}, {"campaign", found.campaign_name}, {"name", found.name}};
}

Response why_answer(Store& store, const World& world, LeadId lead, campaigns::Instant at) {
    campaigns::LeadQuery query;
    query.lead = lead;
    if (campaigns::find_leads(store, query).empty()) {
        throw NotThere{"There is no lead of that id."};
    }
    return json_response(
        campaigns::to_json(campaigns::why_not_dialed(store, world.gate, world.zones, lead, at)));
}

/// The leads that are meant, and why each of the first few is not dialed.
Response whys_answer(Store& store, const World& world, const campaigns::LeadQuery& query,
                     campaigns::Instant at, std::size_t limit) {
    const auto found = campaigns::find_leads(store, query);
    json::array whys;
    for (const auto& one : found) {
        if (whys.size() < limit) {
            whys.push_back(json_inside(campaigns::to_json(
                campaigns::why_not_dialed(store, world.gate, world.zones, one.lead, at))));
        }
    }
    return ok(json::object{{"leads", json_list(found, json_of_found)}, {"whys", std::move(whys)}});
}

Response story_answer(Store& store, campaigns::AttemptId id) {
    const auto story = campaigns::attempt_story(store, id);
    if (!story) {
        throw NotThere{"There is no attempt of that id."};
    }
    auto told = json_inside(*story).as_object();
    told["record_faults"] = json_list(campaigns::record_faults(store, id),
                                      [](const std::string& text) { return json::value(text); });
    return ok(told);
}

} // namespace

void get_funnel(const Call& call, const Reply& reply) {
    ask_store(call, reply,
              [name = call.arguments.at(0), &control = call.control,
               now = call.control.now()](Store& store) {
                  (void)campaign_named(store, name);
                  const auto& world = control.world();
                  return json_response(campaigns::to_json(
                      campaigns::funnel_of(store, world.gate, world.zones, name, now)));
              });
}

void get_lead_why(const Call& call, const Reply& reply) {
    Query query{call.query};
    const auto at = read_instant(query, "at").value_or(call.control.now());
    const auto id = id_in_path(call, 0, reply);
    if (id && !is_refused(query, reply)) {
        ask_store(call, reply, [id = *id, at, &control = call.control](Store& store) {
            return why_answer(store, control.world(), LeadId{id}, at);
        });
    }
}

void get_why(const Call& call, const Reply& reply) {
    Query query{call.query};
    campaigns::LeadQuery wanted;
    wanted.number = read_phone(query, "number");
    wanted.external_id = query.optional_text("external_id", InputMax::name);
    wanted.campaign = query.optional_text("campaign", InputMax::name);
    const auto limit = static_cast<std::size_t>(query.whole_number("limit", 1, 20, 5));
    const auto at = read_instant(query, "at").value_or(call.control.now());
    if (wanted.number.has_value() == !wanted.external_id.empty()) {
        query.blame("number", "Either a number or an external id says which lead is meant.");
    }
    if (is_refused(query, reply)) {
        return;
    }
    ask_store(call, reply, [=, &control = call.control](Store& store) {
        if (!wanted.campaign.empty()) {
            (void)campaign_named(store, wanted.campaign);
        }
        return whys_answer(store, control.world(), wanted, at, limit);
    });
}

void get_attempt(const Call& call, const Reply& reply) {
    if (const auto id = id_in_path(call, 0, reply)) {
        ask_store(call, reply, [id = *id](Store& store) {
            return story_answer(store, campaigns::AttemptId{id});
        });
    }
}

void get_dossier(const Call& call, const Reply& reply) {
    if (const auto number = number_in_path(call, 0, reply)) {
        ask_store(call, reply, [number = *number, now = call.control.now()](Store& store) {
            return json_response(campaigns::number_dossier(store, number, now));
        });
    }
}

} // namespace dialer::http
