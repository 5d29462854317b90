#pragma once

// Loading a file of numbers not to be called: a new version of a suppression list.
//
// A national or other list is replaced by each version. A company list only grows: a version holds
// all numbers of the one before it and those of the file, because who asked this seller to stop
// stays on its list (47 CFR 64.1200(d)(6)), whatever a later export left out.

#include "campaigns/import.hpp"
#include "campaigns/numbers_file_rows.hpp"
#include "campaigns/store.hpp"
#include "dnc/suppression.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

struct NumbersRequest {
    std::string path;
    std::string list;
    std::optional<dnc::ListKind> kind; ///< make the list when there is none; else its kind
    std::chrono::year_month_day as_of; ///< of the file's contents
    dnc::Instant at;                   ///< now
    bool allow_bad = false;            ///< more than 1 % bad lines
    bool allow_shrink = false;         ///< fewer than half the numbers in force
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
    std::int64_t bad = 0;
    std::vector<BadLine> bad_lines; ///< the first 20
    std::vector<std::string> notices;
};

/// The file is refused and nothing was changed.
struct NumbersFault {
    std::string text;
    std::vector<BadLine> bad_lines;
};

[[nodiscard]] std::string_view to_text(dnc::ListKind kind);
[[nodiscard]] std::optional<dnc::ListKind> list_kind_from_text(std::string_view text);
/// "2026-11-23"; nothing when it is no date.
[[nodiscard]] std::optional<std::chrono::year_month_day> read_date(std::string_view text);
[[nodiscard]] std::string to_text(std::chrono::year_month_day date);

/// Loads in one transaction and tells the engines. Throws like import_leads.
[[nodiscard]] std::variant<NumbersSummary, NumbersFault>
load_numbers(Store& store, const NumbersRequest& request, const OnProgress& on_progress);

} // namespace campaigns
