#pragma once

// One leg as its media thread knows it.

#include "dialer/media/clip.hpp"
#include "dialer/media/key_tones.hpp"
#include "dialer/media/latch.hpp"
#include "dialer/media/media.hpp"
#include "dialer/media/rtp_stream.hpp"
#include "dialer/media/socket.hpp"
#include "dialer/media/telephone_event.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>

namespace dialer::media {

/// Made on the control thread, owned by one media thread from then on. Pointers to other legs are
/// those of the same thread and are cleared when either leg goes.
struct RtpLeg {
    static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

    struct Key {
        char key = '0';
        bool in_band = false;
        Monotonic at{};
    };

    RtpLeg(LegId leg, LegKind leg_kind, Descriptor bound, RtpStream::Start start)
        : id{leg}, kind{leg_kind}, socket{std::move(bound)}, out{start} {}

    const LegId id;
    const LegKind kind;
    Descriptor socket;

    // The far end.
    bool connected = false;
    Remote remote;
    Latch latch;
    EventDecoder events;
    std::optional<Key> last_key;
    std::unique_ptr<KeyTones> tones; ///< from the first clip on
    Monotonic heard_at{};
    bool silent = false; ///< reported, and not heard since

    // What it hears.
    RtpStream out;
    RtpLeg* peer = nullptr;
    bool filling = false;             ///< silence stands in for the peer
    bool first_audio_pending = false; ///< of an agent's leg since the bridge
    const Clip* clip = nullptr;
    std::size_t clip_frame = 0; ///< the next one
    bool clip_heard = false;

    // Its places in the relay's lists.
    std::size_t all_at = kNowhere;
    std::size_t ticking_at = kNowhere;
    std::size_t talking_at = kNowhere;

    LegStats stats;
};

} // namespace dialer::media
