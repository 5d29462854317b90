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

void AnswerRate::advance(Bucket now, double expected) {
    if (!started_) {
        started_ = true;
        now_ = now;
    }
    if (now > now_) {
        exposure_ += std::max(0.0, expected) / value();
        fade(static_cast<double>(now - now_) * bucket_s);
        now_ = now;
    }
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
