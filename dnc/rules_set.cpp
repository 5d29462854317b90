#include "dnc/rules_set.hpp"

#include "dnc/zone_release.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace dnc {

namespace {

/// Whether zone data of release `have` may decide under a pack that asks for `need`. A release
/// that cannot be told is not new enough.
bool is_current(std::string_view have, std::string_view need) {
    if (need.empty()) {
        return true;
    }
    const auto have_release = read_zone_release(have);
    const auto need_release = read_zone_release(need);
    return have_release && need_release && *have_release >= *need_release;
}

const Rule* find_rule(const Pack& pack, std::string_view id) {
    const auto found = std::find_if(pack.rules.begin(), pack.rules.end(),
                                    [id](const Rule& rule) { return rule.id == id; });
    return found == pack.rules.end() ? nullptr : &*found;
}

} // namespace

RuleSet::RuleSet(PackSet packs, const ZoneDatabase& zones) : packs_{std::move(packs)} {
    std::sort(packs_.packs.begin(), packs_.packs.end(), [](const Pack& left, const Pack& right) {
        return std::tie(left.level, left.id) < std::tie(right.level, right.id);
    });
    ready_.resize(packs_.packs.size());
    for (std::size_t i = 0; i < packs_.packs.size(); ++i) {
        const Pack& pack = packs_.packs[i];
        ReadyPack& made = ready_[i];
        made.pack = &pack;
        made.zones_current = is_current(zones.version(), pack.min_tzdb);
        for (const Rule& rule : pack.rules) {
            if (rule.status == RuleStatus::waived) {
                continue;
            }
            made.rules.push_back(ready(rule, made, zones));
            if (std::holds_alternative<PortRule>(rule.body)) {
                made.ports.push_back(&rule);
            }
            const auto* revocation = std::get_if<RevocationRule>(&rule.body);
            if (revocation != nullptr && revocation->all_matters) {
                made.revokes_all.push_back(made.rules.size() - 1);
            }
        }
    }
}

ReadyRule RuleSet::ready(const Rule& rule, const ReadyPack& pack, const ZoneDatabase& zones) {
    ReadyRule made;
    made.rule = &rule;
    made.pack = &pack;
    if (const auto* window = std::get_if<WindowRule>(&rule.body)) {
        made.calendar = find_calendar(*pack.pack, window->calendar);
        for (const std::string& name : window->also_zones) {
            const auto zone = zones.find(name);
            made.zone_missing = made.zone_missing || !zone;
            if (zone) {
                made.also_zones.push_back(*zone);
            }
        }
    }
    return made;
}

const ReadyCalendar* RuleSet::find_calendar(const Pack& pack, const std::string& name) {
    if (name.empty()) {
        return nullptr;
    }
    const std::size_t slash = name.find('/');
    const std::string pack_id = slash == std::string::npos ? pack.id : name.substr(0, slash);
    const std::string rule_id = slash == std::string::npos ? name : name.substr(slash + 1);
    const auto home = std::find_if(packs_.packs.begin(), packs_.packs.end(),
                                   [&](const Pack& other) { return other.id == pack_id; });
    const Rule* rule = home == packs_.packs.end() ? nullptr : find_rule(*home, rule_id);
    const auto* days = rule == nullptr ? nullptr : std::get_if<CalendarRule>(&rule->body);
    if (days == nullptr) {
        throw std::runtime_error{pack.id + ": there is no calendar '" + name + "'"};
    }
    for (const auto& calendar : calendars_) {
        if (calendar->rule == rule) {
            return calendar.get();
        }
    }
    calendars_.push_back(
        std::make_unique<ReadyCalendar>(ReadyCalendar{rule, &*home, Calendar{*days}}));
    return calendars_.back().get();
}

} // namespace dnc
