// `dialer retention` and `dialer hold`: how long records are kept, and what keeps them longer.

#include "campaigns/records/retention.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/record_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::LitigationHold;
using campaigns::RetentionItem;
using campaigns::Store;

std::string date_of(dnc::Instant at) {
    return dnc::date_text(std::chrono::floor<std::chrono::days>(at));
}

std::string state_of(const RetentionItem& item) {
    if (!item.expired) {
        return "kept";
    }
    return item.held_by.empty() ? "may go" : item.held_by;
}

void print_items(const std::vector<RetentionItem>& items) {
    fmt::print("{:<26}  {:<10}  {:>10}  {:<10}  {}\n", "part", "month", "KiB", "until", "state");
    for (const RetentionItem& item : items) {
        fmt::print("{:<26}  {:<10}  {:>10}  {:<10}  {}; {}\n", item.part, date_of(item.from),
                   item.bytes / 1024, date_of(item.keep_until), state_of(item), item.source);
    }
}

std::string what_of(const LitigationHold& hold) {
    if (hold.number) {
        return dnc::to_e164(*hold.number);
    }
    return hold.campaign ? "campaign " + *hold.campaign : "everything";
}

} // namespace

Exit retention_show(const RetentionShowOptions& options) {
    const auto at = options.at.empty() ? Clock{}.now().wall : moment_option("--at", options.at);
    Store store{engine_dsn(options.store)};
    const auto items = campaigns::retention_report(store, at);
    if (!options.json) {
        print_items(items);
        fmt::print("opt-outs and consents never expire\n");
        return Exit::done;
    }
    json::array list;
    for (const RetentionItem& item : items) {
        list.push_back(json::object{{"table", item.table},
                                    {"part", item.part},
                                    {"from", dnc::instant_text(item.from)},
                                    {"to", dnc::instant_text(item.to)},
                                    {"keep_until", dnc::instant_text(item.keep_until)},
                                    {"source", item.source},
                                    {"bytes", item.bytes},
                                    {"expired", item.expired},
                                    {"held_by", item.held_by}});
    }
    fmt::print("{}\n", json::serialize(list));
    return Exit::done;
}

Exit retention_set(const RetentionSetOptions& options) {
    const auto now = Clock{}.now().wall;
    const auto packs =
        dnc::load_packs(options.packs.empty() ? default_packs_folder() : options.packs);
    const auto terms = campaigns::retention_terms(packs.packs, now);
    Store store{engine_dsn(options.store)};
    campaigns::set_retention_terms(store, terms, {by_option(options.by), now});
    fmt::print("records are kept for {} years: {}\n", terms.front().keep_years,
               terms.front().source);
    return Exit::done;
}

Exit retention_drop(const RetentionDropOptions& options) {
    const auto now = Clock{}.now().wall;
    Store owner{owner_dsn(options.store)};
    const auto items =
        campaigns::drop_expired(owner, now, {by_option(options.by), now}, !options.really);
    print_items(items);
    fmt::print("{} {}\n", items.size(),
               options.really ? "dropped" : "would be dropped; repeat it with --really");
    return Exit::done;
}

Exit hold_add(const HoldAddOptions& options) {
    const int kinds = (options.number.empty() ? 0 : 1) + (options.campaign.empty() ? 0 : 1) +
                      (options.everything ? 1 : 0);
    if (kinds != 1) {
        throw CommandError{Exit::usage, "give --number, --campaign or --everything"};
    }
    LitigationHold hold;
    if (!options.number.empty()) {
        hold.number = number_option(options.number);
    }
    if (!options.campaign.empty()) {
        hold.campaign = options.campaign;
    }
    hold.why = options.why;
    Store store{engine_dsn(options.store)};
    const auto id = campaigns::add_hold(store, hold, {by_option(options.by), Clock{}.now().wall});
    fmt::print("hold {}: nothing of {} is dropped until it is released\n", id, what_of(hold));
    return Exit::done;
}

Exit hold_release(const HoldReleaseOptions& options) {
    Store store{engine_dsn(options.store)};
    campaigns::release_hold(store, options.id, options.why,
                            {by_option(options.by), Clock{}.now().wall});
    fmt::print("hold {} is released\n", options.id);
    return Exit::done;
}

Exit hold_list(const HoldListOptions& options) {
    Store store{engine_dsn(options.store)};
    json::array list;
    for (const LitigationHold& hold : campaigns::litigation_holds(store, options.all)) {
        const std::string released =
            hold.released_at ? dnc::instant_text(*hold.released_at) : std::string{};
        if (options.json) {
            list.push_back(json::object{{"id", hold.id},
                                        {"of", what_of(hold)},
                                        {"why", hold.why},
                                        {"by", hold.by},
                                        {"at", dnc::instant_text(hold.at)},
                                        {"released_at", released},
                                        {"released_by", hold.released_by},
                                        {"released_why", hold.released_why}});
            continue;
        }
        fmt::print("{:>5}  {:<20}  {} (by {} at {}){}\n", hold.id, what_of(hold), hold.why, hold.by,
                   dnc::instant_text(hold.at),
                   released.empty() ? ""
                                    : fmt::format("; released by {} at {}: {}", hold.released_by,
                                                  released, hold.released_why));
    }
    if (options.json) {
        fmt::print("{}\n", json::serialize(list));
    }
    return Exit::done;
}

} // namespace dialer::commands
