// The parts of a filter that must all hold.

#include "campaigns/funnel/why_state.hpp"

namespace campaigns {

namespace {

/// Walks over the text of an expression and knows what is outside of quotes and brackets.
class Terms {
public:
    explicit Terms(std::string_view text) : text_{text} {}

    /// The whole text as one term when an "or" joins it.
    [[nodiscard]] std::vector<std::string> split() {
        for (; at_ < text_.size(); ++at_) {
            step(text_[at_]);
            if (quote_ != '\0' || depth_ != 0 || text_[at_] != ' ') {
                continue;
            }
            if (text_.substr(at_).starts_with(" or ")) {
                return {std::string{text_}};
            }
            if (text_.substr(at_).starts_with(" and ")) {
                terms_.emplace_back(text_.substr(begin_, at_ - begin_));
                begin_ = at_ + 5;
                at_ += 4;
            }
        }
        terms_.emplace_back(text_.substr(begin_));
        return std::move(terms_);
    }

private:
    /// A doubled quote ends the text and begins it again, which comes to the same.
    void step(char c) {
        if (quote_ != '\0') {
            quote_ = c == quote_ ? '\0' : quote_;
        } else if (c == '"' || c == '\'') {
            quote_ = c;
        } else if (c == '(') {
            ++depth_;
        } else if (c == ')') {
            --depth_;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    int depth_ = 0;
    char quote_ = '\0';
    std::vector<std::string> terms_;
};

} // namespace

std::vector<std::string> filter_terms(std::string_view canonical) {
    return canonical.empty() ? std::vector<std::string>{} : Terms{canonical}.split();
}

} // namespace campaigns
