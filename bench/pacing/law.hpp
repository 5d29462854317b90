#pragma once

// Distributions of durations, in seconds.

#include "bench/pacing/random.hpp"

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace pacing_sim {

/// One distribution; a value, cheap to sample.
class Law {
public:
    Law() = default; ///< always 0
    // A mean of 0 is a law that is always 0, a spread of 0 one that is always its mean.
    [[nodiscard]] static Law fixed(double seconds);
    [[nodiscard]] static Law exponential(double mean);
    [[nodiscard]] static Law lognormal(double mean, double cv);
    [[nodiscard]] static Law gamma(double mean, double sd);
    [[nodiscard]] static Law normal(double mean, double sd);
    [[nodiscard]] static Law uniform(double low, double high);
    /// Quantiles at (k + 1/2) / n, rising; straight lines between them.
    [[nodiscard]] static Law quantiles(std::vector<double> values);
    /// `first` with probability `share`, otherwise `second`.
    [[nodiscard]] static Law mixture(double share, const Law& first, const Law& second);

    /// The same law on the condition low <= x < high. At least a thousandth of it must lie there:
    /// samples outside are drawn again.
    [[nodiscard]] Law within(double low, double high) const;

    /// "fixed:3", "exponential:150", "lognormal:MEAN:CV", "gamma:MEAN:SD", "normal:MEAN:SD",
    /// "uniform:LOW:HIGH"; nothing when it is none of these or a number makes no sense.
    [[nodiscard]] static std::optional<Law> from_text(std::string_view text);

    /// True when it is 0 always: the phase does not exist.
    [[nodiscard]] bool none() const { return kind_ == Kind::fixed && first_ == 0; }

    [[nodiscard]] double sample(Random& random) const;

private:
    enum class Kind { fixed, exponential, lognormal, gamma, normal, uniform, quantiles, mixture };

    [[nodiscard]] double draw(Random& random) const;
    [[nodiscard]] double draw_quantile(Random& random) const;

    Kind kind_ = Kind::fixed;
    double first_ = 0; ///< the kind's own two parameters, ready for use
    double second_ = 0;
    double low_ = 0;
    double high_ = std::numeric_limits<double>::infinity();
    std::vector<double> values_;
    std::vector<Law> parts_;
};

/// 200 quantiles of real conversations; bench/pacing/talk_quantiles.csv names the source.
[[nodiscard]] Law real_talk();

} // namespace pacing_sim
