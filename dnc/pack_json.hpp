#pragma once

// Reads the values of a data pack (JSON) and names file and field of whatever is wrong with one.
//
// For the .cpp files of dnc only; its public headers know no JSON.

#include "dnc/words.hpp"

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dnc {

/// A place in a pack, for messages: "us-fl.json: rules[2].days.sat[0]".
class PackField {
public:
    PackField(std::string file, std::string name)
        : file_{std::move(file)}, name_{std::move(name)} {}

    [[nodiscard]] PackField member(std::string_view key) const;
    [[nodiscard]] PackField element(std::size_t index) const;
    /// Throws std::runtime_error with the place and the reason.
    [[noreturn]] void refuse(std::string_view why) const;

private:
    std::string file_;
    std::string name_;
};

/// A value of a pack with its place. The readers throw std::runtime_error when the value is not
/// what they read. The document must outlive it.
class PackNode {
public:
    PackNode(const boost::json::value& value, PackField field)
        : value_{&value}, field_{std::move(field)} {}

    [[nodiscard]] const PackField& field() const { return field_; }
    [[nodiscard]] bool is_null() const;
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] PackNode member(std::string_view key) const;
    /// Nothing when there is no such member; null is a value like any other.
    [[nodiscard]] std::optional<PackNode> maybe(std::string_view key) const;
    /// Refuses members that are not in `known`: a misspelt one must not be passed over.
    void allow_only(std::initializer_list<std::string_view> known) const;
    [[nodiscard]] std::vector<std::string> keys() const; ///< of an object, in order of the text
    [[nodiscard]] std::string text() const;              ///< not empty
    [[nodiscard]] std::string text_of(std::initializer_list<std::string_view> allowed) const;
    [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max) const;
    [[nodiscard]] int small(int min, int max) const;
    [[nodiscard]] bool flag() const;
    /// Refuses false: said only where it is so.
    [[nodiscard]] bool set() const;
    [[nodiscard]] std::vector<PackNode> elements() const;   ///< at least one
    [[nodiscard]] std::vector<PackNode> list() const;       ///< may be empty
    [[nodiscard]] std::chrono::sys_days date() const;       ///< "2026-11-22"
    [[nodiscard]] std::chrono::seconds time_of_day() const; ///< "08:00" to "24:00"
    [[nodiscard]] std::string to_json() const;

    /// The value that the text names.
    template <typename Value, std::size_t kCount>
    [[nodiscard]] Value word(const Words<Value, kCount>& words) const {
        const std::optional<Value> value = from_word(words, text());
        if (!value) {
            field_.refuse("must be one of: " + all_words(words));
        }
        return *value;
    }

    /// A list of words, each once, at least one.
    template <typename Value, std::size_t kCount>
    [[nodiscard]] std::vector<Value> words(const Words<Value, kCount>& allowed) const {
        std::vector<Value> values;
        for (const PackNode& element : elements()) {
            const Value value = element.word(allowed);
            for (const Value& earlier : values) {
                if (earlier == value) {
                    element.field_.refuse("comes twice");
                }
            }
            values.push_back(value);
        }
        return values;
    }

private:
    const boost::json::value* value_;
    PackField field_;
};

} // namespace dnc
