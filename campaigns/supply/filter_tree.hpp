#pragma once

// The parts of a filter that was understood, for the files that read, evaluate and compile it.

#include "campaigns/supply/filter.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

struct FilterNode;

enum class FilterCompare : std::uint8_t {
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal
};
enum class FilterMatch : std::uint8_t { starts, ends, contains };

/// What a condition is about.
struct FilterSubject {
    std::string name; ///< of the field, or of the custom field
    bool custom = false;
    FilterType type = FilterType::text; ///< how it is read
};

/// In millionths, or text; all values of one condition are of its subject's type.
using FilterValue = std::variant<std::int64_t, std::string>;

struct FilterComparison {
    FilterSubject subject;
    FilterCompare compare{};
    FilterValue value;
};
struct FilterMembership {
    FilterSubject subject;
    bool negated = false;
    std::vector<FilterValue> values;
};
struct FilterTextMatch {
    FilterSubject subject;
    FilterMatch match{};
    std::string text;
};
struct FilterEmptiness {
    FilterSubject subject;
    bool negated = false;
};
struct FilterNegation {
    std::shared_ptr<const FilterNode> of;
};
/// At least two parts.
struct FilterJunction {
    bool all = true; ///< "and"; else "or"
    std::vector<std::shared_ptr<const FilterNode>> parts;
};

struct FilterNode {
    std::variant<FilterComparison, FilterMembership, FilterTextMatch, FilterEmptiness,
                 FilterNegation, FilterJunction>
        body;
};

/// "40000", "-12.5".
[[nodiscard]] std::string filter_number_text(std::int64_t millionths);
/// ASCII letters in lower case, everything else as it is.
[[nodiscard]] std::string folded_ascii(std::string_view text);

} // namespace campaigns
