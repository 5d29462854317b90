#include "bench/pacing/hindsight.hpp"

#include <optional>
#include <utility>

namespace pacing_sim {
namespace {

struct Tried {
    double value = 0;
    double abandonment = 0;
    double idle_s = 0;
    RunResult result;
};

Tried attempt(RunSettings& settings, Knob knob, double value) {
    (knob == Knob::ratio ? settings.policy.ratio : settings.policy.max_level) = value;
    Tried tried{value, 0, 0, run_days(settings)};
    const Summary summary = summarise(tried.result.days, 1);
    tried.abandonment = summary.abandonment.value;
    tried.idle_s = summary.idle_s_per_call.value;
    return tried;
}

} // namespace

Hindsight find_best(RunSettings settings, Knob knob, double cap) {
    settings.policy.name = knob == Knob::ratio ? "ratio" : settings.policy.name;
    const double growth = knob == Knob::ratio ? 1.15 : 1.03;
    const double most = knob == Knob::ratio ? 30 : 5;
    Tried best = attempt(settings, knob, 1);
    double refused = most;
    const auto consider = [&](double value) {
        Tried tried = attempt(settings, knob, value);
        if (tried.abandonment > cap) {
            return false;
        }
        if (tried.idle_s < best.idle_s) {
            best = std::move(tried);
        }
        return true;
    };
    // Beyond a few refused values in a row nothing lawful follows.
    int refusals = 0;
    double last_lawful = 1;
    for (double value = growth; value <= most && refusals < 4; value *= growth) {
        if (consider(value)) {
            refusals = 0;
            last_lawful = value;
            refused = most;
        } else if (refusals++ == 0) {
            refused = value;
        }
    }
    for (int step = 0; step < 5; ++step) {
        const double middle = (last_lawful + refused) / 2;
        (consider(middle) ? last_lawful : refused) = middle;
    }
    return {best.value, std::move(best.result)};
}

} // namespace pacing_sim
