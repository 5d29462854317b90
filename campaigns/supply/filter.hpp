#pragma once

// Which leads a campaign dials, as an expression that sales ops write. Pure.
//
//   state in ("FL", "GA") and attempts < 3 and custom.income >= 40000
//     and not (postal_code starts "331")
//
//   expression  term { "or" term }
//   term        factor { "and" factor }
//   factor      "not" factor | "(" expression ")" | condition
//   condition   field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//             | field [ "not" ] "in" "(" value { "," value } ")"
//             | field ( "starts" | "ends" | "contains" ) text
//             | field "is" [ "not" ] "empty"
//   field       one of filter_fields(), or custom.NAME, or custom."any header"
//   value       "text" or 'text', in which a doubled quote is a quote; or a number such as -12.5
//
// Texts are compared without regard to the case of ASCII letters. Numbers have at most twelve
// digits before the point and six behind it. A field that is missing, or a custom text that is no
// number, is equal to nothing, and less or greater than nothing. An empty expression lets
// everything through.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace campaigns {

enum class FilterType { text, number };

struct FilterField {
    std::string_view name;
    FilterType type{};
    std::string_view help;
    bool moves = false; ///< changes as time goes by, without a change of the lead
};
/// All fields but custom ones, in the order for people.
[[nodiscard]] std::span<const FilterField> filter_fields();

/// What is wrong with an expression, and where.
struct FilterFault {
    std::size_t column = 1; ///< in characters, from 1
    std::string text;       ///< what is wrong and what to write instead

    [[nodiscard]] std::string words() const; ///< "column 14: ..."
};

struct FilterNode;

/// An expression that was understood. Immutable, cheap to copy.
class Filter {
public:
    static constexpr std::size_t kBytesMax = 4000;
    static constexpr std::size_t kConditionsMax = 200; ///< values of an `in` count as well
    static constexpr int kDepthMax = 32;

    /// Lets everything through.
    Filter() = default;

    [[nodiscard]] bool lets_all() const { return root_ == nullptr; }
    /// Written again in one way for each meaning; reading that gives the same filter.
    [[nodiscard]] std::string text() const;
    /// Its answers can change while leads do not.
    [[nodiscard]] bool moves() const;
    [[nodiscard]] const FilterNode* root() const { return root_.get(); }

private:
    friend std::variant<Filter, FilterFault> read_filter(std::string_view text);
    std::shared_ptr<const FilterNode> root_;
};

[[nodiscard]] std::variant<Filter, FilterFault> read_filter(std::string_view text);

/// A lead as a filter sees it; what is missing in a map is empty.
struct FilterLead {
    std::map<std::string, std::string, std::less<>> texts;    ///< by field
    std::map<std::string, std::int64_t, std::less<>> numbers; ///< by field, in millionths
    std::map<std::string, std::string, std::less<>> custom;   ///< by name, exactly as written
};
[[nodiscard]] bool lets_through(const Filter& filter, const FilterLead& lead);

/// The same as a condition in SQL over `leads l JOIN lists s`, true or false and never null.
/// Nothing of the expression becomes SQL but as a quoted literal or a number that was read and
/// written anew. `now_literal` is a quoted instant.
[[nodiscard]] std::string sql_of(const Filter& filter, std::string_view now_literal);

/// In millionths; nothing for a text that is no number of the language, blanks around it aside.
[[nodiscard]] std::optional<std::int64_t> filter_number(std::string_view text);

} // namespace campaigns
