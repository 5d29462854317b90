#include "dnc/registry_rows.hpp"

#include "dnc/registry_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dnc {

namespace {

// Names that heads of such files use, without case, blanks and underscores.
constexpr std::array<std::pair<std::string_view, RegistryField>, 41> kHeadNames{{
    {"number", RegistryField::number},
    {"phone", RegistryField::number},
    {"phonenumber", RegistryField::number},
    {"telephone", RegistryField::number},
    {"telephonenumber", RegistryField::number},
    {"tel", RegistryField::number},
    {"tn", RegistryField::number},
    {"msisdn", RegistryField::number},
    {"mobile", RegistryField::number},
    {"cell", RegistryField::number},
    {"numero", RegistryField::number},
    {"telefono", RegistryField::number},
    {"telefone", RegistryField::number},
    {"block", RegistryField::number},
    {"npanxxx", RegistryField::number},
    {"npanxx", RegistryField::number},
    {"areacode", RegistryField::area_code},
    {"area", RegistryField::area_code},
    {"npa", RegistryField::area_code},
    {"ac", RegistryField::area_code},
    {"mark", RegistryField::mark},
    {"action", RegistryField::mark},
    {"change", RegistryField::mark},
    {"changetype", RegistryField::mark},
    {"adddelete", RegistryField::mark},
    {"operation", RegistryField::mark},
    {"time", RegistryField::time},
    {"timestamp", RegistryField::time},
    {"changed", RegistryField::time},
    {"changedate", RegistryField::time},
    {"changedat", RegistryField::time},
    {"listed", RegistryField::listed},
    {"islisted", RegistryField::listed},
    {"onlist", RegistryField::listed},
    {"registered", RegistryField::listed},
    {"date", RegistryField::date},
    {"consentdate", RegistryField::date},
    {"querydate", RegistryField::date},
    {"answer", RegistryField::answer},
    {"result", RegistryField::answer},
    {"response", RegistryField::answer},
}};

std::string plain(std::string_view name) {
    std::string text = lower_of(trim(name));
    std::erase_if(text, [](char c) { return c == ' ' || c == '_' || c == '-' || c == '/'; });
    return text;
}

std::size_t count_digits(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
}

bool is_area(std::string_view text) {
    text = trim(text);
    return text.size() == 3 && all_digits(text);
}

bool is_local(std::string_view text) {
    text = trim(text);
    return count_digits(text) == 7 && text.size() <= 8;
}

/// A date or time that could not also be a telephone number.
bool is_time(std::string_view text) {
    return count_digits(text) != 7 && count_digits(text) != 10 && read_registry_time(text);
}

bool is_answer(std::string_view text) {
    const std::string word = lower_of(trim(text));
    return word == "yes" || word == "no" || word.starts_with("no");
}

/// A column of A and D behind a number: changes that would be taken for a whole list.
bool looks_like_change(std::span<const std::string_view> fields) {
    return fields.size() >= 3 &&
           std::any_of(fields.begin() + 2, fields.end(), [](std::string_view field) {
               const std::string_view text = trim(field);
               return text == "A" || text == "D" || text == "a" || text == "d";
           });
}

} // namespace

RegistryRows::RegistryRows(const RegistryOptions& options, RegistrySink& sink)
    : options_{options}, sink_{sink} {
    columns_.fill(-1);
}

int& RegistryRows::column(RegistryField field) {
    return columns_[static_cast<std::size_t>(field)];
}

std::string_view RegistryRows::cell(RegistryField field,
                                    std::span<const std::string_view> fields) const {
    const int place = columns_[static_cast<std::size_t>(field)];
    return place < 0 || static_cast<std::size_t>(place) >= fields.size()
               ? std::string_view{}
               : fields[static_cast<std::size_t>(place)];
}

bool RegistryRows::complete() const {
    const auto has = [this](RegistryField field) {
        return columns_[static_cast<std::size_t>(field)] >= 0;
    };
    switch (options_.content) {
    case RegistryContent::changes:
        return has(RegistryField::number) && has(RegistryField::mark);
    case RegistryContent::answers:
        return has(RegistryField::number) && has(RegistryField::date) && has(RegistryField::answer);
    case RegistryContent::numbers:
    case RegistryContent::blocks:
        break;
    }
    return has(RegistryField::number);
}

/// The columns that the user named. False when one of them cannot be found.
bool RegistryRows::take_named(std::span<const std::string_view> fields, bool head) {
    for (const auto& [field, name] : options_.columns) {
        int place = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
        if (error == std::errc{} && end == name.data() + name.size()) {
            column(field) = place - 1;
            continue;
        }
        const auto found =
            std::find_if(fields.begin(), fields.end(), [&name = name](std::string_view one) {
                return plain(one) == plain(name);
            });
        if (head && found != fields.end()) {
            column(field) = static_cast<int>(found - fields.begin());
        } else if (column(field) < 0) {
            return false;
        }
    }
    return true;
}

/// Names, not values: seven digits could be a number, so such a row is never taken for a head.
bool RegistryRows::is_head(std::span<const std::string_view> fields) const {
    std::size_t digits = 0;
    for (const std::string_view field : fields) {
        digits += count_digits(field);
    }
    const std::size_t least = options_.content == RegistryContent::blocks ? 6 : 7;
    return digits < least;
}

