#include "dnc/facts_value.hpp"

#include "dnc/time_text.hpp"

namespace dnc::facts_json {

namespace {

constexpr std::string_view kInstantFix =
    "write a time with its offset, like \"2026-11-23T13:00:00Z\"";

std::optional<std::string_view> string_of(const boost::json::value& value) {
    const boost::json::string* const string = value.if_string();
    return string == nullptr ? std::nullopt
                             : std::optional{std::string_view{string->data(), string->size()}};
}

} // namespace

std::string Spot::to_text() const {
    std::string text = parent == nullptr ? std::string{} : parent->to_text();
    if (index) {
        return text + "[" + std::to_string(*index) + "]";
    }
    return text.empty() ? std::string{name} : text + "." + std::string{name};
}

void Value::fail(std::string_view reason, std::string_view fix) const {
    if (!reading_.fault) {
        reading_.fault = QuestionFault{{}, spot_.to_text(), std::string{reason}, std::string{fix}};
    }
}

std::string Value::text() const {
    const auto string = string_of(value_);
    if (!string || string->size() > kTextMax) {
        fail("must be a text of at most 500 bytes", "write it in quotes");
        return {};
    }
    return std::string{*string};
}

bool Value::flag() const {
    const bool* const flag = value_.if_bool();
    if (flag == nullptr) {
        fail("must be true or false", "write true or false, without quotes");
    }
    return flag != nullptr && *flag;
}

std::int64_t Value::integer(std::int64_t min, std::int64_t max) const {
    const std::int64_t* const number = value_.if_int64();
    if (number == nullptr || *number < min || *number > max) {
        fail("must be a whole number from " + std::to_string(min) + " to " + std::to_string(max),
             "write such a number, without quotes");
        return min;
    }
    return *number;
}

Instant Value::instant() const {
    const auto string = string_of(value_);
    const auto at = string ? read_instant(*string) : std::nullopt;
    if (!at) {
        fail("is no time", kInstantFix);
    }
    return at.value_or(Instant{});
}

bool Value::is_plain_date() const {
    const auto string = string_of(value_);
    return string && read_date(*string).has_value();
}

Instant Value::instant_or_date() const {
    const auto string = string_of(value_);
    const auto date = string ? read_date(*string) : std::nullopt;
    return date ? Instant{std::chrono::sys_days{*date}} : instant();
}

std::chrono::year_month_day Value::date() const {
    const auto string = string_of(value_);
    const bool dated = string && (string->size() == 10 || read_instant(*string));
    const auto date = dated ? read_date(string->substr(0, 10)) : std::nullopt;
    if (!date) {
        fail("is no date", "write a date like \"2026-11-23\"");
    }
    return date.value_or(std::chrono::year_month_day{});
}

} // namespace dnc::facts_json
