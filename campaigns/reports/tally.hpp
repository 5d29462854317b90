#pragma once

// Counts of calls, and the tables that are made of them. Pure.
//
// The database counts calls in groups that no figure divides further; what a group is (a contact, a
// sale, a short call) is decided here, once for all reports.

#include "campaigns/reports/buckets.hpp"
#include "campaigns/reports/reports.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace campaigns {

/// A sum with the number of its parts.
struct Mean {
    std::int64_t sum = 0;
    std::int64_t count = 0;

    Mean& operator+=(const Mean& other);
    friend bool operator==(const Mean&, const Mean&) = default;
};

/// Calls that are alike in all that a report asks for. What it does not divide by is 0 or empty.
struct CallGroup {
    std::int64_t bucket = 0; ///< index of the hour or day, from 1
    std::int64_t campaign = 0;
    std::int64_t list = 0;
    std::int64_t agent = 0;
    std::int64_t caller_id = 0;
    std::int64_t place = 0;
    std::int64_t attempt_no = 0;
    std::string trunk;
    int sip_status = 0;
    std::string outcome;
    std::string treatment;
    std::string code; ///< the agent's latest word; empty: none
    bool answered = false;
    std::int64_t calls = 0;
    std::int64_t short_calls = 0; ///< answered and over within six seconds
    Mean ring_ms;
    Mean talk_ms;
    Mean to_agent_us;
    Mean wrap_up_ms;
};

/// What calls add up to; campaigns/reports/REPORTS.md says what each figure counts.
struct Tally {
    std::int64_t attempts = 0;
    std::int64_t sent = 0; ///< an INVITE went out
    std::int64_t answered = 0;
    std::int64_t connected = 0;
    std::int64_t abandoned = 0;
    std::int64_t early_hangup = 0;
    std::int64_t contacts = 0;
    std::int64_t sales = 0;
    std::int64_t machines = 0;
    std::int64_t undisposed = 0;
    std::int64_t short_calls = 0;
    std::int64_t refused_603 = 0;
    std::int64_t refused_607 = 0;
    std::int64_t refused_608 = 0;
    Mean ring_ms;
    Mean talk_ms;
    Mean to_agent_us;
    Mean wrap_up_ms;

    /// `category` is that of the group's code; empty without one.
    void add(const CallGroup& group, std::string_view category);
};

/// Category of a disposition in a campaign: the campaign's own meaning of a word before
/// everybody's.
class Categories {
public:
    /// `campaign` 0: of every campaign.
    void add(std::int64_t campaign, const std::string& code, const std::string& category);
    /// "other" for a code that nobody defined, "" for no code.
    [[nodiscard]] std::string_view of(std::int64_t campaign, const std::string& code) const;
    /// All words of a category, with their campaign (0: of every one).
    [[nodiscard]] std::vector<std::pair<std::int64_t, std::string>>
    words_of(std::string_view category) const;

private:
    std::map<std::pair<std::int64_t, std::string>, std::string> by_word_;
};

/// What ids mean to people.
struct CallNames {
    std::map<std::int64_t, std::string> campaigns;
    std::map<std::int64_t, std::string> lists;
    std::map<std::int64_t, std::string> agents;
    std::map<std::int64_t, std::string> places; ///< "US,US-FL|America/New_York"
    std::map<std::int64_t, std::string> zones;  ///< of a place: "America/New_York"
    Categories categories;
};

/// One thing that calls can be divided by.
struct Dimension {
    std::string_view name;
    std::vector<Column> columns;
    /// The cells of a group, one a column.
    std::vector<Cell> (*cells)(const CallGroup& group, const CallNames& names,
                               const std::vector<Bucket>& buckets);
    /// The column of report_calls (c) or report_outcomes (o) that it needs; empty: the bucket.
    std::string_view sql;
};

/// Nothing when there is none of that name.
[[nodiscard]] const Dimension* find_dimension(std::string_view name);
/// "campaign", "list", ...
[[nodiscard]] std::vector<std::string_view> dimension_names();

/// Tallies by the cells of some dimensions, in their order.
using TallyTable = std::map<std::vector<Cell>, Tally>;
[[nodiscard]] TallyTable tally_by(const std::vector<const Dimension*>& dimensions,
                                  const std::vector<CallGroup>& groups, const CallNames& names,
                                  const std::vector<Bucket>& buckets);

/// A share as a cell; nothing without a denominator.
[[nodiscard]] Cell share_cell(std::int64_t part, std::int64_t whole);
/// Of all calls of 1,000ths or millionths of a second, in seconds; nothing without a call.
[[nodiscard]] Cell mean_seconds(const Mean& mean, double units_a_second);
/// Share, and the ends of its interval: three cells.
void append_interval(std::vector<Cell>& row, std::int64_t part, std::int64_t whole);

/// The cells of the report "attempts" after those of the dimensions.
[[nodiscard]] std::vector<Cell> attempt_cells(const Tally& tally);

} // namespace campaigns
