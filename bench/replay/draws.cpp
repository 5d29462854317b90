#include "bench/replay/draws.hpp"

#include <algorithm>
#include <cmath>

namespace replay {

namespace {

using pacing_sim::Random;

std::size_t below(std::size_t count, Random& random) {
    return std::min(count - 1,
                    static_cast<std::size_t>(random.uniform() * static_cast<double>(count)));
}

} // namespace

CallSource::CallSource(const Recording& recording, pacing::CampaignId campaign)
    : recording_{recording} {
    double waited_s = 0;
    double left = 0;
    for (std::uint32_t index = 0; index < recording.calls.size(); ++index) {
        const CallRecord& record = recording.calls[index];
        if (record.campaign != campaign) {
            continue;
        }
        calls_.push_back(index);
        if (record.fate == Fate::person) {
            waited_s += seconds(record.waited);
            left += record.left ? 1 : 0;
        }
    }
    leaving_per_s_ = waited_s > 0 ? left / waited_s : 0;
    by_delay_ = calls_;
    std::stable_sort(by_delay_.begin(), by_delay_.end(), [&](auto left_one, auto right_one) {
        return recording_.calls[left_one].delay < recording_.calls[right_one].delay;
    });
}

const CallRecord& CallSource::call(std::size_t index) const {
    return recording_.calls[calls_[index]];
}

// The first call dialed at that time or later.
std::size_t CallSource::first_from(Instant at) const {
    const auto found =
        std::lower_bound(calls_.begin(), calls_.end(), at, [&](std::uint32_t index, Instant when) {
            return recording_.calls[index].dialed < when;
        });
    return static_cast<std::size_t>(found - calls_.begin());
}

void CallSource::start_day(Instant from, Instant to) {
    day_first_ = first_from(from);
    day_end_ = first_from(to);
    if (day_first_ == day_end_) {
        // The log has no call of the day: it is dialed as on all others.
        day_first_ = 0;
        day_end_ = calls_.size();
    }
    shown_ = day_first_;
    upcoming_.clear();
    groups_.clear();
    first_ = 0;
}

std::span<const pacing::Group> CallSource::next(Instant now, Random& random) {
    if (calls_.empty()) {
        return {};
    }
    if (first_ >= window) {
        const auto gone = static_cast<std::ptrdiff_t>(first_);
        upcoming_.erase(upcoming_.begin(), upcoming_.begin() + gone);
        groups_.erase(groups_.begin(), groups_.begin() + gone);
        first_ = 0;
    }
    while (upcoming_.size() < first_ + window) {
        const bool drawn = shown_ >= day_end_;
        const std::size_t index = drawn ? draw_near(now, random) : shown_++;
        upcoming_.push_back({static_cast<std::uint32_t>(index), drawn});
        groups_.push_back(call(index).group);
    }
    return std::span{groups_}.subspan(first_, window);
}

CallCourse CallSource::take(Random& random, Sources& sources) {
    const Upcoming upcoming = upcoming_[first_++];
    const CallRecord& record = call(upcoming.index);
    std::int64_t& source =
        record.fate == Fate::open ? sources.calls_completed : sources.calls_recorded;
    ++(upcoming.drawn ? sources.calls_drawn : source);
    const CallRecord* whole = record.fate == Fate::open ? completed(record, random) : &record;
    CallCourse course;
    course.group = record.group;
    course.delay = record.delay;
    course.ringing = record.ringing;
    if (whole == nullptr) {
        return course; // nothing in the log lasted longer: nobody would have answered
    }
    course.fate = whole->fate;
    course.delay = whole->delay;
    course.end = whole->end;
    course.leaving = whole->leaving;
    course.machine = whole->machine;
    course.gone = whole->gone;
    course.patience = whole->fate == Fate::person ? patience(*whole, random) : Duration{};
    if (!course.ringing && whole->ringing) {
        course.ringing = whole->ringing;
    }
    return course;
}

// One of the hundred calls dialed before and the hundred dialed after that time of the log.
std::size_t CallSource::draw_near(Instant now, Random& random) const {
    constexpr std::size_t reach = 100;
    const std::size_t middle = std::clamp(first_from(now), day_first_, day_end_);
    const std::size_t from = middle - std::min(middle - day_first_, reach);
    const std::size_t to = middle + std::min(day_end_ - middle, reach);
    return from + below(to - from, random);
}

// Those that lasted longer stand for the one cut off; when one of them was cut off itself, those
// that lasted still longer stand for it (Efron's redistribution to the right, which draws from the
// Kaplan-Meier estimate).
const CallRecord* CallSource::completed(const CallRecord& open, Random& random) const {
    const CallRecord* record = &open;
    while (record != nullptr && record->fate == Fate::open) {
        const auto longer = std::upper_bound(by_delay_.begin(), by_delay_.end(), record->delay,
                                             [&](Duration delay, std::uint32_t index) {
                                                 return delay < recording_.calls[index].delay;
                                             });
        const auto left = static_cast<std::size_t>(by_delay_.end() - longer);
        record =
            left == 0
                ? nullptr
                : &recording_.calls[*(longer + static_cast<std::ptrdiff_t>(below(left, random)))];
    }
    return record;
}

// A person who was served, or whose time was up, is known to have waited so long; how much longer
// is drawn, on the ground that people who wait leave at an even rate.
Duration CallSource::patience(const CallRecord& answered, Random& random) const {
    constexpr double long_s = 3600;
    if (answered.left) {
        return answered.waited;
    }
    const double more_s = leaving_per_s_ > 0 ? random.exponential() / leaving_per_s_ : long_s;
    return answered.waited + std::chrono::duration_cast<Duration>(
                                 std::chrono::duration<double>{std::min(more_s, long_s)});
}

ServiceSource::ServiceSource(const Recording& recording)
    : recording_{recording}, taken_(recording.agents.size()) {
    for (const AgentRecord& agent : recording.agents) {
        for (const Service& service : agent.services) {
            all_.push_back(&service);
        }
    }
}

Service ServiceSource::take(std::size_t agent, Random& random, Sources& sources) {
    const std::vector<Service>& own = recording_.agents[agent].services;
    if (taken_[agent] < own.size()) {
        ++sources.talks_recorded;
        return own[taken_[agent]++];
    }
    ++sources.talks_drawn;
    constexpr std::size_t enough = 20; // then the agent's own habits are worth more than the team's
    if (own.size() >= enough) {
        return own[below(own.size(), random)];
    }
    return all_.empty() ? Service{} : *all_[below(all_.size(), random)];
}

} // namespace replay
