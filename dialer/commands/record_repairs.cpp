// `dialer records`: call records, what they lack, and its repair.

#include "campaigns/records/records.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/commands/record_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::RecordRepair;
using campaigns::Store;

std::optional<std::string> given(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

std::optional<dnc::Instant> moment(const std::string& name, const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{moment_option(name, text)};
}

json::object json_of(const RecordRepair& repair) {
    json::object object{{"attempt", static_cast<std::int64_t>(repair.attempt)},
                        {"campaign", repair.campaign},
                        {"field", repair.field},
                        {"text", repair.text},
                        {"found_at", dnc::instant_text(repair.found_at)},
                        {"repaired_at", nullptr}};
    if (repair.repaired_at) {
        object["repaired_at"] = dnc::instant_text(*repair.repaired_at);
        object["by"] = repair.by;
        object["value"] = repair.value;
        object["note"] = repair.note;
    }
    return object;
}

struct Obstacle {
    std::string campaign;
    std::string text;
};

std::vector<Obstacle> obstacles_of(Store& store, const std::string& wanted) {
    std::vector<Obstacle> obstacles;
    bool found = wanted.empty();
    for (const campaigns::Campaign& campaign : store.campaigns()) {
        if (!wanted.empty() && campaign.name != wanted) {
            continue;
        }
        found = true;
        for (const auto& obstacle : campaigns::record_obstacles(store, campaign.id)) {
            obstacles.push_back({campaign.name, campaigns::english(obstacle)});
        }
    }
    if (!found) {
        throw CommandError{Exit::refused, fmt::format("there is no campaign named \"{}\"", wanted)};
    }
    return obstacles;
}

} // namespace

Exit records_check(const RecordsCheckOptions& options) {
    const auto now = Clock{}.now().wall;
    const auto from = moment("--from", options.from).value_or(now - std::chrono::hours{24});
    const auto to = moment("--to", options.to).value_or(now);
    Store store{engine_dsn(options.store)};
    const auto checked = campaigns::check_records(store, from, to, now);
    const auto obstacles = obstacles_of(store, options.campaign);
    if (options.json) {
        json::array list;
        for (const Obstacle& obstacle : obstacles) {
            list.push_back(json::object{{"campaign", obstacle.campaign}, {"text", obstacle.text}});
        }
        fmt::print("{}\n", json::serialize(json::object{{"checked", checked.checked},
                                                        {"faults", checked.faulty},
                                                        {"obstacles", std::move(list)}}));
        return obstacles.empty() ? Exit::done : Exit::refused;
    }
    fmt::print("{} records checked, {} faults are new\n", checked.checked, checked.faulty);
    for (const Obstacle& obstacle : obstacles) {
        fmt::print("{}: {}\n", obstacle.campaign, obstacle.text);
    }
    return obstacles.empty() ? Exit::done : Exit::refused;
}

Exit records_repair(const RecordsRepairOptions& options) {
    if ((options.attempt != 0) == !options.campaign.empty()) {
        throw CommandError{Exit::usage, "give an attempt or --campaign, not both"};
    }
    const campaigns::Actor actor{by_option(options.by), Clock{}.now().wall};
    Store store{engine_dsn(options.store)};
    std::int64_t repaired = 1;
    if (options.attempt != 0) {
        campaigns::repair_record(store, campaigns::AttemptId{options.attempt}, options.field,
                                 options.value, options.note, actor);
    } else {
        repaired = campaigns::repair_records(store, options.campaign, options.field, options.value,
                                             options.note, actor);
    }
    fmt::print("{} record{} repaired\n", repaired, repaired == 1 ? "" : "s");
    return Exit::done;
}

Exit records_list(const RecordsListOptions& options) {
    Store store{engine_dsn(options.store)};
    const auto repairs = campaigns::record_repairs(
        store,
        {.campaign = given(options.campaign), .open_only = !options.all, .limit = options.limit});
    if (options.json) {
        json::array list;
        for (const RecordRepair& repair : repairs) {
            list.push_back(json_of(repair));
        }
        fmt::print("{}\n", json::serialize(list));
        return Exit::done;
    }
    for (const RecordRepair& repair : repairs) {
        fmt::print("{:<20}  {:<16}  {:<16}  {}{}\n", static_cast<std::int64_t>(repair.attempt),
                   repair.campaign, repair.field, repair.text,
                   repair.repaired_at ? fmt::format("  [{}, by {}]", repair.value, repair.by)
                                      : std::string{});
    }
    fmt::print("{} {}{}\n", repairs.size(), options.all ? "in all" : "open",
               std::cmp_equal(repairs.size(), options.limit) ? " (there may be more: --limit)"
                                                             : "");
    return Exit::done;
}

Exit records_export(const RecordsExportOptions& options) {
    campaigns::RecordQuery query;
    query.campaign = given(options.campaign);
    query.from = moment("--from", options.from);
    query.to = moment("--to", options.to);
    if (!options.number.empty()) {
        query.number = number_option(options.number);
    }
    Store store{engine_dsn(options.store)};
    Output output{options.file};
    const auto count = campaigns::export_call_records(store, query, [&](std::string_view record) {
        output.write(record);
        output.write("\n");
    });
    output.publish();
    fmt::print(stderr, "{} call records\n", count);
    return Exit::done;
}

Exit records_set(const RecordsSetOptions& options) {
    campaigns::RecordSettings settings;
    settings.called_party = given(options.called_party);
    settings.telemarketer = options.telemarketer;
    settings.rule = given(options.rule);
    if (!settings.called_party && !settings.telemarketer && !settings.rule) {
        throw CommandError{Exit::usage, "nothing to set; see --help"};
    }
    Store store{engine_dsn(options.store)};
    campaigns::set_record_settings(store, options.campaign, settings,
                                   {by_option(options.by), Clock{}.now().wall});
    fmt::print("set\n");
    return Exit::done;
}

} // namespace dialer::commands
