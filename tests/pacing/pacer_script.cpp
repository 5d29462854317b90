#include "pacer_script.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace pacer_script {

namespace {

using namespace pacing;
using namespace std::chrono_literals;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr Duration kCallMax = 60s; // no call is open and unanswered for longer

class Maker {
public:
    Maker(std::uint32_t seed, Kind kind) : kind_{kind}, random_{seed} {}

    std::vector<Step> make(int length) {
        std::vector<Step> steps;
        for (std::int64_t campaign = 1; campaign <= 3; ++campaign) {
            steps.push_back(settings(CampaignId{campaign}));
        }
        // A team at work makes most of what follows meaningful.
        for (std::int64_t agent = 1; agent <= below(7); ++agent) {
            steps.push_back(of_agent(EventKind::agent_signed_in, AgentId{agent}));
            steps.push_back(of_agent(EventKind::agent_ready, AgentId{agent}));
        }
        while (std::ssize(steps) < length) {
            pass_time();
            steps.push_back(any());
        }
        return steps;
    }

private:
    std::int64_t below(std::int64_t count) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(count));
    }
    bool chance(int percent) { return below(100) < percent; }

    void pass_time() {
        if (chance(60)) {
            now_ += Duration{below(2'000'000)};
        } else if (chance(3)) {
            constexpr std::array<Duration, 6> steps{-1h, -1s, 1min, 1h, 24h, 24h * 40};
            now_ += steps[static_cast<std::size_t>(below(steps.size()))];
        }
    }
    Instant stamp() {
        if (kind_.extreme_clock && chance(2)) {
            return chance(50) ? Instant::min() : Instant{Duration{kMax - below(3'000'000)}};
        }
        return chance(5) ? now_ - Duration{below(30'000'000)} : now_; // late news
    }
    std::int64_t ugly_id(std::int64_t usual) {
        constexpr std::array<std::int64_t, 5> ugly{0, -1, kMin, kMax, 77};
        return chance(2) ? ugly[static_cast<std::size_t>(below(ugly.size()))] : usual;
    }
    Group group() {
        Group out{.list = ugly_id(1 + below(3)),
                  .caller_id = below(2),
                  .attempt = static_cast<std::int32_t>(below(4)),
                  .hour = static_cast<std::int32_t>(below(25))};
        if (chance(1)) {
            out.attempt = std::numeric_limits<std::int32_t>::min();
            out.hour = std::numeric_limits<std::int32_t>::max();
        }
        return out;
    }

    Step of_agent(EventKind kind, AgentId agent) {
        Step step;
        step.event = {stamp(), kind, CampaignId{}, CallId{}, agent, Group{}, stamp(), 0};
        if (kind == EventKind::agent_wrap_ending) {
            // Sums would leave the range of instants at its ends.
            step.event.until = chance(90) ? now_ + Duration{below(60'000'000)} : stamp();
        }
        step.calls_ago = static_cast<int>(below(6));
        if (chance(20)) {
            step.calls_ago = -1; // an inbound return
        }
        return step;
    }
    Step any_of_agent() {
        using enum EventKind;
        constexpr std::array kinds{
            agent_signed_in, agent_ready,   agent_ready,       agent_talking, agent_talking,
            agent_wrap_up,   agent_wrap_up, agent_wrap_ending, agent_paused,  agent_signed_out};
        const EventKind kind = kinds[static_cast<std::size_t>(below(kinds.size()))];
        return of_agent(kind, AgentId{ugly_id(1 + below(6))});
    }
    Step any_of_call() {
        using enum EventKind;
        constexpr std::array kinds{ringing, ringing, ringing, answered,  answered, answered,
                                   machine, ended,   ended,   abandoned, cancelled};
        Step step;
        step.event.kind = kinds[static_cast<std::size_t>(below(kinds.size()))];
        step.event.at = stamp();
        step.calls_ago = static_cast<int>(below(12));
        if (chance(2)) {
            step.calls_ago = -1; // a call that nobody knows
            step.event.call = CallId{ugly_id(-5)};
        }
        return step;
    }
    Step of_campaign() {
        Step step;
        step.event.at = stamp();
        step.event.campaign = CampaignId{ugly_id(1 + below(3))};
        step.event.kind = chance(50) ? EventKind::supply_changed : EventKind::day_started;
        step.event.day = static_cast<Day>(
            std::chrono::floor<std::chrono::days>(now_).time_since_epoch().count());
        step.event.until = now_ + Duration{below(36'000'000'000)};
        if (kind_.extreme_clock && chance(20)) {
            step.event.day =
                chance(50) ? std::numeric_limits<Day>::min() : std::numeric_limits<Day>::max();
            step.event.until = chance(50) ? Instant::min() : Instant::max();
        }
        return step;
    }
    Step decide() {
        Step step;
        step.what = Step::What::decide;
        step.event.at = stamp();
        step.event.campaign = CampaignId{ugly_id(1 + below(3))};
        step.carry_out = !chance(5);
        if (chance(20)) {
            step.room = {.channels = static_cast<int>(below(4)),
                         .rate = static_cast<int>(below(4)),
                         .leads_end = chance(50)};
        }
        step.next.resize(static_cast<std::size_t>(chance(10) ? below(3) : below(40)));
        std::generate(step.next.begin(), step.next.end(), [this] { return group(); });
        return step;
    }
    Step settings(CampaignId campaign) {
        constexpr std::array modes_often{Mode::predictive,  Mode::predictive, Mode::predictive,
                                         Mode::progressive, Mode::ratio,      Mode::manual,
                                         Mode::preview,     Mode::agentless};
        Step step;
        step.what = Step::What::settings;
        step.event.campaign = campaign;
        step.settings.mode = modes_often[static_cast<std::size_t>(below(modes_often.size()))];
        constexpr std::array<double, 5> lines{1, 2.5, 10, -3, 1e300};
        step.settings.lines_per_agent = lines[static_cast<std::size_t>(below(lines.size()))];
        constexpr std::array<double, 4> most{1, 2.5, 12, 50};
        step.settings.lines_per_agent_max = most[static_cast<std::size_t>(below(most.size()))];
        step.settings.channels_max = chance(30) ? static_cast<int>(below(10)) : 100'000;
        step.settings.ring_min = chance(80) ? Duration{15s} : Duration{below(20'000'000)};
        step.settings.priority = static_cast<int>(below(3));
        step.settings.share = static_cast<double>(1 + below(4));
        if (chance(30)) {
            step.settings.periods = {{PeriodKind::day, 1, {3, 100}},
                                     {PeriodKind::calendar_month, 30, {5, 1000}}};
        }
        step.settings.features.cancelling = chance(70);
        step.settings.features.groups = chance(70);
        step.settings.features.events = chance(90);
        return step;
    }
    Step any() {
        const std::int64_t kind = below(1000);
        if (kind < 450) {
            return decide();
        }
        if (kind < 700) {
            return any_of_call();
        }
        if (kind < 980) {
            return any_of_agent();
        }
        if (kind < 990) {
            return of_campaign();
        }
        Step step = settings(CampaignId{1 + below(3)});
        if (!kind_.settings_change) {
            return decide();
        }
        if (kind >= 997) {
            step.what = kind == 997 ? Step::What::remove : Step::What::history;
            step.event.day = static_cast<Day>(19'700 + below(90));
            step.count = {.answered = below(500), .abandoned = 0};
            step.count.abandoned = step.count.answered / (1 + below(60));
        }
        return step;
    }

    Kind kind_;
    std::mt19937_64 random_;
    Instant now_{1'700'000'000s};
};

} // namespace

std::vector<Step> make(std::uint32_t seed, int length, Kind kind) {
    return Maker{seed, kind}.make(length);
}

Runner::Runner(Tell tell) : tell_{std::move(tell)} {}

void Runner::play(const Step& step) {
    using enum Step::What;
    const CampaignId campaign = step.event.campaign;
    switch (step.what) {
    case event:
        return play_event(step);
    case decide:
        return decide_and_dial(step);
    case settings:
        campaigns_[campaign] = step.settings;
        return pacer_.set_campaign(campaign, step.settings);
    case remove:
        campaigns_.erase(campaign);
        for (auto& [id, call] : in_flight_) {
            call.doubtful = call.doubtful || call.campaign == campaign;
        }
        return pacer_.remove_campaign(campaign);
    case history:
        return pacer_.add_history(campaign, step.event.day, step.count);
    }
}

void Runner::play_event(const Step& step) {
    Event event = step.event;
    if (step.calls_ago >= 0 && step.calls_ago < std::ssize(dialed_)) {
        event.call = dialed_[dialed_.size() - 1 - static_cast<std::size_t>(step.calls_ago)];
    }
    tell(event);
}

void Runner::decide_and_dial(const Step& step) {
    const CampaignId campaign = step.event.campaign;
    const auto known = campaigns_.find(campaign);
    if (known != campaigns_.end()) {
        clock_.advance(step.event.at); // a question that concerns nobody tells no time
    }
    end_old_calls(step.event.at);
    Decision decision;
    decision.campaign = campaign;
    decision.known = known != campaigns_.end();
    decision.settings = decision.known ? known->second : Settings{};
    decision.room = step.room;
    decision.next = static_cast<int>(step.next.size());
    decision.counts = pacer_.counts();
    decision.signed_in = static_cast<int>(signed_in_.size());
    const Flying flying_now = flying(campaign, decision.settings.ring_min);
    decision.in_flight = flying_now.certain;
    decision.rang_long_enough = flying_now.rang;
    decision.plan = pacer_.decide(campaign, step.event.at, step.room, step.next);
    decision.explanation = pacer_.explain(campaign);
    decisions_.push_back(decision);
    for (int i = 0; step.carry_out && i < decision.plan.dial; ++i) {
        dialed_.push_back(CallId{1 + std::ssize(dialed_)});
        Event event{step.event};
        event.kind = EventKind::dial_started;
        event.call = dialed_.back();
        event.group = step.next.at(static_cast<std::size_t>(i));
        tell(event);
    }
}

void Runner::tell(const Event& event) {
    clock_.advance(event.at);
    follow(event);
    tell_(pacer_, event);
}

void Runner::follow(const Event& event) {
    using enum EventKind;
    const auto call = in_flight_.find(event.call);
    switch (event.kind) {
    case agent_signed_in:
        signed_in_.insert(event.agent);
        return;
    case agent_signed_out:
        signed_in_.erase(event.agent);
        return;
    case dial_started:
        in_flight_[event.call] = {event.campaign, clock_.now(), clock_.now(), false, false};
        return;
    case ringing:
        if (call != in_flight_.end() && !call->second.rings) {
            call->second.ringing_since = clock_.now();
            call->second.rings = true;
        }
        return;
    case answered:
    case machine:
    case ended:
    case cancelled:
        in_flight_.erase(event.call);
        return;
    case abandoned:
    case agent_talking:
        if (call != in_flight_.end()) {
            call->second.doubtful = true;
        }
        return;
    default:
        return;
    }
}

// An engine ends each call in time, so that no count grows for ever.
void Runner::end_old_calls(Instant at) {
    std::vector<CallId> old;
    for (const auto& [id, call] : in_flight_) {
        if (call.dialed_at <= clock_.now() - kCallMax) {
            old.push_back(id);
        }
    }
    for (const CallId id : old) {
        Event event;
        event.at = at;
        event.kind = EventKind::ended;
        event.call = id;
        tell(event);
    }
}

Runner::Flying Runner::flying(CampaignId campaign, Duration ring_min) const {
    Flying out;
    for (const auto& [id, call] : in_flight_) {
        if (call.campaign == campaign) {
            out.certain += call.doubtful ? 0 : 1;
            out.rang += call.ringing_since <= clock_.now() - ring_min ? 1 : 0;
        }
    }
    return out;
}

} // namespace pacer_script
