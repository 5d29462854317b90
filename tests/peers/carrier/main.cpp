// The simulated carrier: a program that takes INVITEs like a trunk provider and its subscribers.

#include "tests/peers/carrier/exchange.hpp"
#include "tests/peers/carrier/instant.hpp"
#include "tests/peers/carrier/ledger.hpp"
#include "tests/peers/carrier/options.hpp"
#include "tests/peers/common/stop_signal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <tuple>
#include <vector>

namespace {

struct CommandLine {
    peers::CarrierOptions options;
    std::string script;
    std::string auth;
    double drop = 0;
    long delay_100_ms = 0;
    long instant_hold_ms = 0;
    int instant = 0;
};

void describe_rings(CLI::App& app, peers::Mix& mix) {
    const std::vector<std::tuple<const char*, double*, const char*>> seconds{
        {"--ring-mean", &mix.ring_mean_s,
         "Seconds from the INVITE to a person's answer: gamma of this mean, drawn again from "
         "--ring-max up"},
        {"--ring-sd", &mix.ring_sd_s, "Standard deviation of that gamma"},
        {"--ring-max", &mix.ring_max_s, "Neither person nor machine answers from here on"},
        {"--machine-ring-mean", &mix.machine_ring_mean_s,
         "Seconds to a machine's answer: normal of this mean, drawn again outside of "
         "--machine-ring-min and --ring-max"},
        {"--machine-ring-sd", &mix.machine_ring_sd_s, "Standard deviation of that normal"},
        {"--machine-ring-min", &mix.machine_ring_min_s, "No machine answers before"},
        {"--busy-min", &mix.busy_min_s, "Seconds until 486: uniform from here"},
        {"--busy-max", &mix.busy_max_s, "... to here"},
        {"--no-answer-after", &mix.no_answer_s,
         "Seconds from the INVITE until the network gives up with 480"}};
    for (const auto& [name, value, help] : seconds) {
        app.add_option(name, *value, help)->check(CLI::Range(0.01, 3600.0))->capture_default_str();
    }
}

void describe_people(CLI::App& app, peers::Mix& mix) {
    const auto share = CLI::Range(0.0, 1.0);
    app.add_option("--answer", mix.human, "Share of calls answered by a person")->check(share);
    app.add_option("--machine", mix.machine, "Share answered by a machine")->check(share);
    app.add_option("--busy", mix.busy, "Share busy (486)")->check(share);
    app.add_option("--reject", mix.rejected, "Share declined (603)")->check(share);
    app.add_option("--invalid", mix.invalid, "Share unknown numbers (404)")->check(share);
    app.add_option("--congestion", mix.congestion, "Share congested (503)")->check(share);
    app.add_option("--early-media", mix.early_media, "Share that rings with 183 and audio")
        ->check(share);
    app.add_option("--press-nine", mix.press_nine, "Share of people who press 9")->check(share);
    app.add_option(
           "--talk-mean", mix.talk_mean_s,
           "Talk in seconds, from the first sound heard to the hang-up: lognormal of this mean")
        ->check(CLI::PositiveNumber);
    app.add_option("--talk-cv", mix.talk_cv, "Coefficient of variation of the talk time")
        ->check(CLI::PositiveNumber);
    app.add_option("--patience", mix.patience_mean_s,
                   "Seconds a person listens to nothing: exponential of this mean")
        ->check(CLI::PositiveNumber);
    describe_rings(app, mix);
    app.add_option("--speed", mix.speed, "Divides all human times")->check(CLI::PositiveNumber);
}

void describe_network(CLI::App& app, CommandLine& line) {
    peers::CarrierOptions& options = line.options;
    app.add_option("--address", options.address, "Local IPv4 address");
    app.add_option("--port", options.ports, "SIP port, 0 picks one; repeat for several trunks");
    app.add_option("--seed", options.seed, "Seed of every outcome");
    app.add_option("--script", line.script, "JSON file: number -> behaviour");
    app.add_option("--auth", line.auth, "user:password; every INVITE is challenged with 407");
    app.add_option("--calls-max", options.calls_max, "Simultaneous calls, 503 above");
    app.add_option("--cps-max", options.calls_per_second_max, "New calls a second, 503 above")
        ->check(CLI::PositiveNumber);
    app.add_option("--drop", line.drop, "Share of incoming SIP datagrams to lose")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--delay-100", line.delay_100_ms, "Milliseconds before anything is answered")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--instant", line.instant, "Bare mode: this status at once for every INVITE")
        ->check(CLI::Range(200, 699));
    app.add_option("--instant-hold", line.instant_hold_ms, "Bare mode: milliseconds before BYE")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--report", options.report, "JSON file written at the end");
    app.add_option("--journal", options.journal, "File with one JSON line an event, as it happens");
}

void complete(CommandLine& line) {
    peers::CarrierOptions& options = line.options;
    if (const std::string fault = peers::fault_of(options.mix); !fault.empty()) {
        throw std::runtime_error{fault};
    }
    if (options.ports.empty()) {
        options.ports.push_back(0);
    }
    if (!line.script.empty()) {
        options.script = peers::Script::load(line.script);
    }
    if (!line.auth.empty()) {
        const auto colon = line.auth.find(':');
        if (colon == std::string::npos) {
            throw std::runtime_error{"--auth must be user:password"};
        }
        options.login = {line.auth.substr(0, colon), line.auth.substr(colon + 1)};
    }
    if (line.instant != 0) {
        options.instant = line.instant;
    }
    options.drop_per_mille = static_cast<unsigned>(std::lround(line.drop * 1000));
    options.delay_100 = peers::Millis{line.delay_100_ms};
    options.instant_hold = peers::Millis{line.instant_hold_ms};
}

void announce(const std::vector<std::uint16_t>& ports) {
    fmt::print("{{\"sip_port\":{},\"sip_ports\":[{}],\"pid\":{}}}\n", ports.front(),
               fmt::join(ports, ","), ::getpid());
    std::fflush(stdout);
}

void serve(const peers::CarrierOptions& options) {
    const int stop_fd = peers::catch_stop_signals();
    peers::Ledger ledger{options.journal};
    if (options.instant) {
        peers::InstantExchange exchange{options, ledger};
        announce(exchange.ports());
        exchange.run(stop_fd);
    } else {
        peers::Exchange exchange{options, ledger};
        announce(exchange.ports());
        exchange.run();
    }
    if (!options.report.empty()) {
        ledger.write_report(options.report);
    }
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"A simulated telephone carrier: SIP and RTP with a seeded mix of outcomes. Prints "
                 "one JSON line with its port when ready; SIGTERM ends it."};
    CommandLine line;
    describe_people(app, line.options.mix);
    describe_network(app, line);
    CLI11_PARSE(app, argc, argv);
    try {
        complete(line);
        serve(line.options);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "carrier: {}\n", fault.what());
        return 1;
    }
    return 0;
}
