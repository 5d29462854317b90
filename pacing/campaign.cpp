#include "pacing/campaign.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace pacing {

namespace {

// A target a sixtieth below the cap: the bound of the threshold holds within some thousand answers,
// and the cap is not to be passed.
constexpr double margin = 1.0 - 1.0 / 60.0;
// A line kept may still find somebody, a line dialed anew rings for ten seconds first: giving up
// asks for more than the threshold. The figures are flat around these.
constexpr double give_up_factor = 2.0;
constexpr double give_up_least = 0.1;
constexpr double probability_min = 0.001;
constexpr double probability_max = 0.95;
constexpr double kept_answers = 10.0; // after a change of answer rate
constexpr double kept_dials = 60.0;   // after a change of ring times

double tightest_cap(const Settings& settings) {
    double cap = settings.periods.empty() ? 1.0 : settings.periods.front().cap.value();
    for (const auto& period : settings.periods) {
        cap = std::min(cap, period.cap.value());
    }
    return std::clamp(cap, 0.0, 1.0);
}

} // namespace

Campaign::Campaign(CampaignId campaign, std::size_t at, const Settings& wanted)
    : id{campaign}, slot{at}, settings{wanted}, rings{seconds(wanted.ring_max)},
      budget{wanted.periods, wanted.first_day}, lines{rings} {
    apply(wanted);
}

void Campaign::apply(const Settings& wanted) {
    const bool same_law =
        settings.periods == wanted.periods && settings.first_day == wanted.first_day;
    if (!same_law) {
        budget = budget.with(wanted.periods, wanted.first_day);
    }
    settings = wanted;
    guard.changed();
    cap = tightest_cap(settings);
    threshold.set_target(cap * margin);
    rings.set_ring_max(seconds(settings.ring_max));
    rings.set_ring_age(settings.features.ring_age);
    services.set_view({settings.features.phases, settings.features.agent_age});
    points_version = rings.version() - 1;
}

void Campaign::advance(Instant now) {
    const Bucket bucket = bucket_of(now);
    if (dialed_once) {
        // Nights and clocks that were set are no experience.
        early.time_s += std::min(static_cast<double>(bucket - bucket_now) * bucket_s, 5.0);
    }
    bucket_now = bucket;
    rate.advance(bucket, rings);
    lines.advance(bucket);
    lawful.advance(now);
    if (settings.features.change && change.rate_changed(answers_since, rate.expected_latest())) {
        rate.forget(kept_answers);
    }
    answers_since = 0;
}

void Campaign::forget() {
    rate.forget(kept_answers);
    forget_rings();
    groups.forget();
    change.restart();
}

void Campaign::forget_rings() {
    rings.forget(kept_dials);
}

double Campaign::factor(const Group& group) const {
    return settings.features.groups ? groups.factor(group) : 1.0;
}

double Campaign::probability(double of_group) const {
    return std::clamp(rate.value() * of_group, probability_min, probability_max);
}

bool Campaign::wants_agents() const {
    return settings.mode == Mode::predictive || settings.mode == Mode::progressive ||
           settings.mode == Mode::ratio;
}

bool Campaign::claims_agents() const {
    // The other modes dial more lines than there are agents, and so promise nobody an agent.
    const bool promises = settings.mode == Mode::predictive || settings.mode == Mode::progressive;
    return promises && guard.spares_none(early, cap);
}

double Campaign::give_up_limit() const {
    return std::max(give_up_least, give_up_factor * threshold.value());
}

std::string Campaign::save() const {
    SavedWriter out;
    threshold.save(out);
    early.save(out);
    rate.save(out);
    rings.save(out);
    services.save(out);
    groups.save(out);
    change.save(out);
    return std::move(out).finish();
}

bool Campaign::load(std::string_view saved) {
    // Read into a campaign of its own first: a text that is damaged must change nothing.
    const auto read = [&](Campaign& into) {
        SavedReader in{saved};
        into.threshold.load(in);
        into.early.load(in);
        into.rate.load(in);
        into.rings.load(in);
        into.services.load(in);
        into.groups.load(in);
        into.change.load(in);
        return in.done();
    };
    if (const auto trial = std::make_unique<Campaign>(id, slot, settings); !read(*trial)) {
        return false;
    }
    read(*this);
    points_version = rings.version() - 1;
    return true;
}

} // namespace pacing
