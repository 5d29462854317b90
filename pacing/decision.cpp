#include "pacing/decision.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pacing {

namespace {

constexpr Duration slow_pace = std::chrono::seconds{15}; // Features::events off
constexpr double limited_memory_s = 10.0;
constexpr Duration asking = std::chrono::seconds{1}; // a campaign that asked within this competes
constexpr double turn_slack = 0.05; // answers per agent by which a turn may run ahead
constexpr double law_patience = 4.0;
constexpr double no_turn_limit = 1e12;
constexpr double give_up_held = 0.02; // shortage
constexpr double ratio_max = 10.0;

/// P(answer) at each horizon of a call that is answered for sure, dialed now.
const Horizons& fresh_shares() {
    static const Horizons shares = [] {
        Horizons values;
        for (int k = 0; k < horizons; ++k) {
            values[k] = (k + 0.5) / horizons;
        }
        return values;
    }();
    return shares;
}

int whole(double value) {
    return static_cast<int>(std::clamp(std::floor(value), 0.0, 1'000'000'000.0));
}

} // namespace

const std::array<Decision::Rule, modes> Decision::rules{
    &Decision::none,       &Decision::none,  &Decision::progressive,
    &Decision::predictive, &Decision::ratio, &Decision::agentless,
};

Decision::Decision(Pool& pool, Campaign& campaign, const Room& room, std::span<const Group> next)
    : pool_{pool}, campaign_{campaign}, room_{room}, next_{next}, now_{pool.clock_.now()},
      free_{pool.agents_.count(AgentState::ready)} {
    for (const auto& each : pool_.campaigns_) {
        if (each && each->wants_agents()) {
            waiting_ += each->waiting;
            lines_ += each->in_flight;
            claimed_ += claimed_by(*each) ? each->in_flight : 0;
        }
    }
}

Plan Decision::make() {
    const auto mode = static_cast<std::size_t>(campaign_.settings.mode);
    Plan plan = mode < rules.size() ? (this->*rules[mode])() : none();
    campaign_.asked = now_;
    campaign_.asked_once = true;
    return plan;
}

Plan Decision::none() {
    const Plan plan{0, 0, Limit::mode};
    explain(plan, 0.0);
    return plan;
}

Plan Decision::agentless() {
    const Cap most = cap(false);
    return finish(std::numeric_limits<int>::max(), most.limit, most);
}

Plan Decision::progressive() {
    return fixed(free_for_dialing() - lines_);
}

Plan Decision::ratio() {
    // Free agents only: an agent who is busy may stay so for an hour, and a line dialed on his
    // account would find nobody.
    const double lines = std::clamp(campaign_.settings.lines_per_agent, 1.0, ratio_max);
    return fixed(whole(lines * free_for_dialing()) - lines_);
}

Plan Decision::fixed(int lines) {
    const int most = lines_for(turn());
    const Limit own = most < lines ? Limit::turn : Limit::agents;
    return finish(std::clamp(lines, 0, most), own, cap(true));
}

bool Decision::claimed_by(const Campaign& other) const {
    return &other != &campaign_ && other.claims_agents();
}

/// Lines that bring about that many answers; one if it is any.
int Decision::lines_for(double answers) const {
    return answers <= 0.0 ? 0 : std::max(1, whole(answers / campaign_.probability(1.0)));
}

/// Answered calls that wait have the first claim on free agents.
int Decision::free_for_dialing() const {
    return std::max(0, free_ - waiting_);
}

Decision::Cap Decision::cap(bool by_agents) const {
    Cap least{static_cast<int>(std::min<std::size_t>(next_.size(), 1'000'000)), Limit::leads};
    const auto lower = [&least](int lines, Limit limit) {
        if (lines < least.lines) {
            least = {std::max(0, lines), limit};
        }
    };
    lower(room_.channels, Limit::trunk);
    lower(campaign_.settings.channels_max - campaign_.in_flight, Limit::trunk);
    lower(room_.rate, Limit::rate);
    if (by_agents) {
        const double lines =
            std::max(0.0, campaign_.settings.lines_per_agent_max) * pool_.agents_.signed_in();
        lower(whole(lines) - lines_, Limit::agents);
    }
    return least;
}

Plan Decision::finish(int wanted, Limit own, const Cap& most) {
    Plan plan;
    plan.dial = std::clamp(wanted, 0, most.lines);
    plan.limit = wanted > most.lines ? most.limit : own;
    if (pool_.agents_.signed_in() == 0 && campaign_.wants_agents()) {
        plan.dial = 0;
        plan.limit = Limit::nobody;
    }
    explain(plan, 0.0);
    return plan;
}

bool Decision::competes(const Campaign& other) const {
    const bool asks = other.asked_once && now_ - other.asked <= asking;
    const Limit limit = other.last.limit;
    const bool could_dial = limit == Limit::agents || limit == Limit::turn || limit == Limit::law;
    return &other != &campaign_ && !other.removed && other.wants_agents() && asks && could_dial;
}

double Decision::used(const Campaign& campaign) const {
    // What it had, and what it has under way, for each part of its share.
    const double under_way =
        campaign.waiting + static_cast<double>(campaign.in_flight) * campaign.rate.value();
    return (campaign.served + under_way) / std::max(campaign.settings.share, 1e-6);
}

/// Answers that the campaign may add to what is under way before it is another one's turn.
double Decision::turn() const {
    double most = no_turn_limit;
    for (const auto& other : pool_.campaigns_) {
        if (!other || !competes(*other)) {
            continue;
        }
        if (other->settings.priority > campaign_.settings.priority) {
            return 0.0;
        }
        if (other->settings.priority == campaign_.settings.priority) {
            // A campaign that the law holds back dials for free agents only. It must get some,
            // but the pool does not wait until it has its whole share.
            const double patience = other->last.limit == Limit::law ? law_patience : 1.0;
            const double behind = used(*other) * patience - used(campaign_);
            most = std::min(most, behind * std::max(campaign_.settings.share, 1e-6) +
                                      turn_slack * pool_.agents_.signed_in());
        }
    }
    return most;
}

Outlook Decision::outlook(const GridPoints& demand, const GridPoints& supply) {
    const Moments& back = pool_.agents_.expected();
    Outlook outlook;
    outlook.free = std::max(0, free_ - claimed_);
    outlook.waiting = waiting_;
    outlook.supply = at(back.mean, supply);
    outlook.supply_var = at(back.variance, supply).max(0.0);
    outlook.demand = at(demand_.mean, demand).max(0.0);
    // A rate taken too low is too low for all lines at once. With many agents this outweighs the
    // chance of the single line, above all in the first minutes of a day.
    outlook.demand_var =
        at(demand_.variance, demand).max(0.0) + campaign_.rate.doubt() * outlook.demand.square();
    const double taken_per_s = pool_.agents_.inbound_per_s();
    if (campaign_.settings.features.inbound && taken_per_s > 1e-6) {
        for (int k = 0; k < horizons; ++k) {
            const auto& point = demand[static_cast<std::size_t>(k)];
            const auto below = static_cast<std::size_t>(point.below);
            const double time_s =
                0.5 * (grid_half_s[below] + static_cast<double>(point.share) *
                                                (grid_half_s[below + 1] - grid_half_s[below]));
            const double taken =
                (free_ + 0.5 * outlook.supply[k]) * -std::expm1(-taken_per_s * time_s);
            outlook.demand[k] += taken;
            outlook.demand_var[k] += taken;
        }
    }
    return outlook;
}

Shortage Decision::shortage(const Outlook& outlook, const GridPoints& supply) const {
    if (pool_.agents_.signed_in() > AgentsBook::exact_max) {
        return Shortage{outlook};
    }
    std::array<const Row*, AgentsBook::exact_max> rows{};
    const int busy = pool_.agents_.each_expected(rows);
    return Shortage{outlook, rows, busy, supply};
}

void Decision::look_ahead() {
    demand_.clear();
    for (const auto& each : pool_.campaigns_) {
        if (each && each->wants_agents() && !claimed_by(*each)) {
            demand_.add(each->lines.answers(), 1.0F);
        }
    }
    if (campaign_.points_version != campaign_.rings.version()) {
        campaign_.points_version = campaign_.rings.version();
        const auto& settings = campaign_.settings;
        const double tolerance_s =
            settings.features.tolerance ? std::max(0.0, seconds(settings.tolerance)) : 0.0;
        for (std::size_t k = 0; k < campaign_.supply_points.size(); ++k) {
            campaign_.supply_points[k] = grid_point(campaign_.rings.fresh_s()[k] + tolerance_s);
        }
    }
    outlook_ = outlook(campaign_.rings.fresh(), campaign_.supply_points);
    shortage_.emplace(shortage(outlook_, campaign_.supply_points));
}

double Decision::with(const Batch& batch) const {
    const Horizons mean = batch.mean * fresh_shares();
    const Horizons own = mean - batch.square * fresh_shares().square();
    const Horizons doubt = campaign_.rate.doubt() * mean * (mean + 2.0 * outlook_.demand);
    return shortage_->with(mean, own + doubt);
}

Decision::Batch Decision::add_lines(Batch batch, int lines) const {
    const Group* last = nullptr;
    double probability = 0;
    for (int i = 0; i < lines; ++i) {
        const Group& group = next_[static_cast<std::size_t>(batch.lines)];
        if (last == nullptr || !(*last == group)) {
            probability = campaign_.probability(campaign_.factor(group));
            last = &group;
        }
        ++batch.lines;
        batch.mean += probability;
        batch.square += probability * probability;
    }
    return batch;
}

/// Dials one more while its answer would too likely find nobody: the first number of lines whose
/// shortage passes the threshold, found by doubling steps and then halving them.
Decision::Batch Decision::walk(int most, double answers_most) const {
    Batch batch;
    const double threshold = campaign_.threshold.value();
    if (most <= 0 || with(batch) > threshold) {
        return batch;
    }
    int step = 1;
    bool growing = true;
    while (batch.lines < most) {
        step = std::min(step, most - batch.lines);
        const Batch more = add_lines(batch, step);
        const bool allowed = more.mean <= answers_most;
        const bool fits = allowed && with(more) <= threshold;
        if (fits || (allowed && step == 1)) {
            batch = more;
            if (!fits) {
                break;
            }
            step = growing ? step * 2 : std::max(1, step / 2);
        } else if (step == 1) {
            batch.held_back = true;
            break;
        } else {
            growing = false;
            step /= 2;
        }
    }
    return batch;
}

double Decision::prospect() const {
    Prospect ahead;
    ahead.agents = pool_.agents_.active();
    ahead.time_s =
        campaign_.until_known ? std::clamp(seconds(campaign_.until - now_), 0.0, 86'400.0) : 0.0;
    ahead.work_s = campaign_.services.work_s();
    ahead.line_s = campaign_.rings.line_s();
    ahead.rate = campaign_.rate.value();
    ahead.channels = campaign_.settings.channels_max;
    ahead.leads = room_.leads_end ? static_cast<double>(next_.size()) : 1e12;
    double served = 0;
    for (const auto& each : pool_.campaigns_) {
        served += each && !each->removed ? each->served + 1.0 : 0.0;
    }
    ahead.part = (campaign_.served + 1.0) / std::max(1.0, served);
    return answers_ahead(ahead);
}

/// Answers that the law allows to expect beyond those of the lines in flight.
double Decision::lawful_answers() {
    Guard& guard = campaign_.guard;
    if (!guard.fresh()) {
        guard.update(campaign_.budget, campaign_.day(), prospect());
    }
    const double under_way =
        std::max(0.0, static_cast<double>(campaign_.lines.answers().mean[grid_size - 1]));
    const double most =
        guard.answers_most(campaign_.early, campaign_.cap, free_ - waiting_ - claimed_);
    return most - under_way;
}

Plan Decision::predictive() {
    const Cap most = cap(true);
    if (pool_.agents_.signed_in() == 0) {
        return finish(0, Limit::nobody, most);
    }
    const bool slow = !campaign_.settings.features.events;
    if (slow && campaign_.asked_once && now_ < campaign_.pace_next) {
        Plan plan;
        plan.limit = campaign_.last.limit;
        return plan;
    }
    campaign_.pace_next = now_ + slow_pace;
    look_ahead();
    const int floor_lines = std::max(0, free_for_dialing() - lines_);
    // One line at least, when it is its turn at all.
    double turn_answers = turn();
    if (turn_answers > 0.0) {
        turn_answers = std::max(turn_answers, 1.0);
    }
    const double law_answers = lawful_answers();
    const Batch batch = walk(most.lines, std::min(turn_answers, law_answers));
    const int turn_lines = lines_for(turn_answers);
    const int wanted = std::max(batch.lines, std::min(floor_lines, turn_lines));
    const bool by_law = batch.held_back && law_answers <= turn_answers;
    campaign_.guard.hold(by_law);
    Limit own = by_law ? Limit::law : Limit::agents;
    if ((batch.held_back && !by_law) || turn_lines == 0) {
        own = Limit::turn;
    }
    Plan plan;
    plan.dial = std::clamp(wanted, 0, most.lines);
    plan.give_up = give_up();
    const double left = with(plan.dial == batch.lines ? batch : add_lines(Batch{}, plan.dial));
    // At a cap the model may have wanted no more, either.
    const bool capped =
        plan.dial >= most.lines &&
        (wanted > most.lines || (own == Limit::agents && left <= campaign_.threshold.value()));
    plan.limit = capped ? most.limit : own;
    remember_cap(capped && (most.limit != Limit::leads || room_.leads_end));
    explain(plan, left);
    return plan;
}

int Decision::give_up() {
    const auto& settings = campaign_.settings;
    if (!settings.features.cancelling || campaign_.in_flight == 0) {
        return 0;
    }
    // While the law holds dialing back, a line for which nobody will be there is one too many.
    const double limit = campaign_.guard.holds() ? give_up_held : campaign_.give_up_limit();
    const int late = campaign_.lawful.past(now_, settings.ring_min);
    if (late <= 0) {
        return 0;
    }
    std::array<double, horizons> left_s{};
    campaign_.rings.left_s(seconds(settings.ring_min), left_s);
    const double tolerance_s =
        settings.features.tolerance ? std::max(0.0, seconds(settings.tolerance)) : 0.0;
    GridPoints demand{};
    GridPoints supply{};
    for (std::size_t k = 0; k < demand.size(); ++k) {
        demand[k] = grid_point(left_s[k]);
        supply[k] = grid_point(left_s[k] + tolerance_s);
    }
    const Outlook ahead = outlook(demand, supply);
    const Shortage short_of = shortage(ahead, supply);
    Moments gone;
    int lines = 0;
    double now_short = short_of.now();
    for (std::int64_t age = ring_buckets - 1; age >= 0 && lines < late && now_short > limit;
         --age) {
        const int here = std::min(late - lines, campaign_.lines.lines_of_age(age));
        if (here <= 0) {
            continue;
        }
        campaign_.lines.answers_of_age(age, here, gone);
        lines += here;
        now_short = short_of.with(-at(gone.mean, demand), -at(gone.variance, demand));
    }
    return lines;
}

void Decision::explain(const Plan& plan, double left) {
    Explanation& record = campaign_.last;
    record.at = pool_.clock_.outside(now_);
    record.mode = campaign_.settings.mode;
    record.dial = plan.dial;
    record.give_up = plan.give_up;
    record.limit = plan.limit;
    record.agents_signed_in = pool_.agents_.signed_in();
    record.agents_free = free_;
    record.agents_expected = outlook_.supply.sum() / horizons;
    record.lines_in_flight = campaign_.in_flight;
    record.answers_expected = outlook_.demand.sum() / horizons;
    record.waiting = waiting_;
    record.answer_rate = campaign_.rate.value();
    record.shortage = left;
    record.threshold = campaign_.threshold.value();
    record.horizon_s = campaign_.rings.answer_s() + seconds(campaign_.settings.tolerance);
}

void Decision::remember_cap(bool capped) {
    // A share of time: what held until now counts for the time since the last decision.
    if (campaign_.asked_once) {
        const double passed_s = std::max(0.0, seconds(now_ - campaign_.asked));
        const double weight = passed_s / (passed_s + limited_memory_s);
        campaign_.limited += weight * ((campaign_.limited_now ? 1.0 : 0.0) - campaign_.limited);
    }
    campaign_.limited_now = capped;
}

} // namespace pacing
