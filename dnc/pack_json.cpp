#include "dnc/pack_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace dnc {

namespace {

namespace json = boost::json;

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(),
                                                    [](char c) { return c >= '0' && c <= '9'; });
    if (!plain ||
        std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
        return std::nullopt;
    }
    return value;
}

/// Nothing unless it is "YYYY-MM-DD" and such a day exists.
std::optional<std::chrono::sys_days> read_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

} // namespace

PackField PackField::member(std::string_view key) const {
    return {file_, name_.empty() ? std::string{key} : name_ + "." + std::string{key}};
}

PackField PackField::element(std::size_t index) const {
    return {file_, name_ + "[" + std::to_string(index) + "]"};
}

void PackField::refuse(std::string_view why) const {
    throw std::runtime_error{(name_.empty() ? file_ : file_ + ": " + name_) + ": " +
                             std::string{why}};
}

bool PackNode::is_null() const {
    return value_.is_null();
}

bool PackNode::has(std::string_view key) const {
    const json::object* const object = value_.if_object();
    return object != nullptr && object->contains(key);
}

PackNode PackNode::member(std::string_view key) const {
    const json::object* const object = value_.if_object();
    if (object == nullptr) {
        field_.refuse("must be an object");
    }
    const json::value* const found = object->if_contains(key);
    if (found == nullptr) {
        field_.member(key).refuse("is missing");
    }
    return {*found, field_.member(key)};
}

void PackNode::allow_only(std::initializer_list<std::string_view> known) const {
    const json::object* const object = value_.if_object();
    if (object == nullptr) {
        field_.refuse("must be an object");
    }
    for (const json::key_value_pair& member : *object) {
        const std::string_view key{member.key().data(), member.key().size()};
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            field_.member(key).refuse("is not known here");
        }
    }
}

std::string PackNode::text() const {
    const json::string* const string = value_.if_string();
    if (string == nullptr || string->empty()) {
        field_.refuse("must be a text that is not empty");
    }
    return {string->data(), string->size()};
}

std::string PackNode::text_of(std::initializer_list<std::string_view> allowed) const {
    std::string word = text();
    if (std::find(allowed.begin(), allowed.end(), word) == allowed.end()) {
        std::string choices;
        for (const std::string_view choice : allowed) {
            choices += (choices.empty() ? "" : ", ") + std::string{choice};
        }
        field_.refuse("must be one of: " + choices);
    }
    return word;
}

std::int64_t PackNode::integer(std::int64_t min, std::int64_t max) const {
    const std::int64_t* const number = value_.if_int64();
    if (number == nullptr || *number < min || *number > max) {
        field_.refuse("must be a whole number from " + std::to_string(min) + " to " +
                      std::to_string(max));
    }
    return *number;
}

std::vector<PackNode> PackNode::elements() const {
    const json::array* const array = value_.if_array();
    if (array == nullptr || array->empty()) {
        field_.refuse("must be a list that is not empty");
    }
    std::vector<PackNode> nodes;
    nodes.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        nodes.emplace_back((*array)[i], field_.element(i));
    }
    return nodes;
}

std::chrono::sys_days PackNode::date() const {
    const std::optional<std::chrono::sys_days> day = read_date(text());
    if (!day) {
        field_.refuse("must be a date like \"2026-11-22\"");
    }
    return *day;
}

void check_effective(const PackNode& range) {
    const std::vector<PackNode> ends = range.elements();
    if (ends.size() != 2) {
        range.field().refuse("must be [from, to], with null for no end");
    }
    const std::chrono::sys_days from = ends[0].date();
    if (ends[1].is_null()) {
        return;
    }
    if (ends[1].date() <= from) {
        range.field().refuse("ends before it begins");
    }
    range.field().refuse("an end date is not supported; replace the pack instead");
}

} // namespace dnc
