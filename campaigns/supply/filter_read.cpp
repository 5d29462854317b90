// From the text of a filter to its parts.

#include "campaigns/supply/filter_tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace campaigns {

namespace {

constexpr std::array<FilterField, 19> kFields{{
    {"state", FilterType::text, "state, territory or province of the address: \"FL\""},
    {"postal_code", FilterType::text, "of the address"},
    {"city", FilterType::text, "of the address"},
    {"county", FilterType::text, "of the address"},
    {"country", FilterType::text, "of the address: \"US\""},
    {"name", FilterType::text, "of the person"},
    {"email", FilterType::text, "of the person"},
    {"external_id", FilterType::text, "as the list had it"},
    {"time_zone", FilterType::text, "as the list had it"},
    {"debt", FilterType::text, "in collections"},
    {"list", FilterType::number, "id of the list"},
    {"list_name", FilterType::text, "name of the list's file"},
    {"list_source", FilterType::text, "kind of file that the list came from"},
    {"attempts", FilterType::number, "calls made that count against attempts_max"},
    {"priority", FilterType::number, "0 to 9"},
    {"phones", FilterType::number, "numbers not known to be wrong"},
    {"last_outcome", FilterType::text, "of the latest call, or its disposition: \"busy\""},
    {"days_since_load", FilterType::number, "whole days since the list was imported", true},
    {"days_since_attempt", FilterType::number, "whole days since the latest call", true},
}};

constexpr int kDigitsBefore = 12;
constexpr int kDigitsBehind = 6;

enum class Kind { end, word, text, number, open, close, comma, dot, compare, fault };

struct Token {
    Kind kind = Kind::end;
    std::size_t at = 0; ///< byte
    std::string text;   ///< of words and texts; of compare the sign
    std::int64_t number = 0;
    std::string fault;
};

bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Well-formed UTF-8 without NUL (RFC 3629 4): what PostgreSQL takes as text.
bool is_clean_utf8(std::string_view text) {
    constexpr std::array<std::uint32_t, 4> kSmallest{0, 0x80, 0x800, 0x10000};
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i++]);
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        if (lead == 0 || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || text.size() - i < more) {
            return false;
        }
        std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
        for (std::size_t end = i + more; i < end; ++i) {
            const auto next = static_cast<unsigned char>(text[i]);
            if ((next & 0xC0U) != 0x80U) {
                return false;
            }
            code = code << 6U | (next & 0x3FU);
        }
        if (more > 0 &&
            (code < kSmallest[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))) {
            return false;
        }
    }
    return true;
}

/// Splits the text into tokens; a fault is one, too.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    Token next() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
        Token token;
        token.at = at_;
        if (at_ == text_.size()) {
            return token;
        }
        const char c = text_[at_];
        if (is_word_start(c)) {
            return word(std::move(token));
        }
        if (c == '"' || c == '\'') {
            return quoted(std::move(token), c);
        }
        if (is_digit(c) || c == '-' || c == '+') {
            return number(std::move(token));
        }
        return sign(std::move(token));
    }

