// Lets the pacing core live through days of a simulated world and prints what it has learnt, so
// that a demo can begin with an experienced campaign instead of an hour of caution.

#include "bench/pacing/policy.hpp"
#include "bench/pacing/world.hpp"
#include "pacing/pacer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>

namespace {

using pacing_sim::Law;

struct Options {
    int agents = 10;
    int days = 3;
    std::uint64_t seed = 1;
    std::int64_t until = 0;
    double answer = 0.25;
    double busy = 0.10, busy_low = 2, busy_high = 4;
    double ring_mean = 11, ring_sd = 5, ring_max = 22;
    double give_up_after = 25;
    double talk_mean = 120, talk_cv = 1;
    double wrap_mean = 30, wrap_cv = 0.8;
    double patience = 20;
    double rate = 0;
    double day_seconds = 28'800;
};

/// The core, told of a world whose last day ends at a given instant: what was learnt long ago
/// counts for less.
class Learner final : public pacing_sim::Policy {
public:
    Learner(const pacing::Settings& settings, pacing::Duration days_before_last)
        : days_before_last_{days_before_last} {
        pacer_.set_campaign(campaign, settings);
    }

    void end_at(pacing::Instant until, pacing::Duration day) { first_start_ = until - day; }

    void on(const pacing::Event& event) override {
        if (!shift_) {
            shift_ = first_start_ - days_before_last_ - event.at;
        }
        pacing::Event shifted = event;
        shifted.at += *shift_;
        shifted.until += event.until == pacing::Instant{} ? pacing::Duration{} : *shift_;
        pacer_.on(shifted);
    }

    pacing::Plan decide(pacing::CampaignId id, pacing::Instant now, const pacing::Room& room,
                        std::span<const pacing::Group> next) override {
        return pacer_.decide(id, now + *shift_, room, next);
    }

    [[nodiscard]] bool at_events() const override { return true; }
    [[nodiscard]] std::string learnt() const { return pacer_.save(campaign); }

private:
    static constexpr pacing::CampaignId campaign{1};

    pacing::Pacer pacer_;
    pacing::Duration days_before_last_;
    pacing::Instant first_start_{};
    std::optional<pacing::Duration> shift_; ///< from the world's first event on
};

void describe(CLI::App& app, Options& options) {
    app.add_option("--agents", options.agents, "Agents")->check(CLI::Range(1, 10'000));
    app.add_option("--days", options.days, "Days to live through")->check(CLI::Range(1, 100));
    app.add_option("--day-seconds", options.day_seconds, "Length of a day");
    app.add_option("--seed", options.seed, "Seed of the world");
    app.add_option("--until", options.until, "Unix time at which the last day ends")->required();
    app.add_option("--answer", options.answer, "Share of calls that a person answers");
    app.add_option("--busy", options.busy, "Share that is busy");
    app.add_option("--busy-low", options.busy_low, "Seconds to busy, at least");
    app.add_option("--busy-high", options.busy_high, "Seconds to busy, at most");
    app.add_option("--ring-mean", options.ring_mean, "Seconds to an answer: gamma of this mean");
    app.add_option("--ring-sd", options.ring_sd, "Its standard deviation");
    app.add_option("--ring-max", options.ring_max, "Nobody answers later");
    app.add_option("--give-up-after", options.give_up_after, "What the campaign rings at most");
    app.add_option("--talk-mean", options.talk_mean, "Seconds of talk: lognormal of this mean");
    app.add_option("--talk-cv", options.talk_cv, "Its coefficient of variation");
    app.add_option("--wrap-mean", options.wrap_mean, "Seconds of wrap-up: lognormal");
    app.add_option("--wrap-cv", options.wrap_cv, "Its coefficient of variation");
    app.add_option("--patience", options.patience, "Mean seconds a person listens to nothing");
    app.add_option("--rate", options.rate, "Calls per second, at most; 0: any");
}

pacing_sim::WorldSettings world_of(const Options& options) {
    pacing_sim::WorldSettings world;
    world.agents = options.agents;
    world.day_s = options.day_seconds;
    world.patience_mean_s = options.patience;
    world.dials_per_s = options.rate;
    world.talk = Law::lognormal(options.talk_mean, options.talk_cv);
    world.wrap = Law::lognormal(options.wrap_mean, options.wrap_cv);
    world.dials.ring = Law::gamma(options.ring_mean, options.ring_sd).within(0, options.ring_max);
    world.dials.ring_max_s = options.ring_max;
    world.dials.machine_share = 0;
    world.dials.busy_share = options.busy;
    world.dials.busy = Law::uniform(options.busy_low, options.busy_high);
    world.campaigns.front().answer_share = options.answer;
    return world;
}

void live(const Options& options) {
    const auto world_settings = world_of(options);
    const auto micros = [](double seconds) {
        return std::chrono::round<pacing::Duration>(std::chrono::duration<double>{seconds});
    };
    pacing::Settings settings;
    settings.first_day = pacing_sim::first_day;
    settings.ring_max = micros(options.give_up_after);
    Learner learner{settings, std::chrono::days{options.days - 1}};
    learner.end_at(pacing::Instant{std::chrono::seconds{options.until}},
                   micros(options.day_seconds));
    pacing_sim::World world{world_settings, learner};
    for (int day = 0; day < options.days; ++day) {
        (void)world.run_day(options.seed, day);
    }
    fmt::print("{}", learner.learnt());
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Prints what the pacing core learns in some days of a simulated world, as the store "
        "keeps it for a campaign."};
    Options options;
    describe(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        live(options);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "pacing_warm: {}\n", fault.what());
        return 1;
    }
    return 0;
}
