#pragma once

// RTP streams in bulk: one thread, one tick, one socket a stream, audio mixed from tables.
//
// Commands come from any thread and are carried out at the next tick (5 ms); what happened is
// fetched with take_events. A stream is served every 20 ms in one of four phases, so that
// hundreds of them do not all send in the same moment.

#include "tests/peers/common/g711.hpp"
#include "tests/peers/common/listener.hpp"
#include "tests/peers/common/moment.hpp"
#include "tests/peers/common/socket.hpp"
#include "tests/peers/common/speech.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace peers {

enum class StreamId : std::uint64_t {};

struct KeyPress {
    Millis at{}; ///< since the stream began to talk
    char key = '9';
};

struct StreamConfig {
    UdpSocket socket;
    sockaddr_in remote{};
    g711::Law law = g711::Law::ulaw;
    std::optional<std::uint8_t> key_payload_type;
    Program program = Program::human;
    unsigned voice = 0;
    int tone_hz = 0;            ///< 0: none
    std::vector<KeyPress> keys; ///< in order of time
    ListenerConfig listener;
    bool watch = false; ///< tell when the far end falls silent on the wire
};

struct StreamEnd {
    std::uint64_t sent = 0;
    std::uint64_t send_errors = 0;
    Heard heard;
};

/// The far end's first sound.
struct SoundHeard {
    StreamId id{};
};
/// The far end's loud tone (ListenerConfig::beep_hz) began.
struct BeepHeard {
    StreamId id{};
};
/// Nothing came from the far end for two seconds; told once until something comes again.
struct StreamStalled {
    StreamId id{};
};
/// After a removal; nothing follows for this stream.
struct StreamClosed {
    StreamId id{};
    StreamEnd end;
};
using StreamEvent = std::variant<SoundHeard, BeepHeard, StreamStalled, StreamClosed>;

/// The pump. Runs its thread from construction to destruction.
class Streams {
public:
    Streams();
    ~Streams();
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    /// Starts a stream under an id that was never used before.
    void add(StreamId id, StreamConfig config);
    /// Changes what is said; keys count from here when the stream is answered only now.
    void play(StreamId id, Program program, std::vector<KeyPress> keys);
    /// The far end moved its media.
    void redirect(StreamId id, sockaddr_in remote);
    /// Closes the socket; StreamClosed follows.
    void remove(StreamId id);

    /// Everything since the last time. Any one thread.
    [[nodiscard]] std::vector<StreamEvent> take_events();

    /// Removes all streams, stops the thread and gives the last events. Once.
    [[nodiscard]] std::vector<StreamEvent> finish();

private:
    class Pump;
    std::unique_ptr<Pump> pump_;
};

} // namespace peers
