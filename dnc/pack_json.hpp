#pragma once

// Reads the values of a data pack (JSON) and names file and field of whatever is wrong with one.
//
// For the .cpp files of dnc only; its public headers know no JSON.

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dnc {

/// A place in a pack, for messages: "abandonment.json: jurisdictions[0].limits[1].cap".
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
        : value_{value}, field_{std::move(field)} {}

    [[nodiscard]] const PackField& field() const { return field_; }
    [[nodiscard]] bool is_null() const;
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] PackNode member(std::string_view key) const;
    /// Refuses members that are not in `known`: a misspelt one must not be passed over.
    void allow_only(std::initializer_list<std::string_view> known) const;
    [[nodiscard]] std::string text() const; ///< not empty
    [[nodiscard]] std::string text_of(std::initializer_list<std::string_view> allowed) const;
    [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max) const;
    [[nodiscard]] std::vector<PackNode> elements() const; ///< at least one
    [[nodiscard]] std::chrono::sys_days date() const;     ///< "2026-11-22"

private:
    const boost::json::value& value_;
    PackField field_;
};

/// ["2005-01-01", null]: from that date on. A rule with an end is refused: rules are applied on
/// every date, and what follows one that ended is for a person to decide, in a new pack.
void check_effective(const PackNode& range);

} // namespace dnc
