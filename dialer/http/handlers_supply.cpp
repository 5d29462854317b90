// Which leads are dialed next: lists and their weights, filters, retry rules, hot leads.

#include "campaigns/import/places.hpp"
#include "campaigns/supply/filter_store.hpp"
#include "campaigns/supply/retry.hpp"
#include "campaigns/supply/supply.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"

#include <algorithm>
#include <limits>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::ListOfLeads;
using campaigns::RetryRule;
using campaigns::Store;

constexpr std::size_t kPhonesMax = 10;
constexpr std::size_t kCustomMax = 200;
constexpr std::size_t kReasonsMax = 50;
constexpr std::int64_t kDelayMaxS = 400 * 86400;

json::value json_of_list(const ListOfLeads& list) {
    return json::object{{"id", json_of_id(list.id)},
                        {"campaign", list.campaign},
                        {"file_name", list.file_name},
                        {"source", list.source},
                        {"kind", list.kind},
                        {"status", list.status},
                        {"weight", list.weight},
                        {"priority", list.priority},
                        {"leads", list.leads},
                        {"ready", list.ready},
                        {"imported_at", json_of_instant(list.imported_at)}};
}

ListOfLeads list_of(Store& store, campaigns::ListId id) {
    const auto all = campaigns::lists_of_leads(store, {});
    const auto found = std::ranges::find(all, id, &ListOfLeads::id);
    if (found == all.end()) {
        throw NotThere{"There is no list of that id."};
    }
    return *found;
}

json::object json_of_count(const campaigns::FilterCount& count) {
    return {{"let_through", count.let_through},
            {"of", count.of},
            {"exact", count.exact},
            {"error", count.error},
            {"sampled", count.sampled}};
}

/// What an expression means: its canonical form with the leads it lets through, or where it is
/// wrong. A wrong expression is an answer here, since people type it letter by letter.
Response filter_answer(Store& store, const std::string& campaign, const std::string& text,
                       bool exact, campaigns::Instant now) {
    (void)campaign_named(store, campaign);
    const auto read = campaigns::read_filter(text);
    if (const auto* const fault = std::get_if<campaigns::FilterFault>(&read)) {
        return ok(
            json::object{{"valid", false},
                         {"canonical", nullptr},
                         {"fault", json::object{{"column", fault->column}, {"text", fault->text}}},
                         {"count", nullptr}});
    }
    const auto count = exact ? campaigns::count_filter_exactly(store, campaign, text, now)
                             : campaigns::count_filter(store, campaign, text, now);
    return ok(json::object{{"valid", true},
                           {"canonical", std::get<campaigns::Filter>(read).text()},
                           {"fault", nullptr},
                           {"count", json_of_count(count)}});
}

json::value json_of_rule(const RetryRule& rule) {
    return json::object{{"outcome", rule.outcome},
                        {"delay_s", rule.delay ? json::value(rule.delay->count()) : nullptr},
                        {"tries_max", rule.tries_max ? json::value(*rule.tries_max) : nullptr},
                        {"other_phone", rule.other_phone},
                        {"spread", rule.spread},
                        {"own", rule.own}};
}

/// All that a campaign says about further tries.
Response retry_answer(Store& store, const std::string& campaign) {
    const auto limits = campaigns::attempt_limits(store, campaign);
    return ok(
        json::object{{"rules", json_list(campaigns::retry_rules(store, campaign), json_of_rule)},
                     {"attempts_per_day", limits.per_day},
                     {"attempts_per_week", limits.per_week}});
}

campaigns::NewLead read_new_lead(Body& body) {
    campaigns::NewLead lead;
    lead.campaign = body.text("campaign", InputMax::name);
    lead.phones = body.texts("phones", kPhonesMax, InputMax::number);
    if (lead.phones.empty()) {
        body.blame("phones", "At least one number is needed.");
    }
    const std::pair<std::string_view, std::string*> texts[]{
        {"name", &lead.name},          {"external_id", &lead.external_id},
        {"email", &lead.email},        {"country", &lead.country},
        {"region", &lead.region},      {"county", &lead.county},
        {"city", &lead.city},          {"address", &lead.address},
        {"debt", &lead.debt},          {"postal_code", &lead.postal_code},
        {"time_zone", &lead.time_zone}};
    for (const auto& [name, text] : texts) {
        *text = body.optional_text(name, InputMax::name);
    }
    lead.custom = body.pairs("custom", kCustomMax, InputMax::text);
    if (const auto priority = body.maybe_whole_number("priority", 0, campaigns::kUrgent)) {
        lead.priority = static_cast<int>(*priority);
    }
    lead.due = read_instant(body, "due");
    return lead;
}

} // namespace

void get_campaign_lists(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        (void)campaign_named(store, name);
        return ok(json::object{
            {"lists", json_list(campaigns::lists_of_leads(store, name), json_of_list)}});
    });
}

void change_list(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::LeadListChange change;
    if (const auto weight = body.maybe_whole_number("weight", 0, 100)) {
        change.weight = static_cast<int>(*weight);
    }
    if (const auto priority = body.maybe_whole_number("priority", 0, campaigns::kUrgent)) {
        change.priority = static_cast<int>(*priority);
    }
    if (!change.weight && !change.priority) {
        body.blame({}, "A weight or a priority is needed.");
    }
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply,
              [list = campaigns::ListId{*id}, change, actor = actor_of(call)](Store& store) {
                  (void)list_of(store, list);
                  campaigns::change_list(store, list, change, actor);
                  return ok(json_of_list(list_of(store, list)));
              });
}

