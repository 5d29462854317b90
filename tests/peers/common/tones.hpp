#pragma once

// The low pure tones by which a stream is known, and how to hear them again.
//
// Every tone is a multiple of 20 Hz, so 400 samples hold whole periods of each: a tone loops
// without a seam, and over 400 samples any two are exactly orthogonal. Speech here stays below
// 1300 Hz, phones' tones lie at 1440 to 2060 Hz and customers' at 2100 to 3360 Hz.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace peers {

inline constexpr int kSampleRate = 8000;
inline constexpr int kFrameSamples = 160; ///< 20 ms
inline constexpr int kToneGridHz = 20;
inline constexpr int kTonePeriod = 400;    ///< samples
inline constexpr int kToneAmplitude = 520; ///< about -36 dB of full scale

struct ToneBand {
    int first_hz;
    int count;
};
inline constexpr ToneBand kCustomerTones{2100, 64};
inline constexpr ToneBand kPhoneTones{1440, 32};

/// The tone of the nth stream of a band; neighbours in time are far apart in frequency.
[[nodiscard]] int tone_hz(ToneBand band, std::uint64_t nth);

/// 400 samples of one tone; `hz` must be a positive multiple of 20 below 4000. Any thread.
[[nodiscard]] const std::array<std::int16_t, kTonePeriod>& tone_samples(int hz);

/// Amplitude of one frequency in the samples (Goertzel). O(samples).
[[nodiscard]] double tone_amplitude(std::span<const float> samples, int hz);

/// Frequencies of the band whose amplitude reaches `least`, loudest first.
[[nodiscard]] std::vector<int> tones_in(std::span<const float> samples, ToneBand band,
                                        double least);

} // namespace peers
