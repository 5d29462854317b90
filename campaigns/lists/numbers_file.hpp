#pragma once

// Loading a file of numbers not to be called, or that say something else about a number: a new
// version of a suppression list, or answers of the reassigned-numbers database.
//
// A national or other list is replaced by each full version, and carried on by lists of changes,
// each of which names the version that it comes after. A company list only grows: a version holds
// all numbers of the one before it and those of the file, because who asked this seller to stop
// stays on its list (47 CFR 64.1200(d)(6)), whatever a later export left out.

#include "campaigns/import/import.hpp"
#include "campaigns/lists/lists.hpp"
#include "campaigns/store.hpp"
#include "dnc/registry.hpp"
#include "dnc/suppression.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

using BadLine = dnc::BadRecord;

struct NumbersRequest {
    std::string path;
    std::string list;
    std::optional<dnc::ListKind> kind; ///< make the list when there is none; else its kind
    std::chrono::year_month_day as_of; ///< of the file's contents
    dnc::Instant at;                   ///< now
    bool allow_bad = false;            ///< more than 1 % bad lines
    bool allow_shrink = false;         ///< fewer than half the numbers in force
    std::string country = {};          ///< of a new list; also whose numbers need no country code
    std::string region = {};           ///< of a new list
    std::string seller = {};           ///< of a new list
    std::optional<std::int64_t> after = {}; ///< the file is changes, made after this version
    /// That a full list covers; empty: all. Changes cover what the version before them did.
    std::optional<std::bitset<1000>> area_codes = {};
    bool blocks = false;                           ///< NPA-NXX-X, a thousand numbers a line
    std::vector<dnc::RegistryColumn> columns = {}; ///< named by the user
    std::optional<std::int64_t> rows = {};         ///< records that the file must have
};

struct NumbersSummary {
    bool already_loaded = false; ///< the same bytes with the same date: nothing was changed
    std::string sha256;
    std::int64_t version_id = 0;
    std::string kind;
    std::chrono::year_month_day as_of{};
    std::int64_t lines = 0;      ///< that should hold a number
    std::int64_t numbers = 0;    ///< in force now
    std::int64_t added = 0;      ///< company lists: not listed before
    std::int64_t duplicates = 0; ///< repeated in the file
    std::int64_t removed = 0;    ///< changes: lines that take a number off
    std::int64_t cleared = 0;    ///< lines that say that a number is not listed
    std::int64_t bad = 0;
    std::vector<BadLine> bad_lines; ///< the first 20
    std::vector<std::string> notices;
};

/// The file is refused and nothing was changed.
struct NumbersFault {
    std::string text;
    std::vector<BadLine> bad_lines;
};

/// "212,646"; nothing when one of them is no North American area code.
[[nodiscard]] std::optional<std::bitset<1000>> read_area_codes(std::string_view text);

/// Loads in one transaction and tells the engines. Throws like import_leads.
[[nodiscard]] std::variant<NumbersSummary, NumbersFault>
load_numbers(Store& store, const NumbersRequest& request, const OnProgress& on_progress);

/// The same for answers of the reassigned-numbers database: number, date asked about, and yes, no
/// or no_data. They were given on the day `as_of`. Of the request only path, dates, columns and
/// allowances count.
[[nodiscard]] std::variant<NumbersSummary, NumbersFault>
load_reassigned(Store& store, const NumbersRequest& request, const OnProgress& on_progress);

} // namespace campaigns