void check_filter(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto text = body.optional_text("text", campaigns::Filter::kBytesMax);
    const bool exact = body.optional_flag("exact", false);
    if (!is_refused(body, reply)) {
        ask_store(call, reply,
                  [=, name = call.arguments.at(0), now = call.control.now()](Store& store) {
                      return filter_answer(store, name, text, exact, now);
                  });
    }
}

void get_filter(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        (void)campaign_named(store, name);
        return ok(json::object{{"text", campaigns::filter_of(store, name)}});
    });
}

void set_filter(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto text = body.maybe_text("text", campaigns::Filter::kBytesMax);
    if (!text) {
        body.blame("text", "The field is missing; an empty text lets all leads through.");
    } else if (const auto read = campaigns::read_filter(*text);
               const auto* const fault = std::get_if<campaigns::FilterFault>(&read)) {
        body.blame("text", fault->words());
    }
    if (!is_refused(body, reply)) {
        ask_store(
            call, reply,
            [text = *text, name = call.arguments.at(0), actor = actor_of(call)](Store& store) {
                (void)campaign_named(store, name);
                return ok(json::object{{"text", campaigns::set_filter(store, name, text, actor)}});
            });
    }
}

void get_filter_fields(const Call& /*call*/, const Reply& reply) {
    const auto form = [](const campaigns::FilterField& field) {
        return json::object{{"name", field.name},
                            {"type", field.type == campaigns::FilterType::text ? "text" : "number"},
                            {"help", field.help}};
    };
    reply(ok(json::object{{"fields", json_list(campaigns::filter_fields(), form)}}));
}

void get_retry_rules(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        (void)campaign_named(store, name);
        return retry_answer(store, name);
    });
}

void set_retry_rule(const Call& call, const Reply& reply) {
    Body body{call.body};
    RetryRule rule;
    rule.outcome = body.text("outcome", InputMax::name);
    rule.campaign = call.arguments.at(0);
    if (const auto delay = body.maybe_whole_number("delay_s", 0, kDelayMaxS)) {
        rule.delay = std::chrono::seconds{*delay};
    }
    if (const auto tries = body.maybe_whole_number("tries_max", 1, 1000)) {
        rule.tries_max = static_cast<int>(*tries);
    }
    rule.other_phone = body.optional_flag("other_phone", true);
    rule.spread = body.optional_flag("spread", false);
    const bool drop = body.optional_flag("drop", false);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [rule, drop, actor = actor_of(call)](Store& store) {
        (void)campaign_named(store, rule.campaign);
        if (drop) {
            campaigns::drop_retry_rule(store, rule.campaign, rule.outcome, actor);
        } else {
            campaigns::set_retry_rule(store, rule, actor);
        }
        return retry_answer(store, rule.campaign);
    });
}

void add_hot_lead(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto lead = read_new_lead(body);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [lead, &control = call.control, actor = actor_of(call)](Store& store) {
        (void)campaign_named(store, lead.campaign);
        const auto& world = control.world();
        campaigns::PlaceIds places{store, world.places, world.zones};
        const auto find = [&places](dnc::Number number, const dnc::Address& address) {
            return places.find(number, address).place;
        };
        const auto added = campaigns::add_lead(store, lead, find, actor);
        return created(json::object{{"lead", json_of_id(added.id)},
                                    {"existed", added.existed},
                                    {"will_be_dialed", added.will_be_dialed},
                                    {"status", added.status},
                                    {"warnings", json_list(added.warnings, [](const auto& text) {
                                         return json::value(text);
                                     })}});
    });
}

void change_lead(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::LeadChange change;
    if (const auto priority = body.maybe_whole_number("priority", 0, campaigns::kUrgent)) {
        change.priority = static_cast<int>(*priority);
    }
    change.due = read_instant(body, "due");
    change.again = body.optional_flag("again", false);
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply,
              [lead = campaigns::LeadId{*id}, change, actor = actor_of(call)](Store& store) {
                  campaigns::change_lead(store, lead, change, actor);
                  return no_content();
              });
}

void recycle_leads(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::RecycleWish wish;
    wish.campaign = body.text("campaign", InputMax::name);
    if (const auto list =
            body.maybe_whole_number("list", 1, std::numeric_limits<std::int64_t>::max())) {
        wish.list = campaigns::ListId{*list};
    }
    wish.reasons = body.texts("reasons", kReasonsMax, InputMax::name);
    wish.finished = body.optional_flag("finished", false);
    if (const auto attempts = body.maybe_whole_number("attempts_max", 0, 1000)) {
        wish.attempts_max = static_cast<int>(*attempts);
    }
    const bool dry_run = body.optional_flag("dry_run", false);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [wish, dry_run, actor = actor_of(call)](Store& store) {
        (void)campaign_named(store, wish.campaign);
        const auto leads = dry_run ? campaigns::count_recyclable(store, wish)
                                   : campaigns::recycle_leads(store, wish, actor);
        return ok(json::object{{"leads", leads}, {"dry_run", dry_run}});
    });
}

} // namespace dialer::http
