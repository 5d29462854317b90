// How much memory do 250 million numbers take, how long does a look-up take, how soon is a mapped
// file ready, and how fast is a full registry file read?
//
// Baseline of the look-ups: one load from memory at a random place of as many bytes, and with
// --baseline the same set as a sorted array of 64-bit integers. The numbers are spread over all
// lines of the area codes, as a registry's are; nothing is ever dialed. Prints one JSON object.
//
// Look-ups are timed 64 at a time, as the gate of a busy engine meets them, and alone, with the
// clock read before and after each: then it is the memory of the machine that is measured.

#include "dnc/number_set_file.hpp"
#include "dnc/registry_flat.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

using dnc::Number;
using dnc::NumberSet;
using BenchClock = std::chrono::steady_clock;

struct Options {
    std::int64_t numbers = 250'000'000;
    int area_codes = 350;
    std::int64_t lookups = 20'000'000;
    std::string folder = "/dev/shm";
    std::uint64_t seed = 1;
    int rounds = 5;
    bool baseline = false;
    bool load = false;
};

double seconds_since(BenchClock::time_point began) {
    return std::chrono::duration<double>(BenchClock::now() - began).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// Ascending numbers with random gaps, over the first area codes that a person can have.
template <typename Sink> void each_number(const Options& options, Sink sink) {
    const double space = 1e7 * options.area_codes;
    std::mt19937_64 random{options.seed};
    std::geometric_distribution<std::int64_t> gap{static_cast<double>(options.numbers) / space};
    std::int64_t position = -1;
    for (std::int64_t i = 0; i < options.numbers; ++i) {
        position += 1 + gap(random);
        if (position >= static_cast<std::int64_t>(space)) {
            return;
        }
        sink(Number{12'010'000'000 + position});
    }
}

/// Half of them in the set, half of them not, in random order.
std::vector<Number> questions(const Options& options, const NumberSet& set) {
    std::mt19937_64 random{options.seed + 1};
    std::uniform_int_distribution<std::int64_t> anywhere{
        0, std::int64_t{10'000'000} * options.area_codes - 1};
    std::vector<Number> asked;
    asked.reserve(static_cast<std::size_t>(options.lookups));
    for (std::int64_t i = 0; i < options.lookups; ++i) {
        Number number{12'010'000'000 + anywhere(random)};
        while (set.contains(number) != (i % 2 == 0)) {
            number.e164 = 12'010'000'000 + anywhere(random);
        }
        asked.push_back(number);
    }
    std::shuffle(asked.begin(), asked.end(), random);
    return asked;
}

constexpr std::size_t kBatch = 64;

struct LookupTimes {
    double mean_ns = 0;
    double p50_ns = 0; ///< of batches of 64, a look-up
    double p99_ns = 0;
    double alone_p50_ns = 0; ///< of single look-ups, without the reading of the clock
    double alone_p99_ns = 0;
    std::int64_t hits = 0;
};

double clock_cost_ns() {
    std::vector<double> empty(100'000);
    for (double& ns : empty) {
        const auto began = BenchClock::now();
        ns = seconds_since(began) * 1e9;
    }
    return median(std::move(empty));
}

/// Median and 99th of a hundred.
std::pair<double, double> quantiles(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {values[values.size() / 2], values[values.size() * 99 / 100]};
}

template <typename Contains>
LookupTimes time_lookups(const std::vector<Number>& asked, Contains contains) {
    LookupTimes times;
    const double clock_ns = clock_cost_ns();
    std::vector<double> batches;
    double sum = 0;
    for (std::size_t i = 0; i + kBatch <= asked.size(); i += kBatch) {
        const auto began = BenchClock::now();
        for (std::size_t k = i; k < i + kBatch; ++k) {
            times.hits += contains(asked[k]) ? 1 : 0;
        }
        const double ns = seconds_since(began) * 1e9 - clock_ns;
        batches.push_back(ns / kBatch);
        sum += ns;
    }
    times.mean_ns = sum / static_cast<double>(batches.size() * kBatch);
    std::tie(times.p50_ns, times.p99_ns) = quantiles(std::move(batches));
    std::vector<double> alone;
    for (std::size_t i = 0; i < asked.size(); i += 10) {
        const auto began = BenchClock::now();
        times.hits += contains(asked[i]) ? 1 : 0;
        alone.push_back(std::max(0.0, seconds_since(began) * 1e9 - clock_ns));
    }
    std::tie(times.alone_p50_ns, times.alone_p99_ns) = quantiles(std::move(alone));
    return times;
}

/// Bytes of this process that are in memory, from the kernel.
std::int64_t resident_bytes() {
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    long long total = 0;
    long long resident = 0;
    if (file == nullptr || std::fscanf(file, "%lld %lld", &total, &resident) != 2) {
        resident = 0;
    }
    if (file != nullptr) {
        std::fclose(file);
    }
    return resident * 4096;
}

template <typename Contains>
void print_lookups(const char* name, const std::vector<Number>& asked, int rounds,
                   Contains contains) {
    std::vector<LookupTimes> all;
    for (int round = 0; round < rounds; ++round) {
        all.push_back(time_lookups(asked, contains));
    }
    const auto mid = [&all](double LookupTimes::*member) {
        std::vector<double> values;
        for (const LookupTimes& times : all) {
            values.push_back(times.*member);
        }
        return median(std::move(values));
    };
    fmt::print(" \"{}\": {{\"mean_ns\": {:.1f}, \"p50_ns\": {:.1f}, \"p99_ns\": {:.1f}, "
               "\"alone_p50_ns\": {:.0f}, \"alone_p99_ns\": {:.0f}}},\n",
               name, mid(&LookupTimes::mean_ns), mid(&LookupTimes::p50_ns),
               mid(&LookupTimes::p99_ns), mid(&LookupTimes::alone_p50_ns),
               mid(&LookupTimes::alone_p99_ns));
}

/// One byte at a random place of as much memory: what no look-up can be faster than.
void time_memory(const Options& options, const std::vector<Number>& asked, std::size_t bytes) {
    const std::vector<std::uint8_t> memory(bytes, 1);
    print_lookups("one_load", asked, options.rounds, [&](Number number) {
        const auto hash = static_cast<std::uint64_t>(number.e164) * 0x9E3779B97F4A7C15ULL;
        return memory[(hash >> 20U) % bytes] != 0;
    });
}

/// A full registry file, made as it is read; the making is not timed.
class FlatFile {
public:
    explicit FlatFile(const dnc::RegistryOptions& options, dnc::RegistrySink& sink)
        : reader_{options, sink} {}
    void add(Number number) {
        const std::int64_t digits = number.e164 % 10'000'000'000;
        fmt::format_to(std::back_inserter(piece_), "{:03},{:07}\n", digits / 10'000'000,
                       digits % 10'000'000);
        if (piece_.size() > std::size_t{60} * 1024) {
            flush();
        }
    }
    void flush() {
        bytes_ += piece_.size();
        const auto began = BenchClock::now();
        const auto fault = reader_.feed(piece_);
        read_s_ += seconds_since(began);
        if (fault) {
            throw std::runtime_error{fault->why};
        }
        piece_.clear();
    }
    [[nodiscard]] double read_s() const { return read_s_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    dnc::FlatRegistryReader reader_;
    std::string piece_;
    std::size_t bytes_ = 0;
    double read_s_ = 0;
};

void time_load(const Options& options) {
    struct Sink final : dnc::RegistrySink {
        void on_record(const dnc::RegistryRecord& record) override { set.insert(record.first); }
        void on_bad(dnc::BadRecord /*record*/) override { ++bad; }
        NumberSet set;
        std::int64_t bad = 0;
    };
    std::vector<double> rates;
    for (int round = 0; round < std::min(options.rounds, 3); ++round) {
        Sink sink;
        const dnc::RegistryOptions format;
        FlatFile file{format, sink};
        each_number(options, [&file](Number number) { file.add(number); });
        file.flush();
        rates.push_back(static_cast<double>(sink.set.size()) / file.read_s());
        if (round == 0) {
            fmt::print(" \"flat_file_bytes\": {}, \"flat_numbers\": {}, \"flat_bad\": {},\n",
                       file.bytes(), sink.set.size(), sink.bad);
        }
    }
    fmt::print(" \"load_numbers_per_s\": {:.0f},\n", median(std::move(rates)));
}

void time_baseline(const Options& options, const std::vector<Number>& asked) {
    std::vector<std::int64_t> sorted;
    sorted.reserve(static_cast<std::size_t>(options.numbers));
    each_number(options, [&sorted](Number number) { sorted.push_back(number.e164); });
    print_lookups("sorted_array", asked, 1, [&sorted](Number number) {
        return std::binary_search(sorted.begin(), sorted.end(), number.e164);
    });
}

/// The set that was mapped in the last round.
NumberSet time_file(const Options& options, const NumberSet& set) {
    const dnc::NumberSetIdentity identity{
        .list_id = 2, .version_id = 1, .as_of = std::chrono::year{2026} / 11 / 20};
    const std::string path = options.folder + "/bench_suppression.dncset";
    auto began = BenchClock::now();
    const auto written = dnc::write_number_set(set, identity, path);
    const double write_s = seconds_since(began);
    if (const auto* fault = std::get_if<dnc::NumberSetFault>(&written)) {
        throw std::runtime_error{fault->why};
    }
    std::vector<double> ready_s;
    NumberSet mapped;
    for (int round = 0; round < options.rounds; ++round) {
        mapped = NumberSet{};
        began = BenchClock::now();
        auto outcome = dnc::map_number_set(path, identity, std::get<std::string>(written));
        ready_s.push_back(seconds_since(began));
        mapped = std::get<NumberSet>(std::move(outcome));
    }
    fmt::print(" \"file_bytes\": {}, \"write_s\": {:.2f}, \"ready_s\": {:.3f},\n",
               std::filesystem::file_size(path), write_s, median(ready_s));
    std::filesystem::remove(path);
    return mapped;
}

int run(const Options& options) {
    const std::int64_t before = resident_bytes();
    const auto began = BenchClock::now();
    NumberSet set;
    each_number(options, [&set](Number number) { set.insert(number); });
    fmt::print("{{\"numbers\": {}, \"area_codes\": {}, \"build_s\": {:.1f},\n", set.size(),
               options.area_codes, seconds_since(began));
    fmt::print(" \"set_bytes\": {}, \"resident_bytes\": {},\n", set.memory_bytes(),
               resident_bytes() - before);
    const std::vector<Number> asked = questions(options, set);
    print_lookups("lookup_built", asked, options.rounds,
                  [&set](Number number) { return set.contains(number); });
    const NumberSet mapped = time_file(options, set);
    print_lookups("lookup_mapped", asked, options.rounds,
                  [&mapped](Number number) { return mapped.contains(number); });
    time_memory(options, asked, set.memory_bytes());
    if (options.baseline) {
        time_baseline(options, asked);
    }
    if (options.load) {
        time_load(options);
    }
    fmt::print(" \"seed\": {}}}\n", options.seed);
    return mapped.size() == set.size() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Suppression lists at full size: memory, look-ups, mapped files, loading"};
    Options options;
    app.add_option("--numbers", options.numbers, "Numbers in the list");
    app.add_option("--area-codes", options.area_codes, "Area codes they are spread over");
    app.add_option("--lookups", options.lookups, "Look-ups a round");
    app.add_option("--folder", options.folder, "Where the mapped file is written");
    app.add_option("--seed", options.seed, "Of the random numbers");
    app.add_option("--rounds", options.rounds, "Repetitions; medians are printed");
    app.add_flag("--load", options.load, "Read a full flat file of these numbers too");
    app.add_flag("--baseline", options.baseline, "Look-ups in a sorted array too");
    CLI11_PARSE(app, argc, argv);
    return run(options);
}
