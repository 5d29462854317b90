// `dialer callback` and `dialer lead`: people who asked for a call, and leads one by one.

#include "campaigns/import/places.hpp"
#include "campaigns/store.hpp"
#include "campaigns/supply/callbacks.hpp"
#include "campaigns/supply/supply.hpp"
#include "dialer/commands/funnel_gate.hpp"
#include "dialer/commands/import_rules.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/supply_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::Callback;
using campaigns::Store;

campaigns::AgentId agent_of(Store& store, const std::string& sip_user) {
    for (const campaigns::Agent& agent : store.agents()) {
        if (agent.sip_user == sip_user) {
            return agent.id;
        }
    }
    throw campaigns::StoreRefusal{fmt::format(
        "there is no agent with the SIP user \"{}\"; see: dialer agent list", sip_user)};
}

json::object callback_object(const Callback& callback) {
    return {{"id", callback.id},
            {"lead", static_cast<std::int64_t>(callback.lead)},
            {"campaign", callback.campaign_name},
            {"name", callback.lead_name},
            {"number", fmt::format("+{}", callback.number.e164)},
            {"agent", callback.agent_name},
            {"due", dnc::instant_text(callback.due)},
            {"status", callback.status},
            {"opened", callback.opened},
            {"missed", callback.missed},
            {"note", callback.note},
            {"by", callback.by},
            {"at", dnc::instant_text(callback.at)},
            {"end_reason", callback.end_reason}};
}

std::vector<std::pair<std::string, std::string>> pairs_of(const std::vector<std::string>& texts) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& text : texts) {
        const auto sign = text.find('=');
        if (sign == std::string::npos || sign == 0) {
            throw CommandError{Exit::usage, fmt::format("--custom \"{}\": write KEY=VALUE", text)};
        }
        pairs.emplace_back(text.substr(0, sign), text.substr(sign + 1));
    }
    return pairs;
}

} // namespace

Exit callback_add(const CallbackOptions& options) {
    const auto due = moment_option("--at", options.at);
    Store store{engine_dsn(options.store)};
    const LoadedGate gate = gate_of(options.store, options.packs);
    campaigns::CallbackWish wish{
        .lead = campaigns::LeadId{options.lead}, .due = due, .note = options.note};
    if (!options.agent.empty()) {
        wish.agent = agent_of(store, options.agent);
    }
    const auto made = campaigns::add_callback(
        store, wish, campaigns::legal_by_gate(*gate.gate, store.declarations()),
        command_actor(options.by));
    if (const auto* refused = std::get_if<campaigns::CallbackRefused>(&made)) {
        std::string next;
        for (const auto at : refused->next) {
            next += (next.empty() ? "; legal again: " : ", ") + dnc::instant_text(at);
        }
        throw CommandError{Exit::refused, refused->why + next};
    }
    const auto& callback = std::get<Callback>(made);
    if (options.json) {
        fmt::print("{}\n", json::serialize(callback_object(callback)));
    } else {
        fmt::print("{}\n", callback.id);
    }
    return Exit::done;
}

Exit callback_list(const CallbackOptions& options) {
    Store store{engine_dsn(options.store)};
    campaigns::CallbacksWanted wanted{.campaign = options.campaign,
                                      .open_only = !options.all,
                                      .missed_only = options.missed,
                                      .now = Clock{}.now().wall,
                                      .limit = 1000};
    if (!options.agent.empty()) {
        wanted.agent = agent_of(store, options.agent);
    }
    const auto all = campaigns::callbacks(store, wanted);
    if (options.json) {
        json::array array;
        for (const Callback& callback : all) {
            array.push_back(callback_object(callback));
        }
        fmt::print("{}\n", json::serialize(array));
        return Exit::done;
    }
    fmt::print("{:>6}  {:<27} {:<9} {:>9}  {:<14} {:<16} {}\n", "id", "due", "status", "lead",
               "campaign", "agent", "note");
    for (const Callback& callback : all) {
        const std::string agent = !callback.agent   ? "anybody"
                                  : callback.opened ? callback.agent_name + " (opened)"
                                                    : callback.agent_name;
        fmt::print("{:>6}  {:<27} {:<9} {:>9}  {:<14} {:<16} {}\n", callback.id,
                   dnc::instant_text(callback.due), callback.missed ? "missed" : callback.status,
                   static_cast<std::int64_t>(callback.lead), callback.campaign_name, agent,
                   callback.note);
    }
    return Exit::done;
}

Exit callback_cancel(const CallbackOptions& options) {
    Store store{engine_dsn(options.store)};
    campaigns::cancel_callback(store, options.id, options.note, command_actor(options.by));
    return Exit::done;
}

Exit lead_add(const LeadAddOptions& options) {
    const campaigns::NewLead lead{.campaign = options.campaign,
                                  .phones = options.phones,
                                  .name = options.name,
                                  .external_id = options.external_id,
                                  .email = options.email,
                                  .region = options.region,
                                  .postal_code = options.postal_code,
                                  .custom = pairs_of(options.custom),
                                  .priority = options.priority};
    Store store{engine_dsn(options.store)};
    const LoadedImportRules rules{options.packs, ""};
    campaigns::PlaceIds places{store, rules.places, *rules.gate.zones};
    const auto added = campaigns::add_lead(
        store, lead,
        [&places](dnc::Number number, const dnc::Address& address) {
            return places.find(number, address).place;
        },
        command_actor(options.by));
    if (options.json) {
        fmt::print("{}\n",
                   json::serialize(json::object{
                       {"lead", static_cast<std::int64_t>(added.id)},
                       {"existed", added.existed},
                       {"will_be_dialed", added.will_be_dialed},
                       {"status", added.status},
                       {"warnings", json::array(added.warnings.begin(), added.warnings.end())}}));
    } else {
        fmt::print("{}\n", static_cast<std::int64_t>(added.id));
        for (const std::string& warning : added.warnings) {
            fmt::print(stderr, "dialer: lead add: {}\n", warning);
        }
        if (added.existed) {
            fmt::print(stderr, "dialer: lead add: the campaign has this lead already; it is {}{}\n",
                       added.status, added.will_be_dialed ? " and goes to the front" : "");
        }
    }
    return Exit::done;
}

Exit lead_set(const LeadSetOptions& options) {
    if (!options.priority && options.due.empty() && !options.again) {
        throw CommandError{Exit::usage, "give --priority, --due or --again"};
    }
    Store store{engine_dsn(options.store)};
    campaigns::LeadChange change{.priority = options.priority, .due = {}, .again = options.again};
    if (!options.due.empty()) {
        change.due = moment_option("--due", options.due);
    }
    campaigns::change_lead(store, campaigns::LeadId{options.lead}, change,
                           command_actor(options.by));
    return Exit::done;
}

Exit lead_recycle(const LeadRecycleOptions& options) {
    Store store{engine_dsn(options.store)};
    campaigns::RecycleWish wish{.campaign = options.campaign,
                                .reasons = options.outcomes,
                                .finished = options.finished,
                                .attempts_max = options.attempts_max};
    if (options.list) {
        wish.list = campaigns::ListId{*options.list};
    }
    const auto count = options.dry_run
                           ? campaigns::count_recyclable(store, wish)
                           : campaigns::recycle_leads(store, wish, command_actor(options.by));
    if (options.json) {
        fmt::print("{}\n",
                   json::serialize(json::object{{"leads", count}, {"dry_run", options.dry_run}}));
    } else {
        fmt::print("{} leads {}\n", count,
                   options.dry_run ? "would be ready again" : "are ready again");
    }
    return Exit::done;
}

} // namespace dialer::commands
