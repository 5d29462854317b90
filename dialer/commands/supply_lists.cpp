// `dialer list`, `dialer filter` and `dialer retry`: what a campaign's supply is made of.

#include "campaigns/store.hpp"
#include "campaigns/supply/filter_store.hpp"
#include "campaigns/supply/retry.hpp"
#include "campaigns/supply/supply.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/supply_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::FilterCount;
using campaigns::RetryRule;
using campaigns::Store;

// -- filters

std::string count_text(const FilterCount& count) {
    return count.exact
               ? fmt::format("{} of {} leads that may be dialed", count.let_through, count.of)
               : fmt::format("about {} (+-{}) of {} leads that may be dialed, by a sample of {}",
                             count.let_through, count.error, count.of, count.sampled);
}

json::object count_object(const FilterCount& count, const std::string& canonical) {
    return {{"filter", canonical},  {"let_through", count.let_through},
            {"of", count.of},       {"exact", count.exact},
            {"error", count.error}, {"sampled", count.sampled}};
}

/// The canonical form; what is wrong is shown under the place where it is.
std::string understood(const std::string& expression) {
    const auto read = campaigns::read_filter(expression);
    if (const auto* fault = std::get_if<campaigns::FilterFault>(&read)) {
        throw CommandError{Exit::usage,
                           fmt::format("{}\n  {}\n  {:>{}}", fault->words(), expression, "^",
                                       std::min<std::size_t>(fault->column, 200))};
    }
    return std::get<campaigns::Filter>(read).text();
}

FilterCount counted(const FilterOptions& options, const std::string& expression) {
    Store store{engine_dsn(options.store)};
    const auto now = Clock{}.now().wall;
    return options.exact ? campaigns::count_filter_exactly(store, options.campaign, expression, now)
                         : campaigns::count_filter(store, options.campaign, expression, now);
}

// -- retry rules

/// "90s", "15m", "4h", "2d".
std::chrono::seconds delay_of(const std::string& text) {
    long long count = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, count);
    const std::string_view unit{read.ptr, static_cast<std::size_t>(end - read.ptr)};
    const int scale = unit == "s"   ? 1
                      : unit == "m" ? 60
                      : unit == "h" ? 3600
                      : unit == "d" ? 86400
                                    : 0;
    if (read.ec != std::errc{} || scale == 0 || count < 0 || count > 31'536'000) {
        throw CommandError{Exit::usage, fmt::format("--delay \"{}\": write 90s, 15m, 4h, 2d, or "
                                                    "campaign for the campaign's own pause",
                                                    text)};
    }
    return std::chrono::seconds{count * scale};
}

std::string delay_text(const std::optional<std::chrono::seconds>& delay) {
    if (!delay) {
        return "campaign";
    }
    const auto s = delay->count();
    return s % 86400 == 0 && s > 0  ? fmt::format("{}d", s / 86400)
           : s % 3600 == 0 && s > 0 ? fmt::format("{}h", s / 3600)
           : s % 60 == 0 && s > 0   ? fmt::format("{}m", s / 60)
                                    : fmt::format("{}s", s);
}

bool one_of_two(const char* option, const std::string& text, const char* yes, const char* no) {
    if (text != yes && text != no) {
        throw CommandError{Exit::usage, fmt::format("{} is {} or {}", option, yes, no)};
    }
    return text == yes;
}

std::optional<int> tries_of(const std::string& text) {
    if (text == "any") {
        return std::nullopt;
    }
    int tries = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), tries);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || tries < 1) {
        throw CommandError{Exit::usage, "--tries is a number from 1, or any"};
    }
    return tries;
}

/// The rule in force, changed as the options say.
RetryRule changed_rule(Store& store, const RetryOptions& options) {
    RetryRule rule;
    for (const RetryRule& known : campaigns::retry_rules(store, options.campaign)) {
        if (known.outcome == options.outcome) {
            rule = known;
        }
    }
    rule.outcome = options.outcome;
    rule.campaign = options.campaign;
    if (!options.delay.empty()) {
        rule.delay =
            options.delay == "campaign" ? std::nullopt : std::optional{delay_of(options.delay)};
    }
    if (!options.tries.empty()) {
        rule.tries_max = tries_of(options.tries);
    }
    if (!options.phone.empty()) {
        rule.other_phone = one_of_two("--phone", options.phone, "other", "same");
    }
    if (!options.spread.empty()) {
        rule.spread = one_of_two("--spread", options.spread, "yes", "no");
    }
    return rule;
}

json::object rule_object(const RetryRule& rule) {
    return {{"outcome", rule.outcome},
            {"own", rule.own},
            {"delay_s", rule.delay ? json::value(rule.delay->count()) : json::value(nullptr)},
            {"tries_max", rule.tries_max ? json::value(*rule.tries_max) : json::value(nullptr)},
            {"other_phone", rule.other_phone},
            {"spread", rule.spread}};
}

} // namespace

