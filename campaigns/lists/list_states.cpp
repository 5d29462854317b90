#include "campaigns/lists/list_states.hpp"

#include <algorithm>
#include <variant>

namespace campaigns {

namespace {

using std::chrono::sys_days;

std::optional<dnc::ListName> name_of(dnc::ListKind kind) {
    switch (kind) {
    case dnc::ListKind::national:
        return dnc::ListName::national;
    case dnc::ListKind::company:
        return dnc::ListName::company;
    case dnc::ListKind::other:
        return dnc::ListName::other;
    case dnc::ListKind::state:
        return dnc::ListName::state;
    case dnc::ListKind::preference:
        return dnc::ListName::preference;
    case dnc::ListKind::litigator:
        return dnc::ListName::litigator;
    default:
        return std::nullopt; // lists that say what kind of line a number is
    }
}

/// Whether the pack speaks of the place whose list it is.
bool speaks_of(const dnc::Pack& pack, const ListState& list) {
    if (!pack.jurisdiction) {
        return true;
    }
    const std::string country{pack.jurisdiction->country.begin(), pack.jurisdiction->country.end()};
    std::string region{pack.jurisdiction->region.begin(), pack.jurisdiction->region.end()};
    region.resize(std::min(region.find('\0'), region.size()));
    return country == list.country && (region.empty() || region == list.region);
}

bool acts_on(const dnc::Rule& rule, sys_days day) {
    return rule.status != dnc::RuleStatus::waived &&
           (!rule.effective.from || *rule.effective.from <= day) &&
           (!rule.effective.to || day < *rule.effective.to);
}

/// Months later, at most the end of the month.
sys_days months_after(std::chrono::year_month_day day, int months) {
    const auto moved = day + std::chrono::months{months};
    return moved.ok() ? sys_days{moved}
                      : sys_days{moved.year() / moved.month() / std::chrono::last};
}

} // namespace

std::optional<ListTerm> list_term(const dnc::PackSet& packs, const ListState& list, sys_days day) {
    const auto name = name_of(list.kind);
    std::optional<ListTerm> strictest;
    if (!name || !list.as_of) {
        return strictest;
    }
    const auto take = [&](const dnc::Rule& rule, sys_days good_until) {
        if (!strictest || good_until < strictest->good_until) {
            strictest = ListTerm{rule.id, rule.cite, good_until};
        }
    };
    for (const dnc::Pack& pack : packs.packs) {
        for (const dnc::Rule& rule : pack.rules) {
            const auto* const body = std::get_if<dnc::ListRule>(&rule.body);
            if (body == nullptr || body->list != *name || !acts_on(rule, day) ||
                !speaks_of(pack, list)) {
                continue;
            }
            if (body->max_age_days) {
                take(rule, sys_days{*list.as_of} + std::chrono::days{*body->max_age_days});
            }
            if (body->max_age_months) {
                take(rule, months_after(*list.as_of, *body->max_age_months));
            }
        }
    }
    return strictest;
}

} // namespace campaigns
