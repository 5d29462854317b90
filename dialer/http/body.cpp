#include "dialer/http/body.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace dialer::http {

namespace json = boost::json;

namespace {

/// The store cannot keep a NUL, and other control characters are no part of what people type.
bool is_printable(std::string_view text, bool line_breaks) {
    return std::ranges::all_of(text, [line_breaks](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7F) ||
               (line_breaks && (c == '\n' || c == '\r' || c == '\t'));
    });
}

/// The text of a value that is one; nothing for others.
std::optional<std::string> text_of_scalar(const json::value& value) {
    if (const auto* const text = value.if_string()) {
        return std::string{*text};
    }
    if (const auto* const number = value.if_double()) {
        std::array<char, 64> digits{}; // as people write it: 0.5, where JSON would have 5E-1
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number);
        return std::string{digits.data(), end.ptr};
    }
    if (value.is_number() || value.is_bool()) {
        return json::serialize(value);
    }
    return std::nullopt;
}

std::optional<std::string> text_of_value(const json::value& value) {
    const auto* const list = value.if_array();
    if (list == nullptr) {
        return text_of_scalar(value);
    }
    std::string joined;
    for (const auto& item : *list) {
        const auto* const text = item.if_string();
        if (text == nullptr || text->find(',') != json::string::npos) {
            return std::nullopt;
        }
        joined += joined.empty() ? "" : ",";
        joined += *text;
    }
    return joined;
}

} // namespace

/// The object, from which every field that was asked for is taken out.
struct Body::Fields {
    json::object left;

    std::optional<json::value> take(std::string_view field) {
        const auto found = left.find(field);
        if (found == left.end()) {
            return std::nullopt;
        }
        json::value value = std::move(found->value());
        left.erase(found);
        return value;
    }
};

Body::Body(std::string_view text) : fields_{std::make_unique<Fields>()} {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return;
    }
    json::parse_options options;
    options.max_depth = 4; // a form has the deepest: its fields' choices
    json::error_code error;
    json::value value = json::parse(text, error, {}, options);
    if (error) {
        blame({}, "The body is not JSON: " + error.message() + ".");
        return;
    }
    if (!value.is_object()) {
        blame({}, "The body must be a JSON object.");
        return;
    }
    fields_->left = std::move(value.as_object());
}

Body::~Body() = default;

std::string Body::text(std::string_view field, std::size_t bytes_max) {
    const auto value = fields_->take(field);
    if (!value) {
        blame(field, "The field is missing.");
        return {};
    }
    const auto* const text = value->if_string();
    if (text == nullptr || text->empty() || text->size() > bytes_max ||
        !is_printable(*text, false)) {
        blame(field, "The field must be a text of 1 to " + std::to_string(bytes_max) +
                         " bytes without control characters.");
        return {};
    }
    return std::string{*text};
}

std::string Body::optional_text(std::string_view field, std::size_t bytes_max) {
    const auto value = fields_->take(field);
    if (!value) {
        return {};
    }
    const auto* const text = value->if_string();
    if (text == nullptr || text->size() > bytes_max || !is_printable(*text, true)) {
        blame(field, "The field must be a text of at most " + std::to_string(bytes_max) +
                         " bytes without control characters.");
        return {};
    }
    return std::string{*text};
}

bool Body::optional_flag(std::string_view field, bool otherwise) {
    const auto value = fields_->take(field);
    if (!value) {
        return otherwise;
    }
    if (!value->is_bool()) {
        blame(field, "The field must be true or false.");
        return otherwise;
    }
    return value->as_bool();
}

std::int64_t Body::whole_number(std::string_view field, std::int64_t low, std::int64_t high) {
    const auto value = fields_->take(field);
    if (!value) {
        blame(field, "The field is missing.");
        return low;
    }
    // A number above the signed range reads as unsigned, and is above `high` anyway.
    const auto* const number = value->if_int64();
    if (number == nullptr || *number < low || *number > high) {
        blame(field, "The field must be a whole number from " + std::to_string(low) + " to " +
                         std::to_string(high) + ".");
        return low;
    }
    return *number;
}

std::optional<std::string> Body::maybe_text(std::string_view field, std::size_t bytes_max) {
    if (!fields_->left.contains(field)) {
        return std::nullopt;
    }
    return optional_text(field, bytes_max);
}

std::optional<std::int64_t> Body::maybe_whole_number(std::string_view field, std::int64_t low,
                                                     std::int64_t high) {
    if (!fields_->left.contains(field)) {
        return std::nullopt;
    }
    return whole_number(field, low, high);
}

std::optional<bool> Body::maybe_flag(std::string_view field) {
    if (!fields_->left.contains(field)) {
        return std::nullopt;
    }
    return optional_flag(field, false);
}

std::vector<std::string> Body::texts(std::string_view field, std::size_t count_max,
                                     std::size_t bytes_max) {
    const auto value = fields_->take(field);
    if (!value) {
        return {};
    }
    const auto* const list = value->if_array();
    std::vector<std::string> found;
    bool sound = list != nullptr && list->size() <= count_max;
    for (std::size_t i = 0; sound && i < list->size(); ++i) {
        const auto* const text = (*list)[i].if_string();
        sound = text != nullptr && !text->empty() && text->size() <= bytes_max &&
                is_printable(*text, false);
        if (sound) {
            found.emplace_back(*text);
        }
    }
    if (!sound) {
        blame(field, "The field must be a list of at most " + std::to_string(count_max) +
                         " texts of 1 to " + std::to_string(bytes_max) +
                         " bytes without control characters.");
        return {};
    }
    return found;
}

Body::Pairs Body::pairs_of(const Fields& fields, std::string_view prefix, std::size_t bytes_max) {
    Pairs found;
    for (const auto& [name, value] : fields.left) {
        auto text = text_of_value(value);
        if (!text || text->size() > bytes_max || name.size() > bytes_max ||
            !is_printable(*text, true) || !is_printable(name, false)) {
            blame(std::string{prefix} + std::string{name},
                  "This must be a text of at most " + std::to_string(bytes_max) +
                      " bytes, a number, true or false, or a list of texts without commas.");
            return {};
        }
        found.emplace_back(std::string{name}, std::move(*text));
    }
    return found;
}

Body::Pairs Body::pairs(std::string_view field, std::size_t count_max, std::size_t bytes_max) {
    auto value = fields_->take(field);
    if (!value) {
        return {};
    }
    if (!value->is_object() || value->as_object().size() > count_max) {
        blame(field,
              "The field must be an object of at most " + std::to_string(count_max) + " values.");
        return {};
    }
    const Fields inner{std::move(value->as_object())};
    return pairs_of(inner, std::string{field} + ".", bytes_max);
}

Body::Pairs Body::rest(std::size_t bytes_max) {
    auto found = pairs_of(*fields_, {}, bytes_max);
    fields_->left.clear();
    return found;
}

std::string Body::optional_json(std::string_view field) {
    const auto value = fields_->take(field);
    return value ? json::serialize(*value) : std::string{};
}

std::optional<BodyFault> Body::fault() const {
    if (!fault_ && !fields_->left.empty()) {
        return BodyFault{std::string{fields_->left.begin()->key()},
                         "This field is not known here."};
    }
    return fault_;
}

void Body::blame(std::string_view field, std::string message) {
    if (!fault_) {
        fault_ = BodyFault{std::string{field}, std::move(message)};
    }
}

} // namespace dialer::http
