#include "dnc/json_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace dnc {

namespace {

namespace json = boost::json;

/// Compares the members that the text has with those that the parsed objects kept. Counting is
/// enough: a member that came twice is kept once. Works on text that is known to be valid.
class MemberCount {
public:
    /// Colons outside of strings: one a member.
    static std::size_t written(std::string_view text) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '"') {
                i = end_of_string(text, i + 1);
            } else if (text[i] == ':') {
                ++count;
            }
        }
        return count;
    }

    static std::size_t kept(const json::value& value) {
        std::size_t count = 0;
        if (const json::object* const object = value.if_object()) {
            count = object->size();
            for (const json::key_value_pair& member : *object) {
                count += kept(member.value());
            }
        } else if (const json::array* const array = value.if_array()) {
            for (const json::value& element : *array) {
                count += kept(element);
            }
        }
        return count;
    }

private:
    static std::size_t end_of_string(std::string_view text, std::size_t at) {
        while (at < text.size() && text[at] != '"') {
            at += text[at] == '\\' ? 2U : 1U;
        }
        return at;
    }
};

} // namespace

bool parse_json(std::string_view text, const json::storage_ptr& storage, json::value& out,
                std::string& why) {
    json::parse_options options;
    options.max_depth = kJsonDepthMax;
    boost::system::error_code error;
    out = json::parse(json::string_view{text.data(), text.size()}, error, storage, options);
    if (error) {
        why = "is no valid JSON: " + error.message();
        return false;
    }
    if (MemberCount::written(text) != MemberCount::kept(out)) {
        why = "has an object in which a member comes twice";
        return false;
    }
    return true;
}

} // namespace dnc
