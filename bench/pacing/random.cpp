#include "bench/pacing/random.hpp"

#include <bit>
#include <cmath>

namespace pacing_sim {
namespace {

// splitmix64 (Steele, Lea, Flood 2014): spreads a seed over the state.
std::uint64_t split_mix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

} // namespace

Random::Random(std::uint64_t seed, std::uint64_t day, std::uint64_t stream) {
    std::uint64_t mixing = seed;
    mixing = split_mix(mixing) ^ (day + 1) * 0xd1342543de82ef95U;
    mixing = split_mix(mixing) ^ (stream + 1) * 0xaf251af3b0f025b5U;
    for (std::uint64_t& word : state_) {
        word = split_mix(mixing);
    }
}

// xoshiro256++ (Blackman, Vigna 2019).
std::uint64_t Random::bits() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Random::uniform() {
    return static_cast<double>(bits() >> 11U) * 0x1.0p-53;
}

double Random::exponential() {
    return -std::log1p(-uniform());
}

// Marsaglia's polar method.
double Random::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    double x = 0;
    double y = 0;
    double square = 0;
    do {
        x = 2 * uniform() - 1;
        y = 2 * uniform() - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double scale = std::sqrt(-2 * std::log(square) / square);
    spare_ = y * scale;
    has_spare_ = true;
    return x * scale;
}

// Marsaglia and Tsang 2000; below shape 1 by their boosting step.
double Random::gamma(double shape) {
    if (shape < 1) {
        const double boost = std::pow(1 - uniform(), 1 / shape);
        return gamma(shape + 1) * boost;
    }
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = normal();
        const double root = 1 + c * x;
        if (root <= 0) {
            continue;
        }
        const double v = root * root * root;
        if (std::log1p(-uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
            return d * v;
        }
    }
}

} // namespace pacing_sim
