#include "tests/peers/common/listener.hpp"

#include <algorithm>

namespace peers {
namespace {

constexpr double kSoundRms = 60.0;   // -55 dB: above any silence code, well below the tones
constexpr int kFirstSoundFrames = 3; // one odd packet is not a voice
constexpr double kToneLeast = kToneAmplitude * 0.35;
// A machine's beep is at 8000. A harmonic of a voice stays below 2100 at that pitch, and glides, so
// that folding takes most of it away.
constexpr double kBeepLeast = 4000.0;
constexpr std::size_t kPeriodsKept = 10'000;
constexpr std::size_t kKeysKept = 64;
constexpr std::size_t kFrameSamplesMax = 480;

bool is_sound(std::span<const std::int16_t> frame) {
    double energy = 0;
    for (const std::int16_t sample : frame) {
        energy += static_cast<double>(sample) * sample;
    }
    return energy > kSoundRms * kSoundRms * static_cast<double>(frame.size());
}

} // namespace

bool Listener::hear(std::span<const std::uint8_t> datagram, std::int64_t arrival_ns) {
    const auto packet = read_rtp(datagram);
    if (!packet) {
        ++heard_.malformed;
        return false;
    }
    ++heard_.packets;
    const std::uint8_t type = packet->header.payload_type;
    if (config_.key_payload_type && type == *config_.key_payload_type) {
        hear_key(*packet);
        follow(packet->header, arrival_ns);
        return false;
    }
    if (type != static_cast<std::uint8_t>(g711::Law::ulaw) &&
        type != static_cast<std::uint8_t>(g711::Law::alaw)) {
        ++heard_.malformed;
        return false;
    }
    follow(packet->header, arrival_ns);
    return hear_audio(*packet, arrival_ns);
}

void Listener::follow(const RtpHeader& header, std::int64_t arrival_ns) {
    if (!last_) {
        first_ns_ = arrival_ns;
        last_ns_ = arrival_ns;
        last_ = header;
        return;
    }
    const double gap_ms = static_cast<double>(arrival_ns - last_ns_) / 1e6;
    heard_.largest_gap_ms = std::max(heard_.largest_gap_ms, gap_ms);
    heard_.gaps_over_60ms += gap_ms > 60.0 ? 1 : 0;
    last_ns_ = arrival_ns;
    follow_sequence(header);
}

void Listener::follow_sequence(const RtpHeader& header) {
    if (header.ssrc != last_->ssrc) {
        ++heard_.ssrc_changes;
        reset_window();
        last_ = header;
        return;
    }
    const auto step = static_cast<std::uint16_t>(header.sequence - last_->sequence);
    if (step == 0 || step > 0x8000U) {
        ++heard_.late;
        return;
    }
    const bool key =
        config_.key_payload_type && (header.payload_type == *config_.key_payload_type ||
                                     last_->payload_type == *config_.key_payload_type);
    const std::uint32_t expected = static_cast<std::uint32_t>(step) * kFrameSamples;
    // Packets of one key press share a timestamp (RFC 4733 2.1), so only audio is held to it.
    const bool jump = !key && header.timestamp - last_->timestamp != expected;
    heard_.sequence_jumps += step != 1 ? 1 : 0;
    heard_.timestamp_jumps += jump ? 1 : 0;
    if (step != 1 || jump) {
        reset_window();
    }
    last_ = header;
}

void Listener::hear_key(const RtpPacket& packet) {
    const auto key = read_key(packet.payload);
    if (!key) {
        ++heard_.malformed;
        return;
    }
    if (last_key_timestamp_ == packet.header.timestamp) {
        return; // the same press goes on, or its end is repeated
    }
    last_key_timestamp_ = packet.header.timestamp;
    if (heard_.keys.size() < kKeysKept) {
        heard_.keys.push_back(key_name(key->event));
    }
}

bool Listener::hear_audio(const RtpPacket& packet, std::int64_t arrival_ns) {
    std::array<std::int16_t, kFrameSamplesMax> decoded{};
    const std::size_t count = std::min(packet.payload.size(), decoded.size());
    const std::int16_t* table =
        g711::decode_table(static_cast<g711::Law>(packet.header.payload_type));
    for (std::size_t i = 0; i < count; ++i) {
        decoded[i] = table[packet.payload[i]];
    }
    const std::span<const std::int16_t> frame{decoded.data(), count};
    if (count == 0 || !is_sound(frame)) {
        voiced_run_ = 0;
        reset_window();
        if (in_period_ && ++silent_run_ >= config_.hangover_frames) {
            in_period_ = false;
        }
        return false;
    }
    ++heard_.voiced;
    silent_run_ = 0;
    if (!in_period_) {
        in_period_ = true;
        ++heard_.periods_all;
        if (heard_.periods.size() < kPeriodsKept) {
            heard_.periods.push_back({(arrival_ns - first_ns_) / 1'000'000, 0, {}});
        }
    }
    if (heard_.periods_all == heard_.periods.size()) {
        ++heard_.periods.back().frames;
    }
    add_to_window(frame);
    ++voiced_run_;
    const bool first = !told_ && voiced_run_ >= kFirstSoundFrames;
    told_ = told_ || first;
    return first;
}

void Listener::add_to_window(std::span<const std::int16_t> frame) {
    if (frame.size() != kFrameSamples) {
        reset_window();
        return;
    }
    // Folding adds whole periods of every tone on top of each other: what is not a tone of the
    // grid fades, and the scan is four times cheaper.
    const std::size_t start = static_cast<std::size_t>(window_frames_) * kFrameSamples;
    for (std::size_t i = 0; i < frame.size(); ++i) {
        folded_[(start + i) % kTonePeriod] += frame[i];
    }
    if (++window_frames_ < kWindowFrames) {
        return;
    }
    if (windows_++ % config_.scan_every == 0) {
        scan();
    }
    reset_window();
}

void Listener::reset_window() {
    if (window_frames_ != 0) {
        folded_.fill(0.0F);
        window_frames_ = 0;
    }
}

void Listener::scan() {
    constexpr float kFolds = static_cast<float>(kWindowFrames * kFrameSamples) / kTonePeriod;
    for (float& sample : folded_) {
        sample /= kFolds;
    }
    const auto far_tones = tones_in(folded_, config_.far_band, kToneLeast);
    heard_.crossed += far_tones.size() > 1 ? 1U : 0U;
    for (const int hz : far_tones) {
        note_tone(hz);
    }
    listen_for_beep();
    if (!tones_in(folded_, config_.own_band, kToneLeast).empty()) {
        ++heard_.foreign;
    }
}

void Listener::listen_for_beep() {
    if (config_.beep_hz == 0) {
        return;
    }
    const bool beep = tone_amplitude(folded_, config_.beep_hz) > kBeepLeast;
    heard_.beeps += beep && !beeping_ ? 1 : 0;
    beeping_ = beep;
}

void Listener::note_tone(int hz) {
    if (heard_.periods.empty() || heard_.periods_all != heard_.periods.size()) {
        return;
    }
    auto& tones = heard_.periods.back().tones_hz;
    if (std::find(tones.begin(), tones.end(), hz) == tones.end()) {
        tones.push_back(hz);
    }
}

} // namespace peers
