// VICIdial's adaptive dial levels: lines for each agent at work, nudged every fifteen seconds by
// how many agents are idle, and cut when the day's drops are above the limit.

#include "bench/pacing/policy_rules.hpp"
#include "bench/pacing/recent.hpp"
#include "bench/pacing/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace pacing_sim {
namespace {

using namespace std::chrono_literals;
using pacing::EventKind;

class Vicidial : public Policy {
public:
    Vicidial(VicidialCut cut, double max_level, double target)
        : cut_{cut}, level_max_{max_level}, target_{target} {}

    void on(const pacing::Event& event) override {
        tally_.on(event);
        switch (event.kind) {
        case EventKind::day_started:
            return start_day(event);
        case EventKind::answered:
            ++answers_;
            return calls_last_minute_.add(event.at);
        case EventKind::abandoned:
            ++drops_;
            return drops_last_minute_.add(event.at);
        case EventKind::machine:
        case EventKind::ended:
            return calls_last_minute_.add(event.at);
        default:
            return;
        }
    }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant now, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        if (sampling_.due(now)) {
            samples_[next_sample_++ % samples_.size()] = {tally_.ready, tally_.waiting,
                                                          tally_.signed_in()};
        }
        if (counting_.due(now)) {
            // The rule waits for fifty calls that a person answered.
            counted_calls_ = answers_;
            counted_drop_share_ =
                answers_ > 0 ? static_cast<double>(drops_) / static_cast<double>(answers_) : 0;
        }
        if (adapting_.due(now)) {
            adapt(now);
        }
        if (!dialing_.due(now)) {
            return {};
        }
        const int agents = tally_.ready + tally_.talking;
        const int goal = static_cast<int>(std::lround(level_ * agents));
        const int existing = tally_.in_flight + tally_.waiting + tally_.talking;
        return {std::max(0, goal - existing), 0, pacing::Limit::agents};
    }

    [[nodiscard]] std::string note() const override {
        return fmt::format("dial level {:.2f}", level_);
    }

private:
    struct Sample {
        int ready = 0;
        int waiting = 0;
        int signed_in = 0;
    };

    void start_day(const pacing::Event& event) {
        answers_ = drops_ = counted_calls_ = 0;
        counted_drop_share_ = 0;
        day_end_ = event.until;
    }

    void adapt(pacing::Instant now) {
        Sample sum;
        for (const Sample& sample : samples_) {
            sum.ready += sample.ready;
            sum.waiting += sample.waiting;
            sum.signed_in += sample.signed_in;
        }
        const double idle_share =
            sum.signed_in > 0 ? static_cast<double>(sum.ready - sum.waiting) / sum.signed_in : 0;
        level_ = std::clamp(level_ * (1 + idle_share), 1.0, level_max_);
        const std::int64_t calls = calls_last_minute_.sum(now);
        if (calls > 20 && 2 * drops_last_minute_.sum(now) > calls) {
            level_ /= 2;
        }
        if (counted_calls_ > 50 && counted_drop_share_ > target_) {
            level_ = cut_level(now);
        }
        level_ = std::max(1.0, level_);
    }

    [[nodiscard]] double cut_level(pacing::Instant now) const {
        if (cut_ == VicidialCut::hard) {
            return 1;
        }
        if (cut_ == VicidialCut::average) {
            return level_ / 2;
        }
        // Clock times are subtracted as if an hour had a hundred minutes; so does the original.
        const int left = clock_digits(day_end_) - clock_digits(now);
        return left < 0 ? 1 : level_ * std::min(1.0, left / 1000.0);
    }

    [[nodiscard]] static int clock_digits(pacing::Instant at) {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(
            at - std::chrono::floor<std::chrono::days>(at));
        const auto count = static_cast<int>(minutes.count());
        return count / 60 * 100 + count % 60;
    }

    VicidialCut cut_;
    double level_max_;
    double target_;
    double level_ = 1;
    Tally tally_;
    std::array<Sample, 15> samples_{};
    std::size_t next_sample_ = 0;
    Clock sampling_{1s};
    Clock counting_{60s};
    Clock adapting_{15s};
    Clock dialing_{2500ms};
    std::int64_t answers_ = 0; ///< today
    std::int64_t drops_ = 0;
    std::int64_t counted_calls_ = 0; ///< as of the latest minute
    double counted_drop_share_ = 0;
    RecentMinutes<1> calls_last_minute_;
    RecentMinutes<1> drops_last_minute_;
    pacing::Instant day_end_{};
};

} // namespace

std::unique_ptr<Policy> make_vicidial(VicidialCut cut, double max_level, double target) {
    return std::make_unique<Vicidial>(cut, max_level, target);
}

} // namespace pacing_sim
