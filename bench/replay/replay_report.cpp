#include "bench/replay/replay_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace replay {

namespace {

struct Measure {
    const char* key;
    const char* name;
    const char* unit;
    double scale; // of the unit
    int digits;
    double (*of)(const Figures&);
};

constexpr std::array<Measure, 7> kMeasures{{
    {"idle_s_per_call", "idle per served call", "s", 1, 2,
     [](const Figures& f) { return f.idle_s_per_call(); }},
    {"abandonment", "abandonment", "%", 100, 3, [](const Figures& f) { return f.abandonment(); }},
    {"utilisation", "utilisation", "%", 100, 2, [](const Figures& f) { return f.utilisation(); }},
    {"dials", "dials", "", 1, 0, [](const Figures& f) { return static_cast<double>(f.dials); }},
    {"answered", "answered by a person", "", 1, 0,
     [](const Figures& f) { return static_cast<double>(f.answered); }},
    {"abandoned", "abandoned", "", 1, 0,
     [](const Figures& f) { return static_cast<double>(f.abandoned); }},
    {"served", "served", "", 1, 0, [](const Figures& f) { return static_cast<double>(f.served); }},
}};

constexpr std::array<const char*, 7> kLimits{
    "Calls are matched in dial order: when more or fewer are dialed, what was true of an hour "
    "moves "
    "to another one.",
    "Calls beyond those of the log are drawn from those dialed at about the same time; a real list "
    "might have run out, or been worse towards its end.",
    "How calls that were cut off would have ended, and how long people who were served would have "
    "waited, is drawn from the rest of the log.",
    "Agents' talks come in the recorded order, whoever they talk to; agents are taken to behave as "
    "they did, also when they have less rest.",
    "A log does not say when trunks, calls per second, leads or the gate held dialing back; here "
    "only --channels does.",
    "The policy has learnt on this very log before (--warm-up); a policy that meets the day for "
    "the first time does a little worse.",
    "The intervals are over draws, not over days: one day says little about rare events."};

std::vector<double> values(const std::vector<Run>& runs, const Measure& measure) {
    std::vector<double> out;
    for (const Run& run : runs) {
        out.push_back(measure.of(run.figures) * measure.scale);
    }
    return out;
}

std::vector<double> differences(const Comparison& comparison, const Measure& measure) {
    std::vector<double> out = values(comparison.changed, measure);
    const std::vector<double> same = values(comparison.same, measure);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] -= same[i];
    }
    return out;
}

struct Shares {
    double calls_recorded = 0;
    double calls_completed = 0;
    double calls_drawn = 0;
    double talks_recorded = 0;
};

Shares shares_of(const std::vector<Run>& runs) {
    Shares shares;
    double calls = 0;
    double talks = 0;
    for (const Run& run : runs) {
        shares.calls_recorded += static_cast<double>(run.sources.calls_recorded);
        shares.calls_completed += static_cast<double>(run.sources.calls_completed);
        shares.calls_drawn += static_cast<double>(run.sources.calls_drawn);
        shares.talks_recorded += static_cast<double>(run.sources.talks_recorded);
        talks += static_cast<double>(run.sources.talks_recorded + run.sources.talks_drawn);
    }
    calls = std::max(1.0, shares.calls_recorded + shares.calls_completed + shares.calls_drawn);
    shares.calls_recorded /= calls;
    shares.calls_completed /= calls;
    shares.calls_drawn /= calls;
    shares.talks_recorded /= std::max(1.0, talks);
    return shares;
}

std::string estimate_json(const Estimate& estimate, double scale) {
    return fmt::format("{{\"value\":{:.8g},\"low\":{:.8g},\"high\":{:.8g}}}",
                       estimate.value / scale, estimate.low / scale, estimate.high / scale);
}

std::string shares_json(const std::vector<Run>& runs) {
    const Shares shares = shares_of(runs);
    return fmt::format("{{\"calls_recorded\":{:.4f},\"calls_completed\":{:.4f},"
                       "\"calls_drawn\":{:.4f},\"talks_recorded\":{:.4f}}}",
                       shares.calls_recorded, shares.calls_completed, shares.calls_drawn,
                       shares.talks_recorded);
}

std::string shares_text(const char* name, const std::vector<Run>& runs) {
    const Shares shares = shares_of(runs);
    return fmt::format("{:<9} calls {:.1f} % recorded, {:.1f} % cut off in the log and completed, "
                       "{:.1f} % drawn; talks {:.1f} % recorded\n",
                       name, 100 * shares.calls_recorded, 100 * shares.calls_completed,
                       100 * shares.calls_drawn, 100 * shares.talks_recorded);
}

