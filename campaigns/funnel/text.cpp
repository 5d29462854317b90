// The funnel as a page of text.

#include "campaigns/funnel/funnel.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace campaigns {

namespace {

// So many zones and lists on a page; the rest is summed up in a line.
constexpr std::size_t kRowsMax = 40;

/// "2026-11-23 14:00 UTC".
std::string moment(Instant at) {
    const auto minute = std::chrono::floor<std::chrono::minutes>(at);
    const auto day = std::chrono::floor<std::chrono::days>(minute);
    return dnc::date_text(std::chrono::year_month_day{day}) + " " + dnc::clock_text(minute - day) +
           " UTC";
}

void add_stages(const Funnel& funnel, std::string& out) {
    out += fmt::format("{:<54}{:>14}\n", "Loaded", funnel.loaded);
    for (const FunnelStage& stage : funnel.stages) {
        if (stage.step == FunnelStep::callable) {
            out += fmt::format("{:<54}{:>14}\n", "Callable now", stage.leads);
            continue;
        }
        if (stage.leads == 0) {
            continue;
        }
        out += fmt::format("  - {:<50}{:>14}\n", english(words_of(stage.step)), stage.leads);
        for (const FunnelReason& reason : stage.reasons) {
            const std::string until =
                reason.until ? ", from " + moment(*reason.until) : std::string{};
            out += fmt::format("      {:>12}  {}{}\n", reason.leads, english(reason.words), until);
        }
    }
}

std::string zone_name(const FunnelZone& zone) {
    std::string name;
    for (std::size_t i = 0; i < zone.zones.size(); ++i) {
        name += (i == 0 ? "" : ", ") + zone.zones[i] +
                (zone.local.at(i).empty() ? "" : " " + zone.local[i]);
    }
    return name.empty() ? "not looked up" : name;
}

std::string zone_state(const FunnelZone& zone) {
    const std::int64_t open = zone.counts[FunnelStep::callable];
    if (zone.counts[FunnelStep::closed] > 0 && zone.opens_at) {
        return fmt::format("{} {}", open > 0 ? "partly opens" : "opens", moment(*zone.opens_at));
    }
    if (zone.counts[FunnelStep::closed] > 0) {
        return "closed";
    }
    return zone.closes_at ? "open until " + moment(*zone.closes_at) : "open";
}

void add_zones(const Funnel& funnel, std::string& out) {
    if (funnel.zones.empty()) {
        return;
    }
    out += fmt::format("\n{:>12} {:>12} {:>12}  {}\n", "leads", "callable", "closed",
                       "time zone, time there");
    const std::size_t shown = std::min(funnel.zones.size(), kRowsMax);
    for (std::size_t i = 0; i < shown; ++i) {
        const FunnelZone& zone = funnel.zones[i];
        out += fmt::format("{:>12} {:>12} {:>12}  {} ({})\n", zone.counts.total(),
                           zone.counts[FunnelStep::callable], zone.counts[FunnelStep::closed],
                           zone_name(zone), zone_state(zone));
    }
    if (shown < funnel.zones.size()) {
        out += fmt::format("{:>38}  and {} more; see --json\n", "", funnel.zones.size() - shown);
    }
}

std::string list_state(const FunnelList& list) {
    if (list.status != "active") {
        return list.status;
    }
    return list.weight == 0 ? "switched off" : fmt::format("weight {}", list.weight);
}

void add_lists(const Funnel& funnel, std::string& out) {
    if (funnel.lists.empty()) {
        return;
    }
    out += fmt::format("\n{:>12} {:>12} {:>12}  {}\n", "leads", "callable", "refused rows", "list");
    const std::size_t shown = std::min(funnel.lists.size(), kRowsMax);
    for (std::size_t i = 0; i < shown; ++i) {
        const FunnelList& list = funnel.lists[i];
        out += fmt::format("{:>12} {:>12} {:>12}  {} {} ({})\n", list.counts.total(),
                           list.counts[FunnelStep::callable], list.rows_refused,
                           static_cast<std::int64_t>(list.list), list.name, list_state(list));
    }
    if (shown < funnel.lists.size()) {
        out += fmt::format("{:>38}  and {} more; see --json\n", "", funnel.lists.size() - shown);
    }
}

} // namespace

std::string to_text(const Funnel& funnel) {
    std::string out = fmt::format("{}, {}, at {}\n\n", funnel.name,
                                  funnel.running ? "running" : "stopped", moment(funnel.at));
    if (funnel.rows_refused > 0) {
        out +=
            fmt::format("{:<54}{:>14}\n", "Rows of files refused at import", funnel.rows_refused);
    }
    add_stages(funnel, out);
    if (funnel.by_hand > 0) {
        out +=
            fmt::format("{:<54}{:>14}\n", "Beside these: numbers dialed by hand", funnel.by_hand);
    }
    if (funnel.next_change) {
        out += "\nMore can be called from " + moment(*funnel.next_change) + " on.\n";
    }
    add_zones(funnel, out);
    add_lists(funnel, out);
    return out;
}

} // namespace campaigns