Exit list_show(const ListShowOptions& options) {
    Store store{engine_dsn(options.store)};
    const auto lists = campaigns::lists_of_leads(store, options.campaign);
    if (options.json) {
        json::array array;
        for (const auto& list : lists) {
            array.push_back(json::object{{"list", static_cast<std::int64_t>(list.id)},
                                         {"campaign", list.campaign},
                                         {"file", list.file_name},
                                         {"source", list.source},
                                         {"kind", list.kind},
                                         {"status", list.status},
                                         {"weight", list.weight},
                                         {"priority", list.priority},
                                         {"leads", list.leads},
                                         {"ready", list.ready},
                                         {"imported_at", dnc::instant_text(list.imported_at)}});
        }
        fmt::print("{}\n", json::serialize(array));
        return Exit::done;
    }
    fmt::print("{:>6}  {:<16} {:<8} {:<8} {:>6} {:>8} {:>10} {:>10}  {}\n", "list", "campaign",
               "kind", "status", "weight", "priority", "leads", "ready", "file");
    for (const auto& list : lists) {
        fmt::print("{:>6}  {:<16} {:<8} {:<8} {:>6} {:>8} {:>10} {:>10}  {}\n",
                   static_cast<std::int64_t>(list.id), list.campaign, list.kind, list.status,
                   list.weight, list.priority, list.leads, list.ready, list.file_name);
    }
    return Exit::done;
}

Exit list_set(const ListSetOptions& options) {
    if (!options.weight && !options.priority) {
        throw CommandError{Exit::usage, "give --weight, --priority or both"};
    }
    Store store{engine_dsn(options.store)};
    campaigns::change_list(store, campaigns::ListId{options.list},
                           {.weight = options.weight, .priority = options.priority},
                           command_actor(options.by));
    return Exit::done;
}

Exit filter_check(const FilterOptions& options) {
    fmt::print("{}\n", understood(options.expression));
    return Exit::done;
}

Exit filter_show(const FilterOptions& options) {
    Store store{engine_dsn(options.store)};
    const std::string filter = campaigns::filter_of(store, options.campaign);
    const auto count = counted(options, filter);
    if (options.json) {
        fmt::print("{}\n", json::serialize(count_object(count, filter)));
    } else {
        fmt::print("{}\n{}\n", filter.empty() ? "(everything passes)" : filter, count_text(count));
    }
    return Exit::done;
}

Exit filter_count(const FilterOptions& options) {
    const std::string canonical = understood(options.expression);
    const auto count = counted(options, canonical);
    if (options.json) {
        fmt::print("{}\n", json::serialize(count_object(count, canonical)));
    } else {
        fmt::print("{}\n", count_text(count));
    }
    return Exit::done;
}

Exit filter_set(const FilterOptions& options) {
    const std::string canonical = understood(options.expression);
    const auto count = counted(options, canonical);
    Store store{engine_dsn(options.store)};
    campaigns::set_filter(store, options.campaign, canonical, command_actor(options.by));
    fmt::print("{}\n{}\n", canonical.empty() ? "(everything passes)" : canonical,
               count_text(count));
    return Exit::done;
}

Exit retry_show(const RetryOptions& options) {
    Store store{engine_dsn(options.store)};
    const auto rules = campaigns::retry_rules(store, options.campaign);
    const auto limits = options.campaign.empty()
                            ? campaigns::AttemptLimits{}
                            : campaigns::attempt_limits(store, options.campaign);
    if (options.json) {
        json::array array;
        for (const RetryRule& rule : rules) {
            array.push_back(rule_object(rule));
        }
        fmt::print("{}\n", json::serialize(json::object{{"rules", std::move(array)},
                                                        {"attempts_per_day", limits.per_day},
                                                        {"attempts_per_week", limits.per_week}}));
        return Exit::done;
    }
    fmt::print("{:<20} {:>10} {:>6} {:<6} {:<7} {}\n", "outcome", "delay", "tries", "phone",
               "spread", "rule of");
    for (const RetryRule& rule : rules) {
        fmt::print("{:<20} {:>10} {:>6} {:<6} {:<7} {}\n", rule.outcome, delay_text(rule.delay),
                   rule.tries_max ? std::to_string(*rule.tries_max) : "any",
                   rule.other_phone ? "other" : "same", rule.spread ? "yes" : "no",
                   rule.own ? "the campaign" : "all campaigns");
    }
    if (!options.campaign.empty()) {
        const auto limit = [](int most) { return most == 0 ? "any" : std::to_string(most); };
        fmt::print("Attempts at a lead: {} in 24 hours, {} in 7 days.\n", limit(limits.per_day),
                   limit(limits.per_week));
    }
    return Exit::done;
}

Exit retry_set(const RetryOptions& options) {
    const bool limits = options.per_day || options.per_week;
    if (limits && options.campaign.empty()) {
        throw CommandError{Exit::usage, "--per-day and --per-week belong to a --campaign"};
    }
    if (options.outcome.empty() && !limits) {
        throw CommandError{Exit::usage, "name an outcome, or give --per-day or --per-week"};
    }
    Store store{engine_dsn(options.store)};
    const auto actor = command_actor(options.by);
    if (limits) {
        auto now = campaigns::attempt_limits(store, options.campaign);
        now.per_day = options.per_day.value_or(now.per_day);
        now.per_week = options.per_week.value_or(now.per_week);
        campaigns::set_attempt_limits(store, options.campaign, now, actor);
    }
    if (options.outcome.empty()) {
        return Exit::done;
    }
    if (options.drop) {
        campaigns::drop_retry_rule(store, options.campaign, options.outcome, actor);
    } else {
        campaigns::set_retry_rule(store, changed_rule(store, options), actor);
    }
    return Exit::done;
}

} // namespace dialer::commands
