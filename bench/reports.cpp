// How long does each report over a day of calls take? Prints one line a report, in milliseconds;
// driven by bench/reports.py, which fills a store with a day of a million attempts. cpu_ms is what
// the server and this program used of a core: it holds on a machine that has other work to do.

#include "campaigns/reports/reports.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/abandonment.hpp"
#include "dnc/pack.hpp"
#include "dnc/time_text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Question {
    std::string report;
    std::vector<std::string> by;
};

std::vector<Question> questions() {
    std::vector<Question> all;
    for (const auto& kind : campaigns::report_kinds()) {
        all.push_back({std::string{kind.name}, {kind.usual_by.begin(), kind.usual_by.end()}});
    }
    for (const char* by : {"list", "agent", "hour", "weekday", "caller_id", "trunk", "time_zone",
                           "attempt", "disposition"}) {
        all.push_back({"attempts", {by}});
    }
    all.push_back({"attempts", {"list", "agent", "hour"}});
    return all;
}

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>{time}.count();
}

/// User and system time of a process so far; proc(5), fields 14 and 15 of stat.
double cpu_of_process(int pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string text;
    std::getline(file, text);
    long long user = 0;
    long long system = 0;
    const auto at = text.rfind(')');
    if (at == std::string::npos ||
        std::sscanf(text.c_str() + at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld",
                    &user, &system) != 2) {
        return 0;
    }
    return 1000.0 * static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double cpu_of_all(campaigns::Store& store) {
    return cpu_of_process(store.session().connection.backendpid()) +
           1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Times the reports over one day"};
    std::string dsn;
    std::string packs = "dnc/packs";
    std::string from;
    std::string now;
    std::string only;
    int repeats = 3;
    app.add_option("--store", dsn)->required();
    app.add_option("--packs", packs);
    app.add_option("--from", from, "RFC 3339; the day is the 24 hours from there")->required();
    app.add_option("--now", now)->required();
    app.add_option("--only", only, "One report");
    app.add_option("--repeats", repeats);
    CLI11_PARSE(app, argc, argv);

    const auto zones = dnc::load_zones("");
    const auto begin = dnc::read_instant(from).value();
    const auto end = dnc::read_instant(now).value();
    const auto laws =
        dnc::abandonment_rules(dnc::load_packs(packs), std::chrono::floor<std::chrono::days>(end));
    campaigns::Store store{dsn};
    for (const Question& question : questions()) {
        if (!only.empty() && question.report != only) {
            continue;
        }
        std::vector<double> times;
        std::size_t rows = 0;
        const double cpu_before = cpu_of_all(store);
        for (int i = 0; i < repeats; ++i) {
            const auto began = Clock::now();
            const auto report = campaigns::make_report(store, {.zones = *zones, .laws = laws},
                                                       {.name = question.report,
                                                        .campaigns = {},
                                                        .from = begin,
                                                        .to = begin + std::chrono::hours{24},
                                                        .zone = "America/New_York",
                                                        .by = question.by,
                                                        .now = end});
            times.push_back(milliseconds(Clock::now() - began));
            rows = report.rows.size();
        }
        fmt::print("{{\"report\": \"{}\", \"by\": \"{}\", \"rows\": {}, \"first_ms\": {:.0f}, "
                   "\"best_ms\": {:.0f}, \"worst_ms\": {:.0f}, \"cpu_ms\": {:.0f}}}\n",
                   question.report, fmt::join(question.by, ","), rows, times.front(),
                   *std::min_element(times.begin(), times.end()),
                   *std::max_element(times.begin(), times.end()),
                   (cpu_of_all(store) - cpu_before) / repeats);
        std::fflush(stdout);
    }
    return 0;
}
