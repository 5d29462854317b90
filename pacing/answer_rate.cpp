#include "pacing/answer_rate.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

// A rate taken too high dials too little, one taken too low abandons people: a campaign of which
// nothing is known starts from a rate that few lists reach.
constexpr double prior_rate = 0.45;
constexpr double prior_dials = 20.0;
constexpr double base_answers = 60.0;
constexpr double half_life_s = 900.0;

} // namespace

AnswerRate::AnswerRate() : answers_{prior_rate * prior_dials}, exposure_{prior_dials} {}

std::int64_t AnswerRate::parts(double factor) {
    return std::max<std::int64_t>(1, std::llround(std::clamp(factor, 0.0, 1000.0) * 1024.0));
}

void AnswerRate::advance(Bucket now, const RingTimes& times) {
    expected_latest_ = 0;
    if (now <= now_) {
        return;
    }
    const auto passed = now - now_;
    double added = 0;
    for (std::int64_t age = 0; age < ring_buckets; ++age) {
        if (const auto dials = dials_[slot(now_ - age)]; dials != 0) {
            const double more = times.live_by_bucket(age + std::min<Bucket>(passed, ring_buckets)) -
                                times.live_by_bucket(age);
            added += static_cast<double>(dials) * more;
        }
    }
    added /= 1024.0;
    expected_latest_ = added * value();
    exposure_ += added;
    for (Bucket step = 1; step <= std::min<Bucket>(passed, ring_buckets); ++step) {
        dials_[slot(now_ + step)] = 0;
    }
    now_ = now;
    fade(static_cast<double>(passed) * bucket_s);
}

void AnswerRate::fade(double time_s) {
    if (answers_ > base_answers) {
        const double keep = std::max(std::exp2(-time_s / half_life_s), base_answers / answers_);
        answers_ *= keep;
        exposure_ *= keep;
    }
}

void AnswerRate::dialed(Bucket at, double factor) {
    if (now_ - at >= 0 && now_ - at < ring_buckets) {
        dials_[slot(at)] += parts(factor);
    }
}

void AnswerRate::cut(Bucket dialed, double factor) {
    if (now_ - dialed >= 0 && now_ - dialed < ring_buckets) {
        auto& dials = dials_[slot(dialed)];
        dials = std::max<std::int64_t>(0, dials - parts(factor));
    }
}

void AnswerRate::taken_back() { answers_ = std::max(1e-3, answers_ - 1.0); }

void AnswerRate::forget(double keep_answers) {
    if (answers_ > keep_answers) {
        exposure_ *= keep_answers / answers_;
        answers_ = keep_answers;
    }
}

void AnswerRate::save(SavedWriter& out) const {
    out.put("answers", answers_);
    out.put("exposure", exposure_);
}

void AnswerRate::load(SavedReader& in) {
    answers_ = in.get("answers");
    exposure_ = in.get("exposure");
    if (!(answers_ > 0.0) || !(exposure_ > 0.0)) {
        in.fail();
    }
}

} // namespace pacing
