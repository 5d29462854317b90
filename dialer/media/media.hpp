#pragma once

// The media plane as the control loop sees it: RTP legs, bridges and the safe-harbour message.
//
// Commands are given on the control thread and carried out on the leg's media thread; events come
// through the sink on a media thread, which must only post them on. A bridge is a pointer swap
// there: no lock, allocation or log line on the packet path.

#include "dialer/leg.hpp"
#include "dialer/loop/clock.hpp"
#include "dialer/sdp/sdp.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace dialer::media {

enum class LegKind : std::uint8_t { customer, agent };

/// Where the far end shall send RTP.
struct LocalPort {
    std::array<std::uint8_t, 4> address{};
    std::uint16_t port = 0;
};

/// What the far end told us in its SDP. Symmetric RTP: sent there until a first valid packet
/// latches its source.
struct Remote {
    std::array<std::uint8_t, 4> address{};
    std::uint16_t port = 0;
    sdp::Codec codec = sdp::Codec::pcmu;
    std::uint8_t telephone_event = 0; ///< 0: none agreed
    bool may_send = true;             ///< false while the far end holds us
};

struct Config {
    std::array<std::uint8_t, 4> address{127, 0, 0, 1};
    std::uint16_t port_min = 16384; ///< even ports from here
    std::uint16_t port_max = 65534;
    int threads = 1;
    bool realtime = true;                           ///< SCHED_FIFO when permitted
    std::chrono::milliseconds silence_limit{10000}; ///< no RTP for so long: Silent
};

/// One message to play, decoded to 8 kHz mono 16 bit and encoded for both codecs at load.
using ClipId = int;

// -- events
struct Bridged { ///< the media path is switched
    LegId customer{};
    LegId agent{};
    Stamp at{};
};
struct FirstAudio { ///< first packet of this customer sent to the agent's leg
    LegId customer{};
    Stamp at{};
};
struct Digit { ///< one key press (RFC 4733 or in band), reported once
    LegId leg{};
    char key = '0';
    Stamp at{};
};
struct Silent { ///< no valid RTP for Config::silence_limit; reported once until RTP is back
    LegId leg{};
    Stamp at{};
};
struct ClipStarted { ///< first packet of the message sent
    LegId leg{};
    Stamp at{};
};
struct ClipEnded {
    LegId leg{};
    Stamp at{};
};
/// Sent after close: what went through the leg.
struct LegStats {
    LegId leg{};
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t intruders = 0; ///< packets from elsewhere than the latched source
    std::uint64_t malformed = 0;
};

using Event = std::variant<Bridged, FirstAudio, Digit, Silent, ClipStarted, ClipEnded, LegStats>;
using EventSink = std::function<void(std::vector<Event>)>;

/// The commands of the media plane. Control thread only.
class Media {
public:
    virtual ~Media() = default;

    /// Binds an RTP port at once; legs that may be bridged share an `affinity` (the campaign).
    virtual boost::system::result<LocalPort> open(LegId leg, LegKind kind,
                                                  std::uint64_t affinity) = 0;
    /// The far end's media: after an answer, early media, re-INVITE or UPDATE (may re-latch).
    virtual void connect(LegId leg, const Remote& remote) = 0;
    /// Joins both ways. Either may already be bridged: the old bridge is undone first.
    virtual void bridge(LegId customer, LegId agent) = 0;
    /// The agent's leg goes back to silence at 50 packets a second, same stream.
    virtual void unbridge(LegId agent) = 0;
    /// Plays a clip once to a customer's leg, instead of a bridge.
    virtual void play(LegId leg, ClipId clip) = 0;
    virtual void close(LegId leg) = 0;
};

} // namespace dialer::media
