#pragma once

// What the engine tells people, as a key and its values: programs and logs get it in English, and
// the pages say it in the reader's language by the same key (web/src/text, "engine.KEY").

#include "dnc/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace campaigns {

struct Sentence;

/// Sentences in a row; `by` is the key of what stands between them: "join.then" is "; ".
struct SentenceRow {
    std::vector<Sentence> parts;
    std::string_view by = "join.blank";
};

/// A reason of the gate: its code, and the gate's own words, which are English and have figures.
struct GateWord {
    std::string code; ///< "HOURS_STATE"
    std::string detail;
};

using SentenceValue =
    std::variant<std::string, std::int64_t, double, dnc::Instant, SentenceRow, GateWord>;

/// One thing said. Keys and names of values are literals of sentence_table.cpp; an unknown key is a
/// fault of the program, which the tests find.
struct Sentence {
    std::string_view key = {}; ///< empty: nothing is said
    std::vector<std::pair<std::string_view, SentenceValue>> values = {};

    [[nodiscard]] bool empty() const { return key.empty(); }
};

/// The English template of a key: "all {n} lines of the campaign are in use". "{at:iso}" is an
/// instant as RFC 3339 has it, "{at:minute}" the same to the minute.
struct SentenceTemplate {
    std::string_view key;
    std::string_view english;
};
/// All of them; each key once.
[[nodiscard]] std::span<const SentenceTemplate> sentence_templates();
/// nullptr when there is no such key.
[[nodiscard]] const SentenceTemplate* find_sentence(std::string_view key);

/// For programs, logs and the command line; an unknown key gives the key itself.
[[nodiscard]] std::string english(const Sentence& sentence);

/// Words that somebody typed or that another program gave: they are the same in every language.
[[nodiscard]] Sentence typed(std::string_view text);
/// Several as one; the single one itself, nothing when there is none.
[[nodiscard]] Sentence together(std::vector<Sentence> parts, std::string_view by = "join.blank");

/// What a reason that stops leads means: a reason code of the gate, an outcome, a word of the
/// store; the code itself with blanks when it is none of them.
[[nodiscard]] Sentence sentence_of_reason(std::string_view code);

} // namespace campaigns
