// What would have changed, had a recorded day been dialed differently?
//
// Reads a log of pacing events (one JSON object a line, as the engine writes it for each pool, or
// `dialer log events` makes it from the dial log) and lives it again twice: as it was, so that the
// error of living it again shows, and with the change.

#include "bench/pacing/policies.hpp"
#include "bench/replay/replay_report.hpp"
#include "pacing/settings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <exception>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace replay;

// One way to dial: a policy by name, or a mode of the pacing core.
struct Way {
    std::string policy = "predictive";
    std::string mode = "predictive";
    std::string cap = "3/100";
    double ratio = 1.5;
    std::vector<std::string> without;
};

struct Options {
    std::string log;
    Way was;
    std::optional<std::string> policy, mode, cap;
    std::optional<double> ratio;
    std::vector<std::string> without;
    double lines_per_agent_max = 12;
    std::optional<double> tolerance_s;
    double ring_min_s = 15;
    double ring_max_s = 22;
    int channels = 0;
    int runs = 10;
    int warm_up = 1;
    std::uint64_t seed = 1;
    bool json = false;
};

using Flag = bool pacing::Features::*;
constexpr std::array<std::pair<std::string_view, Flag>, 10> kFeatures{{
    {"events", &pacing::Features::events},
    {"ring_age", &pacing::Features::ring_age},
    {"tolerance", &pacing::Features::tolerance},
    {"phases", &pacing::Features::phases},
    {"agent_age", &pacing::Features::agent_age},
    {"groups", &pacing::Features::groups},
    {"cancelling", &pacing::Features::cancelling},
    {"wrap_signal", &pacing::Features::wrap_signal},
    {"inbound", &pacing::Features::inbound},
    {"change", &pacing::Features::change},
}};

void switch_off(pacing::Features& features, const std::string& name) {
    for (const auto& [known, flag] : kFeatures) {
        if (known == name) {
            features.*flag = false;
            return;
        }
    }
    throw std::invalid_argument{"--without: there is no feature " + name};
}

// "3/100".
pacing::Fraction read_cap(const std::string& text) {
    pacing::Fraction cap;
    const char* const end = text.data() + text.size();
    const auto [slash, error] = std::from_chars(text.data(), end, cap.numerator);
    if (error == std::errc{} && slash != end && *slash == '/') {
        const auto [stop, fault] = std::from_chars(slash + 1, end, cap.denominator);
        constexpr std::int64_t denominator_max = 1'000'000'000;
        if (fault == std::errc{} && stop == end && cap.numerator >= 0 && cap.denominator > 0 &&
            cap.denominator <= denominator_max && cap.numerator < cap.denominator) {
            return cap;
        }
    }
    throw std::invalid_argument{"--cap: " + text + " is no share such as 3/100"};
}

// The day the log begins on; without word of it, in UTC.
pacing::Day first_day(const Recording& recording) {
    for (const pacing::Event& notice : recording.notices) {
        if (notice.kind == pacing::EventKind::day_started) {
            return notice.day;
        }
    }
    return static_cast<pacing::Day>(
        std::chrono::floor<std::chrono::days>(recording.from).time_since_epoch().count());
}

Duration seconds_of(double value) {
    return std::chrono::round<Duration>(std::chrono::duration<double>{value});
}

pacing_sim::PolicySettings settings_of(const Way& way, const Options& options,
                                       const Recording& recording) {
    pacing::Settings settings;
    const auto mode = pacing::mode_from_text(way.mode);
    if (!mode) {
        throw std::invalid_argument{"--mode: there is no mode " + way.mode};
    }
    const pacing::Fraction cap = read_cap(way.cap);
    settings.mode = *mode;
    settings.lines_per_agent = way.ratio;
    for (pacing::Period& period : settings.periods) {
        period.cap = cap;
    }
    settings.first_day = first_day(recording);
    settings.lines_per_agent_max = options.lines_per_agent_max;
    settings.tolerance = recording.tolerance;
    settings.ring_min = seconds_of(options.ring_min_s);
    settings.ring_max = seconds_of(options.ring_max_s);
    for (const std::string& name : way.without) {
        switch_off(settings.features, name);
    }
    pacing_sim::PolicySettings policy;
    policy.name = way.policy;
    policy.ratio = way.ratio;
    policy.target = cap.value();
    policy.tolerance_s = seconds(recording.tolerance);
    for (const pacing::CampaignId campaign : recording.campaigns) {
        policy.campaigns.emplace_back(campaign, settings);
    }
    return policy;
}

Run run_once(const pacing_sim::PolicySettings& way, const Options& options,
             const Recording& recording, std::uint64_t seed) {
    const auto policy = pacing_sim::make_policy(way);
    if (!policy) {
        throw std::invalid_argument{fmt::format("--policy: there is no policy {}; there are {}",
                                                way.name,
                                                fmt::join(pacing_sim::policy_names(), ", "))};
    }
    const auto days = std::chrono::floor<std::chrono::days>(recording.to) -
                      std::chrono::floor<std::chrono::days>(recording.from) + std::chrono::days{1};
    RunSettings settings;
    settings.tolerance = recording.tolerance;
    settings.ring_min = seconds_of(options.ring_min_s);
    settings.channels = options.channels;
    settings.seed = seed;
    for (int before = options.warm_up; before > 0; --before) {
        settings.shift = -before * days;
        settings.calls_before += Replay{recording, *policy, settings}.run().figures.dials;
    }
    settings.shift = {};
    return Replay{recording, *policy, settings}.run();
}

