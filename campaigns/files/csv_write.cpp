#include "campaigns/files/csv_write.hpp"

namespace campaigns::csv {

namespace {

bool runs_as_formula(std::string_view text) {
    if (text.empty()) {
        return false;
    }
    switch (text.front()) {
    case '=':
    case '@':
    case '\t':
    case '\r':
        return true;
    case '+':
    case '-':
        return text.find_first_not_of("0123456789.", 1) != std::string_view::npos;
    default:
        return false;
    }
}

} // namespace

void append_cell(std::string& out, std::string_view text) {
    const bool formula = runs_as_formula(text);
    if (!formula && text.find_first_of(",;\t|\"\r\n") == std::string_view::npos) {
        out.append(text);
        return;
    }
    out.push_back('"');
    if (formula) {
        out.push_back('\'');
    }
    for (const char c : text) {
        if (c == '"') {
            out.push_back('"');
        }
        out.push_back(c);
    }
    out.push_back('"');
}

} // namespace campaigns::csv
