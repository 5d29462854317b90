#pragma once

// The legs of one media thread: what each packet, each 20 ms tick and each command does to them.
//
// No thread and no waiting in here; the shard owns the relay and calls it from its loop. Packets
// are changed in the one receive buffer and sent from there: no copy, no allocation, no lock.

#include "dialer/media/rtp.hpp"
#include "dialer/media/rtp_leg.hpp"

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

namespace dialer::media {

/// Commands for legs that are gone are ignored. Memory: one RtpLeg a leg.
class Relay {
public:
    Relay(std::chrono::milliseconds silence_limit, const Clock& clock);

    void add(std::unique_ptr<RtpLeg> leg);
    void connect(LegId id, const Remote& remote, Monotonic now);
    void bridge(LegId customer_id, LegId agent_id);
    void unbridge(LegId agent_id);
    void play(LegId id, const Clip& clip);
    void close(LegId id, Monotonic now);

    /// Takes one datagram from the leg's socket; false when there was none.
    bool on_readable(RtpLeg& leg, Monotonic now);

    /// To be called every 20 ms.
    void tick(Monotonic now);

    /// What happened since the last call.
    [[nodiscard]] std::vector<Event>& events() { return events_; }

private:
    /// A list that a leg leaves in O(1): it knows its place in it.
    class LegList {
    public:
        explicit LegList(std::size_t RtpLeg::*place) : place_{place} {}
        void put(RtpLeg& leg);
        void remove(RtpLeg& leg);
        [[nodiscard]] const std::vector<RtpLeg*>& legs() const { return legs_; }

    private:
        std::size_t RtpLeg::*place_;
        std::vector<RtpLeg*> legs_;
    };

    [[nodiscard]] RtpLeg* find(LegId id) const;
    void detach(RtpLeg& leg);
    void set_filling(RtpLeg& leg, bool filling);
    void update_lists(RtpLeg& leg);

    void on_rtp(RtpLeg& leg, const RtpPacket& packet, Endpoint from, Monotonic now);
    void on_event(RtpLeg& leg, const RtpPacket& packet, Monotonic now);
    void on_audio(RtpLeg& leg, const RtpPacket& packet, Monotonic now);
    void forward(RtpLeg& from, const RtpPacket& packet, PayloadKind kind, Monotonic now);
    void on_key(RtpLeg& leg, char key, bool in_band, Monotonic now);

    void tick_leg(RtpLeg& leg, Monotonic now);
    void tick_clip(RtpLeg& leg, Monotonic now);
    void send_silence(RtpLeg& leg, Monotonic now);
    void send_own(RtpLeg& leg, const RtpHeader& header,
                  std::span<const std::uint8_t, kFrameBytes> payload);
    void sweep_talking(Monotonic now);
    void sweep_all(Monotonic now);

    // Passed by argument.
    std::chrono::milliseconds silence_limit_;
    const Clock& clock_;

    // The legs.
    std::unordered_map<LegId, std::unique_ptr<RtpLeg>> legs_;
    LegList all_{&RtpLeg::all_at};         ///< swept for silence
    LegList ticking_{&RtpLeg::ticking_at}; ///< those that need a packet of ours each tick
    LegList talking_{&RtpLeg::talking_at}; ///< those whose peer sends; swept for pauses
    std::size_t all_next_ = 0;
    std::size_t talking_next_ = 0;

    // Others.
    std::array<std::uint8_t, kRtpPacketMax + 1> buffer_{}; ///< the datagram being handled
    std::vector<Event> events_;
};

} // namespace dialer::media