// The names of files and policies are ours but for the path: quotes in it must not break the JSON.
std::string quoted(const std::string& text) {
    std::string out{"\""};
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(static_cast<unsigned char>(c) < ' ' ? '?' : c);
    }
    return out + "\"";
}

} // namespace

Estimate bootstrap(const std::vector<double>& values, std::uint64_t seed) {
    Estimate estimate;
    if (values.empty()) {
        return estimate;
    }
    constexpr std::size_t draws = 2000;
    constexpr std::size_t low_place = draws / 40; // 2.5 %
    const auto count = static_cast<double>(values.size());
    pacing_sim::Random random{seed, 0, 3};
    std::vector<double> means(draws);
    for (double& mean : means) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            mean += values[std::min(values.size() - 1,
                                    static_cast<std::size_t>(random.uniform() * count))] /
                    count;
        }
    }
    std::sort(means.begin(), means.end());
    for (const double value : values) {
        estimate.value += value / count;
    }
    estimate.low = means[low_place];
    estimate.high = means[draws - 1 - low_place];
    return estimate;
}

std::string to_json(const Comparison& comparison) {
    std::string out = fmt::format(
        "{{\"log\":{},\"was\":{},\"now\":{},\"runs\":{},\"warm_up\":{},", quoted(comparison.log),
        quoted(comparison.was), quoted(comparison.now), comparison.same.size(), comparison.warm_up);
    for (const Measure& measure : kMeasures) {
        out += fmt::format(
            "\"{}\":{{\"recorded\":{:.8g},\"same\":{},\"changed\":{},\"difference\":{}}},",
            measure.key, measure.of(comparison.recording->figures),
            estimate_json(bootstrap(values(comparison.same, measure), comparison.seed),
                          measure.scale),
            estimate_json(bootstrap(values(comparison.changed, measure), comparison.seed),
                          measure.scale),
            estimate_json(bootstrap(differences(comparison, measure), comparison.seed),
                          measure.scale));
    }
    out += fmt::format(
        "\"sources\":{{\"same\":{},\"changed\":{}}},\"contradictions\":{},\"tolerance_s\":{:.3f},",
        shares_json(comparison.same), shares_json(comparison.changed),
        comparison.recording->contradictions, seconds(comparison.recording->tolerance));
    out += "\"limits\":[";
    for (const char* limit : kLimits) {
        out += quoted(limit) + (limit == kLimits.back() ? "]}" : ",");
    }
    return out;
}

std::string to_table(const Comparison& comparison) {
    std::string out = fmt::format(
        "{}: as it was ({}) against {}; {} runs, {} to warm up\n\n{:<24}{:>12}{:>12}{:>12}"
        "   change, 95 % interval\n",
        comparison.log, comparison.was, comparison.now, comparison.same.size(), comparison.warm_up,
        "", "recorded", "again", "changed");
    for (const Measure& measure : kMeasures) {
        const Estimate same = bootstrap(values(comparison.same, measure), comparison.seed);
        const Estimate changed = bootstrap(values(comparison.changed, measure), comparison.seed);
        const Estimate change = bootstrap(differences(comparison, measure), comparison.seed);
        out +=
            fmt::format("{:<24}{:>12.{}f}{:>12.{}f}{:>12.{}f}   {:+.{}f} [{:+.{}f}, {:+.{}f}]\n",
                        fmt::format("{} {}", measure.name, measure.unit),
                        measure.of(comparison.recording->figures) * measure.scale, measure.digits,
                        same.value, measure.digits, changed.value, measure.digits, change.value,
                        measure.digits, change.low, measure.digits, change.high, measure.digits);
    }
    const double recorded = comparison.recording->figures.idle_s_per_call();
    const double again =
        bootstrap(values(comparison.same, kMeasures.front()), comparison.seed).value;
    out +=
        "\n" + shares_text("again:", comparison.same) + shares_text("changed:", comparison.changed);
    out += fmt::format("\nThe day lived again as it was is {:+.1f} % off the log in idle time: a "
                       "smaller change means nothing.\n",
                       recorded > 0 ? 100 * (again / recorded - 1) : 0.0);
    out += fmt::format("Answered calls wait for an agent for {:.2f} s.\n",
                       seconds(comparison.recording->tolerance));
    if (comparison.recording->contradictions > 0) {
        out += fmt::format("{} events of the log contradict what was before them and were left "
                           "out.\n",
                           comparison.recording->contradictions);
    }
    out += "\nLimits:\n";
    for (const char* limit : kLimits) {
        out += fmt::format("- {}\n", limit);
    }
    return out;
}

} // namespace replay
