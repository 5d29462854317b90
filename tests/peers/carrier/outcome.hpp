#pragma once

// What becomes of a call to a number: a pure function of seed, number and attempt.

#include "tests/peers/common/moment.hpp"
#include "tests/peers/common/streams.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peers {

enum class Outcome : std::uint8_t {
    human,
    machine,
    busy,
    rejected,
    invalid,
    congestion,
    no_answer,
};
[[nodiscard]] std::string_view name(Outcome outcome);

/// Shares of outcomes and the people behind the numbers. What the shares leave over to 1 is no
/// answer.
struct Mix {
    double human = 0.25;
    double machine = 0.35;
    double busy = 0.10;
    double rejected = 0.02;
    double invalid = 0.01;
    double congestion = 0.01;
    double talk_mean_s = 20; ///< lognormal, from the first sound heard
    double talk_cv = 1;
    double patience_mean_s = 20; ///< exponential, how long a person listens to nothing
    double early_media = 0;      ///< share of ringing calls with 183 and audio
    double press_nine = 0;       ///< share of people who press 9 two seconds after the answer
    double speed = 1;            ///< divides every human time
};

/// One call as it will go, unless the caller ends it first. Times are already divided by speed.
struct Plan {
    Outcome outcome = Outcome::no_answer;
    int status = 480;   ///< final response
    Millis ring_at{};   ///< from the INVITE; only where `rings`
    Millis decide_at{}; ///< final response, from the INVITE
    bool rings = false;
    bool early_media = false;
    Millis talk{};                 ///< from the first sound heard to the callee's BYE
    Millis patience{};             ///< from the answer, without hearing anything
    std::optional<Millis> hang_up; ///< from the answer, whatever was heard
    std::vector<KeyPress> keys;    ///< from the answer
    unsigned voice = 0;
};

/// Deterministic: the same arguments give the same plan in every run and on every machine.
/// `number` is compared by its digits; `attempt` counts from 1.
[[nodiscard]] Plan plan_call(const Mix& mix, std::uint64_t seed, std::string_view number,
                             int attempt);

/// The digits of a called number with its country code: a bare 10-digit number is North American.
[[nodiscard]] std::string normal_number(std::string_view dialed);

} // namespace peers
