// What calls are judged by: lists of numbers with their age, and rule packs.

#include "campaigns/lists/list_states.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"
#include "dnc/time_text.hpp"
#include "dnc/words.hpp"

#include <algorithm>
#include <array>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::Store;
using std::chrono::days;
using std::chrono::sys_days;

// In the order of dnc::RuleBody.
constexpr std::array<std::string_view, 14> kRuleKinds{
    "window", "calendar", "emergency",  "frequency", "consent",     "revocation", "list",
    "line",   "port",     "reassigned", "ring",      "abandonment", "caller_id",  "record"};
static_assert(kRuleKinds.size() == std::variant_size_v<dnc::RuleBody>);

json::value json_of_day(const std::optional<std::chrono::year_month_day>& day) {
    return day ? json::value(dnc::date_text(*day)) : json::value(nullptr);
}

json::value json_of_list(const campaigns::ListState& list, const dnc::PackSet& packs,
                         sys_days today) {
    const auto term = campaigns::list_term(packs, list, today);
    return json::object{
        {"name", list.name},
        {"kind", campaigns::to_text(list.kind)},
        {"country", list.country},
        {"region", list.region},
        {"seller", list.seller},
        {"version", list.version_id},
        {"as_of", json_of_day(list.as_of)},
        {"loaded_at", json_of_instant(list.loaded_at)},
        {"rows", list.rows},
        {"bad", list.bad},
        {"source", list.source},
        {"sha256", list.sha256},
        {"versions", list.versions},
        {"good_until", term ? json::value(dnc::date_text(term->good_until)) : json::value(nullptr)},
        {"rule", term ? json::value(term->rule) : json::value(nullptr)},
        {"cite", term ? json::value(term->cite) : json::value(nullptr)},
        {"stale", term && term->good_until < today}};
}

json::value json_of_reassigned(const std::optional<campaigns::ReassignedState>& state) {
    if (!state) {
        return nullptr;
    }
    return json::object{{"as_of", json_of_day(state->as_of)},
                        {"loaded_at", json_of_instant(state->loaded_at)},
                        {"rows", state->rows},
                        {"source", state->source}};
}

/// "US-FL", "US"; empty: everywhere.
std::string place_of(const dnc::Pack& pack) {
    if (!pack.jurisdiction) {
        return {};
    }
    const auto& country = pack.jurisdiction->country;
    std::string text{country.begin(), country.end()};
    for (const char c : pack.jurisdiction->region) {
        if (c != '\0') {
            text += (text.size() == country.size() ? "-" : "") + std::string{c};
        }
    }
    return text;
}

json::object json_of_pack(const dnc::Pack& pack) {
    return {{"id", pack.id},
            {"version", pack.version},
            {"sha256", pack.sha256},
            {"level", dnc::to_word(dnc::kPackLevels, pack.level)},
            {"place", place_of(pack)},
            {"reviewed", pack.reviewed},
            {"min_tzdb", pack.min_tzdb},
            {"rules_count", pack.rules.size()}};
}

json::value json_of_bound(const std::optional<sys_days>& day) {
    return day ? json::value(dnc::date_text(*day)) : json::value(nullptr);
}

json::value json_of_rule(const dnc::Rule& rule) {
    return json::object{{"id", rule.id},
                        {"kind", kRuleKinds.at(rule.body.index())},
                        {"cite", rule.cite},
                        {"status", dnc::to_word(dnc::kRuleStatuses, rule.status)},
                        {"confidence", rule.confidence},
                        {"from", json_of_bound(rule.effective.from)},
                        {"to", json_of_bound(rule.effective.to)},
                        {"note", rule.note}};
}

/// Rules that begin or end soon: who reads them must know.
json::array changes_soon(const dnc::PackSet& packs, sys_days today) {
    constexpr days kSoon{90};
    json::array soon;
    for (const auto& pack : packs.packs) {
        for (const auto& rule : pack.rules) {
            const auto is_soon = [&](const std::optional<sys_days>& day) {
                return day && *day > today && *day <= today + kSoon;
            };
            if (is_soon(rule.effective.from) || is_soon(rule.effective.to)) {
                auto told = json_of_rule(rule).as_object();
                told["pack"] = pack.id;
                soon.push_back(std::move(told));
            }
        }
    }
    return soon;
}

} // namespace

void get_suppression_lists(const Call& call, const Reply& reply) {
    ask_store(call, reply, [&control = call.control, now = call.control.now()](Store& store) {
        const auto today = std::chrono::floor<days>(now);
        const auto& packs = control.world().gate.packs();
        const auto form = [&](const campaigns::ListState& list) {
            return json_of_list(list, packs, today);
        };
        return ok(
            json::object{{"lists", json_list(campaigns::list_states(store), form)},
                         {"reassigned", json_of_reassigned(campaigns::reassigned_state(store))}});
    });
}

void get_packs(const Call& call, const Reply& reply) {
    const auto& world = call.control.world();
    const auto& packs = world.gate.packs();
    const auto today = std::chrono::floor<days>(call.control.now());
    reply(ok(json::object{{"tzdb", world.zones.version()},
                          {"packs", json_list(packs.packs, json_of_pack)},
                          {"changes", changes_soon(packs, today)}}));
}

void get_pack(const Call& call, const Reply& reply) {
    const auto& packs = call.control.world().gate.packs().packs;
    const auto found = std::ranges::find(packs, call.arguments.at(0), &dnc::Pack::id);
    if (found == packs.end()) {
        reply(error_response(404, "There is no rule pack of that id."));
        return;
    }
    auto told = json_of_pack(*found);
    told["rules"] = json_list(found->rules, json_of_rule);
    reply(ok(told));
}

} // namespace dialer::http
