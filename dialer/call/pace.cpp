#include "dialer/call/pace.hpp"

#include "dialer/call/pace_keys.hpp"
#include "dialer/loop/invariant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dialer::call {

using namespace std::chrono_literals;
using agents::PoolId;
using campaigns::CampaignId;
using pacing::Event;
using pacing::EventKind;

namespace {

// Answer to agent. 47 CFR 64.1200(a)(7)
constexpr auto tolerance = 2s;
// Not given up before. 47 CFR 64.1200(a)(6)
constexpr auto legal_ring_min = 15s;
constexpr auto legal_ring_max = 60s;
// A larger step of the wall clock is somebody's doing: durations go by the monotonic clock then.
constexpr auto drift_max = 5s;

pacing::Mode mode_of(campaigns::DialMode mode) {
    using enum pacing::Mode;
    constexpr std::array<pacing::Mode, pacing::modes> table{manual,     preview, progressive,
                                                            predictive, ratio,   agentless};
    return table[static_cast<std::size_t>(mode)];
}

pacing::Period period_of(const dnc::AbandonmentLimit& limit) {
    using enum pacing::PeriodKind;
    constexpr std::array<pacing::PeriodKind, 4> table{successive_days, trailing_days,
                                                      calendar_month, day};
    return {table[static_cast<std::size_t>(limit.period)],
            limit.days,
            {limit.cap_numerator, limit.cap_denominator}};
}

pacing::Day day_number(std::chrono::sys_days day) {
    return static_cast<pacing::Day>(day.time_since_epoch().count());
}

/// A name of a pool that may be part of a file name, distinct for distinct pools.
std::string file_safe(const std::string& name) {
    constexpr std::size_t readable_max = 40;
    std::string text;
    bool faithful = name.size() <= readable_max;
    for (const char c : name.substr(0, readable_max)) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        text += plain ? c : '_';
        faithful = faithful && plain;
    }
    return faithful ? text : fmt::format("{}_{:x}", text, std::hash<std::string>{}(name));
}

