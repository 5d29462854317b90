#include "dnc/registry.hpp"

#include "dnc/registry_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dnc {

namespace {

constexpr std::array<std::pair<RegistryField, std::string_view>, kRegistryFields> kFieldNames{{
    {RegistryField::number, "number"},
    {RegistryField::area_code, "area_code"},
    {RegistryField::mark, "mark"},
    {RegistryField::time, "time"},
    {RegistryField::listed, "listed"},
    {RegistryField::date, "date"},
    {RegistryField::answer, "answer"},
}};

constexpr std::array<std::pair<std::string_view, bool>, 14> kMarks{{
    {"a", true},
    {"add", true},
    {"added", true},
    {"addition", true},
    {"i", true},
    {"insert", true},
    {"+", true},
    {"d", false},
    {"del", false},
    {"delete", false},
    {"deleted", false},
    {"r", false},
    {"remove", false},
    {"-", false},
}};

constexpr std::array<std::pair<std::string_view, bool>, 18> kYes{{
    {"y", true},
    {"yes", true},
    {"true", true},
    {"t", true},
    {"1", true},
    {"s", true}, // Italian and Portuguese "si", "sim"
    {"si", true},
    {"sim", true},
    {"listed", true},
    {"registered", true},
    {"n", false},
    {"no", false},
    {"false", false},
    {"f", false},
    {"0", false},
    {"not listed", false},
    {"not registered", false},
    {"clean", false},
}};

constexpr std::array<std::pair<std::string_view, Reassignment::Answer>, 9> kAnswers{{
    {"yes", Reassignment::Answer::yes},
    {"y", Reassignment::Answer::yes},
    {"no", Reassignment::Answer::no},
    {"n", Reassignment::Answer::no},
    {"no_data", Reassignment::Answer::no_data},
    {"no data", Reassignment::Answer::no_data},
    {"no-data", Reassignment::Answer::no_data},
    {"nodata", Reassignment::Answer::no_data},
    {"unknown", Reassignment::Answer::no_data},
}};

template <typename Value, std::size_t Count>
std::optional<Value> find_word(const std::array<std::pair<std::string_view, Value>, Count>& words,
                               std::string_view text) {
    const std::string lower = lower_of(trim(text));
    const auto* const found = std::find_if(words.begin(), words.end(),
                                           [&](const auto& word) { return word.first == lower; });
    return found == words.end() ? std::nullopt : std::optional{found->second};
}

/// What is wrong with one record; becomes a BadRecord.
struct Wrong {
    RegistryField field;
    std::string_view value;
    std::string why;
};

template <typename Value> using Read = std::variant<Value, Wrong>;

struct Range {
    Number first;
    std::int32_t count;
};

/// "212-555-0", "2125550" (a thousand numbers), "212555" or "212", "555", "A" (ten thousand).
Read<Range> read_range(const RegistryTexts& texts) {
    std::string digits{trim(texts.area_code)};
    digits += trim(texts.number);
    std::erase_if(digits, [](char c) { return c == '-' || c == ' ' || c == '.'; });
    if (digits.size() == 7 && (digits.back() == 'A' || digits.back() == 'a')) {
        digits.pop_back(); // the exchange as a whole, in numbering plan files
    }
    if ((digits.size() != 6 && digits.size() != 7) || !all_digits(digits)) {
        return Wrong{RegistryField::number, texts.number,
                     "a block is area code, exchange and one digit, as in 212-555-0"};
    }
    const auto count = static_cast<std::int32_t>(digits.size() == 7 ? 1000 : 10'000);
    digits.resize(10, '0');
    const auto number = read_number(digits);
    if (const auto* fault = std::get_if<NumberFault>(&number)) {
        return Wrong{RegistryField::number, texts.number, std::string{explain(*fault)}};
    }
    return Range{std::get<Number>(number), count};
}

Read<Range> read_one(const RegistryTexts& texts, const RegistryOptions& options) {
    std::string whole;
    std::string_view text = trim(texts.number);
    const std::string_view area = trim(texts.area_code);
    if (!area.empty()) {
        whole = std::string{area};
        std::copy_if(text.begin(), text.end(), std::back_inserter(whole), is_digit);
        // A number that brings its area code along is taken as it is.
        if (area.size() == 3 && all_digits(area) && whole.size() == 10) {
            text = whole;
        }
    }
    const auto number = read_national(text, options.country);
    if (const auto* fault = std::get_if<NumberFault>(&number)) {
        return Wrong{RegistryField::number, texts.number, std::string{explain(*fault)}};
    }
    return Range{std::get<Number>(number), 1};
}

std::optional<Wrong> read_change(const RegistryTexts& texts, RegistryRecord& record) {
    const auto mark = read_mark(texts.mark);
    if (!mark) {
        return Wrong{RegistryField::mark, texts.mark,
                     "it must be A (added) or D (deleted); is the line cut off?"};
    }
    record.listed = *mark;
    if (trim(texts.time).empty()) {
        return std::nullopt;
    }
    record.at = read_registry_time(texts.time);
    if (!record.at) {
        return Wrong{RegistryField::time, texts.time,
                     "it is no date or time; write it as 2026-11-20T10:00:00Z"};
    }
    return std::nullopt;
}

std::optional<Wrong> read_answer(const RegistryTexts& texts, RegistryRecord& record) {
    const auto date = read_registry_time(texts.date);
    if (!date) {
        return Wrong{RegistryField::date, texts.date,
                     "the date asked about is missing or no date; write it as 2026-11-20"};
    }
    const auto answer = find_word(kAnswers, texts.answer);
    if (!answer) {
        return Wrong{RegistryField::answer, texts.answer, "it must be yes, no or no_data"};
    }
    record.date = std::chrono::floor<std::chrono::days>(*date);
    record.answer = *answer;
    return std::nullopt;
}

std::optional<Wrong> read_rest(const RegistryTexts& texts, const RegistryOptions& options,
                               RegistryRecord& record) {
    if (options.content == RegistryContent::changes) {
        return read_change(texts, record);
    }
    if (options.content == RegistryContent::answers) {
        return read_answer(texts, record);
    }
    if (!trim(texts.listed).empty()) {
        const auto yes = read_yes(texts.listed);
        if (!yes) {
            return Wrong{RegistryField::listed, texts.listed, "it must be yes or no"};
        }
        record.listed = *yes;
    }
    return std::nullopt;
}

} // namespace

std::string_view to_text(RegistryField field) {
    for (const auto& [known, text] : kFieldNames) {
        if (known == field) {
            return text;
        }
    }
    return "";
}

std::optional<RegistryField> registry_field_from_text(std::string_view text) {
    for (const auto& [field, known] : kFieldNames) {
        if (known == text) {
            return field;
        }
    }
    return std::nullopt;
}

std::optional<bool> read_mark(std::string_view text) {
    return find_word(kMarks, text);
}

std::optional<bool> read_yes(std::string_view text) {
    return find_word(kYes, text);
}

void take_record(const RegistryTexts& texts, const RegistryOptions& options, std::int64_t line,
                 RegistrySink& sink) {
    const auto refuse = [&](const Wrong& wrong) {
        sink.on_bad({line, std::string{to_text(wrong.field)}, shown(wrong.value), wrong.why});
    };
    const Read<Range> range =
        options.content == RegistryContent::blocks ? read_range(texts) : read_one(texts, options);
    if (const auto* wrong = std::get_if<Wrong>(&range)) {
        return refuse(*wrong);
    }
    RegistryRecord record;
    record.first = std::get<Range>(range).first;
    record.count = std::get<Range>(range).count;
    if (const auto wrong = read_rest(texts, options, record)) {
        return refuse(*wrong);
    }
    const auto area = area_code(record.first);
    if (area && !options.area_codes.test(static_cast<std::size_t>(*area))) {
        return refuse({RegistryField::area_code,
                       texts.area_code.empty() ? texts.number : texts.area_code,
                       "area code " + std::to_string(*area) +
                           " is not among those that this version covers"});
    }
    sink.on_record(record);
}

} // namespace dnc
