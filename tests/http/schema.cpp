#include "tests/http/schema.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace http_test {

namespace json = boost::json;

namespace {

/// The part of the document a "$ref" points to, else the schema itself.
const json::value& resolve(const json::value& document, const json::value& schema) {
    const auto* const reference = schema.as_object().if_contains("$ref");
    return reference == nullptr
               ? schema
               : document.at_pointer(std::string_view{reference->as_string()}.substr(1));
}

bool has_type(const json::value& value, std::string_view type) {
    return (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool()) ||
           (type == "integer" && (value.is_int64() || value.is_uint64())) ||
           (type == "number" && value.is_number()) || (type == "array" && value.is_array()) ||
           (type == "object" && value.is_object());
}

void find_object_faults(const json::value& document, const json::object& schema,
                        const json::object& value, const std::string& at,
                        std::vector<std::string>& faults) {
    if (const auto* const required = schema.if_contains("required")) {
        for (const auto& name : required->as_array()) {
            if (!value.contains(name.as_string())) {
                faults.push_back(at + '.' + std::string{name.as_string()} + " is missing");
            }
        }
    }
    const auto* const properties = schema.if_contains("properties");
    const auto* const others = schema.if_contains("additionalProperties");
    for (const auto& [name, field] : value) {
        const auto place = at + '.' + std::string{name};
        if (properties != nullptr && properties->as_object().contains(name)) {
            find_faults(document, properties->at(name), field, place, faults);
        } else if (others != nullptr && others->is_object()) {
            find_faults(document, *others, field, place, faults);
        } else if (properties != nullptr) {
            faults.push_back(place + " is not in the document");
        }
    }
}

} // namespace

json::value read_document() {
    std::ifstream file{std::string{DIALER_SOURCE_ROOT} + "/web/public/openapi.json"};
    return json::parse(
        std::string{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}});
}

void find_faults(const json::value& document, const json::value& given, const json::value& value,
                 const std::string& at, std::vector<std::string>& faults) {
    const auto& schema = resolve(document, given).as_object();
    const auto* const nullable = schema.if_contains("nullable");
    if (value.is_null() && nullable != nullptr && nullable->as_bool()) {
        return;
    }
    if (!schema.contains("type")) {
        return;
    }
    const std::string type{schema.at("type").as_string()};
    if (!has_type(value, type)) {
        faults.push_back(at + " is no " + type);
        return;
    }
    if (const auto* const names = schema.if_contains("enum")) {
        if (std::ranges::find(names->as_array(), value) == names->as_array().end()) {
            faults.push_back(at + " has a value that is not in the document");
        }
    }
    if (value.is_object()) {
        find_object_faults(document, schema, value.as_object(), at, faults);
    } else if (value.is_array()) {
        for (const auto& item : value.as_array()) {
            find_faults(document, schema.at("items"), item, at + "[]", faults);
        }
    }
}

/// The faults of a body against the schema of one operation's response.
std::vector<std::string> faults_of(const json::value& document, const std::string& path,
                                   const std::string& method, const Received& answer) {
    const auto& response = resolve(
        document,
        document.at("paths").at(path).at(method).at("responses").at(std::to_string(answer.status)));
    std::vector<std::string> faults;
    find_faults(document, response.at("content").at("application/json").at("schema"),
                json::parse(answer.body), "$", faults);
    return faults;
}

} // namespace http_test
