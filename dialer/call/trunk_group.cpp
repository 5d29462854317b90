#include "dialer/call/trunk_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dialer::call {

using campaigns::Sentence;

namespace {

// Time constant of the calls-per-second figure on the wallboard.
constexpr double smoothing_s = 5.0;

double seconds_between(Monotonic from, Monotonic to) {
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

TrunkGroup::TrunkGroup(const std::vector<sip::Trunk>& trunks) {
    for (const auto& trunk : trunks) {
        State state;
        state.name = trunk.name;
        state.rate_max = trunk.calls_per_second_max;
        state.channels_max = trunk.channels_max;
        trunks_.push_back(std::move(state));
    }
}

TrunkGroup::State* TrunkGroup::find(std::string_view name) {
    const auto found = std::find_if(trunks_.begin(), trunks_.end(),
                                    [&](const State& t) { return t.name == name; });
    return found == trunks_.end() ? nullptr : &*found;
}

std::vector<TrunkGroup::State*> TrunkGroup::candidates(const std::vector<std::string>& preferred) {
    std::vector<State*> result;
    if (preferred.empty()) {
        for (auto& trunk : trunks_) {
            result.push_back(&trunk);
        }
        return result;
    }
    for (const auto& name : preferred) {
        if (auto* trunk = find(name); trunk != nullptr) {
            result.push_back(trunk);
        }
    }
    return result;
}

void TrunkGroup::refill(State& trunk, Monotonic now) {
    const double burst = std::max(1.0, trunk.rate_max / 10.0);
    const double elapsed_s = std::max(0.0, seconds_between(trunk.refilled_at, now));
    trunk.tokens = std::min(burst, trunk.tokens + elapsed_s * trunk.rate_max);
    trunk.refilled_at = now;
}

void TrunkGroup::decay(State& trunk, Monotonic now) {
    const double elapsed_s = std::max(0.0, seconds_between(trunk.smoothed_at, now));
    trunk.taken_smoothed *= std::exp(-elapsed_s / smoothing_s);
    trunk.smoothed_at = now;
}

std::optional<campaigns::Sentence> TrunkGroup::obstacle_of(const State& trunk, Monotonic now) {
    if (!trunk.up) {
        return Sentence{"trunk_down", {{"trunk", trunk.name}, {"why", trunk.why}}};
    }
    if (now < trunk.held_until) {
        return Sentence{"trunk_waits", {{"trunk", trunk.name}}};
    }
    if (trunk.lines >= trunk.channels_max) {
        return Sentence{"trunk_full",
                        {{"trunk", trunk.name}, {"n", std::int64_t{trunk.channels_max}}}};
    }
    if (trunk.tokens < 1.0) {
        return Sentence{"trunk_rate", {{"trunk", trunk.name}, {"rate", trunk.rate_max}}};
    }
    return std::nullopt;
}

std::optional<std::string> TrunkGroup::take(const std::vector<std::string>& preferred,
                                            const std::vector<std::string>& tried, Monotonic now) {
    for (auto* trunk : candidates(preferred)) {
        refill(*trunk, now);
        const bool used = std::find(tried.begin(), tried.end(), trunk->name) != tried.end();
        if (used || obstacle_of(*trunk, now)) {
            continue;
        }
        trunk->tokens -= 1.0;
        trunk->lines += 1;
        decay(*trunk, now);
        trunk->taken_smoothed += 1.0;
        return trunk->name;
    }
    return std::nullopt;
}

void TrunkGroup::release(std::string_view name) {
    if (auto* trunk = find(name); trunk != nullptr) {
        trunk->lines = std::max(0, trunk->lines - 1);
    }
}

void TrunkGroup::set_health(std::string_view name, bool up, std::string why) {
    if (auto* trunk = find(name); trunk != nullptr) {
        trunk->up = up;
        trunk->why = std::move(why);
    }
}

void TrunkGroup::hold_back(std::string_view name, Monotonic until) {
    if (auto* trunk = find(name); trunk != nullptr) {
        trunk->held_until = std::max(trunk->held_until, until);
    }
}

std::vector<TrunkGroup::Status> TrunkGroup::status(Monotonic now) {
    std::vector<Status> result;
    for (auto& trunk : trunks_) {
        decay(trunk, now);
        result.push_back(
            {trunk.name, trunk.up, trunk.why, trunk.lines, trunk.taken_smoothed / smoothing_s});
    }
    return result;
}

std::optional<campaigns::Sentence> TrunkGroup::obstacle(const std::vector<std::string>& preferred,
                                                        Monotonic now) {
    std::optional<Sentence> first;
    for (auto* trunk : candidates(preferred)) {
        refill(*trunk, now);
        auto why = obstacle_of(*trunk, now);
        if (!why) {
            return std::nullopt;
        }
        first = first ? first : why;
    }
    return first ? first : Sentence{"trunk_none"};
}

TrunkGroup::Room TrunkGroup::room(const std::vector<std::string>& preferred, Monotonic now) {
    Room sum;
    for (auto* trunk : candidates(preferred)) {
        if (!trunk->up || now < trunk->held_until) {
            continue;
        }
        refill(*trunk, now);
        sum.channels += std::max(0, trunk->channels_max - trunk->lines);
        sum.calls += std::min(static_cast<int>(trunk->tokens), trunk->channels_max);
    }
    return sum;
}

} // namespace dialer::call
