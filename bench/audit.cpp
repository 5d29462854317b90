// How many records a second does the verifier of audit exports prove, and how near is that to
// hashing the same bytes and doing nothing else?
//
// Makes an export of records like those of real attempts in memory, verifies it with one thread and
// with several, and hashes its records bare, all in one run.

#include "campaigns/audit/verify.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <random>

namespace {

using namespace campaigns;
using namespace campaigns::audit;
using Seconds = std::chrono::duration<double>;

/// The clock on the wall, and the work of all threads: on a machine that others use as well only
/// the second says something.
struct Time {
    double wall = 1e9;
    double cpu = 1e9;
};

void keep_best(Time& best, const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    work();
    best.wall = std::min(best.wall, Seconds{std::chrono::steady_clock::now() - begin}.count());
    best.cpu = std::min(best.cpu, static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
}

struct Export {
    std::string file;
    std::vector<std::string> records;
    PublicKey key;
};

Export make(std::int64_t count, std::size_t bytes) {
    const SigningKey key = SigningKey::make();
    merkle::MemoryTree tree;
    merkle::Hasher hasher;
    Export out{{}, {}, key.public_key()};
    std::mt19937_64 random{1};
    for (std::int64_t i = 0; i < count; ++i) {
        std::string body(bytes - std::min<std::size_t>(bytes, 130) + random() % 64, 'e');
        out.records.push_back(
            fmt::format(R"({{"id":{0},"kind":"attempt","at":"2026-11-23T17:00:00.000000Z",)"
                        R"("subject":"attempt {0}","body":{{"evidence": "{1}"}}}})",
                        i + 1, body));
        tree.add(hasher.leaf(out.records.back()));
    }
    const std::string log(32, 'a');
    SignedHead head{{log, count, merkle::root(count, tree, hasher), "2026-11-23T18:00:00.000000Z",
                     "", id_of(key.public_key())},
                    {}};
    head.signature = key.sign(text_of(head.head));
    ExportWriter writer{tree, [&](std::string_view line) { out.file += line; }};
    writer.begin({log, head.head.at, "", "", "", 0, count, count}, {}, {head});
    for (std::int64_t i = 0; i < count; ++i) {
        writer.add(i, out.records[static_cast<std::size_t>(i)]);
    }
    writer.end();
    return out;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Speed of the audit verifier"};
    std::int64_t count = 500'000;
    std::size_t bytes = 1200;
    int threads = 2;
    int rounds = 3;
    app.add_option("--records", count)->capture_default_str();
    app.add_option("--bytes", bytes, "of a record, about")->capture_default_str();
    app.add_option("--threads", threads)->capture_default_str();
    app.add_option("--rounds", rounds, "the best counts")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    const Export made = make(count, bytes);
    Time bare;
    Time one;
    Time several;
    merkle::Hasher hasher;
    const auto verified = [&](int with) {
        const auto verdict = verify_export(made.file, {made.key}, with);
        if (verdict.fault || verdict.records != count) {
            fmt::print("{}\n", explain(verdict));
        }
    };
    for (int round = 0; round < rounds; ++round) {
        keep_best(bare, [&] {
            for (const auto& record : made.records) {
                if (hasher.leaf(record)[0] == 0 && record.empty()) {
                    fmt::print("?");
                }
            }
        });
        keep_best(one, [&] { verified(1); });
        keep_best(several, [&] { verified(threads); });
    }
    const auto row = [&](const std::string& name, const Time& time) {
        fmt::print("{:<24} {:8.3f} s {:10.0f} records/s   CPU {:8.3f} s {:10.0f} records/s "
                   "{:5.2f} x bare\n",
                   name, time.wall, static_cast<double>(count) / time.wall, time.cpu,
                   static_cast<double>(count) / time.cpu, time.cpu / bare.cpu);
    };
    fmt::print("{} records, {} bytes of export\n", count, made.file.size());
    row("SHA-256 of each record", bare);
    row("verify, 1 thread", one);
    row(fmt::format("verify, {} threads", threads), several);
    return 0;
}