private:
    Token word(Token token) {
        token.kind = Kind::word;
        while (at_ < text_.size() && (is_word_start(text_[at_]) || is_digit(text_[at_]))) {
            token.text += text_[at_++];
        }
        return token;
    }

    Token quoted(Token token, char quote) {
        token.kind = Kind::text;
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == quote && at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
                ++at_;
            } else if (c == quote) {
                ++at_;
                return token;
            } else if (static_cast<unsigned char>(c) < ' ') {
                return fault(std::move(token), "a text has no line breaks, tabs or control "
                                               "characters; is its closing quote missing?");
            }
            token.text += c;
        }
        return fault(std::move(token),
                     "this text is not closed; put " + std::string(1, quote) + " at its end");
    }

    Token number(Token token) {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) {
            ++at_;
        }
        if (at_ < text_.size() && is_word_start(text_[at_])) {
            return fault(std::move(token), "a word cannot begin with a digit; a text is written "
                                           "with quotes: \"2nd\"");
        }
        const auto value = filter_number(text_.substr(begin, at_ - begin));
        if (!value) {
            return fault(std::move(token), "this is no number; write one with at most 12 digits "
                                           "before the point and 6 behind it, like 40000 or -12.5");
        }
        token.kind = Kind::number;
        token.number = *value;
        return token;
    }

    Token sign(Token token) {
        const char c = text_[at_++];
        const bool equals_next = at_ < text_.size() && text_[at_] == '=';
        token.text = std::string(1, c);
        switch (c) {
        case '(':
            token.kind = Kind::open;
            return token;
        case ')':
            token.kind = Kind::close;
            return token;
        case ',':
            token.kind = Kind::comma;
            return token;
        case '.':
            token.kind = Kind::dot;
            return token;
        case '=':
        case '<':
        case '>':
        case '!':
            break;
        default:
            return fault(std::move(token), "this character has no meaning here");
        }
        token.kind = Kind::compare;
        if (c != '=' && equals_next) {
            token.text += '=';
            ++at_;
        } else if (c == '=' && equals_next) {
            ++at_; // == is what programmers write
        } else if (c == '<' && at_ < text_.size() && text_[at_] == '>') {
            token.text = "!=";
            ++at_;
        } else if (c == '!') {
            return fault(std::move(token), "write != for \"is not\"");
        }
        return token;
    }

    static Token fault(Token token, std::string what) {
        token.kind = Kind::fault;
        token.fault = std::move(what);
        return token;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

using Part = std::shared_ptr<const FilterNode>;

template <typename Body> Part part_of(Body body) {
    return std::make_shared<const FilterNode>(FilterNode{std::move(body)});
}

/// By recursive descent; the first fault ends it.
class Parser {
public:
    explicit Parser(std::string_view text) : text_{text}, lexer_{text} { advance(); }

    std::variant<Part, FilterFault> run() {
        if (token_.kind == Kind::end) {
            return Part{};
        }
        Part whole = expression(0);
        if (!fault_ && token_.kind != Kind::end) {
            fail(
                token_.kind == Kind::close
                    ? "there is no open parenthesis for this one"
                    : "the expression should end here; write \"and\" or \"or\" between conditions");
        }
        if (fault_) {
            return std::move(*fault_);
        }
        return whole;
    }

private:
    void advance() {
        token_ = lexer_.next();
        if (token_.kind == Kind::fault) {
            fail(token_.fault);
        }
    }

    void fail_at(std::size_t at, std::string what) {
        if (fault_) {
            return;
        }
        const auto before = text_.substr(0, at);
        // Characters, not bytes: those that continue one do not count.
        const auto columns = std::count_if(before.begin(), before.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        });
        fault_ = FilterFault{static_cast<std::size_t>(columns) + 1, std::move(what)};
    }

    void fail(std::string what) { fail_at(token_.at, std::move(what)); }

    [[nodiscard]] bool is_word(std::string_view word) const {
        return token_.kind == Kind::word && folded_ascii(token_.text) == word;
    }

    bool take_word(std::string_view word) {
        if (fault_ || !is_word(word)) {
            return false;
        }
        advance();
        return true;
    }

    bool take(Kind kind, const char* otherwise) {
        if (fault_) {
            return false;
        }
        if (token_.kind != kind) {
            fail(otherwise);
            return false;
        }
        advance();
        return !fault_;
    }

    Part expression(int depth) { return junction(depth, false); }

    /// Terms joined by "or", or factors joined by "and".
    Part junction(int depth, bool all) {
        FilterJunction joined{all, {}};
        do {
            Part part = all ? factor(depth) : junction(depth, true);
            if (fault_) {
                return {};
            }
            joined.parts.push_back(std::move(part));
        } while (take_word(all ? "and" : "or"));
        if (fault_) {
            return {};
        }
        return joined.parts.size() == 1 ? joined.parts.front() : part_of(std::move(joined));
    }

    Part factor(int depth) {
        if (depth >= Filter::kDepthMax) {
            fail("parentheses and \"not\" are nested too deeply");
            return {};
        }
        if (take_word("not")) {
            Part inner = factor(depth + 1);
            return fault_ ? Part{} : part_of(FilterNegation{std::move(inner)});
        }
        if (fault_) {
            return {};
        }
        if (token_.kind != Kind::open) {
            return condition();
        }
        advance();
        Part inner = expression(depth + 1);
        take(Kind::close, "a parenthesis is not closed; write ) here");
        return fault_ ? Part{} : inner;
    }

    std::optional<FilterSubject> subject() {
        if (token_.kind != Kind::word) {
            fail(token_.kind == Kind::end ? "the expression ends too early; a condition is missing"
                                          : "a condition begins with the name of a field");
            return std::nullopt;
        }
        const std::string word = folded_ascii(token_.text);
        const std::size_t at = token_.at;
        if (word == "custom") {
            return custom();
        }
        const auto fields = filter_fields();
        const auto found =
            std::find_if(fields.begin(), fields.end(),
                         [&](const FilterField& field) { return field.name == word; });
        if (found == fields.end()) {
            std::string names;
            for (const FilterField& field : fields) {
                names += std::string{field.name} + ", ";
            }
            fail_at(at, "there is no field \"" + word.substr(0, 40) + "\"; there are " + names +
                            "and custom.NAME");
            return std::nullopt;
        }
        advance();
        return FilterSubject{word, false, found->type};
    }

    std::optional<FilterSubject> custom() {
        advance();
        if (!take(Kind::dot, "write custom.NAME, or custom.\"a name with blanks\"")) {
            return std::nullopt;
        }
        if (token_.kind != Kind::word && token_.kind != Kind::text) {
            fail("here stands the name of a column, custom.income or custom.\"Yearly income\"");
            return std::nullopt;
        }
        if (token_.text.empty() || token_.text.size() > 200) {
            fail("the name of a column has 1 to 200 characters");
            return std::nullopt;
        }
        FilterSubject subject{token_.text, true, FilterType::text};
        advance();
        return fault_ ? std::nullopt : std::optional{std::move(subject)};
    }

    Part condition() {
        if (++conditions_ > Filter::kConditionsMax) {
            fail("there are too many conditions; 200 are enough, values of an \"in\" included");
        }
        auto about = fault_ ? std::nullopt : subject();
        if (!about || fault_) {
            return {};
        }
        if (token_.kind == Kind::compare) {
            return comparison(std::move(*about));
        }
        if (take_word("is")) {
            const bool negated = take_word("not");
            if (!fault_ && !take_word("empty")) {
                fail("after \"is\" comes \"empty\" or \"not empty\"");
            }
            return fault_ ? Part{} : part_of(FilterEmptiness{std::move(*about), negated});
        }
        const bool negated = take_word("not");
        if (take_word("in")) {
            return membership(std::move(*about), negated);
        }
        return negated ? (fail("after \"not\" comes \"in\" here"), Part{})
                       : text_match(std::move(*about));
    }

    Part text_match(FilterSubject about) {
        constexpr std::array<std::pair<std::string_view, FilterMatch>, 3> kWords{
            {{"starts", FilterMatch::starts},
             {"ends", FilterMatch::ends},
             {"contains", FilterMatch::contains}}};
        const std::size_t at = token_.at;
        for (const auto& [word, match] : kWords) {
            if (!take_word(word)) {
                continue;
            }
            if (about.type == FilterType::number) {
                fail_at(at, about.name + " is a number; compare it with =, !=, <, <=, > or >=");
            } else if (!fault_ && token_.kind != Kind::text) {
                fail("here stands a text in quotes");
            } else if (!fault_ && token_.text.empty()) {
                fail("this text is empty");
            }
            if (fault_) {
                return {};
            }
            FilterTextMatch body{std::move(about), match, token_.text};
            advance();
            return fault_ ? Part{} : part_of(std::move(body));
        }
        fail("after a field comes =, !=, <, <=, >, >=, in, starts, ends, contains or is");
        return {};
    }

    Part comparison(FilterSubject about) {
        constexpr std::array<std::pair<std::string_view, FilterCompare>, 6> kSigns{
            {{"=", FilterCompare::equal},
             {"!=", FilterCompare::unequal},
             {"<", FilterCompare::less},
             {"<=", FilterCompare::less_equal},
             {">", FilterCompare::greater},
             {">=", FilterCompare::greater_equal}}};
        const auto* const sign =
            std::find_if(kSigns.begin(), kSigns.end(),
                         [this](const auto& one) { return one.first == token_.text; });
        const auto compare = sign->second;
        advance();
        auto given = value(about, true);
        if (!given) {
            return {};
        }
        if (about.type == FilterType::text && compare != FilterCompare::equal &&
            compare != FilterCompare::unequal) {
            fail("texts are compared with = and !=, starts, ends and contains; less and greater "
                 "are for numbers");
            return {};
        }
        return part_of(FilterComparison{std::move(about), compare, std::move(*given)});
    }

    Part membership(FilterSubject about, bool negated) {
        FilterMembership body{std::move(about), negated, {}};
        if (!take(Kind::open, "after \"in\" comes a parenthesis: in (\"FL\", \"GA\")")) {
            return {};
        }
        do {
            auto given = value(body.subject, body.values.empty());
            if (!given) {
                return {};
            }
            body.values.push_back(std::move(*given));
            if (++conditions_ > Filter::kConditionsMax) {
                fail("there are too many values; 200 are enough");
            }
        } while (!fault_ && token_.kind == Kind::comma && (advance(), !fault_));
        take(Kind::close, "between values stands a comma, and ) after the last one");
        return fault_ ? Part{} : part_of(std::move(body));
    }

    /// A value of the subject's type. The first value says how a custom field is read.
    std::optional<FilterValue> value(FilterSubject& about, bool first) {
        if (fault_) {
            return std::nullopt;
        }
        const bool number = token_.kind == Kind::number;
        if (!number && token_.kind != Kind::text) {
            fail(token_.kind == Kind::word
                     ? "a text is written with quotes: \"" + token_.text.substr(0, 40) + "\""
                     : "here stands a value: a text in quotes, or a number");
            return std::nullopt;
        }
        if (about.custom && first) {
            about.type = number ? FilterType::number : FilterType::text;
        }
        if (number != (about.type == FilterType::number)) {
            fail(number ? about.name + " is a text here; write the value with quotes"
                        : about.name + " is a number here; write the value without quotes");
            return std::nullopt;
        }
        FilterValue given = number ? FilterValue{token_.number} : FilterValue{token_.text};
        advance();
        return fault_ ? std::nullopt : std::optional{std::move(given)};
    }

    std::string_view text_;
    Lexer lexer_;
    Token token_;
    std::size_t conditions_ = 0;
    std::optional<FilterFault> fault_;
};

} // namespace

