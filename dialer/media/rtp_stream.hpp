#pragma once

// The one RTP stream a leg hears for its whole life, whoever talks on it. Pure.
//
// Invariants of what comes out: one SSRC; sequence numbers go up by one from packet to packet,
// except that a source's own losses and reorderings show through; timestamps follow the wall at
// 8 kHz in whole frames, so a receiver's jitter buffer never has to start again.
//
//   source    in.sequence + sequence_offset_, in.timestamp + timestamp_offset_
//   own frame the next sequence number, one frame after the last timestamp
//
// The offsets are taken anew when the source changes or restarts. When own frames were put between
// two packets of one source only the sequence offset moves: the timestamps still tell the truth.

#include "dialer/loop/clock.hpp"
#include "dialer/media/rtp.hpp"

#include <cstdint>
#include <optional>

namespace dialer::media {

inline constexpr std::uint32_t kFrameSamples = 160; ///< 20 ms at 8 kHz

/// What the packet is to the stream: all packets of one event keep the timestamp of its start
/// (RFC 4733 2.1), so they may fall behind the wall without being wrong.
enum class PayloadKind : std::uint8_t { audio, event };

/// Not thread-safe; lives on one media thread. Fixed size.
class RtpStream {
public:
    /// The three numbers a stream starts with; RFC 3550 5.1 wants them random.
    struct Start {
        std::uint32_t ssrc = 0;
        std::uint16_t sequence = 0;
        std::uint32_t timestamp = 0;
    };

    explicit RtpStream(Start start);

    /// Somebody else talks from now on: the next packet carries the marker.
    void change_source();

    /// A packet of the source was not passed on: the numbers close up over it.
    void interrupt() { interrupted_ = true; }

    /// The outgoing header for a source's packet; nullopt when it comes twice or too late.
    /// `samples` is the length of an audio payload, which in G.711 is its size.
    [[nodiscard]] std::optional<RtpHeader> relay(const RtpHeader& in, PayloadKind kind,
                                                 std::uint32_t samples, Monotonic now);

    /// The header for a frame of silence; nullopt while the stream is ahead of the wall.
    [[nodiscard]] std::optional<RtpHeader> silence(Monotonic now);

    /// The header for a frame of a message.
    [[nodiscard]] RtpHeader frame(Monotonic now);

    /// True when the source owes a packet for so long that silence should take its place.
    [[nodiscard]] bool starved(Monotonic now) const;

private:
    [[nodiscard]] std::uint32_t wall_timestamp(Monotonic now);
    [[nodiscard]] std::uint32_t next_timestamp(Monotonic now, std::int32_t behind_max);
    [[nodiscard]] RtpHeader emit(std::uint16_t sequence, std::uint32_t timestamp, bool marker,
                                 Monotonic now);
    [[nodiscard]] RtpHeader emit_next(std::uint32_t timestamp, std::uint32_t samples, bool marker,
                                      Monotonic now);
    [[nodiscard]] RtpHeader begin(const RtpHeader& in, std::uint32_t samples, Monotonic now);
    [[nodiscard]] RtpHeader rebase(const RtpHeader& in, std::uint32_t timestamp,
                                   std::uint32_t samples, bool marker, Monotonic now);
    [[nodiscard]] std::optional<RtpHeader> resume(const RtpHeader& in, std::uint32_t samples,
                                                  Monotonic now);
    [[nodiscard]] bool accept_late(std::int16_t step);

    // The stream.
    std::uint32_t ssrc_;
    std::uint16_t last_sequence_;  ///< highest sent
    std::uint32_t last_timestamp_; ///< highest sent
    std::uint32_t last_samples_ = 0;
    Monotonic last_at_{};
    bool started_ = false;
    Monotonic anchor_at_{};          ///< together with the next: the stream's clock
    std::uint32_t anchor_timestamp_; ///< moved only when the stream starts
    bool marker_ = true;

    // The source.
    bool mapped_ = false;
    bool interrupted_ = false;
    std::uint32_t source_ssrc_ = 0;
    std::uint16_t highest_ = 0; ///< the source's highest sequence number
    std::uint64_t seen_ = 0;    ///< bit n: highest_ - n came, or was before the offsets
    std::uint16_t sequence_offset_ = 0;
    std::uint32_t timestamp_offset_ = 0;
    int late_dropped_ = 0; ///< in a row, after own frames
};

} // namespace dialer::media
