#include "dialer/call/campaign_runtime.hpp"

#include <algorithm>
#include <limits>

namespace dialer::call {

void RecentDurations::add(std::chrono::microseconds value) {
    const auto clamped =
        std::clamp<std::int64_t>(value.count(), 0, std::numeric_limits<std::int32_t>::max());
    if (values_us_.size() < capacity) {
        values_us_.push_back(static_cast<std::int32_t>(clamped));
        return;
    }
    values_us_[next_] = static_cast<std::int32_t>(clamped);
    next_ = (next_ + 1) % capacity;
}

std::optional<double> RecentDurations::percentile_ms(double share) const {
    if (values_us_.empty()) {
        return std::nullopt;
    }
    auto sorted = values_us_;
    const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end());
    return static_cast<double>(sorted[static_cast<std::size_t>(rank)]) / 1000.0;
}

void Figures::count_refusal(const dnc::Decision& decision) {
    std::set<dnc::ReasonCode> codes;
    for (const dnc::Reason& reason : decision.reasons) {
        if (codes.insert(reason.code).second) {
            ++refused[std::string{dnc::to_text(reason.code)}];
        }
    }
}

} // namespace dialer::call
