#include "tests/peers/common/tones.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace peers {
namespace {

constexpr int kTonesAll = kSampleRate / 2 / kToneGridHz;
using Period = std::array<std::int16_t, kTonePeriod>;

std::vector<Period> make_all() {
    std::vector<Period> all(kTonesAll);
    for (int n = 0; n < kTonesAll; ++n) {
        for (int i = 0; i < kTonePeriod; ++i) {
            const double turns = static_cast<double>(n * kToneGridHz * i) / kSampleRate;
            all[static_cast<std::size_t>(n)][static_cast<std::size_t>(i)] =
                static_cast<std::int16_t>(
                    std::lround(kToneAmplitude * std::sin(2.0 * std::numbers::pi * turns)));
        }
    }
    return all;
}

constexpr int kLanes = 16; // a multiple of every SIMD width there is

/// Goertzel for 16 neighbouring tones side by side: one alone waits for its own last result.
std::array<float, kLanes> amplitudes_from(std::span<const float> samples, int first_hz) {
    std::array<float, kLanes> turn{};
    std::array<float, kLanes> last{};
    std::array<float, kLanes> before{};
    for (int k = 0; k < kLanes; ++k) {
        const double angle = 2.0 * std::numbers::pi * (first_hz + k * kToneGridHz) / kSampleRate;
        turn[static_cast<std::size_t>(k)] = static_cast<float>(2.0 * std::cos(angle));
    }
    for (const float sample : samples) {
        for (std::size_t k = 0; k < kLanes; ++k) {
            const float next = sample + turn[k] * last[k] - before[k];
            before[k] = last[k];
            last[k] = next;
        }
    }
    std::array<float, kLanes> amplitudes{};
    for (std::size_t k = 0; k < kLanes; ++k) {
        const float power =
            last[k] * last[k] + before[k] * before[k] - turn[k] * last[k] * before[k];
        amplitudes[k] =
            2.0F * std::sqrt(std::max(power, 0.0F)) / static_cast<float>(samples.size());
    }
    return amplitudes;
}

} // namespace

int tone_hz(ToneBand band, std::uint64_t nth) {
    // 27 has no common factor with 64 or 32, so every tone of the band comes up once a round.
    const auto step = (nth * 27U) % static_cast<std::uint64_t>(band.count);
    return band.first_hz + kToneGridHz * static_cast<int>(step);
}

const Period& tone_samples(int hz) {
    static const std::vector<Period> all = make_all();
    return all.at(static_cast<std::size_t>(hz / kToneGridHz));
}

double tone_amplitude(std::span<const float> samples, int hz) {
    const double turn = 2.0 * std::numbers::pi * hz / kSampleRate;
    const auto c = static_cast<float>(2.0 * std::cos(turn));
    float before = 0.0F;
    float last = 0.0F;
    for (const float sample : samples) {
        const float next = sample + c * last - before;
        before = last;
        last = next;
    }
    const double power = static_cast<double>(last) * last + static_cast<double>(before) * before -
                         static_cast<double>(c) * last * before;
    return 2.0 * std::sqrt(std::max(power, 0.0)) / static_cast<double>(samples.size());
}

std::vector<int> tones_in(std::span<const float> samples, ToneBand band, double least) {
    std::vector<std::pair<double, int>> found;
    for (int first = 0; first < band.count; first += kLanes) {
        const int first_hz = band.first_hz + first * kToneGridHz;
        const auto amplitudes = amplitudes_from(samples, first_hz);
        for (int lane = 0; lane < std::min(kLanes, band.count - first); ++lane) {
            const double amplitude = amplitudes[static_cast<std::size_t>(lane)];
            if (amplitude >= least) {
                found.emplace_back(amplitude, first_hz + lane * kToneGridHz);
            }
        }
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<int> result;
    result.reserve(found.size());
    for (const auto& [amplitude, hz] : found) {
        result.push_back(hz);
    }
    return result;
}

} // namespace peers
