#pragma once

// All that an explanation of one lead is made of, as the store has it, and the pure part that makes
// it.

#include "campaigns/funnel/why.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "campaigns/lists/lists.hpp"
#include "campaigns/types.hpp"
#include "dnc/suppression.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

struct WhyState {
    struct Phone {
        dnc::Number number;
        bool invalid = false;
    };
    struct FilterPart {
        std::string text; ///< "attempts < 3"
        bool passes = true;
    };
    struct Promise { ///< an open callback
        Instant due{};
        std::string agent; ///< name; empty: whoever is free
        std::string note;
    };

    Campaign campaign;
    std::string list_name;
    std::string list_kind;   ///< "file", "api", "by_hand"
    std::string list_status; ///< "active", "loading", "undone"
    int list_weight = 1;
    int list_priority = 0;

    Lead lead; ///< with its usable phones and what the ledger knows about them
    std::string external_id;
    std::string status;
    std::string stop_reason;
    std::optional<Instant> due;          ///< empty: at any time
    std::optional<Instant> leased_until; ///< while on loan
    std::string for_agent;               ///< name of the agent that it waits for; empty: anybody
    std::vector<Phone> phones;           ///< all of them
    std::vector<std::vector<NumberOnList>> on_lists; ///< of each of lead.phones
    Declarations declared;
    int per_day = 0;               ///< attempts in any 24 hours, at most; 0: no limit
    int per_week = 0;              ///< in any 7 days
    std::vector<Instant> recent;   ///< attempts that count for these limits, newest first
    std::string filter;            ///< the campaign's; empty: none
    std::vector<FilterPart> parts; ///< terms that must all hold
    std::optional<Promise> promise;
    std::optional<std::int64_t> ahead_min;
    std::optional<std::int64_t> ahead_max;
    std::vector<WhyAttempt> attempts;
    std::vector<WhyRefusal> refusals;
};

/// StoreRefusal when there is no such lead. Past calls are read since `at - memory`.
[[nodiscard]] WhyState load_why(Store& store, LeadId lead, Instant at, std::chrono::days memory);

/// Pure.
[[nodiscard]] Why explain(const WhyState& state, const dnc::Gate& gate,
                          const dnc::ZoneDatabase& zones, Instant at);

// -- parts of it

/// The gate's answers about one phone of the lead at any instant, as the engine would get them: the
/// same facts, and lists that hold what the store said about the number. Lists are taken to be kept
/// as fresh as they are at the instant asked about.
class PhoneGate {
public:
    PhoneGate(const WhyState& state, std::size_t phone, const dnc::Gate& gate, Instant now);

    [[nodiscard]] dnc::Decision decide(Instant at);

private:
    const WhyState& state_;
    std::size_t phone_;
    const dnc::Gate& gate_;
    Instant now_;
    std::optional<Declarations> declared_;
    std::vector<std::chrono::year_month_day> as_of_; ///< of each list, at now_
    dnc::SuppressionSnapshot lists_;
};

/// All conditions but the gate's own, in order.
[[nodiscard]] std::vector<WhyCondition> conditions_of(const WhyState& state, Instant at);

/// Everything about one usable phone. `from`: not looked for before that.
[[nodiscard]] PhoneWhy explain_phone(const WhyState& state, std::size_t phone,
                                     const dnc::Gate& gate, const dnc::ZoneDatabase& zones,
                                     Instant at, Instant from);

/// When the limits of attempts let the lead be dialed again; nothing: they do now.
[[nodiscard]] std::optional<Instant> limited_until(const WhyState& state, Instant at);

/// Which of the lead's usable phones is next.
[[nodiscard]] std::size_t next_phone(const Lead& lead);

/// The terms of a filter in canonical form that "and" joins; one when an "or" joins it, none when
/// it is empty.
[[nodiscard]] std::vector<std::string> filter_terms(std::string_view canonical);

/// What a row's JSON says; what cannot be read is left out. Reasons are said in English: pages have
/// them by their codes.
[[nodiscard]] Sentence words_of_evidence(const std::string& evidence);
[[nodiscard]] std::string words_of_reasons(const std::string& reasons);

/// "2026-11-23 14:00:00 UTC".
[[nodiscard]] std::string moment_text(Instant at);

} // namespace campaigns
