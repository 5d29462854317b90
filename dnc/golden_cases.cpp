#include "dnc/golden_cases.hpp"

#include "dnc/decision_json.hpp"
#include "dnc/facts_json.hpp"
#include "dnc/time_text.hpp"

#include <algorithm>
#include <variant>

namespace dnc {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : " ") + word;
    }
    return all.empty() ? "none" : all;
}

/// Each once, sorted: two rules may refuse with one code.
std::vector<std::string> codes_of(const Decision& decision) {
    std::vector<std::string> codes;
    for (const Reason& reason : decision.reasons) {
        codes.emplace_back(to_text(reason.code));
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return codes;
}

bool matches(std::string_view pattern, std::string_view code) {
    return pattern.ends_with('*') ? code.starts_with(pattern.substr(0, pattern.size() - 1))
                                  : code == pattern;
}

std::string codes_difference(const Expected& expected, const Decision& decision) {
    const std::vector<std::string> found = codes_of(decision);
    if (expected.codes) {
        std::vector<std::string> wanted = *expected.codes;
        std::sort(wanted.begin(), wanted.end());
        if (wanted != found) {
            return "codes: expected " + joined(wanted) + ", got " + joined(found) + "; ";
        }
    }
    for (const std::string& pattern : expected.codes_include) {
        const bool there =
            std::any_of(found.begin(), found.end(),
                        [&pattern](const std::string& code) { return matches(pattern, code); });
        if (!there) {
            return "codes: expected " + pattern + ", got " + joined(found) + "; ";
        }
    }
    return {};
}

std::string until_difference(const Expected& expected, const Decision& decision) {
    if (expected.until.empty() || read_instant(expected.until) == decision.until) {
        return {};
    }
    return "until: expected " + expected.until + ", got " +
           (decision.until ? instant_text(*decision.until) : "none") + "; ";
}

} // namespace

std::string difference(const Expected& expected, const Decision& decision) {
    std::string text;
    if (expected.verdict != to_text(decision.verdict)) {
        text += "verdict: expected " + expected.verdict + ", got " +
                std::string{to_text(decision.verdict)} + "; ";
    }
    return text + codes_difference(expected, decision) + until_difference(expected, decision);
}

std::string run_case(const Gate& gate, std::string_view facts_json, bool assume_clear,
                     const Expected& expected) {
    const auto question = read_question(facts_json, assume_clear);
    if (const auto* const fault = std::get_if<QuestionFault>(&question)) {
        return "the facts cannot be read: " + fault->field + " " + fault->reason;
    }
    const auto& asked = std::get<Question>(question);
    const Decision decision = gate.decide(asked.facts, asked.at);
    const std::string wrong = difference(expected, decision);
    if (wrong.empty()) {
        return {};
    }
    std::string answer;
    append_decision(answer, asked.id, decision);
    return wrong + "facts " + std::string{facts_json} + "; answer " + answer;
}

std::string run_case(const Gate& gate, const GoldenCase& golden) {
    return run_case(gate, golden.facts_json, golden.assume_clear,
                    {.verdict = golden.verdict, .codes = golden.codes, .until = golden.until});
}

} // namespace dnc
