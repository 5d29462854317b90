// How long does a lease of 50 leads take, and how many attempts a second can be recorded, with all
// that the store keeps beside them? Driven by bench/lease.py.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/ids.hpp"
#include "campaigns/store.hpp"
#include "campaigns/supply/supply.hpp"
#include "dnc/gate.hpp"
#include "dnc/zones.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Timer = std::chrono::steady_clock;
using campaigns::CampaignId;

// The leads' clock: a Monday noon in New York.
constexpr campaigns::Instant kNoon{std::chrono::sys_days{std::chrono::November / 23 / 2026} + 17h};

// A thousand leads a second, in which an engine folds the counts once.
constexpr int kLeasesPerFold = 20;
// An engine keeps its sessions: its statements are planned and its catalogue is read.
constexpr int kWarmLeases = 20;

struct Options {
    std::string dsn;
    std::int64_t campaign = 1;
    int leases = 400;
    int count = 50;
    int closed = 0;   ///< places 1 .. closed are closed
    int attempts = 0; ///< seconds of attempts, in place of leases
    int rate = 1000;
    int node = 1;
};

double milliseconds(Timer::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) {
        return 0;
    }
    const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[static_cast<std::size_t>(rank)];
}

campaigns::LeaseWish wish_of(const Options& options, campaigns::RunId run, campaigns::Instant now,
                             int count) {
    campaigns::LeaseWish wish{.campaign = CampaignId{options.campaign},
                              .run = run,
                              .count = count,
                              .now = now,
                              .until = now + 1h};
    for (int place = 1; place <= options.closed; ++place) {
        wish.closed_places.push_back(place);
    }
    return wish;
}

void measure_leases(campaigns::Store& store, const Options& options, campaigns::RunId run) {
    std::vector<double> took;
    std::size_t leads = 0;
    int filtered = 0;
    for (int i = -kWarmLeases; i < options.leases; ++i) {
        const auto now = kNoon + i * 100ms;
        const auto begin = Timer::now();
        const auto leased =
            campaigns::lease_supply(store, wish_of(options, run, now, options.count));
        if (i < 0) {
            continue;
        }
        took.push_back(milliseconds(Timer::now() - begin));
        leads += leased.leads.size();
        filtered += leased.filtered;
        if (i % kLeasesPerFold == 0) {
            campaigns::fold_lead_counts(store, now); // as an engine does each second
        }
    }
    fmt::print("{{\"leases\": {}, \"leads\": {}, \"filtered\": {}, \"p50_ms\": {:.3f}, "
               "\"p99_ms\": {:.3f}, \"max_ms\": {:.3f}}}\n",
               took.size(), leads, filtered, percentile(took, 0.5), percentile(took, 0.99),
               percentile(took, 1.0));
}

/// A gate that allows everything: what it costs is measured by bench_gate.
dnc::Gate open_gate(const dnc::ZoneDatabase& zones) {
    std::vector<dnc::AreaCode> rows;
    for (int code = 201; code < 1000; ++code) {
        rows.push_back({code, "US", {"NY"}, {"America/New_York"}, true});
    }
    dnc::Pack pack;
    pack.id = "bench";
    pack.version = "1";
    pack.level = dnc::PackLevel::federal;
    pack.jurisdiction = dnc::Jurisdiction{{'U', 'S'}, {}};
    return dnc::Gate{dnc::PackSet{{std::move(pack)}}, dnc::AreaCodes{rows}, zones};
}

/// Leases, attempts and results in turn, as many a second as asked for or as the store takes.
void measure_attempts(campaigns::Store& store, const Options& options, campaigns::RunId run,
                      campaigns::IdMaker& ids) {
    const auto zones = dnc::load_zones("");
    const dnc::Gate gate = open_gate(*zones);
    std::vector<double> commit_ms;
    std::vector<double> log_ms;
    std::int64_t attempts = 0;
    const int batch = std::max(options.rate / 20, 1);
    const auto begin = Timer::now();
    const auto end = begin + std::chrono::seconds{options.attempts};
    for (int turn = 0; Timer::now() < end; ++turn) {
        const auto now =
            kNoon + std::chrono::duration_cast<std::chrono::microseconds>(Timer::now() - begin);
        auto leased = campaigns::lease_supply(store, wish_of(options, run, now, batch));
        dnc::SuppressionSnapshot lists;
        lists.feed_alive_at = now;
        std::vector<campaigns::AttemptDraft> drafts;
        campaigns::LogBatch log;
        for (const auto& lead : leased.leads) {
            dnc::CallFacts facts;
            facts.number = lead.phones.front();
            facts.seller = "Bench";
            facts.assume_clear = true;
            auto cleared = gate.clear(facts, lists, now);
            auto* clearance = std::get_if<dnc::Clearance>(&cleared);
            if (clearance == nullptr) {
                throw std::runtime_error{"the open gate refused a number"};
            }
            const campaigns::AttemptId id{ids.make(now)};
            drafts.push_back({id,
                              lead.id,
                              lead.campaign,
                              run,
                              std::move(*clearance),
                              "carrier",
                              {12125550199},
                              std::nullopt,
                              "Bench",
                              "",
                              dnc::Purpose::telemarketing,
                              lead.revocations_seen});
            log.events.push_back({id, 0, now, "ringing", "180 Ringing"});
            campaigns::AttemptResult result;
            result.attempt = id;
            result.lead = lead.id;
            result.outcome = campaigns::Outcome::no_answer;
            result.sip_status = 487;
            result.ended_at = now + 20s;
            result.ended_by = "engine";
            log.results.push_back(std::move(result));
        }
        const auto before = Timer::now();
        attempts += static_cast<std::int64_t>(store.commit_attempts(drafts).tickets.size());
        const auto between = Timer::now();
        store.write_log(log);
        commit_ms.push_back(milliseconds(between - before));
        log_ms.push_back(milliseconds(Timer::now() - between));
        const auto next = begin + turn * std::chrono::seconds{1} * batch / options.rate;
        while (Timer::now() < next && Timer::now() < end) {
        }
    }
    const double seconds = milliseconds(Timer::now() - begin) / 1000;
    fmt::print("{{\"attempts\": {}, \"seconds\": {:.1f}, \"attempts_per_s\": {:.0f}, "
               "\"commit_p99_ms\": {:.2f}, \"log_p99_ms\": {:.2f}}}\n",
               attempts, seconds, static_cast<double>(attempts) / seconds,
               percentile(commit_ms, 0.99), percentile(log_ms, 0.99));
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Leases of leads and records of attempts"};
    Options options;
    app.add_option("--dsn", options.dsn)->required();
    app.add_option("--campaign", options.campaign);
    app.add_option("--leases", options.leases);
    app.add_option("--count", options.count);
    app.add_option("--closed", options.closed);
    app.add_option("--attempts", options.attempts, "Seconds of attempts in place of leases");
    app.add_option("--rate", options.rate, "Attempts a second wanted");
    app.add_option("--node", options.node);
    CLI11_PARSE(app, argc, argv);

    campaigns::Store store{options.dsn};
    campaigns::IdMaker ids{options.node};
    const campaigns::RunId run{ids.make(
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()))};
    store.begin_run({.run = run,
                     .at = kNoon,
                     .node = "bench",
                     .clock_shift = 0us,
                     .tzdb_version = "",
                     .rules_version = ""});
    if (options.attempts > 0) {
        measure_attempts(store, options, run, ids);
    } else {
        measure_leases(store, options, run);
    }
    return 0;
}
