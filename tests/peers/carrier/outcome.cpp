#include "tests/peers/carrier/outcome.hpp"

#include "tests/peers/common/random.hpp"

#include <algorithm>
#include <array>

namespace peers {
namespace {

// A draw that falls outside is thrown away. fault_of() sees to it that few do; the bound is for
// figures nobody should have given.
constexpr int kDrawsMax = 1000;

template <typename Draw> double draw_within(double low, double high, Draw draw) {
    for (int n = 0; n < kDrawsMax; ++n) {
        const double seconds = draw();
        if (seconds >= low && seconds < high) {
            return seconds;
        }
    }
    return low;
}

double ring_of_human(const Mix& mix, Random& random) {
    return draw_within(0, mix.ring_max_s,
                       [&] { return random.gamma(mix.ring_mean_s, mix.ring_sd_s); });
}

double ring_of_machine(const Mix& mix, Random& random) {
    return draw_within(mix.machine_ring_min_s, mix.ring_max_s, [&] {
        return random.normal(mix.machine_ring_mean_s, mix.machine_ring_sd_s);
    });
}

Outcome choose(const Mix& mix, double draw) {
    const std::array<std::pair<Outcome, double>, 6> shares{{{Outcome::human, mix.human},
                                                            {Outcome::machine, mix.machine},
                                                            {Outcome::busy, mix.busy},
                                                            {Outcome::rejected, mix.rejected},
                                                            {Outcome::invalid, mix.invalid},
                                                            {Outcome::congestion, mix.congestion}}};
    for (const auto& [outcome, share] : shares) {
        if (draw < share) {
            return outcome;
        }
        draw -= share;
    }
    return Outcome::no_answer;
}

struct Shape {
    int status;
    double decide_s;
    bool rings;
};

Shape shape_of(const Mix& mix, Outcome outcome, Random& random) {
    switch (outcome) {
    case Outcome::human:
        return {200, ring_of_human(mix, random), true};
    case Outcome::machine:
        return {200, ring_of_machine(mix, random), true};
    case Outcome::busy:
        return {486, random.uniform(mix.busy_min_s, mix.busy_max_s), false};
    case Outcome::rejected:
        return {603, random.uniform(3, 12), true};
    case Outcome::invalid:
        return {404, random.uniform(0.3, 1.0), false};
    case Outcome::congestion:
        return {503, random.uniform(0.1, 0.5), false};
    case Outcome::no_answer:
        break;
    }
    return {480, mix.no_answer_s, true};
}

} // namespace

std::string_view name(Outcome outcome) {
    constexpr std::array<std::string_view, 7> kNames{
        "human", "machine", "busy", "rejected", "invalid", "congestion", "no_answer"};
    return kNames.at(static_cast<std::size_t>(outcome));
}

std::string fault_of(const Mix& mix) {
    const double shares =
        mix.human + mix.machine + mix.busy + mix.rejected + mix.invalid + mix.congestion;
    if (shares > 1.0 + 1e-9) {
        return "the shares of the outcomes add up to more than 1";
    }
    if (mix.ring_sd_s > mix.ring_mean_s || mix.ring_mean_s > mix.ring_max_s) {
        return "--ring-sd <= --ring-mean <= --ring-max does not hold";
    }
    if (mix.machine > 0 && (mix.machine_ring_mean_s < mix.machine_ring_min_s ||
                            mix.machine_ring_mean_s > mix.ring_max_s)) {
        return "--machine-ring-min <= --machine-ring-mean <= --ring-max does not hold";
    }
    return mix.busy_min_s > mix.busy_max_s ? "--busy-min <= --busy-max does not hold" : "";
}

Plan plan_call(const Mix& mix, std::uint64_t seed, std::string_view number, int attempt) {
    Random random{fold(seed, normal_number(number) + "#" + std::to_string(attempt))};
    const auto human_time = [&mix](double seconds) {
        return Millis{static_cast<std::int64_t>(seconds * 1000.0 / mix.speed)};
    };
    Plan plan;
    plan.outcome = choose(mix, random.uniform());
    plan.voice = static_cast<unsigned>(random.next() % kVoices);
    const Shape shape = shape_of(mix, plan.outcome, random);
    plan.status = shape.status;
    plan.rings = shape.rings;
    plan.decide_at = human_time(shape.decide_s);
    plan.ring_at = std::min(human_time(random.uniform(0.2, 0.8)), plan.decide_at / 2);
    plan.early_media = plan.rings && random.uniform() < mix.early_media;
    plan.talk = human_time(random.lognormal(mix.talk_mean_s, mix.talk_cv));
    plan.patience = human_time(random.exponential(mix.patience_mean_s));
    if (plan.outcome == Outcome::machine) {
        plan.hang_up = human_time(random.uniform(30, 60)); // the tape ends
    }
    if (plan.outcome == Outcome::human && random.uniform() < mix.press_nine) {
        plan.keys.push_back({human_time(2), '9'});
    }
    return plan;
}

std::string normal_number(std::string_view dialed) {
    std::string digits;
    for (const char c : dialed.substr(0, 64)) {
        if (c >= '0' && c <= '9') {
            digits += c;
        }
    }
    if (digits.size() == 10 && dialed.front() != '+') {
        digits.insert(0, 1, '1');
    }
    return digits;
}

} // namespace peers