Recording read_log(const Options& options) {
    std::ifstream file{options.log};
    if (!file) {
        throw std::runtime_error{options.log + ": cannot be read"};
    }
    std::string why;
    auto events = read_events(file, why);
    if (!events) {
        throw std::runtime_error{options.log + ": " + why};
    }
    std::optional<Duration> tolerance;
    if (options.tolerance_s) {
        tolerance = seconds_of(*options.tolerance_s);
    }
    Recording recording = record(std::move(*events), tolerance);
    if (recording.calls.empty() || recording.figures.served == 0) {
        throw std::runtime_error{options.log + ": no call in it was served, so there is nothing "
                                               "to live again"};
    }
    return recording;
}

Way changed_way(const Options& options) {
    Way way = options.was;
    way.policy = options.policy.value_or(options.mode ? "predictive" : way.policy);
    way.mode = options.mode.value_or(way.mode);
    way.cap = options.cap.value_or(way.cap);
    way.ratio = options.ratio.value_or(way.ratio);
    way.without.insert(way.without.end(), options.without.begin(), options.without.end());
    return way;
}

std::string name_of(const Way& way) {
    const bool core = way.policy == "predictive";
    std::string name = core ? "mode " + way.mode : "policy " + way.policy;
    if ((core ? way.mode : way.policy) == "ratio") {
        name += fmt::format(" {}", way.ratio);
    }
    name += ", cap " + way.cap;
    return way.without.empty() ? name
                               : name + fmt::format(", without {}", fmt::join(way.without, " "));
}

void replay_log(const Options& options) {
    const Recording recording = read_log(options);
    const Way changed = changed_way(options);
    const auto was = settings_of(options.was, options, recording);
    const auto now = settings_of(changed, options, recording);
    Comparison comparison{.log = options.log,
                          .was = name_of(options.was),
                          .now = name_of(changed),
                          .recording = &recording,
                          .same = {},
                          .changed = {},
                          .warm_up = options.warm_up,
                          .seed = options.seed};
    for (int run = 0; run < options.runs; ++run) {
        const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(run);
        comparison.same.push_back(run_once(was, options, recording, seed));
        comparison.changed.push_back(run_once(now, options, recording, seed));
    }
    fmt::print("{}{}", options.json ? to_json(comparison) : to_table(comparison),
               options.json ? "\n" : "");
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("log", options.log, "The log: one event a line, one pool of agents")->required();
    app.add_option("--policy", options.policy, "Another rule, e.g. progressive or ratio");
    app.add_option("--mode", options.mode, "Another mode of the pacing core");
    app.add_option("--cap", options.cap, "Abandoned among answered calls, e.g. 1/100");
    app.add_option("--ratio", options.ratio, "Lines for each free agent, for ratio");
    app.add_option("--without", options.without, "A part of the prediction to switch off");
    const std::string day = "How the day was dialed";
    app.add_option("--was-policy", options.was.policy, "(predictive)")->group(day);
    app.add_option("--was-mode", options.was.mode, "(predictive)")->group(day);
    app.add_option("--was-cap", options.was.cap, "(3/100)")->group(day);
    app.add_option("--was-ratio", options.was.ratio, "(1.5)")->group(day);
    app.add_option("--was-without", options.was.without, "")->group(day);
    const std::string both = "Of both";
    app.add_option("--lines-per-agent-max", options.lines_per_agent_max, "(12)")
        ->check(CLI::Range(1.0, 50.0))
        ->group(both);
    app.add_option("--channels", options.channels, "Lines in flight; 0: no limit (0)")
        ->check(CLI::Range(0, 1'000'000))
        ->group(both);
    app.add_option("--tolerance", options.tolerance_s,
                   "Seconds from an answer to an agent (what the log shows)")
        ->check(CLI::Range(0.0, 60.0))
        ->group(both);
    app.add_option("--ring-min", options.ring_min_s, "Seconds before a call is given up (15)")
        ->check(CLI::Range(0.0, 60.0))
        ->group(both);
    app.add_option("--ring-max", options.ring_max_s, "Seconds of ringing of the log's calls (22)")
        ->check(CLI::Range(1.0, 60.0))
        ->group(both);
    app.add_option("--seed", options.seed, "First seed of the draws (1)");
    app.add_option("--runs", options.runs, "Seeds, one run each (10)")->check(CLI::Range(1, 1000));
    app.add_option("--warm-up", options.warm_up, "Times the log is lived to learn from it (1)")
        ->check(CLI::Range(0, 50));
    app.add_flag("--json", options.json, "One line of JSON");
    app.footer("Examples:\n"
               "  pacing_replay monday.events --cap 1/100\n"
               "  pacing_replay monday.events --mode progressive --json\n"
               "  pacing_replay monday.events --was-policy ratio --was-ratio 1.5 --policy "
               "predictive\n");
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"What would have changed, had a recorded day been dialed differently?",
                 "pacing_replay"};
    Options options;
    add_options(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        replay_log(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "pacing_replay: {}\n", error.what());
        return 1;
    }
    return 0;
}