void RegistryRows::take_head(std::span<const std::string_view> fields) {
    for (std::size_t place = 0; place < fields.size(); ++place) {
        const std::string name = plain(fields[place]);
        const auto* const known =
            std::find_if(kHeadNames.begin(), kHeadNames.end(),
                         [&name](const auto& head) { return head.first == name; });
        if (known != kHeadNames.end() && column(known->second) < 0) {
            column(known->second) = static_cast<int>(place);
        }
    }
    // In a file of changes the date is that of the change.
    if (options_.content == RegistryContent::changes && column(RegistryField::time) < 0) {
        column(RegistryField::time) = std::exchange(column(RegistryField::date), -1);
    }
}

void RegistryRows::find_number(std::span<const std::string_view> fields) {
    for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
        if (is_area(fields[i]) && is_local(fields[i + 1])) {
            column(RegistryField::area_code) = static_cast<int>(i);
            column(RegistryField::number) = static_cast<int>(i + 1);
            return;
        }
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto number = read_national(fields[i], options_.country);
        if (std::holds_alternative<Number>(number)) {
            whole_ = static_cast<int>(i);
            column(RegistryField::number) = whole_;
            return;
        }
    }
}

/// Whole lists that people put together mix the two shapes.
void RegistryRows::follow_shape(std::span<const std::string_view> fields) {
    if (fields.size() >= 2 && is_area(fields[0]) && is_local(fields[1])) {
        column(RegistryField::area_code) = 0;
        column(RegistryField::number) = 1;
        return;
    }
    column(RegistryField::area_code) = -1;
    column(RegistryField::number) = -1;
    if (whole_ < 0) {
        find_number(fields);
    }
    if (column(RegistryField::area_code) < 0) {
        column(RegistryField::number) = std::max(whole_, 0);
    }
}

/// What the first complete row shows.
void RegistryRows::find_columns(std::span<const std::string_view> fields) {
    if (column(RegistryField::number) < 0) {
        find_number(fields);
    }
    const auto find = [&](RegistryField field, auto fits) {
        for (std::size_t i = 0; i < fields.size() && column(field) < 0; ++i) {
            const auto place = static_cast<int>(i);
            if (place != column(RegistryField::number) &&
                place != column(RegistryField::area_code) && fits(fields[i])) {
                column(field) = place;
            }
        }
    };
    if (options_.content == RegistryContent::changes) {
        find(RegistryField::mark,
             [](std::string_view text) { return read_mark(text).has_value(); });
        find(RegistryField::time, is_time);
    } else if (options_.content == RegistryContent::answers) {
        find(RegistryField::date, is_time);
        find(RegistryField::answer, is_answer);
    }
}

/// Decides on the columns, as far as this row can tell.
std::optional<RegistryFault> RegistryRows::choose(std::int64_t line,
                                                  std::span<const std::string_view> fields) {
    const bool head = !head_seen_ && is_head(fields);
    if (!take_named(fields, head) && !head) {
        return RegistryFault{line, "a column that --column names is not in the file's head; give "
                                   "its place from 1 instead"};
    }
    if (head) {
        head_seen_ = true;
        take_head(fields);
        return std::nullopt;
    }
    if (options_.columns.empty() && !complete()) {
        find_columns(fields);
        found_ = true;
    }
    chosen_ = complete();
    return std::nullopt;
}

/// Blocks stand in one column, or area code, exchange and the seventh digit in one each.
void RegistryRows::take_block(std::int64_t line, std::span<const std::string_view> fields) {
    if (!std::exchange(head_seen_, true) && is_head(fields)) {
        return;
    }
    std::string block{trim(fields.front())};
    if (is_area(block) && fields.size() >= 2) {
        block += trim(fields[1]);
        const std::string_view last = fields.size() >= 3 ? trim(fields[2]) : std::string_view{};
        block += last.size() == 1 ? last : std::string_view{};
    }
    RegistryTexts texts;
    texts.number = block;
    take_record(texts, options_, line, sink_);
}

std::optional<RegistryFault> RegistryRows::row(std::int64_t line,
                                               std::span<const std::string_view> fields) {
    const auto blank = [](std::string_view field) { return trim(field).empty(); };
    if (fields.empty() || std::all_of(fields.begin(), fields.end(), blank) ||
        trim(fields.front()).starts_with('#')) {
        return std::nullopt;
    }
    if (options_.content == RegistryContent::blocks && options_.columns.empty()) {
        take_block(line, fields);
        return std::nullopt;
    }
    if (!chosen_) {
        const bool could_be_head = !head_seen_ && is_head(fields);
        if (auto fault = choose(line, fields)) {
            return fault;
        }
        if (could_be_head) {
            return std::nullopt;
        }
    }
    if (found_ && options_.content == RegistryContent::numbers) {
        follow_shape(fields);
    }
    if (options_.content == RegistryContent::numbers &&
        columns_[static_cast<std::size_t>(RegistryField::mark)] < 0 && looks_like_change(fields)) {
        return RegistryFault{line, "this is a list of changes (A and D), not a full list; load it "
                                   "with --change --after VERSION, or download the full list"};
    }
    RegistryTexts texts{.number = cell(RegistryField::number, fields),
                        .area_code = cell(RegistryField::area_code, fields),
                        .mark = cell(RegistryField::mark, fields),
                        .time = cell(RegistryField::time, fields),
                        .listed = cell(RegistryField::listed, fields),
                        .date = cell(RegistryField::date, fields),
                        .answer = cell(RegistryField::answer, fields)};
    if (!chosen_ && texts.number.empty()) {
        texts.number = fields.front(); // for the report: nothing in the row is a number
    }
    take_record(texts, options_, line, sink_);
    return std::nullopt;
}

} // namespace dnc
