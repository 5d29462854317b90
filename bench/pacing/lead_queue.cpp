#include "bench/pacing/lead_queue.hpp"

#include <algorithm>
#include <cmath>

namespace pacing_sim {

LeadQueue::LeadQueue(const GroupWorld& groups, bool limited) : groups_{groups}, limited_{limited} {
    const std::size_t held = groups_.on ? 4 * window : window;
    shown_.assign(held, pacing::Group{.list = 1, .caller_id = 0, .attempt = 1, .hour = 0});
    factors_.assign(held, 1.0);
    first_ = groups_.on ? held : 0;
}

void LeadQueue::start_day() {
    left_ = 0;
    hour_ = -1;
    first_ = groups_.on ? shown_.size() : 0;
}

std::span<const pacing::Group> LeadQueue::next(int hour, Random& random) {
    if (groups_.on && (first_ + window > shown_.size() || hour != hour_)) {
        fill(hour, random);
    }
    const std::size_t most =
        limited_ ? static_cast<std::size_t>(std::clamp<std::int64_t>(left_, 0, window)) : window;
    return std::span{shown_}.subspan(first_, most);
}

bool LeadQueue::ends() const {
    return limited_ && left_ <= static_cast<std::int64_t>(window);
}

LeadQueue::Lead LeadQueue::take() {
    left_ -= limited_ ? 1 : 0;
    const Lead lead{factors_[first_], shown_[first_]};
    first_ += groups_.on ? 1 : 0;
    return lead;
}

// Leads that were shown stay in order; their hour is that of the dial.
void LeadQueue::fill(int hour, Random& random) {
    const std::size_t kept = shown_.size() - first_;
    std::copy(shown_.begin() + static_cast<std::ptrdiff_t>(first_), shown_.end(), shown_.begin());
    first_ = 0;
    hour_ = hour;
    for (std::size_t at = kept; at < shown_.size(); ++at) {
        const auto lists = static_cast<double>(groups_.list_factors.size());
        const auto attempts = static_cast<double>(groups_.attempt_factors.size());
        shown_[at].list = 1 + static_cast<std::int64_t>(random.uniform() * lists);
        shown_[at].attempt = 1 + static_cast<std::int32_t>(random.uniform() * attempts);
    }
    constexpr double hours_a_turn = 8;
    const double hourly =
        1 + groups_.hour_swing * std::sin(2 * 3.14159265358979 * hour / hours_a_turn);
    for (std::size_t at = 0; at < shown_.size(); ++at) {
        constexpr int opening_hour = 10; // nine o'clock, plus one
        shown_[at].hour = opening_hour + hour;
        const auto list = static_cast<std::size_t>(shown_[at].list - 1);
        const auto attempt = static_cast<std::size_t>(shown_[at].attempt - 1);
        factors_[at] = hourly * groups_.list_factors[list] * groups_.attempt_factors[attempt];
    }
}

} // namespace pacing_sim
