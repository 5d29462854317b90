#pragma once

// The media threads: a UDP socket a leg, behind the Media interface.

#include "dialer/media/media.hpp"

#include <memory>
#include <string>

namespace dialer::media {

/// Starts the media threads on construction, joins them on destruction. The clock must outlive it.
/// Throws std::invalid_argument for a config without a thread or an even port, std::system_error
/// when the system refuses a thread. Memory: about a kilobyte a leg beside its socket.
class Plane final : public Media {
public:
    Plane(Config config, const Clock& clock, EventSink sink);
    ~Plane() override;

    /// Reads a WAV file (8 kHz, mono, 16 bit PCM or G.711). Throws std::runtime_error naming the
    /// file and what is wrong. The clip is kept as long as the plane: somebody may be hearing it.
    ClipId load_clip(const std::string& path);

    /// Refused with address_not_available when no port is left, already_connected when the leg is
    /// open, or what the system says.
    boost::system::result<LocalPort> open(LegId leg, LegKind kind, std::uint64_t affinity) override;
    void connect(LegId leg, const Remote& remote) override;
    /// Throws std::logic_error when the legs were opened with affinities that do not meet.
    void bridge(LegId customer, LegId agent) override;
    void unbridge(LegId agent) override;
    void play(LegId leg, ClipId clip) override;
    void close(LegId leg) override;

    /// True when the media threads run under SCHED_FIFO.
    [[nodiscard]] bool realtime() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialer::media
