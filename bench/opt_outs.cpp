// How long does a request not to be called take from one process to every other engine?
//
// One session writes opt-outs at a steady rate, as an engine does. Under load, others write as fast
// as they can, and one loads list after list. On the other side stands the engine's own watcher
// with its control loop. Measured: from before the request is written, and from its commit, to the
// moment the control loop has the number. Prints one JSON object; the baseline is the run without
// load.

#include "campaigns/ids.hpp"
#include "campaigns/lists/numbers_file.hpp"
#include "campaigns/store.hpp"
#include "dialer/db/watcher.hpp"
#include "dialer/loop/clock.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

using namespace std::chrono_literals;
using BenchClock = std::chrono::steady_clock;

struct Options {
    std::string dsn;
    std::string folder = "/dev/shm";
    int rate = 100; ///< measured opt-outs a second
    int seconds = 20;
    int writers = 2; ///< sessions of the load
    bool load = true;
};

constexpr std::int64_t kMeasuredFirst = 12'015'550'100;
constexpr std::int64_t kLoadFirst = 13'015'550'100;

/// The i-th of a row of numbers that nobody has: the fictional hundred of one exchange after
/// another.
dnc::Number fictional(std::int64_t first, std::int64_t i) {
    return {first + i / 100 * 10'000'000 + i % 100};
}

/// Numbers seen by the control loop, with the time.
struct Seen {
    std::unordered_map<std::int64_t, BenchClock::time_point> at;
};

struct Written {
    std::int64_t number;
    BenchClock::time_point before;
    BenchClock::time_point after;
};

void write_at_rate(const Options& options, const dialer::Clock& clock,
                   std::vector<Written>& written) {
    campaigns::Store store{options.dsn};
    campaigns::IdMaker ids{11};
    const auto step = std::chrono::microseconds{1'000'000 / options.rate};
    auto due = BenchClock::now();
    for (std::int64_t i = 0; i < std::int64_t{options.rate} * options.seconds; ++i) {
        std::this_thread::sleep_until(due);
        due += step;
        const dnc::Number number = fictional(kMeasuredFirst, i);
        const auto now = clock.now().wall;
        const auto before = BenchClock::now();
        static_cast<void>(store.add_opt_out({.id = ids.make(now),
                                             .number = number,
                                             .at = now,
                                             .source = "key_press",
                                             .by = "",
                                             .attempt = std::nullopt}));
        written.push_back({number.e164, before, BenchClock::now()});
    }
}

