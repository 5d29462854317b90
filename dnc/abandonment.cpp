#include "dnc/abandonment.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace dnc {

namespace {

constexpr std::array<std::string_view, 4> kPeriods{"successive_days", "trailing_days",
                                                   "calendar_month", "day"};

[[noreturn]] void refuse(const Pack& pack, const Rule& rule, const std::string& why) {
    throw std::runtime_error{pack.file + ": rule " + rule.id + ": " + why};
}

std::string country_of(const Jurisdiction& jurisdiction) {
    return {jurisdiction.country.data(), jurisdiction.country.size()};
}

/// "US", "US-VA".
std::string name_of(const Jurisdiction& jurisdiction) {
    const auto end = std::find(jurisdiction.region.begin(), jurisdiction.region.end(), '\0');
    const std::string region{jurisdiction.region.begin(), end};
    return country_of(jurisdiction) + (region.empty() ? "" : "-" + region);
}

bool is_in_force(const Rule& rule, std::chrono::sys_days on) {
    return rule.status != RuleStatus::waived &&
           (!rule.effective.from || *rule.effective.from <= on) &&
           (!rule.effective.to || on < *rule.effective.to);
}

AbandonmentLimit limit_of(const Pack& pack, const Rule& rule, const AbandonmentRule& body) {
    const auto period = std::find(kPeriods.begin(), kPeriods.end(), body.period);
    if (period == kPeriods.end()) {
        refuse(pack, rule, "there is no period '" + body.period + "'");
    }
    AbandonmentLimit limit;
    limit.period = static_cast<AbandonmentPeriod>(period - kPeriods.begin());
    const bool counts_days = limit.period == AbandonmentPeriod::successive_days ||
                             limit.period == AbandonmentPeriod::trailing_days;
    if (counts_days && (body.days < 1 || body.days > kAbandonmentDaysMax)) {
        refuse(pack, rule,
               "days must be from 1 to " + std::to_string(kAbandonmentDaysMax) +
                   ", as far as pacing looks back");
    }
    limit.days = counts_days ? body.days : limit.days;
    limit.cap_numerator = body.cap_numerator;
    limit.cap_denominator = body.cap_denominator;
    limit.cite = rule.cite;
    limit.confidence = rule.confidence;
    limit.id = rule.id;
    limit.connect_within = body.connect_within;
    return limit;
}

void add(AbandonmentRules& rules, const Pack& pack, const Rule& rule, const AbandonmentRule& body) {
    if (!rules.zone.empty() && rules.zone != body.zone) {
        refuse(pack, rule,
               "counts days of " + body.zone + ", and other rules of " + rules.jurisdiction +
                   " count those of " + rules.zone);
    }
    rules.zone = body.zone;
    rules.limits.push_back(limit_of(pack, rule, body));
}

/// Whether a pack's rules belong to a jurisdiction: its own, its country's, everybody's.
bool is_of(const Pack& pack, const std::string& jurisdiction) {
    return !pack.jurisdiction || name_of(*pack.jurisdiction) == jurisdiction ||
           (pack.jurisdiction->region == Jurisdiction{}.region &&
            jurisdiction.starts_with(country_of(*pack.jurisdiction)));
}

/// Calls `visit` with the pack, the rule and its body for each rule of the kind in force.
template <typename Visit>
void visit_rules(const PackSet& packs, std::chrono::sys_days on, Visit visit) {
    for (const Pack& pack : packs.packs) {
        for (const Rule& rule : pack.rules) {
            const auto* body = std::get_if<AbandonmentRule>(&rule.body);
            if (body != nullptr && is_in_force(rule, on)) {
                visit(pack, rule, *body);
            }
        }
    }
}

} // namespace

std::map<std::string, AbandonmentRules> abandonment_rules(const PackSet& packs,
                                                          std::chrono::sys_days on) {
    std::map<std::string, AbandonmentRules> all;
    visit_rules(packs, on, [&all](const Pack& pack, const Rule&, const AbandonmentRule&) {
        if (pack.jurisdiction) {
            const std::string name = name_of(*pack.jurisdiction);
            all[name].jurisdiction = name;
        }
    });
    for (auto& [name, rules] : all) {
        visit_rules(packs, on,
                    [&, &name = name, &rules = rules](const Pack& pack, const Rule& rule,
                                                      const AbandonmentRule& body) {
                        if (is_of(pack, name)) {
                            add(rules, pack, rule, body);
                        }
                    });
    }
    return all;
}

} // namespace dnc
