#include "pacing/change.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

constexpr double ratio = 1.5;
// Evidence that chance alone gathers once in some ten thousand answers.
constexpr double evidence_min = 7.0;
constexpr double window = 96.0;
// Chi-square with 7 degrees of freedom passes this once in 100,000 windows.
constexpr double distance_max = 36.0;

} // namespace

bool ChangeWatch::rate_changed(double answers, double expected) {
    const double step = std::log(ratio);
    higher_ = std::max(0.0, higher_ + answers * step - expected * (ratio - 1.0));
    lower_ = std::max(0.0, lower_ - answers * step + expected * (1.0 - 1.0 / ratio));
    if (std::max(higher_, lower_) < evidence_min) {
        return false;
    }
    higher_ = 0;
    lower_ = 0;
    return true;
}

bool ChangeWatch::rings_changed(double share) {
    const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(bins);
    shares_[std::min(bins - 1, static_cast<std::size_t>(at))] += 1.0;
    seen_ += 1.0;
    if (seen_ < window) {
        return false;
    }
    const double even = seen_ / static_cast<double>(bins);
    double distance = 0;
    for (const double count : shares_) {
        distance += (count - even) * (count - even) / even;
    }
    shares_.fill(0.0);
    seen_ = 0;
    return distance > distance_max;
}

void ChangeWatch::restart() {
    *this = ChangeWatch{};
}

void ChangeWatch::save(SavedWriter& out) const {
    out.put("change_rate", std::array{higher_, lower_});
    out.put("change_shares", shares_);
    out.put("change_seen", seen_);
}

void ChangeWatch::load(SavedReader& in) {
    std::array<double, 2> evidence{};
    in.get("change_rate", evidence);
    higher_ = evidence[0];
    lower_ = evidence[1];
    in.get("change_shares", shares_);
    seen_ = in.get("change_seen");
}

} // namespace pacing
