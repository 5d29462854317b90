#include "tests/peers/common/speech.hpp"

#include "tests/peers/common/random.hpp"
#include "tests/peers/common/tones.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace peers {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kVoiceTopHz = 1200.0; // the bands above belong to the tones
constexpr double kSyllablePeak = 9000.0;

std::size_t samples_of(double seconds) {
    const auto frames = static_cast<std::size_t>(std::lround(seconds * 50.0));
    return frames * kFrameSamples;
}

/// One syllable: harmonics of a gliding pitch under a sine-squared envelope, which keeps its
/// spectrum away from the tones.
void add_syllable(std::vector<std::int16_t>& out, std::size_t at, std::size_t length,
                  double pitch_hz, Random& random) {
    const double glide = random.uniform(-0.15, 0.15);
    const double formant_hz = random.uniform(350.0, 900.0);
    double phase = 0.0;
    for (std::size_t i = 0; i < length && at + i < out.size(); ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(length);
        const double f0 = pitch_hz * (1.0 + glide * part);
        phase += 2.0 * kPi * f0 / kSampleRate;
        double sum = 0.0;
        for (int k = 1; k * f0 < kVoiceTopHz; ++k) {
            const double away = (k * f0 - formant_hz) / 300.0;
            sum += std::sin(k * phase) * (0.15 + std::exp(-away * away)) / std::sqrt(k);
        }
        const double envelope = std::sin(kPi * part) * std::sin(kPi * part);
        const double value = out[at + i] + kSyllablePeak * 0.4 * envelope * sum;
        out[at + i] = static_cast<std::int16_t>(std::clamp(value, -30000.0, 30000.0));
    }
}

/// Syllables from the end of `out` for so long.
void talk(std::vector<std::int16_t>& out, double seconds, double pitch_hz, Random& random) {
    std::size_t at = out.size();
    out.resize(at + samples_of(seconds));
    while (at < out.size()) {
        const std::size_t length = samples_of(random.uniform(0.12, 0.24));
        add_syllable(out, at, std::min(length, out.size() - at),
                     pitch_hz * random.uniform(0.85, 1.2), random);
        at += length - length / 8; // syllables run into each other
    }
}

void pause(std::vector<std::int16_t>& out, double seconds) {
    out.resize(out.size() + samples_of(seconds));
}

void beep(std::vector<std::int16_t>& out, double seconds, double first_hz, double second_hz) {
    const std::size_t length = samples_of(seconds);
    for (std::size_t i = 0; i < length; ++i) {
        const double t = 2.0 * kPi * static_cast<double>(i) / kSampleRate;
        out.push_back(
            static_cast<std::int16_t>(4000.0 * (std::sin(first_hz * t) + std::sin(second_hz * t))));
    }
}

Recording make_human(double pitch_hz, Random& random) {
    Recording made;
    talk(made.samples, random.uniform(0.5, 0.9), pitch_hz, random);
    pause(made.samples, random.uniform(1.2, 2.0));
    made.loop_from = made.samples.size();
    for (int phrase = 0; phrase < 5; ++phrase) {
        talk(made.samples, random.uniform(0.8, 2.5), pitch_hz, random);
        pause(made.samples, random.uniform(0.4, 1.8));
    }
    return made;
}

Recording make_machine(double pitch_hz, Random& random) {
    Recording made;
    const double seconds = random.uniform(6.0, 10.0);
    while (static_cast<double>(made.samples.size()) < seconds * kSampleRate) {
        talk(made.samples, random.uniform(1.5, 3.0), pitch_hz, random);
        pause(made.samples, random.uniform(0.12, 0.3));
    }
    beep(made.samples, 0.5, kBeepHz, kBeepHz);
    made.loop_from = made.samples.size();
    pause(made.samples, 1.0);
    return made;
}

Recording make_ringback() {
    Recording made;
    beep(made.samples, 2.0, 440.0, 480.0);
    pause(made.samples, 4.0);
    return made;
}

Recording make_agent(double pitch_hz, Random& random) {
    Recording made;
    for (int phrase = 0; phrase < 6; ++phrase) {
        talk(made.samples, random.uniform(0.8, 2.0), pitch_hz, random);
        pause(made.samples, random.uniform(0.3, 1.0));
    }
    return made;
}

Recording make(Program program, unsigned voice) {
    constexpr std::array<double, kVoices> kPitchHz{110.0, 135.0, 185.0, 215.0};
    Random random{1000U + voice * 16U + static_cast<unsigned>(program)};
    Recording quiet;
    pause(quiet.samples, 1.0);
    switch (program) {
    case Program::human:
        return make_human(kPitchHz.at(voice), random);
    case Program::machine:
        return make_machine(kPitchHz.at(voice), random);
    case Program::ringback:
        return make_ringback();
    case Program::agent:
        return make_agent(kPitchHz.at(voice), random);
    case Program::silence:
        break;
    }
    return quiet;
}

constexpr std::size_t kPrograms = 5;

std::vector<Recording> make_all() {
    std::vector<Recording> all;
    for (std::size_t program = 0; program < kPrograms; ++program) {
        for (unsigned voice = 0; voice < kVoices; ++voice) {
            all.push_back(make(static_cast<Program>(program), voice));
        }
    }
    return all;
}

} // namespace

const Recording& recording(Program program, unsigned voice) {
    static const std::vector<Recording> all = make_all();
    return all.at(static_cast<std::size_t>(program) * kVoices + voice % kVoices);
}

} // namespace peers
