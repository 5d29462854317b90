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
    // How long it rings. Defaults: the reference world that pacing is judged in.
    double ring_mean_s = 11; ///< people: gamma, drawn again from ring_max_s up
    double ring_sd_s = 5;    ///< of the gamma before that; 0 < sd <= mean
    double ring_max_s = 22;  ///< for people and machines; who has not answered by then never does
    double machine_ring_mean_s = 18; ///< normal, drawn again outside [machine_ring_min_s, max)
    double machine_ring_sd_s = 2;
    double machine_ring_min_s = 8;
    double busy_min_s = 2; ///< uniform until 486
    double busy_max_s = 4;
    double no_answer_s = 60; ///< the network gives up with 480, unless the caller did before
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

/// Why these figures cannot be drawn from, for people; empty when they can.
[[nodiscard]] std::string fault_of(const Mix& mix);

/// Deterministic: the same arguments give the same plan in every run and on every machine.
/// `number` is compared by its digits; `attempt` counts from 1.
[[nodiscard]] Plan plan_call(const Mix& mix, std::uint64_t seed, std::string_view number,
                             int attempt);

/// The digits of a called number with its country code: a bare 10-digit number is North American.
[[nodiscard]] std::string normal_number(std::string_view dialed);

} // namespace peers
