// How few idle seconds per call are possible at all, in the memoryless reference worlds?
//
// Service is exponential with mean 150 s, one dialed call in four (--answer) is answered by a
// person, and an answer that finds no free agent is abandoned. Ringing is exponential with mean 8 s
// (--world exp) or Erlang-2 with mean 10 s (--world erlang2), and calls that no person answers end
// by the same law: until it ends nothing tells a call that will be answered from one that will not.
// (If the others ended at once, only calls that will be answered would ring, and the optimum would
// be far lower: 7.8 s instead of 26.0 s for three agents in the world exp.)

#include "bench/replay/optimum.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <exception>
#include <string>

namespace {

struct Options {
    std::string world = "exp";
    optimum::World parameters;
    bool json = false;
};

void print_json(const Options& options, const optimum::Optimum& best) {
    fmt::print("{{\"world\":\"{}\",\"agents\":{},\"answer\":{},\"cap\":{},"
               "\"idle_s_per_call\":{:.4f},\"abandonment\":{:.8f},\"utilisation\":{:.6f},"
               "\"multiplier\":{:.4f},\"residual\":{:.3g},\"duality_gap\":{:.3g},\"mix\":{:.4f},"
               "\"policies\":{},\"states\":{},\"calls_max\":{},\"calls_used\":{}}}\n",
               options.world, options.parameters.agents, options.parameters.answer,
               options.parameters.cap, best.idle_s_per_call, best.abandonment, best.utilisation,
               best.multiplier, best.residual, best.duality_gap, best.mix, best.policies,
               best.states, best.calls_max, best.calls_used);
}

void print_text(const Options& options, const optimum::Optimum& best) {
    fmt::print(
        "world {}, {} agents, {:.0f} % answered, cap {:.2f} %\n"
        "idle per served call   {:.2f} s\n"
        "abandonment            {:.4f} %\n"
        "utilisation            {:.2f} %\n"
        "multiplier             {:.1f} idle seconds for one more abandonment\n"
        "residual               {:.1e} of the optimality equation; duality gap {:.1e}\n"
        "two policies mixed     {:.1f} % of the time the eager one\n"
        "model                  {} states, {} policies evaluated, calls in flight {} of {}\n",
        options.world, options.parameters.agents, 100 * options.parameters.answer,
        100 * options.parameters.cap, best.idle_s_per_call, 100 * best.abandonment,
        100 * best.utilisation, best.multiplier, best.residual, best.duality_gap, 100 * best.mix,
        best.states, best.policies, best.calls_used, best.calls_max);
    fmt::print("calls dialed up to, by free agents, when those in flight began just now:");
    for (const int target : best.targets) {
        fmt::print(" {}", target);
    }
    fmt::print("\n");
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"The exact optimum of dialing ahead in a memoryless world", "pacing_optimum"};
    Options options;
    app.add_option("--world", options.world, "Ringing: exp (mean 8 s) or erlang2 (mean 10 s)")
        ->check(CLI::IsMember({"exp", "erlang2"}))
        ->capture_default_str();
    app.add_option("--agents", options.parameters.agents, "Agents")
        ->check(CLI::Range(1, 40))
        ->capture_default_str();
    app.add_option("--answer", options.parameters.answer, "Share of dials that a person answers")
        ->check(CLI::Range(0.05, 1.0))
        ->capture_default_str();
    app.add_option("--cap", options.parameters.cap, "Abandoned calls among the answered ones")
        ->check(CLI::Range(0.001, 0.5))
        ->capture_default_str();
    app.add_flag("--json", options.json, "One line of JSON");
    CLI11_PARSE(app, argc, argv);
    const bool exponential = options.world == "exp";
    options.parameters.phases = exponential ? 1 : 2;
    options.parameters.ring_s = exponential ? 8 : 10;
    try {
        const optimum::Optimum best = optimum::solve(options.parameters);
        (options.json ? print_json : print_text)(options, best);
    } catch (const std::exception& error) {
        fmt::print(stderr, "pacing_optimum: {}\n", error.what());
        return 1;
    }
    return 0;
}
