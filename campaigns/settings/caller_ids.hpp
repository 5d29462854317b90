#pragma once

// The numbers that are shown to called persons: by what right, in which campaigns' pools, and what
// is known about their standing.

#include "campaigns/store.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// By what right a number is shown. 47 CFR 64.1601(e), 16 CFR 310.5(a)(9): number, name, contract
/// or other proof of authorisation, and its period.
enum class CallerIdProof {
    declared, ///< somebody says so; weak, nothing backs it
    owned,    ///< assigned to the caller or the seller by a carrier; reference: the assignment
    contract, ///< a contract with the owner; reference and period
    letter,   ///< a letter of the owner; reference and period
};
[[nodiscard]] std::string_view to_text(CallerIdProof proof);
[[nodiscard]] std::optional<CallerIdProof> caller_id_proof_from_text(std::string_view text);

struct CallerId {
    dnc::Number number;
    std::string name = {};  ///< sent with it where a carrier supports names
    std::string owner = {}; ///< who holds the number
    CallerIdProof proof = CallerIdProof::declared;
    std::string reference = {}; ///< of the contract or assignment
    std::optional<std::chrono::sys_days> valid_from = {};
    std::optional<std::chrono::sys_days> valid_to = {}; ///< last day
    std::string document_sha256 = {};                   ///< hex; empty: no document is kept
    bool verified = false;                              ///< somebody compared it with the document
    Instant recorded_at{};
    std::string recorded_by = {};
};

/// Why the number must not be shown at that instant, for people; nothing when it may. Days are
/// those of UTC.
[[nodiscard]] std::optional<Sentence> proof_fault(const CallerId& caller_id, Instant at);

/// A number in a campaign's pool.
struct PooledCallerId {
    dnc::Number number;
    int weight = 1; ///< 1 .. 100
    bool active = true;
};

/// A rest, made by the engine or by a person; the latest of a number counts.
struct CallerIdRest {
    std::int64_t id = 0;
    dnc::Number number;
    Instant from{};
    Instant until{}; ///< == from: it was woken up
    std::string by;  ///< "engine", or who
    std::string why;
};

/// What the engine noticed about a number; never changed.
struct CallerIdAlarm {
    std::int64_t id = 0; ///< from IdMaker
    Instant at{};
    CampaignId campaign{};
    dnc::Number number;
    std::string trunk;
    std::string signal;                ///< "blocked", "short_calls", "answer_rate"
    std::string detail;                ///< one sentence with the figures
    std::optional<Instant> rest_until; ///< when the number was sent to rest for it
};

/// Calls of one number on one trunk; of a day, or summed.
struct CallerIdCounts {
    std::int64_t calls = 0; ///< with an outcome that says something about the number
    std::int64_t answered = 0;
    std::int64_t short_calls = 0; ///< answered and over within six seconds
    std::int64_t blocked = 0;     ///< refused with 603, 607 or 608
    CallerIdCounts& operator+=(const CallerIdCounts& other);
    friend bool operator==(const CallerIdCounts&, const CallerIdCounts&) = default;
};

struct CallerIdKey {
    dnc::Number number;
    std::string trunk;
    friend auto operator<=>(const CallerIdKey&, const CallerIdKey&) = default;
};

/// Everything that the engine needs to choose caller ids, as of one moment.
struct CallerIdBook {
    std::map<dnc::Number, CallerId> numbers;
    std::map<CampaignId, std::vector<PooledCallerId>> pools; ///< campaigns without one have none
    std::map<dnc::Number, CallerIdRest> rests;               ///< the latest of each number
    std::map<dnc::Number, int> rested_lately;      ///< rests made by the engine in the last 30 days
    std::map<CallerIdKey, CallerIdCounts> history; ///< of the last 28 days before today
};

/// History is counted by UTC days; today's and older ones than 28 days are left out.
[[nodiscard]] CallerIdBook caller_id_book(Store& store, Instant now);

/// Records the number and its proof, or replaces what was on record (the version before stays in
/// setting_changes); running engines follow. StoreRefusal when a proof other than `declared` lacks
/// its reference, or the period is upside down. `recorded_at` and `recorded_by` are the actor's.
void put_caller_id(Store& store, const CallerId& caller_id, const Actor& actor);
/// All numbers, by number.
[[nodiscard]] std::vector<CallerId> caller_ids(Store& store);
/// Puts the number into the campaign's pool, changes its weight, or (inactive) takes it out.
/// StoreRefusal when the campaign or the number is unknown.
void assign_caller_id(Store& store, const std::string& campaign, const PooledCallerId& pooled,
                      const Actor& actor);
/// The campaign's pool, inactive ones included.
[[nodiscard]] std::vector<PooledCallerId> caller_id_pool(Store& store, const std::string& campaign);
/// Why no call of the campaign has a number to show at that instant, one sentence each; empty when
/// one has. Rests and pools included.
[[nodiscard]] std::vector<Sentence> caller_id_obstacles(Store& store, const std::string& campaign,
                                                        Instant at);

/// Lets the number rest until then, in all campaigns; running engines follow.
void rest_caller_id(Store& store, dnc::Number number, Instant until, const std::string& why,
                    const Actor& actor);
/// Ends a rest. False when it does not rest.
bool wake_caller_id(Store& store, dnc::Number number, const Actor& actor);
/// From the engine: the alarm, and the rest when it has one, in one transaction. Repeating it
/// changes nothing.
void add_caller_id_alarm(Store& store, const CallerIdAlarm& alarm);
/// Newest first, those of the number, or of all numbers when it is empty; 1 .. 1000.
[[nodiscard]] std::vector<CallerIdAlarm>
caller_id_alarms(Store& store, std::optional<dnc::Number> number, int limit = 100);
/// From the engine: adds to the day's counts.
void add_caller_id_counts(Store& store, std::chrono::sys_days day,
                          const std::map<CallerIdKey, CallerIdCounts>& counts);

} // namespace campaigns