std::span<const FilterField> filter_fields() {
    return kFields;
}

std::string FilterFault::words() const {
    return "column " + std::to_string(column) + ": " + text;
}

std::optional<std::int64_t> filter_number(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) {
        text.remove_prefix(1);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto before = text.substr(0, point);
    const auto behind = text.substr(std::min(point + 1, text.size()));
    if (before.empty() || before.size() > kDigitsBefore || behind.size() > kDigitsBehind ||
        (point < text.size() && behind.empty()) ||
        !std::all_of(before.begin(), before.end(), is_digit) ||
        !std::all_of(behind.begin(), behind.end(), is_digit)) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    for (const char c : before) {
        value = value * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < kDigitsBehind; ++i) {
        value = value * 10 + (i < behind.size() ? behind[i] - '0' : 0);
    }
    return negative ? -value : value;
}

std::variant<Filter, FilterFault> read_filter(std::string_view text) {
    if (text.size() > Filter::kBytesMax) {
        return FilterFault{1, "the expression is longer than " + std::to_string(Filter::kBytesMax) +
                                  " bytes"};
    }
    if (!is_clean_utf8(text)) {
        return FilterFault{1, "the expression is no valid UTF-8 text"};
    }
    auto parsed = Parser{text}.run();
    if (auto* fault = std::get_if<FilterFault>(&parsed)) {
        return std::move(*fault);
    }
    Filter filter;
    filter.root_ = std::get<Part>(std::move(parsed));
    return filter;
}

} // namespace campaigns
