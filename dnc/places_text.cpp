#include "dnc/places_text.hpp"

namespace dnc {

namespace {

// U+00C0 .. U+00FF without accents; a space stands for signs that are no letters.
constexpr std::string_view kLatin = "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTS"
                                    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTY";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace

FoldedText::FoldedText(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= 'a' && c <= 'z') {
            add(static_cast<char>(c - 'a' + 'A'));
        } else if ((c >= 'A' && c <= 'Z') || is_digit(c)) {
            add(c);
        } else if (c == '\xC3' && i + 1 < text.size() && (text[i + 1] & 0xC0) == 0x80) {
            ++i;
            add(kLatin[static_cast<unsigned char>(text[i]) & 0x3FU]);
        } else if (static_cast<unsigned char>(c) >= 0x80) {
            add(c); // a letter of another script is part of the name
        }
    }
}

void FoldedText::add(char letter) {
    if (letter == ' ') {
        return;
    }
    if (count_ < letters_.size()) {
        letters_[count_] = letter;
        ++count_;
    }
}

} // namespace dnc
