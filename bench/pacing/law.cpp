#include "bench/pacing/law.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace pacing_sim {
namespace {

// Two numbers after the name: "gamma:11:5".
struct Words {
    std::string_view name;
    double first = 0;
    double second = 0;
    int numbers = 0;
};

std::optional<Words> split(std::string_view text) {
    Words words;
    std::size_t colon = text.find(':');
    words.name = text.substr(0, colon);
    while (colon != std::string_view::npos) {
        text.remove_prefix(colon + 1);
        colon = text.find(':');
        const std::string_view word = text.substr(0, colon);
        double value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc{} || end != word.data() + word.size() || !(value >= 0) ||
            value > 1e6 || words.numbers == 2) {
            return std::nullopt;
        }
        (words.numbers == 0 ? words.first : words.second) = value;
        ++words.numbers;
    }
    return words;
}

} // namespace

Law Law::fixed(double seconds) {
    Law law;
    law.first_ = seconds;
    return law;
}

Law Law::exponential(double mean) {
    Law law;
    law.kind_ = Kind::exponential;
    law.first_ = mean;
    return law;
}

Law Law::lognormal(double mean, double cv) {
    if (mean <= 0) {
        return fixed(0);
    }
    Law law;
    law.kind_ = Kind::lognormal;
    const double variance = std::log1p(cv * cv);
    law.first_ = std::log(mean) - variance / 2;
    law.second_ = std::sqrt(variance);
    return law;
}

Law Law::gamma(double mean, double sd) {
    if (mean <= 0 || sd <= 0) {
        return fixed(std::max(0.0, mean));
    }
    Law law;
    law.kind_ = Kind::gamma;
    law.first_ = mean * mean / (sd * sd);
    law.second_ = sd * sd / mean;
    return law;
}

Law Law::normal(double mean, double sd) {
    Law law;
    law.kind_ = Kind::normal;
    law.first_ = mean;
    law.second_ = sd;
    return law;
}

Law Law::uniform(double low, double high) {
    Law law;
    law.kind_ = Kind::uniform;
    law.first_ = low;
    law.second_ = high;
    return law;
}

Law Law::quantiles(std::vector<double> values) {
    Law law;
    law.kind_ = Kind::quantiles;
    law.values_ = std::move(values);
    return law;
}

Law Law::mixture(double share, const Law& first, const Law& second) {
    Law law;
    law.kind_ = Kind::mixture;
    law.first_ = share;
    law.parts_ = {first, second};
    return law;
}

Law Law::within(double low, double high) const {
    Law law = *this;
    law.low_ = low;
    law.high_ = high;
    return law;
}

std::optional<Law> Law::from_text(std::string_view text) {
    const std::optional<Words> words = split(text);
    if (!words) {
        return std::nullopt;
    }
    const auto [name, first, second, numbers] = *words;
    if (name == "fixed" && numbers == 1) {
        return fixed(first);
    }
    if (name == "exponential" && numbers == 1 && first > 0) {
        return exponential(first);
    }
    if (numbers != 2) {
        return std::nullopt;
    }
    if (name == "uniform" && first < second) {
        return uniform(first, second);
    }
    if (!(first > 0 && second > 0)) {
        return std::nullopt;
    }
    if (name == "lognormal") {
        return lognormal(first, second);
    }
    if (name == "gamma") {
        return gamma(first, second);
    }
    return name == "normal" ? std::optional<Law>{normal(first, second)} : std::nullopt;
}

double Law::sample(Random& random) const {
    // A law that all but misses its limits must not hang the program.
    for (int tries = 0; tries < 100'000; ++tries) {
        const double value = draw(random);
        if (value >= low_ && value < high_) {
            return value;
        }
    }
    return low_;
}

double Law::draw(Random& random) const {
    switch (kind_) {
    case Kind::fixed:
        return first_;
    case Kind::exponential:
        return first_ * random.exponential();
    case Kind::lognormal:
        return std::exp(first_ + second_ * random.normal());
    case Kind::gamma:
        return second_ * random.gamma(first_);
    case Kind::normal:
        return first_ + second_ * random.normal();
    case Kind::uniform:
        return first_ + (second_ - first_) * random.uniform();
    case Kind::quantiles:
        return draw_quantile(random);
    case Kind::mixture:
        return parts_[random.uniform() < first_ ? 0 : 1].sample(random);
    }
    return 0;
}

double Law::draw_quantile(Random& random) const {
    const double place = random.uniform() * static_cast<double>(values_.size()) - 0.5;
    const double last = static_cast<double>(values_.size() - 1);
    const double held = std::clamp(place, 0.0, last);
    const auto left = static_cast<std::size_t>(held);
    const std::size_t right = std::min(left + 1, values_.size() - 1);
    const double share = held - static_cast<double>(left);
    return values_[left] + share * (values_[right] - values_[left]);
}

} // namespace pacing_sim
