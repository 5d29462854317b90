#include "campaigns/lists/lists.hpp"
#include "campaigns/lists/numbers_file.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/number.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <utility>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::ListEvent;
using campaigns::NumberOnList;

std::vector<dnc::Number> read_numbers(const DncNumberOptions& options) {
    std::vector<dnc::Number> numbers;
    for (const std::string& text : options.numbers) {
        const auto read = dnc::read_number(text);
        if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
            throw CommandError{Exit::usage, fmt::format("\"{}\": {}", text, dnc::explain(*fault))};
        }
        numbers.push_back(std::get<dnc::Number>(read));
    }
    return numbers;
}

dnc::Instant read_at(const DncNumberOptions& options) {
    if (options.at.empty()) {
        return Clock{}.now().wall;
    }
    const auto at = dnc::read_any_instant(options.at);
    if (!at) {
        throw CommandError{
            Exit::usage,
            fmt::format("--at \"{}\" is no time; write it as 2026-11-23T15:00:00Z", options.at)};
    }
    return *at;
}

std::string time_text(dnc::Instant at) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", std::chrono::floor<std::chrono::seconds>(at));
}

json::value date_or_null(const std::optional<std::chrono::year_month_day>& date) {
    return date ? json::value(dnc::date_text(*date)) : json::value(nullptr);
}

json::object json_of(const ListEvent& event) {
    json::object object{{"at", time_text(event.at)},
                        {"listed", event.listed},
                        {"version", event.version_id},
                        {"as_of", date_or_null(event.as_of)},
                        {"source", event.source}};
    if (event.registry_at) {
        object["registry_at"] = time_text(*event.registry_at);
    }
    return object;
}

json::object json_of(const NumberOnList& list, bool events) {
    json::object object{{"list", list.list},
                        {"kind", campaigns::to_text(list.kind)},
                        {"country", list.country},
                        {"region", list.region},
                        {"seller", list.seller},
                        {"version", list.version_id},
                        {"as_of", date_or_null(list.as_of)},
                        {"covered", list.covered},
                        {"listed", list.listed}};
    if (events) {
        json::array all;
        for (const ListEvent& event : list.events) {
            all.push_back(json_of(event));
        }
        object["events"] = std::move(all);
    }
    return object;
}

std::string about(const NumberOnList& list) {
    std::string text = fmt::format("{} ({}", list.list, campaigns::to_text(list.kind));
    for (const std::string& part : {list.country, list.region, list.seller}) {
        text += part.empty() ? "" : " " + part;
    }
    return text + ")";
}

std::string state_of(const NumberOnList& list) {
    if (list.version_id == 0) {
        return list.listed ? "listed" : "nothing loaded";
    }
    const std::string version =
        fmt::format("version {} as of {}", list.version_id, dnc::date_text(*list.as_of));
    if (!list.covered) {
        return "area code not covered, " + version;
    }
    return (list.listed ? "LISTED, " : "not listed, ") + version;
}

std::string line_of(const ListEvent& event) {
    std::string text = fmt::format("{}  {}", time_text(event.at), event.listed ? "on " : "off");
    if (event.version_id != 0) {
        text += fmt::format("  version {} as of {}, {}", event.version_id,
                            dnc::date_text(*event.as_of), event.source);
    } else {
        text += "  " + event.source;
    }
    return event.registry_at ? text + ", at the registry " + time_text(*event.registry_at) : text;
}

void print_text(dnc::Number number, const std::vector<NumberOnList>& lists, bool events) {
    fmt::print("{}\n", dnc::to_e164(number));
    for (const NumberOnList& list : lists) {
        fmt::print("  {:<32} {}\n", about(list), state_of(list));
        for (const ListEvent& event : list.events) {
            if (events) {
                fmt::print("    {}\n", line_of(event));
            }
        }
    }
}

Exit tell(const DncNumberOptions& options, bool events) {
    const auto numbers = read_numbers(options);
    const auto at = read_at(options);
    campaigns::Store store{engine_dsn(options.store)};
    for (const dnc::Number number : numbers) {
        const auto lists = store.history_of(number, at);
        if (!options.json) {
            print_text(number, lists, events);
            continue;
        }
        json::array all;
        for (const NumberOnList& list : lists) {
            all.push_back(json_of(list, events));
        }
        const json::object object{
            {"number", dnc::to_e164(number)}, {"at", time_text(at)}, {"lists", std::move(all)}};
        fmt::print("{}\n", json::serialize(object));
    }
    return Exit::done;
}

} // namespace

Exit dnc_check(const DncNumberOptions& options) {
    return tell(options, false);
}

Exit dnc_history(const DncNumberOptions& options) {
    return tell(options, true);
}

} // namespace dialer::commands
