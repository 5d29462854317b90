// How good is a dialing rule? Runs days of the reference world and prints what they came to.

#include "bench/pacing/hindsight.hpp"
#include "bench/pacing/report.hpp"
#include "bench/pacing/run.hpp"
#include "bench/pacing/scenario.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using namespace pacing_sim;

/// What the command line says, before it is a world.
struct Options {
    std::string policy = "predictive";
    std::string scenario = "base";
    std::string mode = "campaign";
    std::string law_of_talk, law_of_wrap, law_of_ring;
    std::vector<std::string> without;
    std::optional<double> ring_mean, ring_sd, talk_mean, talk_cv, wrap_mean, wrap_cv;
    std::optional<double> machine, machine_mean, machine_sd, machine_hold, busy, busy_low,
        busy_high;
    std::optional<double> detection, machine_passed, machine_talk, machine_wrap, person_dropped;
    std::optional<double> tolerance, patience, ring_max, ring_min, break_share, break_mean, sign_in;
    std::optional<int> days, warm_up, channels;
    std::optional<double> rate, wrap_signal, wrap_signal_sd, inbound, speed_cv, day_seconds, tick;
    int agents = 10;
    double answer = 0.25;
    double cap = 0.03;
    double ratio = 1.5;
    double max_level = 5;
    std::uint64_t seed = 1;
    bool json = false;
    bool hindsight = false;
};

std::string names_of(const std::vector<std::string_view>& names) {
    return fmt::format("{}", fmt::join(names, " "));
}

// CLI::Range lets "nan" pass.
std::string within_reason(const std::string& text) {
    const double value = std::strtod(text.c_str(), nullptr);
    return value >= 0 && value <= 1e6 ? "" : text + " is not between 0 and a million";
}

