#include "dialer/http/query.hpp"

#include "dialer/http/path.hpp"

#include <algorithm>
#include <charconv>

namespace dialer::http {

namespace {

std::optional<std::string> decode(std::string_view text) {
    std::string spaced{text};
    std::ranges::replace(spaced, '+', ' ');
    return decode_segment(spaced);
}

} // namespace

Query::Query(std::string_view text) {
    while (!text.empty()) {
        const auto pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) {
            continue;
        }
        const auto equals = pair.find('=');
        auto name = decode(pair.substr(0, equals));
        auto value =
            equals == std::string_view::npos ? std::string{} : decode(pair.substr(equals + 1));
        if (!name || !value) {
            blame({}, "The query is not UTF-8 in percent-encoding.");
            return;
        }
        if (std::ranges::find(left_, *name, &std::pair<std::string, std::string>::first) !=
            left_.end()) {
            blame(*name, "The query names this twice.");
            return;
        }
        left_.emplace_back(std::move(*name), std::move(*value));
    }
}

std::optional<std::string> Query::take(std::string_view name) {
    const auto found = std::ranges::find(left_, name, &std::pair<std::string, std::string>::first);
    if (found == left_.end()) {
        return std::nullopt;
    }
    std::string value = std::move(found->second);
    left_.erase(found);
    return value;
}

std::string Query::optional_text(std::string_view name, std::size_t bytes_max) {
    auto value = take(name).value_or("");
    if (value.size() > bytes_max) {
        blame(name, "At most " + std::to_string(bytes_max) + " bytes.");
        return {};
    }
    return value;
}

std::string Query::text(std::string_view name, std::size_t bytes_max) {
    auto value = optional_text(name, bytes_max);
    if (value.empty()) {
        blame(name, "The query must say this.");
    }
    return value;
}

std::int64_t Query::whole_number(std::string_view name, std::int64_t low, std::int64_t high,
                                 std::int64_t otherwise) {
    const auto value = take(name);
    if (!value) {
        return otherwise;
    }
    std::int64_t number = 0;
    const char* const end = value->data() + value->size();
    const auto read = std::from_chars(value->data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number < low || number > high) {
        blame(name,
              "A whole number from " + std::to_string(low) + " to " + std::to_string(high) + ".");
        return otherwise;
    }
    return number;
}

std::optional<BodyFault> Query::fault() const {
    if (!fault_ && !left_.empty()) {
        return BodyFault{left_.front().first, "The query knows no such name."};
    }
    return fault_;
}

void Query::blame(std::string_view name, std::string message) {
    if (!fault_) {
        fault_ = BodyFault{std::string{name}, std::move(message)};
    }
}

} // namespace dialer::http
