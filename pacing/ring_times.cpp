#include "pacing/ring_times.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace pacing {

namespace {

// Where nothing is known: people answer after 11 s, give or take 5; four of seven other calls ring
// on to the end, machines pick up shortly before it, and some numbers are busy at once.
constexpr double answer_mean_s = 11.0;
constexpr double answer_sd_s = 5.0;
constexpr double prior_live = 10.0;
constexpr double prior_quick = 4.0;
constexpr double prior_late = 10.0;
constexpr double prior_unanswered = 16.0;
constexpr double weight_max = 20'000.0; // dials; then all is halved
constexpr double ring_s_max = 60.0;

std::size_t bucket_at(double age_s) {
    const double at = std::floor(std::max(0.0, age_s) / bucket_s);
    return static_cast<std::size_t>(std::min(at, ring_buckets - 1.0));
}

double logistic(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

/// Share of a gamma distribution below each bucket's begin, by sums of its density.
void gamma_shares(double mean_s, double sd_s, double end_s,
                  std::array<double, ring_buckets>& share) {
    const double shape = mean_s * mean_s / (sd_s * sd_s);
    const double scale = sd_s * sd_s / mean_s;
    double all = 0;
    for (std::size_t b = 0; b < ring_buckets; ++b) {
        const double t = (static_cast<double>(b) + 0.5) * bucket_s;
        share[b] = t < end_s ? std::exp((shape - 1.0) * std::log(t / scale) - t / scale) : 0.0;
        all += share[b];
    }
    for (double& value : share) {
        value /= all;
    }
}

} // namespace

const std::array<double, answer_classes>& class_probabilities() {
    static const auto probabilities = [] {
        std::array<double, answer_classes> values{};
        const double low = -5.3; // half a per cent
        const double high = 2.9; // 95 %
        for (std::size_t c = 0; c < answer_classes; ++c) {
            values[c] =
                logistic(low + (high - low) * static_cast<double>(c) / (answer_classes - 1.0));
        }
        return values;
    }();
    return probabilities;
}

void RingCounts::scale(double factor) {
    for (std::size_t b = 0; b < ring_buckets; ++b) {
        live[b] *= factor;
        other[b] *= factor;
        cut[b] *= factor;
    }
    weight *= factor;
}

RingTimes::RingTimes(double ring_max_s) : ring_max_s_{std::clamp(ring_max_s, 1.0, ring_s_max)} {
    make_prior();
    build();
}

void RingTimes::set_ring_max(double ring_max_s) {
    const double wanted = std::clamp(ring_max_s, 1.0, ring_s_max);
    if (wanted != ring_max_s_) {
        ring_max_s_ = wanted;
        make_prior();
        build();
    }
}

void RingTimes::set_ring_age(bool used) {
    if (used != ring_age_) {
        ring_age_ = used;
        build();
    }
}

void RingTimes::make_prior() {
    prior_ = RingCounts{};
    gamma_shares(answer_mean_s, answer_sd_s, ring_max_s_, prior_.live);
    for (double& value : prior_.live) {
        value *= prior_live;
    }
    const auto spread = [this](double from_s, double to_s, double weight) {
        const std::size_t first = bucket_at(std::min(from_s, ring_max_s_));
        const std::size_t last = std::max(first, bucket_at(std::min(to_s, ring_max_s_)));
        for (std::size_t b = first; b <= last; ++b) {
            prior_.other[b] += weight / static_cast<double>(last - first + 1);
        }
    };
    spread(2.0, 4.0, prior_quick);
    spread(ring_max_s_ * 0.7, ring_max_s_, prior_late);
    spread(ring_max_s_, ring_max_s_, prior_unanswered);
    prior_.weight = prior_live + prior_quick + prior_late + prior_unanswered;
}

void RingTimes::learn(double age_s, RingEnd end) {
    const std::size_t bucket = bucket_at(age_s);
    counts_.live[bucket] += end == RingEnd::answered ? 1.0 : 0.0;
    counts_.other[bucket] += end == RingEnd::ended ? 1.0 : 0.0;
    counts_.cut[bucket] += end == RingEnd::cut ? 1.0 : 0.0;
    news_ += 1.0;
    counts_.weight += 1.0;
    if (counts_.weight > weight_max) {
        counts_.scale(0.5);
    }
    if (news_ >= std::max(16.0, 0.03 * built_.weight)) {
        built_ = counts_;
        build();
    }
}

void RingTimes::forget(double keep_weight) {
    if (counts_.weight > keep_weight) {
        counts_.scale(keep_weight / counts_.weight);
    }
    built_ = counts_;
    build();
}

double RingTimes::at(const Table& table, double age_s) {
    const double age = std::max(0.0, age_s) / bucket_s;
    if (age >= ring_buckets) {
        return table.back();
    }
    const auto b = static_cast<std::size_t>(age);
    return table[b] + (age - std::floor(age)) * (table[b + 1] - table[b]);
}

double RingTimes::live_by_bucket(std::int64_t age) const {
    return live_by_[static_cast<std::size_t>(std::clamp<std::int64_t>(age, 0, ring_buckets))];
}

double RingTimes::quantile(double share) const {
    const auto above = std::upper_bound(live_by_.begin(), live_by_.end(), share);
    if (above == live_by_.end()) {
        return ring_max_s_;
    }
    const auto b = static_cast<double>(above - live_by_.begin()) - 1.0;
    const double step = *above - *(above - 1);
    return (b + (share - *(above - 1)) / step) * bucket_s;
}

void RingTimes::left_s(double age_s, std::array<double, horizons>& times) const {
    const double gone = live_by(age_s);
    for (int k = 0; k < horizons; ++k) {
        const double share = gone + (1.0 - gone) * (k + 0.5) / horizons;
        times[static_cast<std::size_t>(k)] = std::max(0.0, quantile(share) - age_s);
    }
}

const Moments& RingTimes::answers(std::int64_t age, int answer_class) const {
    const auto b = static_cast<std::size_t>(std::clamp<std::int64_t>(age, 0, ring_buckets - 1));
    return answers_[b][static_cast<std::size_t>(answer_class)];
}

void RingTimes::build() {
    news_ = 0;
    ++version_;
    build_shares();
    for (int k = 0; k < horizons; ++k) {
        const auto at_k = static_cast<std::size_t>(k);
        fresh_s_[at_k] = quantile((k + 0.5) / horizons);
        fresh_[at_k] = grid_point(fresh_s_[at_k]);
    }
    build_answers();
    if (!ring_age_) {
        level_ages();
    }
}

void RingTimes::build_shares() {
    // Calls at risk in a bucket: all that end in it or later; one that was given up within it was
    // at risk for half of it.
    std::array<double, ring_buckets + 1> at_risk{};
    for (std::size_t b = ring_buckets; b-- > 0;) {
        at_risk[b] = at_risk[b + 1] + built_.live[b] + built_.other[b] + built_.cut[b] +
                     prior_.live[b] + prior_.other[b];
    }
    double ringing = 1.0;
    line_s_ = 0;
    for (std::size_t b = 0; b < ring_buckets; ++b) {
        const double risk = std::max(at_risk[b] - 0.5 * built_.cut[b], 1e-9);
        const double live = ringing * std::min(1.0, (built_.live[b] + prior_.live[b]) / risk);
        const double other =
            std::min(ringing - live, ringing * (built_.other[b] + prior_.other[b]) / risk);
        line_s_ += (ringing - 0.5 * (live + other)) * bucket_s;
        ringing = std::max(0.0, ringing - live - other);
        live_by_[b + 1] = live_by_[b] + live;
        other_by_[b + 1] = other_by_[b] + other;
    }
    const double all_live = live_by_.back();
    const double all_other = std::max(other_by_.back(), 1e-12);
    answer_s_ = 0;
    for (std::size_t b = 0; b <= ring_buckets; ++b) {
        live_by_[b] /= all_live;
        other_by_[b] /= all_other;
        answer_s_ +=
            b == 0 ? 0.0
                   : (live_by_[b] - live_by_[b - 1]) * (static_cast<double>(b) - 0.5) * bucket_s;
    }
}

void RingTimes::build_answers() {
    for (std::size_t age = 0; age < ring_buckets; ++age) {
        const double gone = live_by_[age];
        Row soon; // answers within each time of the grid, among those still to come
        for (int g = 0; g < grid_size; ++g) {
            const auto to = std::min<std::size_t>(
                age + static_cast<std::size_t>(grid_half_s[static_cast<std::size_t>(g)]),
                ring_buckets);
            soon[g] = static_cast<float>(live_by_[to] - gone);
        }
        for (std::size_t c = 0; c < answer_classes; ++c) {
            const double p = class_probabilities()[c];
            const double rings = p * (1.0 - gone) + (1.0 - p) * (1.0 - other_by_[age]);
            const double scale = rings > 1e-9 ? p / rings : 0.0;
            answers_[age][c].set((soon * static_cast<float>(scale)).min(1.0F).max(0.0F));
        }
    }
}

void RingTimes::level_ages() {
    for (std::size_t c = 0; c < answer_classes; ++c) {
        const double p = class_probabilities()[c];
        Row sum = Row::Zero();
        double all = 0;
        for (std::size_t age = 0; age < ring_buckets; ++age) {
            const double rings = p * (1.0 - live_by_[age]) + (1.0 - p) * (1.0 - other_by_[age]);
            sum += static_cast<float>(rings) * answers_[age][c].mean;
            all += rings;
        }
        Moments level;
        level.set(sum / static_cast<float>(all));
        for (auto& age : answers_) {
            age[c] = level;
        }
    }
}

void RingTimes::save(SavedWriter& out) const {
    for (const auto* counts : {&counts_, &built_}) {
        out.put("ring_live", counts->live);
        out.put("ring_other", counts->other);
        out.put("ring_cut", counts->cut);
        out.put("ring_weight", counts->weight);
    }
    out.put("ring_news", news_);
}

void RingTimes::load(SavedReader& in) {
    for (auto* counts : {&counts_, &built_}) {
        in.get("ring_live", counts->live);
        in.get("ring_other", counts->other);
        in.get("ring_cut", counts->cut);
        counts->weight = in.get("ring_weight");
    }
    const double news = in.get("ring_news");
    build();
    news_ = news;
}

} // namespace pacing