void add_world_options(CLI::App& app, Options& options) {
    const std::string world = "The world's distributions";
    const auto add = [&](const char* name, auto& value, const char* what) {
        CLI::Option* option = app.add_option(name, value, what)->group(world);
        if constexpr (!std::is_same_v<decltype(value), std::string&>) {
            option->check(within_reason);
        }
    };
    add("--ring-mean", options.ring_mean, "seconds to a person's answer; gamma (11)");
    add("--ring-sd", options.ring_sd, "its standard deviation (5)");
    add("--ring-max", options.ring_max, "seconds until a call is given up unanswered (22)");
    add("--ring-min", options.ring_min, "seconds before which no call is given up (15)");
    add("--talk-mean", options.talk_mean, "seconds of talk; lognormal (120)");
    add("--talk-cv", options.talk_cv, "its coefficient of variation (1)");
    add("--wrap-mean", options.wrap_mean, "seconds of wrap-up; lognormal (30)");
    add("--wrap-cv", options.wrap_cv, "its coefficient of variation (0.8)");
    add("--ring-law", options.law_of_ring,
        "instead: fixed:S exponential:MEAN lognormal:MEAN:CV "
        "gamma:MEAN:SD normal:MEAN:SD uniform:LOW:HIGH");
    add("--talk-law", options.law_of_talk, "instead, likewise");
    add("--wrap-law", options.law_of_wrap, "instead, likewise");
    add("--machine", options.machine, "share of dials a machine answers (0.35)");
    add("--machine-mean", options.machine_mean, "seconds to its pick-up; normal (18)");
    add("--machine-sd", options.machine_sd, "its standard deviation (2)");
    add("--machine-hold", options.machine_hold, "seconds until it is recognised (2)");
    add("--detection", options.detection, "seconds of detection in the line of every answer (0)");
    add("--machine-passed", options.machine_passed, "share of machines that reach an agent (0)");
    add("--machine-talk", options.machine_talk, "seconds until he hangs up on one (8)");
    add("--machine-wrap", options.machine_wrap, "seconds of wrap-up after one (3)");
    add("--person-dropped", options.person_dropped, "share of people taken for machines (0)");
    add("--busy", options.busy, "share of dials that are busy (0.10)");
    add("--busy-low", options.busy_low, "seconds to busy, at least; uniform (2)");
    add("--busy-high", options.busy_high, "seconds to busy, at most (4)");
    add("--tolerance", options.tolerance, "seconds from an answer to an agent, at most (2)");
    add("--patience", options.patience, "mean seconds a person listens to nothing (20)");
    add("--sign-in", options.sign_in, "seconds over which agents sign in");
    add("--break-share", options.break_share, "share of calls that a break follows");
    add("--break-mean", options.break_mean, "seconds of a break; exponential (600)");
    add("--speed-cv", options.speed_cv, "variation of the agents' speeds");
    add("--wrap-signal", options.wrap_signal, "seconds ahead agents say when wrap-up ends");
    add("--wrap-signal-sd", options.wrap_signal_sd, "error of what they say (2)");
    add("--inbound", options.inbound, "share of the agents' time that returns would take");
    add("--channels", options.channels, "lines in flight, at most");
    add("--rate", options.rate, "calls per second, at most");
    add("--tick", options.tick, "seconds between decisions when nothing happens (0.25)");
    add("--day-seconds", options.day_seconds, "length of a day (28800)");
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("--policy", options.policy, names_of(policy_names()) + " ratio-hindsight");
    app.add_option("--scenario", options.scenario, names_of(scenario_names()));
    app.add_option("--agents", options.agents, "agents (10)")->check(CLI::Range(1, 100'000));
    app.add_option("--answer", options.answer, "share of dials that a person answers (0.25)")
        ->check(CLI::Range(0.001, 1.0));
    app.add_option("--days", options.days, "days that count (20; 10 from 300 agents, 6 from 1000)")
        ->check(CLI::Range(1, 10'000));
    app.add_option("--warm-up", options.warm_up, "days before them (3; 2 from 300 agents)")
        ->check(CLI::Range(0, 1'000));
    app.add_option("--seed", options.seed, "of all random numbers (1)");
    app.add_option("--mode", options.mode, "legal period: campaign (30 days) month day")
        ->check(CLI::IsMember({"campaign", "month", "day"}));
    app.add_option("--cap", options.cap, "abandonment allowed (0.03)")
        ->check(CLI::Range(0.0001, 0.5));
    app.add_option("--ratio", options.ratio, "lines for each free agent, of policy ratio (1.5)");
    app.add_option("--max-level", options.max_level, "of the vicidial policies (5)");
    app.add_option("--without", options.without,
                   "switches a part of the prediction off: events ring_age tolerance phases "
                   "agent_age groups cancelling wrap_signal inbound change");
    app.add_flag("--hindsight", options.hindsight,
                 "the best --max-level for these very days, searched");
    app.add_flag("--json", options.json, "one JSON object");
    add_world_options(app, options);
}

bool switch_off(pacing::Features& features, std::string_view name) {
    using pacing::Features;
    static const std::map<std::string_view, bool Features::*> flags{
        {"events", &Features::events},         {"ring_age", &Features::ring_age},
        {"tolerance", &Features::tolerance},   {"phases", &Features::phases},
        {"agent_age", &Features::agent_age},   {"groups", &Features::groups},
        {"cancelling", &Features::cancelling}, {"wrap_signal", &Features::wrap_signal},
        {"inbound", &Features::inbound},       {"change", &Features::change},
    };
    const auto found = flags.find(name);
    if (found == flags.end()) {
        return false;
    }
    features.*(found->second) = false;
    return true;
}

std::vector<pacing::Period> periods_of(const Options& options) {
    const pacing::Fraction cap{std::llround(options.cap * 10'000), 10'000};
    if (options.mode == "day") {
        return {{pacing::PeriodKind::day, 1, cap}};
    }
    if (options.mode == "month") {
        return {{pacing::PeriodKind::calendar_month, 30, cap}};
    }
    return {{pacing::PeriodKind::successive_days, 30, cap},
            {pacing::PeriodKind::trailing_days, 30, cap}};
}

Law law_from(const std::string& text) {
    const std::optional<Law> law = Law::from_text(text);
    if (!law) {
        throw std::invalid_argument{"not a law: " + text};
    }
    return *law;
}

void set_calls(const Options& options, DialLaws& dials) {
    dials.machine_share = options.machine.value_or(dials.machine_share);
    dials.machine_hold_s = options.machine_hold.value_or(dials.machine_hold_s);
    dials.busy_share = options.busy.value_or(dials.busy_share);
    dials.ring_max_s = options.ring_max.value_or(dials.ring_max_s);
    if (options.ring_mean || options.ring_sd || options.ring_max) {
        dials.ring = Law::gamma(options.ring_mean.value_or(11), options.ring_sd.value_or(5))
                         .within(0, dials.ring_max_s);
    }
    if (options.machine_mean || options.machine_sd || options.ring_max) {
        const double mean = options.machine_mean.value_or(18);
        const double sd = options.machine_sd.value_or(2);
        dials.machine_ring =
            Law::normal(mean, sd).within(std::max(0.0, mean - 5 * sd), dials.ring_max_s);
    }
    if (options.busy_low || options.busy_high) {
        dials.busy = Law::uniform(options.busy_low.value_or(2), options.busy_high.value_or(4));
    }
    if (!options.law_of_ring.empty()) {
        dials.ring = law_from(options.law_of_ring).within(0, dials.ring_max_s);
    }
}

void set_detection(const Options& options, Detection& detection) {
    if (options.detection || options.machine_passed || options.person_dropped) {
        if (!detection.on) {
            detection = {true, 0, 0, 0, detection.machine_talk_s, detection.machine_wrap_s};
        }
        detection.seconds = options.detection.value_or(detection.seconds);
        detection.machine_passed = options.machine_passed.value_or(detection.machine_passed);
        detection.person_dropped = options.person_dropped.value_or(detection.person_dropped);
    }
    detection.machine_talk_s = options.machine_talk.value_or(detection.machine_talk_s);
    detection.machine_wrap_s = options.machine_wrap.value_or(detection.machine_wrap_s);
}

void set_agents(const Options& options, WorldSettings& world) {
    if (options.talk_mean || options.talk_cv) {
        world.talk = Law::lognormal(options.talk_mean.value_or(120), options.talk_cv.value_or(1));
    }
    if (options.wrap_mean || options.wrap_cv) {
        const double mean = options.wrap_mean.value_or(30);
        world.wrap = mean > 0 ? Law::lognormal(mean, options.wrap_cv.value_or(0.8)) : Law{};
    }
    if (!options.law_of_talk.empty()) {
        world.talk = law_from(options.law_of_talk);
    }
    if (!options.law_of_wrap.empty()) {
        world.wrap = law_from(options.law_of_wrap);
    }
    world.sign_in_spread_s = options.sign_in.value_or(world.sign_in_spread_s);
    world.break_share = options.break_share.value_or(world.break_share);
    world.break_mean_s = options.break_mean.value_or(world.break_mean_s);
    world.speed_cv = options.speed_cv.value_or(world.speed_cv);
    world.wrap_signal_s = options.wrap_signal.value_or(world.wrap_signal_s);
    world.wrap_signal_sd_s = options.wrap_signal_sd.value_or(world.wrap_signal_sd_s);
}

RunSettings run_from(const Options& options) {
    RunSettings run;
    WorldSettings& world = run.world;
    world.agents = options.agents;
    world.campaigns.front().answer_share = options.answer;
    if (!set_scenario(options.scenario, run)) {
        throw std::invalid_argument{"no such scenario: " + options.scenario};
    }
    set_calls(options, world.dials);
    set_agents(options, world);
    set_detection(options, world.detection);
    world.tolerance_s = options.tolerance.value_or(world.tolerance_s);
    world.patience_mean_s = options.patience.value_or(world.patience_mean_s);
    world.ring_min_s = options.ring_min.value_or(world.ring_min_s);
    world.inbound_share = options.inbound.value_or(world.inbound_share);
    world.channels = options.channels.value_or(world.channels);
    world.dials_per_s = options.rate.value_or(world.dials_per_s);
    world.tick_s = options.tick.value_or(world.tick_s);
    world.day_s = options.day_seconds.value_or(world.day_s);
    const bool large = options.agents >= 300;
    run.days = options.days.value_or(options.agents >= 1000 ? 6 : large ? 10 : 20);
    run.warm_up = options.warm_up.value_or(large ? 2 : 3);
    run.seed = options.seed;
    run.policy.name = options.policy;
    run.policy.ratio = options.ratio;
    run.policy.max_level = options.max_level;
    run.policy.target = options.cap;
    pacing::Features features;
    for (const std::string& name : options.without) {
        if (!switch_off(features, name)) {
            throw std::invalid_argument{"no such part of the prediction: " + name};
        }
    }
    fit_core_settings(run, periods_of(options), features);
    return run;
}

// "ratio-hindsight", and "vicidial-..." with --hindsight, look for the knob's best value.
std::optional<Knob> searched_knob(const Options& options) {
    if (options.policy == "ratio-hindsight") {
        return Knob::ratio;
    }
    return options.hindsight && options.policy.starts_with("vicidial-")
               ? std::optional<Knob>{Knob::max_level}
               : std::nullopt;
}

int run(const Options& options) {
    const RunSettings settings = run_from(options);
    const std::optional<Knob> knob = searched_knob(options);
    Hindsight found;
    if (knob) {
        found = find_best(settings, *knob, options.cap);
    } else {
        found.result = run_days(settings);
    }
    const Summary summary = summarise(found.result.days, options.cap);
    const RunName name{options.policy, options.scenario, options.agents,
                       options.answer, options.seed,     found.chosen};
    if (options.json) {
        fmt::print("{}\n", to_json(name, summary));
    } else {
        fmt::print("{}", to_table(name, summary, found.result.note));
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Runs days of the reference world of pacing under a dialing rule."};
    Options options;
    add_options(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "pacing_world: {}\n", error.what());
        return 1;
    }
}
