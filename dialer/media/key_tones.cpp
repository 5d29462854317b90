#include "dialer/media/key_tones.hpp"

#include "dialer/media/g711.hpp"

#include <spandsp.h>

#include <algorithm>
#include <array>
#include <new>

namespace dialer::media {

namespace {

dtmf_rx_state_t* state(void* detector) {
    return static_cast<dtmf_rx_state_t*>(detector);
}

} // namespace

void KeyTones::Free::operator()(void* detector) const {
    dtmf_rx_free(state(detector));
}

KeyTones::KeyTones() : detector_{dtmf_rx_init(nullptr, nullptr, nullptr)} {
    if (!detector_) {
        throw std::bad_alloc{};
    }
}

std::optional<char> KeyTones::listen(sdp::Codec codec, std::span<const std::uint8_t> payload) {
    std::array<std::int16_t, 160> samples{};
    while (!payload.empty()) {
        const std::size_t count = std::min(payload.size(), samples.size());
        std::transform(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(count),
                       samples.begin(), [codec](std::uint8_t code) { return decode(codec, code); });
        dtmf_rx(state(detector_.get()), samples.data(), static_cast<int>(count));
        payload = payload.subspan(count);
    }
    // A key lasts at least 40 ms, so one packet completes at most one.
    std::array<char, 2> keys{};
    const auto count = dtmf_rx_get(state(detector_.get()), keys.data(), 1);
    return count > 0 ? std::optional{keys[0]} : std::nullopt;
}

} // namespace dialer::media
