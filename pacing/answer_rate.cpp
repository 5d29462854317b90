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

void AnswerRate::dialed(Bucket at, double factor) {
    if (now_ - at >= 0 && now_ - at < ring_buckets) {
        lines_[slot(at)] += parts(factor);
    }
}

void AnswerRate::over(Bucket dialed, double factor) {
    if (now_ - dialed >= 0 && now_ - dialed < ring_buckets) {
        lines_[slot(dialed)] -= parts(factor);
    }
}

void AnswerRate::advance(Bucket now, const RingTimes& times) {
    expected_latest_ = 0;
    if (!started_) {
        started_ = true;
        now_ = now;
    }
    if (now <= now_) {
        return;
    }
    const Bucket passed = std::min<Bucket>(now - now_, ring_buckets);
    const double exposed = exposure(passed, times);
    expected_latest_ = exposed * value();
    exposure_ += exposed;
    fade(static_cast<double>(now - now_) * bucket_s);
    for (Bucket step = 1; step <= passed; ++step) {
        lines_[slot(now_ + step)] = 0; // what rings as long as that is not answered any more
    }
    now_ = now;
}

double AnswerRate::exposure(Bucket passed, const RingTimes& times) const {
    const double p = value();
    double sum = 0;
    for (Bucket age = 0; age < ring_buckets; ++age) {
        const auto lines = lines_[slot(now_ - age)];
        const double at_s = static_cast<double>(age) * bucket_s;
        const double gone = times.live_by_bucket(age);
        const double ringing = p * (1.0 - gone) + (1.0 - p) * (1.0 - times.other_by(at_s));
        if (lines != 0 && ringing > 1e-6) {
            sum +=
                static_cast<double>(lines) * (times.live_by_bucket(age + passed) - gone) / ringing;
        }
    }
    return sum / 1024.0;
}

void AnswerRate::fade(double time_s) {
    if (answers_ > base_answers) {
        const double keep = std::max(std::exp2(-time_s / half_life_s), base_answers / answers_);
        answers_ *= keep;
        exposure_ *= keep;
    }
}

void AnswerRate::taken_back() {
    answers_ = std::max(1e-3, answers_ - 1.0);
}

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
