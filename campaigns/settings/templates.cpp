#include "campaigns/settings/templates.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <stdexcept>

namespace campaigns {

namespace {

namespace json = boost::json;

/// Values as people write them in JSON: texts, numbers, true and false.
std::string text_of(const json::value& value, const std::string& where) {
    if (const auto* text = value.if_string()) {
        return std::string{text->c_str(), text->size()};
    }
    if (value.is_bool() || value.is_number()) {
        return value.is_double() ? fmt::format("{}", value.as_double()) : json::serialize(value);
    }
    throw std::runtime_error{where + ": a text, a number, true or false is expected"};
}

std::string member(const json::object& object, std::string_view name, const std::string& where) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_string() || value->as_string().empty()) {
        throw std::runtime_error{fmt::format("{}: \"{}\" is missing", where, name)};
    }
    return text_of(*value, where);
}

CampaignTemplate template_of(const json::value& value, const std::string& file) {
    const json::object* object = value.if_object();
    if (object == nullptr) {
        throw std::runtime_error{file + ": a template is an object"};
    }
    CampaignTemplate made;
    made.name = member(*object, "name", file);
    const std::string where = file + ": " + made.name;
    made.title = member(*object, "title", where);
    made.note = member(*object, "note", where);
    const json::value* settings = object->if_contains("settings");
    if (settings == nullptr || !settings->is_object()) {
        throw std::runtime_error{where + ": \"settings\" is missing"};
    }
    for (const auto& [key, setting] : settings->as_object()) {
        const std::string name{key};
        if (name == "name" || name == "seller" || name == "caller_id" || name == "running") {
            throw std::runtime_error{where + ": " + name + " is not a template's matter"};
        }
        made.values.emplace_back(name, text_of(setting, where + ": " + name));
    }
    if (const auto fault = settings_fault(made.values, "")) {
        throw std::runtime_error{where + ": " + *fault};
    }
    return made;
}

} // namespace

std::vector<CampaignTemplate> parse_templates(std::string_view text, const std::string& file) {
    boost::system::error_code error;
    const json::value document = json::parse(text, error);
    if (error) {
        throw std::runtime_error{file + ": not readable as JSON: " + error.message()};
    }
    const json::object* object = document.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains("templates");
    if (list == nullptr || !list->is_array()) {
        throw std::runtime_error{file + ": \"templates\" is missing"};
    }
    std::vector<CampaignTemplate> templates;
    for (const json::value& value : list->as_array()) {
        CampaignTemplate one = template_of(value, file);
        for (const CampaignTemplate& other : templates) {
            if (other.name == one.name) {
                throw std::runtime_error{file + ": " + one.name + " is there twice"};
            }
        }
        templates.push_back(std::move(one));
    }
    return templates;
}

} // namespace campaigns
