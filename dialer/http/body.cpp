#include "dialer/http/body.hpp"

#include <boost/json.hpp>

#include <algorithm>

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
    options.max_depth = 4; // the API has flat objects only
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
