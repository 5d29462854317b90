#include "campaigns/records/retention.hpp"

#include <algorithm>
#include <array>

namespace campaigns {

namespace {

/// The tables of the dial log, log_tables() in the schema.
constexpr std::array<const char*, 8> kKinds{"attempts",       "attempt_events", "attempt_results",
                                            "gate_refusals",  "agent_states",   "dispositions",
                                            "pacing_samples", "form_answers"};

// A rule that has ended since still holds for the records of its time.
bool has_begun(const dnc::Rule& rule, Instant now) {
    return !rule.effective.from ||
           *rule.effective.from <= std::chrono::floor<std::chrono::days>(now);
}

} // namespace

std::vector<RetentionTerm> retention_terms(std::span<const dnc::Pack> packs, Instant now) {
    RetentionTerm longest{"", kKeepYearsMin, "16 CFR 310.5(b)"};
    for (const dnc::Pack& pack : packs) {
        for (const dnc::Rule& rule : pack.rules) {
            const auto* const record = std::get_if<dnc::RecordRule>(&rule.body);
            if (record != nullptr && has_begun(rule, now) &&
                record->keep_years > longest.keep_years) {
                longest.keep_years = record->keep_years;
                longest.source = rule.id + " (" + rule.cite + ")";
            }
        }
    }
    // What belongs to one call is kept and dropped together, so that one term holds for all of it.
    std::vector<RetentionTerm> terms;
    for (const char* const kind : kKinds) {
        terms.push_back({kind, longest.keep_years, longest.source});
    }
    return terms;
}

} // namespace campaigns
