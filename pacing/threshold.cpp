#include "pacing/threshold.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

Threshold::Threshold(double target) : target_{target}, log_{std::log(start)}, value_{start} {}

void Threshold::move(double by) {
    log_ = std::clamp(log_ + by, std::log(lowest), std::log(highest));
    value_ = std::clamp(std::exp(log_), lowest, highest);
}

double Threshold::served(double credit) {
    const double before = log_;
    move(gain * target_ * std::clamp(credit, 0.0, 1.0));
    return log_ - before;
}

void Threshold::abandoned() {
    move(gain * (target_ - 1.0));
}

void Threshold::take_back(double gained) {
    move(-gained);
}

void Threshold::save(SavedWriter& out) const {
    out.put("log_threshold", log_);
}

void Threshold::load(SavedReader& in) {
    log_ = in.get("log_threshold");
    move(0.0);
}

} // namespace pacing