void write_flat_out(const Options& options, const dialer::Clock& clock, int node,
                    const std::atomic<bool>& stopping, std::atomic<std::int64_t>& count) {
    campaigns::Store store{options.dsn};
    campaigns::IdMaker ids{node};
    for (std::int64_t i = 0; !stopping; ++i) {
        const auto now = clock.now().wall;
        static_cast<void>(store.add_opt_out({.id = ids.make(now),
                                             .number = fictional(kLoadFirst, i % 60'000),
                                             .at = now,
                                             .source = "api",
                                             .by = "load",
                                             .attempt = std::nullopt}));
        ++count;
    }
}

void load_lists(const Options& options, const dialer::Clock& clock,
                const std::atomic<bool>& stopping, std::atomic<std::int64_t>& count) {
    const std::string path = options.folder + "/bench_opt_outs.txt";
    campaigns::Store store{options.dsn};
    auto day = std::chrono::sys_days{std::chrono::year{2010} / 1 / 1};
    while (!stopping) {
        {
            std::ofstream file{path};
            for (int i = 0; i < 300'000; ++i) {
                file << fmt::format("{},{:07}\n", 212 + i % 7, 2'000'000 + i * 23 + count % 23);
            }
        }
        day += std::chrono::days{1};
        const auto outcome =
            campaigns::load_numbers(store,
                                    {.path = path,
                                     .list = "national",
                                     .kind = std::nullopt,
                                     .as_of = day,
                                     .at = clock.now().wall,
                                     .allow_bad = true},
                                    [](const campaigns::ImportProgress& /*progress*/) {});
        if (const auto* fault = std::get_if<campaigns::NumbersFault>(&outcome)) {
            throw std::runtime_error{fault->text};
        }
        ++count;
    }
    std::filesystem::remove(path);
}

dialer::db::WatcherEvents events_into(Seen& seen, std::atomic<bool>& up) {
    dialer::db::WatcherEvents events;
    events.up = [&up](const campaigns::Reconciled& /*reconciled*/) { up = true; };
    events.down = [](const std::string& why) { throw std::runtime_error{why}; };
    events.closed = events.down;
    events.feed = [&seen](dnc::Instant /*at*/,
                          const std::vector<campaigns::Store::SuppressionChange>& changes,
                          const std::vector<campaigns::RevocationRecord>& /*revocations*/) {
        const auto now = BenchClock::now();
        for (const auto& change : changes) {
            seen.at.emplace(change.number.e164, now);
        }
    };
    events.changed = [](const std::vector<std::string>& /*channels*/) {};
    return events;
}

void print_quantiles(const char* name, std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    const auto at = [&ms](double share) {
        return ms.at(std::min(ms.size() - 1,
                              static_cast<std::size_t>(share * static_cast<double>(ms.size()))));
    };
    fmt::print(", \"{}\": {{\"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}, \"max_ms\": {:.2f}}}", name,
               at(0.5), at(0.99), ms.back());
}

int report(const Options& options, const Seen& seen, const std::vector<Written>& written,
           std::int64_t others, std::int64_t lists) {
    std::vector<double> from_request;
    std::vector<double> from_commit;
    for (const Written& row : written) {
        const auto found = seen.at.find(row.number);
        if (found == seen.at.end()) {
            fmt::print(stderr, "an opt-out never arrived\n");
            return 1;
        }
        const auto ms_since = [&found](BenchClock::time_point from) {
            return std::chrono::duration<double, std::milli>(found->second - from).count();
        };
        from_request.push_back(ms_since(row.before));
        from_commit.push_back(std::max(0.0, ms_since(row.after)));
    }
    fmt::print(
        "{{\"opt_outs\": {}, \"load\": {}, \"other_opt_outs_per_s\": {}, \"lists_loaded\": {}",
        written.size(), options.load, others / options.seconds, lists);
    print_quantiles("from_request", std::move(from_request));
    print_quantiles("from_commit", std::move(from_commit));
    fmt::print("}}\n");
    return 0;
}

int run(const Options& options) {
    const dialer::Clock clock;
    boost::asio::io_context control;
    auto guard = boost::asio::make_work_guard(control);
    Seen seen;
    std::atomic<bool> up{false};
    std::thread loop{[&control] { control.run(); }};
    std::vector<Written> written;
    std::atomic<std::int64_t> others{0};
    std::atomic<std::int64_t> lists{0};
    {
        campaigns::IdMaker ids{10};
        campaigns::RunStart run;
        run.run = campaigns::RunId{ids.make(clock.now().wall)};
        run.at = clock.now().wall;
        run.node = "bench";
        dialer::db::Watcher watcher{control, options.dsn, run, clock, events_into(seen, up)};
        while (!up) {
            std::this_thread::sleep_for(1ms);
        }
        std::atomic<bool> stopping{false};
        std::vector<std::thread> load;
        for (int i = 0; options.load && i < options.writers; ++i) {
            load.emplace_back([&, i] { write_flat_out(options, clock, 20 + i, stopping, others); });
        }
        if (options.load) {
            load.emplace_back([&] { load_lists(options, clock, stopping, lists); });
        }
        write_at_rate(options, clock, written);
        stopping = true;
        for (std::thread& one : load) {
            one.join();
        }
        std::this_thread::sleep_for(500ms); // the last of them are on their way
    }
    guard.reset();
    loop.join();
    return report(options, seen, written, others, lists);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"From an opt-out to its effect in another engine"};
    Options options;
    bool idle = false;
    app.add_option("--dsn", options.dsn, "The engine's role on a migrated store")->required();
    app.add_option("--folder", options.folder, "For the list files of the load");
    app.add_option("--rate", options.rate, "Measured opt-outs a second");
    app.add_option("--seconds", options.seconds, "How long");
    app.add_option("--writers", options.writers, "Sessions that write as fast as they can");
    app.add_flag("--idle", idle, "Without load");
    CLI11_PARSE(app, argc, argv);
    options.load = !idle;
    return run(options);
}
