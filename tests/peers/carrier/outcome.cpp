#include "tests/peers/carrier/outcome.hpp"

#include "tests/peers/common/random.hpp"

#include <algorithm>
#include <array>

namespace peers {
namespace {

constexpr double kRingMaxS = 22; // the reference world's people answer before or never
constexpr double kNetworkGivesUpS = 60;

double ring_of_human(Random& random) {
    while (true) {
        const double seconds = random.gamma(11, 5);
        if (seconds < kRingMaxS) {
            return seconds;
        }
    }
}

double ring_of_machine(Random& random) {
    while (true) {
        const double seconds = random.normal(18, 2);
        if (seconds >= 8 && seconds < kRingMaxS) {
            return seconds;
        }
    }
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

Shape shape_of(Outcome outcome, Random& random) {
    switch (outcome) {
    case Outcome::human:
        return {200, ring_of_human(random), true};
    case Outcome::machine:
        return {200, ring_of_machine(random), true};
    case Outcome::busy:
        return {486, random.uniform(2, 4), false};
    case Outcome::rejected:
        return {603, random.uniform(3, 12), true};
    case Outcome::invalid:
        return {404, random.uniform(0.3, 1.0), false};
    case Outcome::congestion:
        return {503, random.uniform(0.1, 0.5), false};
    case Outcome::no_answer:
        break;
    }
    return {480, kNetworkGivesUpS, true};
}

} // namespace

std::string_view name(Outcome outcome) {
    constexpr std::array<std::string_view, 7> kNames{
        "human", "machine", "busy", "rejected", "invalid", "congestion", "no_answer"};
    return kNames.at(static_cast<std::size_t>(outcome));
}

Plan plan_call(const Mix& mix, std::uint64_t seed, std::string_view number, int attempt) {
    Random random{fold(seed, normal_number(number) + "#" + std::to_string(attempt))};
    const auto human_time = [&mix](double seconds) {
        return Millis{static_cast<std::int64_t>(seconds * 1000.0 / mix.speed)};
    };
    Plan plan;
    plan.outcome = choose(mix, random.uniform());
    plan.voice = static_cast<unsigned>(random.next() % kVoices);
    const Shape shape = shape_of(plan.outcome, random);
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
