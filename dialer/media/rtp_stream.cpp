#include "dialer/media/rtp_stream.hpp"

#include <chrono>

namespace dialer::media {

namespace {

constexpr std::int16_t kDropoutMax = 3000; // RFC 3550 A.1 MAX_DROPOUT
constexpr std::int16_t kMisorderMax = 100; // RFC 3550 A.1 MAX_MISORDER
constexpr std::int16_t kWindow = 64;       // of seen_
constexpr std::int32_t kFrame = kFrameSamples;
// A source's clock may run 100 ppm off for five hours before the stream is cut anew.
constexpr std::int32_t kDriftMax = 2 * 8000;
// Own frames catch up with a late timer frame by frame, up to 100 ms; then they jump.
constexpr std::int32_t kOwnBehindMax = 5 * kFrame;
// Packets later than the silence that already took their place are dropped, so that one freeze
// of the network does not delay the rest of the call; but not for ever, since some sources stop
// their timestamps while they say nothing.
constexpr int kLateDroppedMax = 10;

std::int32_t distance(std::uint32_t from, std::uint32_t to) {
    return static_cast<std::int32_t>(to - from);
}

std::int16_t distance(std::uint16_t from, std::uint16_t to) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

} // namespace

RtpStream::RtpStream(Start start)
    : ssrc_{start.ssrc}, last_sequence_{static_cast<std::uint16_t>(start.sequence - 1)},
      last_timestamp_{start.timestamp}, anchor_timestamp_{start.timestamp} {}

void RtpStream::change_source() {
    marker_ = true;
    mapped_ = false;
    interrupted_ = false;
}

bool RtpStream::starved(Monotonic now) const {
    // Two packets late at least; packets may be longer than 20 ms.
    return now - last_at_ > std::chrono::milliseconds{20 + last_samples_ / 4};
}

std::uint32_t RtpStream::wall_timestamp(Monotonic now) {
    if (!started_) {
        started_ = true;
        anchor_at_ = now;
    }
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now - anchor_at_).count();
    return anchor_timestamp_ + static_cast<std::uint32_t>(us * 8 / 1000);
}

std::uint32_t RtpStream::next_timestamp(Monotonic now, std::int32_t behind_max) {
    const std::uint32_t wall = wall_timestamp(now);
    const std::uint32_t next = last_timestamp_ + last_samples_;
    const std::int32_t behind = distance(next, wall);
    const std::int32_t frames = behind >= behind_max ? behind / kFrame : 0;
    return next + static_cast<std::uint32_t>(frames * kFrame);
}

RtpHeader RtpStream::emit(std::uint16_t sequence, std::uint32_t timestamp, bool marker,
                          Monotonic now) {
    const RtpHeader out{marker || marker_, sequence, timestamp, ssrc_};
    marker_ = false;
    last_at_ = now;
    return out;
}

RtpHeader RtpStream::emit_next(std::uint32_t timestamp, std::uint32_t samples, bool marker,
                               Monotonic now) {
    ++last_sequence_;
    last_timestamp_ = timestamp;
    last_samples_ = samples;
    return emit(last_sequence_, timestamp, marker, now);
}

RtpHeader RtpStream::rebase(const RtpHeader& in, std::uint32_t timestamp, std::uint32_t samples,
                            bool marker, Monotonic now) {
    sequence_offset_ = static_cast<std::uint16_t>(last_sequence_ + 1 - in.sequence);
    timestamp_offset_ = timestamp - in.timestamp;
    highest_ = in.sequence;
    seen_ = ~std::uint64_t{0}; // What was before has no numbers left to take.
    interrupted_ = false;
    late_dropped_ = 0;
    return emit_next(timestamp, samples, marker, now);
}

RtpHeader RtpStream::begin(const RtpHeader& in, std::uint32_t samples, Monotonic now) {
    mapped_ = true;
    source_ssrc_ = in.ssrc;
    return rebase(in, next_timestamp(now, kFrame), samples, true, now);
}

std::optional<RtpHeader> RtpStream::resume(const RtpHeader& in, std::uint32_t samples,
                                           Monotonic now) {
    const std::uint32_t next = next_timestamp(now, kDriftMax);
    const std::uint32_t own = in.timestamp + timestamp_offset_;
    const std::int32_t late = distance(own, next);
    if (late > kFrame && late_dropped_ < kLateDroppedMax) {
        ++late_dropped_;
        highest_ = in.sequence;
        return std::nullopt;
    }
    return rebase(in, late > 0 ? next : own, samples, true, now);
}

bool RtpStream::accept_late(std::int16_t step) {
    const int behind = -step;
    if (behind >= kWindow || (seen_ >> behind & 1) != 0) {
        return false;
    }
    seen_ |= std::uint64_t{1} << behind;
    return true;
}

std::optional<RtpHeader> RtpStream::relay(const RtpHeader& in, PayloadKind kind,
                                          std::uint32_t samples, Monotonic now) {
    const std::uint32_t length = kind == PayloadKind::audio ? samples : kFrameSamples;
    const std::int16_t step = distance(highest_, in.sequence);
    const std::uint32_t timestamp = in.timestamp + timestamp_offset_;
    const std::int32_t drift = distance(wall_timestamp(now), timestamp);
    const bool restarted = step > kDropoutMax || step < -kMisorderMax;
    // A long key press keeps its first timestamp and so falls behind: that is no drift.
    const bool drifted = drift > kDriftMax || (kind == PayloadKind::audio && drift < -kDriftMax);
    if (!mapped_ || in.ssrc != source_ssrc_ || restarted || (drifted && !interrupted_)) {
        return begin(in, length, now);
    }
    if (interrupted_) {
        if (step <= 0) {
            return std::nullopt;
        }
        return drift > kDriftMax ? begin(in, length, now) : resume(in, length, now);
    }
    const auto sequence = static_cast<std::uint16_t>(in.sequence + sequence_offset_);
    if (step <= 0) {
        return accept_late(step) ? std::optional{emit(sequence, timestamp, in.marker, now)}
                                 : std::nullopt;
    }
    seen_ = step < kWindow ? seen_ << step | 1 : 1;
    highest_ = in.sequence;
    last_sequence_ = sequence;
    if (distance(last_timestamp_, timestamp) > 0) {
        last_timestamp_ = timestamp;
        last_samples_ = length;
    }
    return emit(sequence, timestamp, in.marker, now);
}

std::optional<RtpHeader> RtpStream::silence(Monotonic now) {
    const std::uint32_t next = next_timestamp(now, kOwnBehindMax);
    if (distance(wall_timestamp(now), next) > kFrame / 2) {
        return std::nullopt;
    }
    interrupted_ = true;
    return emit_next(next, kFrameSamples, false, now);
}

RtpHeader RtpStream::frame(Monotonic now) {
    interrupted_ = true;
    return emit_next(next_timestamp(now, kOwnBehindMax), kFrameSamples, false, now);
}

} // namespace dialer::media
