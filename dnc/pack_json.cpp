#include "dnc/pack_json.hpp"

#include "dnc/time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace dnc {

namespace {

namespace json = boost::json;

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
    return value_->is_null();
}

bool PackNode::has(std::string_view key) const {
    const json::object* const object = value_->if_object();
    return object != nullptr && object->contains(key);
}

PackNode PackNode::member(std::string_view key) const {
    const std::optional<PackNode> found = maybe(key);
    if (!found) {
        field_.member(key).refuse("is missing");
    }
    return *found;
}

std::optional<PackNode> PackNode::maybe(std::string_view key) const {
    const json::object* const object = value_->if_object();
    if (object == nullptr) {
        field_.refuse("must be an object");
    }
    const json::value* const found = object->if_contains(key);
    return found == nullptr ? std::nullopt : std::optional{PackNode{*found, field_.member(key)}};
}

void PackNode::allow_only(std::initializer_list<std::string_view> known) const {
    for (const std::string& key : keys()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            field_.member(key).refuse("is not known here");
        }
    }
}

std::vector<std::string> PackNode::keys() const {
    const json::object* const object = value_->if_object();
    if (object == nullptr) {
        field_.refuse("must be an object");
    }
    std::vector<std::string> keys;
    keys.reserve(object->size());
    for (const json::key_value_pair& member : *object) {
        keys.emplace_back(member.key().data(), member.key().size());
    }
    return keys;
}

std::string PackNode::text() const {
    const json::string* const string = value_->if_string();
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
    const std::int64_t* const number = value_->if_int64();
    if (number == nullptr || *number < min || *number > max) {
        field_.refuse("must be a whole number from " + std::to_string(min) + " to " +
                      std::to_string(max));
    }
    return *number;
}

int PackNode::small(int min, int max) const {
    return static_cast<int>(integer(min, max));
}

bool PackNode::flag() const {
    const bool* const flag = value_->if_bool();
    if (flag == nullptr) {
        field_.refuse("must be true or false");
    }
    return *flag;
}

bool PackNode::set() const {
    if (!flag()) {
        field_.refuse("must be true, or be left out");
    }
    return true;
}

std::vector<PackNode> PackNode::elements() const {
    std::vector<PackNode> nodes = list();
    if (nodes.empty()) {
        field_.refuse("must be a list that is not empty");
    }
    return nodes;
}

std::vector<PackNode> PackNode::list() const {
    const json::array* const array = value_->if_array();
    if (array == nullptr) {
        field_.refuse("must be a list");
    }
    std::vector<PackNode> nodes;
    nodes.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        nodes.emplace_back((*array)[i], field_.element(i));
    }
    return nodes;
}

std::chrono::sys_days PackNode::date() const {
    const auto day = read_date(text());
    if (!day) {
        field_.refuse("must be a date like \"2026-11-22\"");
    }
    return *day;
}

std::chrono::seconds PackNode::time_of_day() const {
    const auto of_day = read_time_of_day(text());
    if (!of_day) {
        field_.refuse("must be a time of day from \"00:00\" to \"24:00\"");
    }
    return *of_day;
}

std::string PackNode::to_json() const {
    return json::serialize(*value_);
}

} // namespace dnc
