#include "tests/peers/common/random.hpp"

#include <cmath>
#include <numbers>

namespace peers {

std::uint64_t fold(std::uint64_t seed, std::string_view text) {
    // FNV-1a (64 bit), then one round of the generator to spread the low bits.
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return Random{hash}.next();
}

std::uint64_t Random::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

double Random::uniform() {
    return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

double Random::uniform(double low, double high) {
    return low + (high - low) * uniform();
}

double Random::exponential(double mean) {
    return -mean * std::log1p(-uniform());
}

double Random::normal(double mean, double sd) {
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
    return mean + sd * radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::lognormal(double mean, double cv) {
    const double variance = std::log1p(cv * cv);
    return std::exp(normal(std::log(mean) - variance / 2.0, std::sqrt(variance)));
}

double Random::gamma(double mean, double sd) {
    // Marsaglia and Tsang 2000, valid for shapes of at least 1.
    const double shape = (mean / sd) * (mean / sd);
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    while (true) {
        const double x = normal(0.0, 1.0);
        const double root = 1.0 + c * x;
        if (root <= 0.0) {
            continue;
        }
        const double v = root * root * root;
        if (std::log1p(-uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
            return d * v * mean / shape;
        }
    }
}

} // namespace peers
