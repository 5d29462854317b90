// Reports on lists: how far they are used up, and where their leads are.

#include "campaigns/reports/store_pg_reports.hpp"

#include <algorithm>
#include <array>

namespace campaigns::reports {

namespace {

constexpr const char* kLists = R"sql(
SELECT list_id, count(*) AS loaded, count(*) FILTER (WHERE attempts > 0) AS dialed,
       count(*) FILTER (WHERE status = 'ready') AS ready,
       count(*) FILTER (WHERE status IN ('leased', 'dialing')) AS in_hand,
       count(*) FILTER (WHERE status = 'finished') AS finished,
       count(*) FILTER (WHERE status = 'exhausted') AS exhausted,
       count(*) FILTER (WHERE status = 'blocked') AS blocked,
       count(*) FILTER (WHERE attempts = 1) AS attempts_1,
       count(*) FILTER (WHERE attempts = 2) AS attempts_2,
       count(*) FILTER (WHERE attempts = 3) AS attempts_3,
       count(*) FILTER (WHERE attempts = 4) AS attempts_4,
       count(*) FILTER (WHERE attempts >= 5) AS attempts_5,
       sum(attempts) AS attempts
FROM leads WHERE true%campaigns GROUP BY list_id ORDER BY list_id
)sql";

constexpr const char* kStops = R"sql(
SELECT list_id, status, stop_reason, count(*) FROM leads WHERE true%campaigns GROUP BY 1, 2, 3
)sql";

std::string filtered(const Scope& scope, std::string query) {
    constexpr std::string_view place = "%campaigns";
    return query.replace(query.find(place), place.size(), campaign_filter(scope, "campaign_id"));
}

std::string list_name(const Scope& scope, std::int64_t list) {
    const auto found = scope.names.lists.find(list);
    return found == scope.names.lists.end() ? std::string{} : found->second;
}

Cell ratio(std::int64_t part, double whole) {
    return whole <= 0 ? Cell{} : Cell{static_cast<double>(part) / whole};
}

std::vector<Cell> list_row(const Scope& scope, const pqxx::row& found, const Tally& tally) {
    const auto whole = [&](const char* column) { return found[column].as<std::int64_t>(0); };
    const std::int64_t loaded = whole("loaded");
    std::int64_t other = loaded;
    std::vector<Cell> row{found[0].as<std::int64_t>(),
                          list_name(scope, found[0].as<std::int64_t>()), loaded, whole("dialed"),
                          share_cell(whole("dialed"), loaded)};
    for (const char* state : {"ready", "in_hand", "finished", "exhausted", "blocked"}) {
        row.push_back(whole(state));
        other -= whole(state);
    }
    row.push_back(other);
    for (const char* column :
         {"attempts_1", "attempts_2", "attempts_3", "attempts_4", "attempts_5"}) {
        row.push_back(whole(column));
    }
    row.push_back(ratio(whole("attempts"), static_cast<double>(whole("dialed"))));
    row.insert(row.end(), {tally.contacts, tally.sales,
                           ratio(tally.sales, static_cast<double>(loaded) / 1000)});
    return row;
}

/// The cells of one group by the words of the request.
std::vector<Cell> stop_key(const Scope& scope, const pqxx::row& found) {
    std::vector<Cell> key;
    for (const std::string& word : scope.request.by) {
        if (word == "list") {
            const auto list = found[0].as<std::int64_t>();
            key.insert(key.end(), {list, list_name(scope, list)});
        } else {
            key.push_back(found[word == "status" ? 1 : 2].as<std::string>());
        }
    }
    return key;
}

} // namespace

void fill_lists(Work& work, const Scope& scope, Report& report) {
    std::map<std::int64_t, Tally> calls;
    for (const CallGroup& group : call_groups(work, scope, {find_dimension("list")}, {})) {
        calls[group.list].add(group, scope.names.categories.of(group.campaign, group.code));
    }
    for (const pqxx::row& found : work.exec(filtered(scope, kLists))) {
        const auto tally = calls.find(found[0].as<std::int64_t>());
        add_row(report, list_row(scope, found, tally == calls.end() ? Tally{} : tally->second));
    }
    report.notes.push_back("Leads are counted as they are now, whatever the period; contacts and "
                           "sales are those of the period.");
}

void fill_stops(Work& work, const Scope& scope, Report& report) {
    std::map<std::vector<Cell>, std::int64_t> leads;
    std::map<Cell, std::int64_t> of_list;
    const auto& words = scope.request.by;
    const auto list_at = std::find(words.begin(), words.end(), "list") - words.begin();
    const auto list_of = [&](const std::vector<Cell>& key) {
        return scope.divides_by("list") ? key.at(static_cast<std::size_t>(list_at)) : Cell{};
    };
    for (const pqxx::row& found : work.exec(filtered(scope, kStops))) {
        const auto key = stop_key(scope, found);
        leads[key] += found[3].as<std::int64_t>();
        of_list[list_of(key)] += found[3].as<std::int64_t>();
    }
    for (const auto& [key, count] : leads) {
        std::vector<Cell> row = key;
        row.insert(row.end(), {count, share_cell(count, of_list.at(list_of(key)))});
        add_row(report, std::move(row));
    }
    report.notes.push_back("Leads as they are now. stop_reason is one word: an outcome, a "
                           "disposition, a reason of the gate; empty: never touched.");
}

} // namespace campaigns::reports
