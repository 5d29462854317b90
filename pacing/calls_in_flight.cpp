#include "pacing/calls_in_flight.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

AnswerMix answer_mix(double probability) {
    const auto& classes = class_probabilities();
    const double p = std::clamp(probability, classes.front(), classes.back());
    const auto above = std::upper_bound(classes.begin() + 1, classes.end() - 1, p);
    const auto high = static_cast<std::size_t>(above - classes.begin());
    const double share = (p - classes[high - 1]) / (classes[high] - classes[high - 1]);
    return {static_cast<std::uint8_t>(high - 1),
            static_cast<std::uint16_t>(std::lround(share * 256.0))};
}

void CallsInFlight::advance(Bucket now) {
    if (now == now_) {
        return;
    }
    stale_ = true;
    const auto passed = std::min<Bucket>(now - now_, ring_buckets);
    // A line older than the ring is not expected to be answered: it leaves without being taken out.
    for (Bucket step = 1; step <= passed; ++step) {
        Classes& oldest = by_age_[slot(now_ + step)];
        for (std::size_t c = 0; c < answer_classes; ++c) {
            all_[c] -= oldest[c];
        }
        oldest.fill(0);
    }
    now_ = now;
}

void CallsInFlight::add(Bucket dialed, AnswerMix mix) {
    change(dialed, mix, 1);
}

void CallsInFlight::remove(Bucket dialed, AnswerMix mix) {
    change(dialed, mix, -1);
}

void CallsInFlight::change(Bucket dialed, AnswerMix mix, int sign) {
    const Bucket age = now_ - dialed;
    if (age < 0 || age >= ring_buckets) {
        return;
    }
    const std::int32_t high = sign * mix.high_part;
    const std::int32_t low = sign * 256 - high;
    Classes& classes = by_age_[slot(dialed)];
    classes[mix.low] += low;
    classes[mix.low + 1U] += high;
    all_[mix.low] += low;
    all_[mix.low + 1U] += high;
    if (!stale_) {
        answers_.add(times_->answers(age, mix.low), part * static_cast<float>(low));
        answers_.add(times_->answers(age, mix.low + 1), part * static_cast<float>(high));
    }
}

const Moments& CallsInFlight::answers() {
    if (stale_ || version_ != times_->version()) {
        sum_up();
        stale_ = false;
        version_ = times_->version();
    }
    return answers_;
}

void CallsInFlight::sum_up() {
    answers_.clear();
    for (std::size_t c = 0; c < answer_classes; ++c) {
        if (all_[c] == 0) {
            continue;
        }
        for (std::int64_t age = 0; age < ring_buckets; ++age) {
            if (const auto parts = by_age_[slot(now_ - age)][c]; parts != 0) {
                answers_.add(times_->answers(age, static_cast<int>(c)),
                             part * static_cast<float>(parts));
            }
        }
    }
}

int CallsInFlight::lines_of_age(std::int64_t age) const {
    std::int64_t parts = 0;
    for (const auto of_class : by_age_[slot(now_ - age)]) {
        parts += of_class;
    }
    return static_cast<int>(parts / 256);
}

void CallsInFlight::answers_of_age(std::int64_t age, int most, Moments& sum) const {
    const int lines = lines_of_age(age);
    if (lines <= 0 || most <= 0) {
        return;
    }
    const float share = most >= lines ? 1.0F : static_cast<float>(most) / static_cast<float>(lines);
    const Classes& classes = by_age_[slot(now_ - age)];
    for (std::size_t c = 0; c < answer_classes; ++c) {
        if (classes[c] != 0) {
            sum.add(times_->answers(age, static_cast<int>(c)),
                    part * share * static_cast<float>(classes[c]));
        }
    }
}

} // namespace pacing