std::string file_name(PoolId pool, const std::string& name, pacing::Day day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    const auto whose = name.empty() ? fmt::format("campaign-{}", static_cast<std::int64_t>(pool))
                                    : "pool-" + file_safe(name);
    return fmt::format("{}-{:04}-{:02}-{:02}", whose, static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

} // namespace

Pace::Pace(Parts parts)
    : pools_{parts.pools}, zones_{parts.zones}, places_{parts.area_codes, parts.zones},
      rules_{std::move(parts.rules)}, window_close_{parts.window_close},
      lines_max_{parts.lines_max}, record_{std::move(parts.record)} {}

Pace::~Pace() = default;

/// Durations are pacing's matter, so its instants follow the monotonic clock from one tie to the
/// wall clock to the next.
pacing::Instant Pace::at(Stamp now) const {
    const auto since = now.mono - anchor_->mono;
    return anchor_->wall + std::chrono::duration_cast<pacing::Duration>(since);
}

const pacing::Pacer* Pace::pacer_of(CampaignId id) const {
    const auto campaign = campaigns_.find(id);
    return campaign == campaigns_.end() ? nullptr : &pacers_.at(campaign->second.pool).pacer;
}

int Pace::kept_from(CampaignId id) const {
    const auto* pacer = pacer_of(id);
    return pacer == nullptr ? 0 : pacer->kept_from(key(id));
}

// -- campaigns

void Pace::set_campaign(const campaigns::Campaign& settings, Stamp now) {
    anchor_ = anchor_ ? *anchor_ : now;
    const auto id = settings.id;
    const auto pool = pools_.of(id);
    const auto [entry, fresh] = campaigns_.try_emplace(id);
    auto& campaign = entry->second;
    const auto before = std::exchange(campaign.settings, settings);
    const auto pool_before = std::exchange(campaign.pool, pool);
    if (fresh) {
        find_rules(campaign);
        return admit(id, campaign, "", now);
    }
    const bool other_law = before.jurisdiction != settings.jurisdiction ||
                           before.regulatory_campaign != settings.regulatory_campaign;
    if (other_law) {
        campaign.counts.clear(); // of another zone's days, or another offer's
        campaign.history_known = false;
        find_rules(campaign);
    }
    if (other_law || pool_before != pool) {
        auto& left = pacers_.at(pool_before).pacer;
        const auto learnt = left.save(key(id));
        left.remove_campaign(key(id));
        admit(id, campaign, learnt, now);
        return move_agents(id, pool, now);
    }
    find_first_day(campaign);
    pacers_.at(pool).pacer.set_campaign(key(id), settings_of(campaign));
    if (before.trunks != settings.trunks || before.caller_id != settings.caller_id) {
        supply_changed(id, now);
    }
}

void Pace::find_rules(Campaign& campaign) {
    const auto found = rules_.find(campaign.settings.jurisdiction);
    campaign.rules = found == rules_.end() ? nullptr : &found->second;
    campaign.zone = campaign.rules == nullptr ? std::nullopt : zones_.find(campaign.rules->zone);
}

/// The anchor of successive periods; found out here when the first call is made in this run.
void Pace::find_first_day(Campaign& campaign) const {
    if (const auto& first = campaign.settings.first_call_at) {
        campaign.first_day_known = true;
        campaign.first_day = day_of(campaign, *first);
    }
}

/// The campaign becomes one of its pool's, with what it has learnt and the counts of its days.
void Pace::admit(CampaignId id, Campaign& campaign, const std::string& learnt, Stamp now) {
    find_first_day(campaign);
    begin_day(id, campaign, now);
    auto& pacer = pacers_[campaign.pool].pacer;
    if (!learnt.empty()) {
        // Text that this very pacing wrote a moment ago.
        INVARIANT(pacer.load(key(id), learnt));
    }
    for (const auto& [day, count] : campaign.counts) {
        pacer.add_history(key(id), day, count);
    }
}

pacing::Settings Pace::settings_of(const Campaign& campaign) const {
    const auto& from = campaign.settings;
    pacing::Settings settings;
    settings.mode = mode_of(from.mode);
    settings.lines_per_agent = from.lines_per_agent;
    if (campaign.rules != nullptr) {
        settings.periods.clear();
        for (const auto& limit : campaign.rules->limits) {
            settings.periods.push_back(period_of(limit));
        }
    }
    settings.first_day = campaign.first_day;
    settings.lines_per_agent_max = from.lines_per_agent_max;
    settings.channels_max = lines_max_;
    settings.tolerance = tolerance;
    settings.ring_min = legal_ring_min;
    settings.ring_max =
        std::clamp<std::chrono::seconds>(from.ring_max, legal_ring_min, legal_ring_max);
    settings.priority = from.priority;
    settings.share = from.share;
    return settings;
}

pacing::Day Pace::day_of(const Campaign& campaign, dnc::Instant instant) const {
    if (!campaign.zone) {
        return day_number(std::chrono::floor<std::chrono::days>(instant));
    }
    return day_number(zones_.local(*campaign.zone, instant).date);
}

void Pace::begin_day(CampaignId id, Campaign& campaign, Stamp now) {
    campaign.today = day_of(campaign, now.wall);
    if (!campaign.first_day_known) {
        campaign.first_day = campaign.today;
    }
    auto& pool = pacers_[campaign.pool];
    pool.pacer.set_campaign(key(id), settings_of(campaign));
    pool.file = std::make_shared<const std::string>(
        file_name(campaign.pool, pools_.name(campaign.pool), campaign.today));
    Event event;
    event.at = at(now);
    event.kind = EventKind::day_started;
    event.campaign = key(id);
    event.day = campaign.today;
    event.until = event.at;
    if (campaign.zone && zones_.local(*campaign.zone, now.wall).of_day < window_close_) {
        const auto close = zones_.next_time_of_day(*campaign.zone, now.wall, window_close_);
        event.until += close - now.wall;
    }
    emit(campaign.pool, event);
}

void Pace::tick(Stamp now) {
    const auto second =
        std::chrono::floor<std::chrono::seconds>(now.wall).time_since_epoch().count();
    if (std::exchange(looked_at_s_, second) == second || !anchor_) {
        return;
    }
    for (auto& [id, campaign] : campaigns_) {
        if (day_of(campaign, now.wall) == campaign.today) {
            continue;
        }
        if (std::chrono::abs(now.wall - at(now)) < drift_max) {
            anchor_ = now; // what the clocks drifted apart since the last day
        }
        begin_day(id, campaign, now);
    }
}

void Pace::supply_changed(CampaignId id, Stamp now) {
    if (const auto campaign = campaigns_.find(id); campaign != campaigns_.end()) {
        Event event;
        event.at = at(now);
        event.kind = EventKind::supply_changed;
        event.campaign = key(id);
        emit(campaign->second.pool, event);
    }
}

// -- what is known from before

std::optional<Pace::HistoryWanted> Pace::history_wanted(CampaignId id, Stamp now) const {
    const auto campaign = campaigns_.find(id);
    if (campaign == campaigns_.end() || campaign->second.history_known || !campaign->second.zone) {
        return std::nullopt;
    }
    return HistoryWanted{campaign->second.rules->zone,
                         now.wall - std::chrono::days{pacing::Budget::days_kept}};
}

void Pace::add_history(CampaignId id, const std::string& zone,
                       const std::vector<campaigns::DayAnswers>& days, Stamp now) {
    const auto wanted = history_wanted(id, now);
    if (!wanted || wanted->zone != zone) {
        return; // read for other rules, or read twice
    }
    for (const auto& row : days) {
        // The cautious reading: who left before anybody was there may have been abandoned.
        const auto abandoned = row.abandoned + row.early_hangup;
        count(id, row.day, {row.bridged + abandoned, abandoned}, false);
    }
    campaigns_.at(id).history_known = true;
}

bool Pace::load(CampaignId id, const std::string& learnt) {
    const auto campaign = campaigns_.find(id);
    return campaign != campaigns_.end() &&
           pacers_.at(campaign->second.pool).pacer.load(key(id), learnt);
}

std::string Pace::save(CampaignId id) const {
    const auto* pacer = pacer_of(id);
    return pacer == nullptr ? "" : pacer->save(key(id));
}

std::optional<campaigns::Sentence> Pace::obstacle(CampaignId id) const {
    using campaigns::Sentence;
    const auto found = campaigns_.find(id);
    if (found == campaigns_.end()) {
        return Sentence{"campaign_unknown"};
    }
    const auto& campaign = found->second;
    if (campaign.rules == nullptr) {
        return Sentence{"no_abandonment_rules", {{"jurisdiction", campaign.settings.jurisdiction}}};
    }
    if (!campaign.zone) {
        return Sentence{"no_rules_zone", {{"zone", campaign.rules->zone}}};
    }
    if (!campaign.history_known) {
        return Sentence{"history_read"};
    }
    return std::nullopt;
}

/// Adds to what the law counts. Calls that pacing was told of by an event it has counted itself.
void Pace::count(CampaignId id, pacing::Day day, pacing::Count count, bool told_by_event) {
    const auto campaign = campaigns_.find(id);
    if (campaign == campaigns_.end()) {
        return;
    }
    auto& counts = campaign->second.counts;
    counts[day].answered += count.answered;
    counts[day].abandoned += count.abandoned;
    while (!counts.empty() &&
           counts.begin()->first + pacing::Budget::days_kept < campaign->second.today) {
        counts.erase(counts.begin());
    }
    if (!told_by_event) {
        pacers_.at(campaign->second.pool).pacer.add_history(key(id), day, count);
    }
}

/// An answer of one campaign counts for all that the law sees as one with it, FCC 12-21. Those
/// whose days are still being read will read it.
void Pace::count_for_all(CampaignId id, pacing::Day day, pacing::Count added, bool told_by_event) {
    count(id, day, added, told_by_event);
    const auto own = campaigns_.find(id);
    if (own == campaigns_.end()) {
        return;
    }
    for (const auto& [other, campaign] : campaigns_) {
        const auto law = campaign.settings.regulatory_campaign;
        const bool one_with_it = law != 0 && law == own->second.settings.regulatory_campaign;
        if (other != id && one_with_it && campaign.history_known) {
            count(other, day, added, false);
        }
    }
}

// -- decisions

pacing::Plan Pace::decide(CampaignId id, Stamp now, const pacing::Room& room,
                          std::span<const pacing::Group> next) {
    const auto campaign = campaigns_.find(id);
    if (campaign == campaigns_.end()) {
        return {};
    }
    return pacers_.at(campaign->second.pool).pacer.decide(key(id), at(now), room, next);
}

pacing::Explanation Pace::explain(CampaignId id) const {
    const auto* pacer = pacer_of(id);
    return pacer == nullptr ? pacing::Explanation{} : pacer->explain(key(id));
}

std::vector<pacing::Budget::Standing> Pace::standings(CampaignId id) const {
    const auto* pacer = pacer_of(id);
    return pacer == nullptr ? std::vector<pacing::Budget::Standing>{} : pacer->standings(key(id));
}

const dnc::AbandonmentRules* Pace::rules(CampaignId id) const {
    const auto campaign = campaigns_.find(id);
    return campaign == campaigns_.end() ? nullptr : campaign->second.rules;
}

} // namespace dialer::call
