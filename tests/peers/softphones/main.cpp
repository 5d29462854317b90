// The simulated agents: softphones that register and keep a line, and the people at them.

#include "tests/peers/common/stop_signal.hpp"
#include "tests/peers/softphones/accounts.hpp"
#include "tests/peers/softphones/person.hpp"
#include "tests/peers/softphones/phone_bank.hpp"
#include "tests/peers/softphones/report.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <thread>

namespace {

struct CommandLine {
    peers::SoftphoneOptions options;
    std::string registrar;
    std::string passwords;
    std::string api;
    std::string tokens;
};

void describe(CLI::App& app, CommandLine& line) {
    peers::SoftphoneOptions& options = line.options;
    app.add_option("--count", options.count, "Phones")->check(CLI::Range(1, 10000));
    app.add_option("--registrar", line.registrar, "Address and port of the registrar")->required();
    app.add_option("--address", options.address, "Local IPv4 address");
    app.add_option("--port", options.port, "Local SIP port of all phones; 0 picks one");
    app.add_option("--user-prefix", options.user_prefix, "Users are PREFIX001, PREFIX002, ...");
    app.add_option("--password", options.password, "SIP password of every phone");
    app.add_option("--passwords", line.passwords, "File: one a line, or JSON user -> password");
    app.add_option("--expires", options.expires_s, "Registration time asked for, seconds")
        ->check(CLI::Range(2, 86400));
    app.add_option("--seed", options.seed, "Seed of wrap-up times and dispositions");
    app.add_option("--api", line.api, "http://ADDRESS:PORT of the dialer; without it, phones only");
    app.add_option("--tokens", line.tokens, "File: one token a line, or JSON user -> token");
    app.add_option("--campaign", options.campaign, "Campaign to sign in to");
    app.add_option("--wrap-mean", options.wrap_mean_s, "Wrap-up in seconds: lognormal of this mean")
        ->check(CLI::PositiveNumber);
    app.add_option("--wrap-cv", options.wrap_cv, "Coefficient of variation of the wrap-up")
        ->check(CLI::PositiveNumber);
    app.add_option("--wrap-signal", options.wrap_signal_s,
                   "So many seconds before its end a wrap-up is announced to end; 0: never")
        ->check(CLI::Range(0.0, 600.0));
    app.add_option("--machine-wrap", options.machine_wrap_s,
                   "Wrap-up after a machine, known by its beep, in seconds")
        ->check(CLI::PositiveNumber);
    app.add_option("--preview-mean", options.preview_mean_s,
                   "Preview mode: look at a lead in seconds: lognormal of this mean")
        ->check(CLI::PositiveNumber);
    app.add_option("--preview-cv", options.preview_cv, "Coefficient of variation of the look")
        ->check(CLI::PositiveNumber);
    app.add_option("--preview-skip", options.preview_skip, "Share of leads that are skipped")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--speed", options.speed, "Divides these times")->check(CLI::PositiveNumber);
    app.add_option("--report", options.report, "JSON file written at the end");
}

void complete(CommandLine& line) {
    peers::SoftphoneOptions& options = line.options;
    const auto registrar = peers::read_host_port(line.registrar);
    options.registrar_host = registrar.host;
    options.registrar_port = registrar.port;
    std::vector<std::string> users;
    for (int n = 1; n <= options.count; ++n) {
        users.push_back(fmt::format("{}{:03}", options.user_prefix, n));
    }
    if (!line.passwords.empty()) {
        options.passwords = peers::read_user_values(line.passwords, users);
    }
    if (line.api.empty()) {
        return;
    }
    if (line.tokens.empty() || options.campaign.empty()) {
        throw std::runtime_error{"--api needs --tokens and --campaign"};
    }
    const auto api = peers::read_host_port(line.api);
    options.api_host = api.host;
    options.api_port = api.port;
    options.tokens = peers::read_user_values(line.tokens, users);
    for (const std::string& user : users) {
        if (!options.tokens.contains(user)) {
            throw std::runtime_error{line.tokens + ": no token for " + user};
        }
    }
}

void serve(const peers::SoftphoneOptions& options) {
    const int stop_fd = peers::catch_stop_signals();
    peers::PhoneBank bank{options};
    std::vector<std::unique_ptr<peers::Person>> persons;
    std::vector<std::thread> threads;
    for (const auto& phone : bank.phones()) {
        if (options.api_host.empty()) {
            break;
        }
        peers::HttpAccess access{*peers::endpoint(options.api_host, options.api_port),
                                 options.tokens.at(phone->login.user), stop_fd};
        persons.push_back(std::make_unique<peers::Person>(
            options, std::move(access), peers::fold(options.seed, phone->login.user),
            [&bank, index = phone->index] { bank.wake(index); }));
    }
    bank.on_beep = [&persons](std::size_t phone) {
        if (phone < persons.size()) {
            persons[phone]->hear_beep();
        }
    };
    for (const auto& person : persons) {
        threads.emplace_back([&person] { person->run(); });
    }
    fmt::print("{{\"sip_port\":{},\"phones\":{},\"pid\":{}}}\n", bank.port(), options.count,
               ::getpid());
    std::fflush(stdout);
    bank.run();
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (!options.report.empty()) {
        peers::write_phones_report(options.report, bank.phones(), persons);
    }
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Simulated agents: SIP softphones that register, keep one line open and, with "
                 "--api, sign in and wrap up their calls. SIGTERM ends them."};
    CommandLine line;
    describe(app, line);
    CLI11_PARSE(app, argc, argv);
    try {
        complete(line);
        serve(line.options);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "softphones: {}\n", fault.what());
        return 1;
    }
    return 0;
}
