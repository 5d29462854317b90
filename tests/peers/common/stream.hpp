#pragma once

// One RTP stream: what it says next, and what it has heard. Lives on the pump's thread.

#include "tests/peers/common/streams.hpp"

#include <array>

namespace peers {

/// Serves one socket. Not thread-safe; called every 20 ms by the pump.
class Stream {
public:
    Stream(StreamId id, StreamConfig config);

    struct Received {
        bool first_sound = false; ///< of the far end
        bool beep = false;        ///< of the far end began
        bool stalled = false;     ///< since this moment
    };

    /// Reads what has arrived.
    Received receive();
    /// Sends the packet of this tick: audio, or part of a key press.
    void send();

    void play(Program program, std::vector<KeyPress> keys);
    void redirect(sockaddr_in remote) { config_.remote = remote; }

    [[nodiscard]] StreamId id() const { return id_; }
    [[nodiscard]] StreamEnd end() const { return {sent_, send_errors_, listener_.heard()}; }

private:
    struct Pressing {
        std::uint8_t event = 0;
        std::uint32_t timestamp = 0; ///< of the press; all its packets carry it
        int packets = 0;
    };

    void send_audio();
    void send_key();
    void start_key_if_due();
    void mix(std::span<std::uint8_t, kFrameSamples> out);
    void transmit(std::span<const std::uint8_t> packet);

    StreamId id_;
    StreamConfig config_;
    Listener listener_;
    const Recording* recording_;
    std::size_t position_ = 0;      // in the recording, samples
    std::size_t tone_position_ = 0; // in the tone's period, samples
    std::int64_t ticks_ = 0;        // since the stream began to talk
    std::size_t next_key_ = 0;
    std::optional<Pressing> pressing_;
    int ticks_without_packets_ = 0;
    RtpHeader header_;
    std::uint64_t sent_ = 0;
    std::uint64_t send_errors_ = 0;
};

} // namespace peers
