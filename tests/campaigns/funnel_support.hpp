#pragma once

// A gate with one simple law, for tests of the funnel and of explanations.

#include "dnc/gate.hpp"
#include "dnc/zones.hpp"

#include <chrono>
#include <memory>

namespace funnel_test {

/// Calls are legal from 08:00 to 21:00 where the phone rings, with the ringing; the national
/// registry must be asked, be younger than 31 days and not have the number; at most three calls in
/// 24 hours to a number. Area code 212 is New York, 310 Los Angeles, 808 Honolulu, 205 Chicago's
/// zone, each with its state.
struct SimpleLaw {
    SimpleLaw();
    std::unique_ptr<dnc::ZoneDatabase> zones;
    std::unique_ptr<dnc::Gate> gate;
};

inline const SimpleLaw& law() {
    static const SimpleLaw law;
    return law;
}

} // namespace funnel_test
