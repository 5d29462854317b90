#include "dialer/media/telephone_event.hpp"

#include <string_view>

namespace dialer::media {

namespace {

constexpr std::string_view kKeys = "0123456789*#ABCD"; // RFC 4733 3.2, events 0 to 15
constexpr std::size_t kEventSize = 4;
// A key held longer than the 16 bit duration goes on in a new segment that starts where the
// first one ended (RFC 4733 2.5.1.3).
constexpr std::uint32_t kSegmentSamples = 0xFFFF;

} // namespace

std::optional<char> EventDecoder::on_packet(std::span<const std::uint8_t> payload,
                                            std::uint32_t timestamp, std::uint32_t ssrc) {
    if (payload.size() < kEventSize || payload[0] >= kKeys.size()) {
        return std::nullopt;
    }
    const char key = kKeys[payload[0]];
    const std::uint32_t ahead = timestamp - timestamp_;
    const bool same_source = any_ && ssrc == ssrc_;
    const bool repeated = same_source && static_cast<std::int32_t>(ahead) <= 0;
    const bool continued = same_source && key == key_ && ahead == kSegmentSamples;
    if (repeated) {
        return std::nullopt;
    }
    any_ = true;
    timestamp_ = timestamp;
    ssrc_ = ssrc;
    key_ = key;
    return continued ? std::nullopt : std::optional{key};
}

} // namespace dialer::media
