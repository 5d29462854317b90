#pragma once

// What files of numbers say that authorities and list sellers hand out: registries, whole or as
// changes, answers to queries, blocks of wireless numbers.
//
// The readers take a file apart in pieces of any size and in bounded memory, and give its records
// one by one. A record that cannot be read is told with its line and what to do, and reading goes
// on; a fault ends it. Nothing here judges whether a file may replace another.

#include "dnc/facts.hpp"
#include "dnc/number.hpp"
#include "dnc/time.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// What the records of a file are.
enum class RegistryContent : std::uint8_t {
    numbers, ///< the whole list, one number a record
    changes, ///< numbers that came on (A) or went off (D) since the list before
    blocks,  ///< NPA-NXX-X: a thousand numbers a record; NPA-NXX: ten thousand
    answers, ///< reassigned-numbers answers: number, date asked about, yes | no | no_data
};

/// What a column or a tag holds.
enum class RegistryField : std::uint8_t {
    number,
    area_code, ///< of numbers that come without
    mark,      ///< A or D
    time,      ///< of the change
    listed,    ///< yes or no; a record that says no is no entry
    date,      ///< that a reassigned-numbers query asked about
    answer,    ///< yes, no or no_data
};
inline constexpr std::size_t kRegistryFields = 7;

/// "number", "area_code", ...
[[nodiscard]] std::string_view to_text(RegistryField field);
[[nodiscard]] std::optional<RegistryField> registry_field_from_text(std::string_view text);

/// A column that the user named: "number=2" or "number=Telephone".
struct RegistryColumn {
    RegistryField field = RegistryField::number;
    std::string column; ///< its name, or its place from 1
};

struct RegistryOptions {
    RegistryContent content = RegistryContent::numbers;
    std::string country = "US"; ///< whose national numbers come without a country code
    std::vector<RegistryColumn> columns;
    /// North American numbers of other area codes are bad records.
    std::bitset<1000> area_codes = std::bitset<1000>{}.set();
};

/// One record, in the order of the file.
struct RegistryRecord {
    Number first{};
    std::int32_t count = 1;                ///< numbers from `first` on: 1, 1,000 or 10,000
    bool listed = true;                    ///< changes: added; numbers: what a `listed` column says
    std::optional<Instant> at = {};        ///< changes: when, if the file says
    std::chrono::year_month_day date = {}; ///< answers
    Reassignment::Answer answer = Reassignment::Answer::no_data;
};

/// A record that could not be read.
struct BadRecord {
    std::int64_t line = 0;
    std::string field; ///< "number", "mark", ...; empty: the record as a whole
    std::string value; ///< shortened
    std::string why;   ///< a sentence for people, with what to do
};

/// The file is not what it is taken for; nothing of it may be used.
struct RegistryFault {
    std::int64_t line = 0; ///< 0: the file as a whole
    std::string why;
};

class RegistrySink {
public:
    virtual ~RegistrySink() = default;
    virtual void on_record(const RegistryRecord& record) = 0;
    virtual void on_bad(BadRecord record) = 0;
};

/// Instants as registries write them: RFC 3339, "2026-11-20 10:00:00", "20261120", "11/20/2026"
/// with or without a time. Without an offset it is UTC.
[[nodiscard]] std::optional<Instant> read_registry_time(std::string_view text);

/// A number as that country writes it, or with its country code. Of a country that is not known
/// here only numbers with "+" or "00" are read: see knows_country.
[[nodiscard]] std::variant<Number, NumberFault> read_national(std::string_view text,
                                                              std::string_view country);
[[nodiscard]] bool knows_country(std::string_view country);

/// A (added), D (deleted) and the words for them.
[[nodiscard]] std::optional<bool> read_mark(std::string_view text);
/// Yes or no in the languages of the registries we know.
[[nodiscard]] std::optional<bool> read_yes(std::string_view text);

/// Texts of one record by what they are; empty: not there.
struct RegistryTexts {
    std::string_view number;
    std::string_view area_code;
    std::string_view mark;
    std::string_view time;
    std::string_view listed;
    std::string_view date;
    std::string_view answer;
};

/// Gives the record to the sink, or says what is wrong with it. The common end of all readers.
void take_record(const RegistryTexts& texts, const RegistryOptions& options, std::int64_t line,
                 RegistrySink& sink);

} // namespace dnc
