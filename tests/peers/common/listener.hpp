#pragma once

// What a peer hears: continuity of the stream, who speaks, which tones, which keys.

#include "tests/peers/common/g711.hpp"
#include "tests/peers/common/rtp_packet.hpp"
#include "tests/peers/common/tones.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peers {

/// A stretch of sound between silences, and the tones heard in it.
struct VoicePeriod {
    std::int64_t start_ms = 0; ///< since the first packet of the stream, by arrival
    int frames = 0;
    std::vector<int> tones_hz; ///< each once, in the order heard
};

struct Heard {
    std::uint64_t packets = 0;
    std::uint64_t voiced = 0;    ///< packets that are not silence
    std::uint64_t strangers = 0; ///< packets from elsewhere than the far end's SDP says
    std::uint64_t malformed = 0;
    std::uint64_t foreign = 0; ///< scans that heard a tone of the listener's own band
    std::uint64_t crossed = 0; ///< scans that heard two tones of the far end's band at once
    int ssrc_changes = 0;
    int sequence_jumps = 0;
    int timestamp_jumps = 0;
    int late = 0;              ///< packets that came after their successor
    double largest_gap_ms = 0; ///< between arrivals of audio packets
    int gaps_over_60ms = 0;
    int beeps = 0;                    ///< times the loud tone began
    std::string keys;                 ///< RFC 4733, one character a press, at most 64
    std::vector<VoicePeriod> periods; ///< at most 10,000
    std::uint64_t periods_all = 0;
};

struct ListenerConfig {
    std::optional<std::uint8_t> key_payload_type;
    ToneBand far_band = kPhoneTones;    ///< who should be heard
    ToneBand own_band = kCustomerTones; ///< who must not
    int scan_every = 1;                 ///< analyse one window of 200 ms out of so many
    int hangover_frames = 10;           ///< silence that ends a voice period
    int beep_hz = 0;                    ///< a loud pure tone to be told of, multiple of 20; 0: none
};

/// One received stream. Not thread-safe; owned by the pump's thread. O(1) memory but for the
/// bounded lists of Heard.
class Listener {
public:
    explicit Listener(ListenerConfig config) : config_{config} {}

    /// One datagram; `arrival_ns` must not go backwards. Returns true when the far end's first
    /// sound was heard with this one.
    bool hear(std::span<const std::uint8_t> datagram, std::int64_t arrival_ns);
    void stranger() { ++heard_.strangers; }

    [[nodiscard]] const Heard& heard() const { return heard_; }

private:
    static constexpr int kWindowFrames = 10; // 200 ms: resolution and cost in balance

    void follow(const RtpHeader& header, std::int64_t arrival_ns);
    void follow_sequence(const RtpHeader& header);
    void hear_key(const RtpPacket& packet);
    bool hear_audio(const RtpPacket& packet, std::int64_t arrival_ns);
    void add_to_window(std::span<const std::int16_t> frame);
    void reset_window();
    void scan();
    void listen_for_beep();
    void note_tone(int hz);

    ListenerConfig config_;
    Heard heard_;
    std::optional<RtpHeader> last_; ///< newest audio packet
    std::optional<std::uint32_t> last_key_timestamp_;
    std::int64_t first_ns_ = 0;
    std::int64_t last_ns_ = 0;
    int voiced_run_ = 0;
    int silent_run_ = 0;
    bool in_period_ = false;
    bool told_ = false; ///< first sound was reported
    std::array<float, kTonePeriod> folded_{};
    bool beeping_ = false;
    int window_frames_ = 0;
    int windows_ = 0;
};

} // namespace peers
