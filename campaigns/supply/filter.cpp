// What a filter says: written again, asked about one lead, and as SQL.

#include "campaigns/supply/filter_tree.hpp"

#include <algorithm>
#include <array>

namespace campaigns {

namespace {

constexpr std::int64_t kOne = 1'000'000;
constexpr std::array<std::string_view, 6> kSigns{"=", "!=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 3> kMatches{"starts", "ends", "contains"};

std::string_view sign_of(FilterCompare compare) {
    return kSigns[static_cast<std::size_t>(compare)];
}

template <typename Number> bool holds(FilterCompare compare, Number a, Number b) {
    switch (compare) {
    case FilterCompare::equal:
        return a == b;
    case FilterCompare::unequal:
        return a != b;
    case FilterCompare::less:
        return a < b;
    case FilterCompare::less_equal:
        return a <= b;
    case FilterCompare::greater:
        return a > b;
    case FilterCompare::greater_equal:
        break;
    }
    return a >= b;
}

std::string quoted(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char c : text) {
        out.append(c == quote ? 2 : 1, c);
    }
    return out + quote;
}

bool is_plain_word(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// -- written again

class Writer {
public:
    std::string operator()(const FilterComparison& body) const {
        return name(body.subject) + " " + std::string{sign_of(body.compare)} + " " +
               value(body.value);
    }
    std::string operator()(const FilterMembership& body) const {
        std::string values;
        for (const FilterValue& one : body.values) {
            values += (values.empty() ? "" : ", ") + value(one);
        }
        return name(body.subject) + (body.negated ? " not" : "") + " in (" + values + ")";
    }
    std::string operator()(const FilterTextMatch& body) const {
        return name(body.subject) + " " +
               std::string{kMatches[static_cast<std::size_t>(body.match)]} + " " +
               quoted(body.text, '"');
    }
    std::string operator()(const FilterEmptiness& body) const {
        return name(body.subject) + " is " + (body.negated ? "not " : "") + "empty";
    }
    std::string operator()(const FilterNegation& body) const {
        return "not " + inside(*body.of, false);
    }
    std::string operator()(const FilterJunction& body) const {
        std::string text;
        for (const auto& part : body.parts) {
            text += (text.empty() ? "" : body.all ? " and " : " or ") + inside(*part, !body.all);
        }
        return text;
    }

private:
    /// In parentheses where it would be read otherwise; an "and" inside an "or" needs none.
    std::string inside(const FilterNode& node, bool and_is_fine) const {
        const auto* junction = std::get_if<FilterJunction>(&node.body);
        const std::string text = std::visit(*this, node.body);
        return junction == nullptr || (junction->all && and_is_fine) ? text : "(" + text + ")";
    }
    static std::string name(const FilterSubject& subject) {
        if (!subject.custom) {
            return subject.name;
        }
        return "custom." + (is_plain_word(subject.name) ? subject.name : quoted(subject.name, '"'));
    }
    static std::string value(const FilterValue& value) {
        const auto* number = std::get_if<std::int64_t>(&value);
        return number != nullptr ? filter_number_text(*number)
                                 : quoted(std::get<std::string>(value), '"');
    }
};

// -- asked about one lead

class Judge {
public:
    explicit Judge(const FilterLead& lead) : lead_{lead} {}

    bool operator()(const FilterComparison& body) const {
        if (body.subject.type == FilterType::text) {
            const bool same = text_of(body.subject) == folded(body.value);
            return same == (body.compare == FilterCompare::equal);
        }
        const auto number = number_of(body.subject);
        if (!number) {
            return body.compare == FilterCompare::unequal;
        }
        return holds(body.compare, *number, std::get<std::int64_t>(body.value));
    }
    bool operator()(const FilterMembership& body) const {
        const bool is_text = body.subject.type == FilterType::text;
        const std::string text = is_text ? text_of(body.subject) : "";
        const auto number = is_text ? std::nullopt : number_of(body.subject);
        const bool found =
            std::any_of(body.values.begin(), body.values.end(), [&](const FilterValue& value) {
                return is_text ? text == folded(value)
                               : number && *number == std::get<std::int64_t>(value);
            });
        return found != body.negated;
    }
    bool operator()(const FilterTextMatch& body) const {
        const std::string text = text_of(body.subject);
        const std::string wanted = folded_ascii(body.text);
        switch (body.match) {
        case FilterMatch::starts:
            return text.starts_with(wanted);
        case FilterMatch::ends:
            return text.ends_with(wanted);
        case FilterMatch::contains:
            break;
        }
        return text.find(wanted) != std::string::npos;
    }
    bool operator()(const FilterEmptiness& body) const {
        const bool empty = body.subject.type == FilterType::number ? !number_of(body.subject)
                                                                   : text_of(body.subject).empty();
        return empty != body.negated;
    }
    bool operator()(const FilterNegation& body) const { return !std::visit(*this, body.of->body); }
    bool operator()(const FilterJunction& body) const {
        const auto holds = [this](const auto& part) { return std::visit(*this, part->body); };
        return body.all ? std::all_of(body.parts.begin(), body.parts.end(), holds)
                        : std::any_of(body.parts.begin(), body.parts.end(), holds);
    }

private:
    [[nodiscard]] std::string text_of(const FilterSubject& subject) const {
        const auto& texts = subject.custom ? lead_.custom : lead_.texts;
        const auto found = texts.find(subject.name);
        return found == texts.end() ? "" : folded_ascii(found->second);
    }
    [[nodiscard]] std::optional<std::int64_t> number_of(const FilterSubject& subject) const {
        if (subject.custom) {
            const auto found = lead_.custom.find(subject.name);
            return found == lead_.custom.end() ? std::nullopt : filter_number(found->second);
        }
        const auto found = lead_.numbers.find(subject.name);
        return found == lead_.numbers.end() ? std::nullopt : std::optional{found->second};
    }
    static std::string folded(const FilterValue& value) {
        return folded_ascii(std::get<std::string>(value));
    }

    const FilterLead& lead_;
};

// -- as SQL

struct Column {
    std::string_view name;
    std::string_view sql; ///< {} stands for the instant
};
// Whole days are floored; the id of an attempt holds its instant.
constexpr std::array<Column, 19> kColumns{{
    {"state", "l.region"},
    {"postal_code", "l.postal_code"},
    {"city", "l.city"},
    {"county", "l.county"},
    {"country", "l.country"},
    {"name", "l.name"},
    {"email", "l.email"},
    {"external_id", "l.external_id"},
    {"time_zone", "l.time_zone"},
    {"debt", "l.debt"},
    {"list", "l.list_id"},
    {"list_name", "s.file_name"},
    {"list_source", "s.source"},
    {"attempts", "l.attempts"},
    {"priority", "l.priority"},
    {"phones", "(SELECT count(*) FROM lead_phones p WHERE p.lead_id = l.id "
               "AND p.invalid_attempt IS NULL)"},
    {"last_outcome", "l.last_outcome"},
    {"days_since_load", "floor(extract(epoch FROM {}::timestamptz - s.imported_at) / 86400)"},
    {"days_since_attempt",
     "floor(extract(epoch FROM {}::timestamptz - instant_of_id(l.attempt_id)) / 86400)"},
}};

std::string literal(std::string_view text) {
    return quoted(text, '\'');
}

/// Text with its ASCII letters folded, as folded_ascii does it.
std::string fold_sql(const std::string& sql) {
    return "translate(" + sql + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
}

class Compiler {
public:
    explicit Compiler(std::string_view now) : now_{now} {}

    std::string operator()(const FilterComparison& body) const {
        if (body.subject.type == FilterType::text) {
            return "(" + text_of(body.subject) + " " +
                   (body.compare == FilterCompare::equal ? "=" : "<>") + " " + value(body.value) +
                   ")";
        }
        const std::string sign{body.compare == FilterCompare::unequal ? "<>"
                                                                      : sign_of(body.compare)};
        return "coalesce(" + number_of(body.subject) + " " + sign + " " + value(body.value) + ", " +
               (body.compare == FilterCompare::unequal ? "true" : "false") + ")";
    }
    std::string operator()(const FilterMembership& body) const {
        std::string values;
        for (const FilterValue& one : body.values) {
            values += (values.empty() ? "" : ", ") + value(one);
        }
        const std::string subject =
            body.subject.type == FilterType::text ? text_of(body.subject) : number_of(body.subject);
        return std::string{body.negated ? "(NOT " : "("} + "coalesce(" + subject + " IN (" +
               values + "), false))";
    }
    std::string operator()(const FilterTextMatch& body) const {
        const std::string text = text_of(body.subject);
        const std::string wanted = literal(folded_ascii(body.text));
        switch (body.match) {
        case FilterMatch::starts:
            return "starts_with(" + text + ", " + wanted + ")";
        case FilterMatch::ends:
            return "(right(" + text + ", length(" + wanted + ")) = " + wanted + ")";
        case FilterMatch::contains:
            break;
        }
        return "(strpos(" + text + ", " + wanted + ") > 0)";
    }
    std::string operator()(const FilterEmptiness& body) const {
        const std::string empty = body.subject.type == FilterType::text
                                      ? "(" + text_of(body.subject) + " = '')"
                                      : "((" + number_of(body.subject) + ") IS NULL)";
        return body.negated ? "(NOT " + empty + ")" : empty;
    }
    std::string operator()(const FilterNegation& body) const {
        return "(NOT " + std::visit(*this, body.of->body) + ")";
    }
    std::string operator()(const FilterJunction& body) const {
        std::string text;
        for (const auto& part : body.parts) {
            text += (text.empty() ? "("
                     : body.all   ? " AND "
                                  : " OR ") +
                    std::visit(*this, part->body);
        }
        return text + ")";
    }

private:
    [[nodiscard]] std::string column(const FilterSubject& subject) const {
        if (subject.custom) {
            return "coalesce(l.custom ->> " + literal(subject.name) + ", '')";
        }
        const auto* const found =
            std::find_if(kColumns.begin(), kColumns.end(),
                         [&](const Column& one) { return one.name == subject.name; });
        std::string sql{found->sql};
        if (const auto at = sql.find("{}"); at != std::string::npos) {
            sql.replace(at, 2, now_);
        }
        return sql;
    }
    [[nodiscard]] std::string text_of(const FilterSubject& subject) const {
        return fold_sql(column(subject));
    }
    /// Null where there is no number. CASE keeps the cast from texts that are none.
    [[nodiscard]] std::string number_of(const FilterSubject& subject) const {
        const std::string sql = column(subject);
        if (!subject.custom) {
            return sql;
        }
        return "(CASE WHEN " + sql +
               " ~ '^[ \\t]*[-+]?[0-9]{1,12}(\\.[0-9]{1,6})?[ \\t]*$' THEN btrim(" + sql +
               ", E' \\t')::numeric END)";
    }
    static std::string value(const FilterValue& value) {
        const auto* number = std::get_if<std::int64_t>(&value);
        return number != nullptr ? "(" + filter_number_text(*number) + ")"
                                 : literal(folded_ascii(std::get<std::string>(value)));
    }

    std::string_view now_;
};

// -- whether it moves

struct Moves {
    bool operator()(const FilterComparison& body) const { return of(body.subject); }
    bool operator()(const FilterMembership& body) const { return of(body.subject); }
    bool operator()(const FilterTextMatch& body) const { return of(body.subject); }
    bool operator()(const FilterEmptiness& body) const { return of(body.subject); }
    bool operator()(const FilterNegation& body) const { return std::visit(*this, body.of->body); }
    bool operator()(const FilterJunction& body) const {
        return std::any_of(body.parts.begin(), body.parts.end(),
                           [this](const auto& part) { return std::visit(*this, part->body); });
    }
    static bool of(const FilterSubject& subject) {
        const auto fields = filter_fields();
        return !subject.custom &&
               std::any_of(fields.begin(), fields.end(), [&](const FilterField& field) {
                   return field.moves && field.name == subject.name;
               });
    }
};

} // namespace

std::string filter_number_text(std::int64_t millionths) {
    std::string text = millionths < 0 ? "-" : "";
    const std::int64_t size = millionths < 0 ? -millionths : millionths;
    text += std::to_string(size / kOne);
    if (const std::int64_t rest = size % kOne; rest != 0) {
        std::string digits = std::to_string(kOne + rest).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += "." + digits;
    }
    return text;
}

std::string folded_ascii(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return out;
}

std::string Filter::text() const {
    return root_ ? std::visit(Writer{}, root_->body) : "";
}

bool Filter::moves() const {
    return root_ && std::visit(Moves{}, root_->body);
}

bool lets_through(const Filter& filter, const FilterLead& lead) {
    return filter.lets_all() || std::visit(Judge{lead}, filter.root()->body);
}

std::string sql_of(const Filter& filter, std::string_view now_literal) {
    return filter.lets_all() ? "true" : std::visit(Compiler{now_literal}, filter.root()->body);
}

} // namespace campaigns
