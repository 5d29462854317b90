#pragma once

// What the simulated people and machines say: harmonics in syllables, made once per run.

#include <cstdint>
#include <vector>

namespace peers {

enum class Program : std::uint8_t {
    silence,  ///< nothing but the stream's tone
    human,    ///< a short greeting, a pause, then talk with pauses
    machine,  ///< a long greeting without real pauses, a beep at 1000 Hz, then nothing
    ringback, ///< 440 + 480 Hz, two seconds in six
    agent,    ///< talk with pauses from the start
};

/// A stretch of audio and where it starts again when it is over.
struct Recording {
    std::vector<std::int16_t> samples; ///< whole 20 ms frames
    std::size_t loop_from = 0;         ///< sample
};

inline constexpr int kVoices = 4;
inline constexpr int kBeepHz = 1000; ///< of a machine, half a second at the end of its greeting

/// Immutable after the first call; any thread. Voices count modulo kVoices.
[[nodiscard]] const Recording& recording(Program program, unsigned voice);

} // namespace peers
