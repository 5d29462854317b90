#include "dialer/media/latch.hpp"

#include <chrono>

namespace dialer::media {

namespace {

constexpr std::chrono::seconds kSilenceToMove{1};

} // namespace

void Latch::point(Endpoint described) {
    if (described == described_) {
        return;
    }
    described_ = described;
    latched_ = false;
}

bool Latch::admit(Endpoint from, std::uint32_t ssrc, Monotonic now) {
    const bool same = latched_ && from == source_;
    const bool restarted = ssrc != ssrc_ && now - heard_at_ > kSilenceToMove;
    if (latched_ && !same && from != described_ && !restarted) {
        return false;
    }
    latched_ = true;
    source_ = from;
    ssrc_ = ssrc;
    heard_at_ = now;
    return true;
}

} // namespace dialer::media
