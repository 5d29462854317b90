// How long does the funnel of a campaign take, from the store to its JSON?
//
// Asks a store that bench/funnel.py has filled: the counts and the funnel that is made of them,
// with hours asked of the gate for the first time and with hours remembered, as the live page has
// them. The baseline is to count the leads themselves. Prints one JSON object.

#include "campaigns/funnel/store.hpp"
#include "dnc/pack.hpp"
#include "dnc/places.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace {

using BenchClock = std::chrono::steady_clock;

struct Options {
    std::string dsn;
    std::string law; ///< folder with packs and geo
    std::string campaign = "bench";
    int rounds = 50;
};

constexpr campaigns::Instant kNoon{std::chrono::sys_days{std::chrono::November / 23 / 2026} +
                                   std::chrono::hours{17}};

double ms_since(BenchClock::time_point began) {
    return std::chrono::duration<double, std::milli>(BenchClock::now() - began).count();
}

double percentile(std::vector<double>& values, double share) {
    std::sort(values.begin(), values.end());
    return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

void run(const Options& options) {
    const auto zones = dnc::load_zones("");
    const dnc::Gate gate{dnc::load_packs(options.law + "/packs"),
                         dnc::load_geography(options.law + "/geo"), *zones};
    campaigns::Store store{options.dsn};
    const campaigns::Campaign campaign = campaigns::find_campaign(store, options.campaign);

    auto began = BenchClock::now();
    campaigns::Funnel funnel = campaigns::funnel_of(store, gate, *zones, options.campaign, kNoon);
    std::string json = campaigns::to_json(funnel);
    const double first_ms = ms_since(began);

    campaigns::HoursOf hours{gate, *zones, campaign};
    std::vector<double> whole;
    std::vector<double> counts_only;
    std::vector<double> groups;
    for (int round = 0; round < options.rounds; ++round) {
        began = BenchClock::now();
        const auto counts = campaigns::funnel_counts(store, campaign.id, kNoon);
        counts_only.push_back(ms_since(began));
        funnel = campaigns::make_funnel(campaign, counts, hours, kNoon);
        json = campaigns::to_json(funnel);
        whole.push_back(ms_since(began));
        began = BenchClock::now();
        static_cast<void>(campaigns::ready_groups(store, campaign.id, kNoon));
        groups.push_back(ms_since(began));
    }
    fmt::print("{{\"leads\": {}, \"callable\": {}, \"json_bytes\": {}, \"first_ms\": {:.1f}, "
               "\"counts_ms_p50\": {:.1f}, \"funnel_ms_p50\": {:.1f}, \"funnel_ms_p99\": {:.1f}, "
               "\"ready_groups_ms_p50\": {:.2f}}}\n",
               funnel.loaded, funnel.callable(), json.size(), first_ms,
               percentile(counts_only, 0.5), percentile(whole, 0.5), percentile(whole, 0.99),
               percentile(groups, 0.5));
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"How long does the funnel of a campaign take?"};
    app.add_option("--dsn", options.dsn, "The filled store")->required();
    app.add_option("--law", options.law, "Folder with packs and geo")->required();
    app.add_option("--campaign", options.campaign)->capture_default_str();
    app.add_option("--rounds", options.rounds)->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_funnel: {}\n", error.what());
        return 1;
    }
    return 0;
}
