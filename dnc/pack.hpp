#pragma once

// Rule packs: the law as data, with effective dates, source and confidence (dnc/packs/README.md).
//
// Plain values. pack_read.cpp makes them from JSON, rules*.cpp apply them.

#include "dnc/facts.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dnc {

using std::chrono::seconds;
using std::chrono::sys_days;

/// A country, or a part of one: "US", "US-FL".
struct Jurisdiction {
    std::array<char, 2> country{};
    std::array<char, 3> region{}; ///< padded with zeros; all zeros: the country itself

    friend auto operator<=>(const Jurisdiction&, const Jurisdiction&) = default;
};

/// Whose rules a pack holds; says which reason codes its rules give (HOURS_STATE, ...).
enum class PackLevel : std::uint8_t { federal, state, national, house, company };

enum class RuleStatus : std::uint8_t {
    in_force,
    proposed_repeal, ///< in force, and somebody wants it gone
    waived           ///< suspended by the authority: does not act inside its effective dates
};

/// Local dates [from, to); an empty one is open.
struct Effective {
    std::optional<sys_days> from;
    std::optional<sys_days> to;
};

/// When a rule looks at a call at all. Each member that is not empty must hold.
struct Condition {
    std::vector<Purpose> purposes;
    std::vector<LineType> lines;
    /// Any of: by an ATDS (as the profile says), recorded voice, artificial voice.
    bool robocall = false;
    std::vector<Voice> voices;
    enum class Automation : std::uint8_t {
        any,
        dialing,
        selection_and_dialing,
        selection_or_dialing
    };
    Automation automation = Automation::any;
    std::vector<int> npas;             ///< area codes of the number, with `counties`: either
    std::vector<std::string> counties; ///< of the address
};

/// What makes a rule not refuse. Only facts that are given can lift, never assumed ones. All
/// members that are set must hold together.
struct Lift {
    std::optional<ConsentGrade> consent;
    std::optional<int> consent_within_days; ///< given at most so many days ago
    /// Given after the list's version (whose entry cancels what was agreed before).
    bool consent_after_listing = false;
    std::optional<int> purchase_months; ///< relationship, with end-of-month clamp
    std::optional<int> inquiry_months;
    bool agent_guaranteed = false;
};

// -- kinds of rules

struct Interval {
    seconds open{};
    seconds close{}; ///< half-open; up to 24:00
};

/// Hours of the called party's civil day.
struct WindowRule {
    /// By weekday (0 = Sunday, as std::chrono), then holiday and the day before a holiday. An empty
    /// vector: no hour. nullopt (holidays only): the weekday's hours hold.
    std::array<std::vector<Interval>, 7> weekdays;
    std::optional<std::vector<Interval>> holiday;
    std::optional<std::vector<Interval>> pre_holiday;
    /// Id of a CalendarRule of the same pack, or "pack-id/RULE-ID"; empty: no holidays.
    std::string calendar;
    std::vector<std::string> also_zones; ///< must hold in these as well as in the plausible ones
    bool ring_guard = true;              ///< the ringing must end inside too
};

/// One named day a year, or days proclaimed one by one.
struct HolidayDef {
    std::string name;
    enum class Kind : std::uint8_t { fixed, nth_weekday, easter, dates };
    Kind kind = Kind::fixed;
    unsigned month = 0;
    unsigned day = 0;     ///< fixed
    unsigned weekday = 0; ///< nth_weekday, 0 = Sunday
    int nth = 0;          ///< 1 .. 5, or -1 for the last
    int plus_days = 0;    ///< after that day; for easter, days from Easter Sunday
    std::vector<sys_days> dates;
    /// By weekday on which the day falls: days by which it is observed elsewhere. Both days count,
    /// unless observed_only.
    std::array<int, 7> observed{};
    bool observed_only = false;
    std::optional<int> from_year;
    std::optional<int> to_year; ///< inclusive
    bool even_years_only = false;
    /// Only there; a county that is not known, and a number of these area codes, count as there.
    std::vector<std::string> counties;
    std::vector<int> npas;
};

struct CalendarRule {
    std::vector<HolidayDef> days;
    bool proclaimed = false; ///< days that facts name for this region belong to it
};

/// No calls while an emergency is declared for the pack's region.
struct EmergencyRule {};

enum class CapKey : std::uint8_t { number, person, seller, subject, debt };

/// At most `limit` calls in a window, or none for a while after certain calls.
struct FrequencyRule {
    enum class Span : std::uint8_t { sliding, consecutive_days, calendar_day, calendar_month };
    std::vector<CapKey> keys; ///< that a past call must share with this one
    Span span = Span::sliding;
    seconds length{};               ///< sliding
    int days = 0;                   ///< consecutive_days, today included
    std::optional<int> limit;       ///< empty: quiet time
    std::vector<PastOutcome> after; ///< quiet time after these
    bool inbound_counts = false;    ///< calls of the person count too
};

struct ConsentRule {
    ConsentGrade need = ConsentGrade::written;
};

struct RevocationRule {
    bool all_matters = false;        ///< a revocation of everything acts on other matters too
    int deadline_business_days = 10; ///< for the records; we act at once
};

enum class ListName : std::uint8_t { national, state, preference, litigator, other, company };

struct ListRule {
    ListName list = ListName::national;
    std::optional<int> max_age_days;
    std::optional<int> max_age_months; ///< with end-of-month clamp
    bool required = false;             ///< not asked: refused
    bool subscription = false;         ///< the area code must be covered
    /// Longest time without proof that no change of the list was missed; empty: not asked.
    std::optional<seconds> feed_max_age;
};

struct LineRule {
    std::vector<LineType> deny; ///< of the fact line_type
    bool non_geographic = false, premium = false, emergency = false;
    bool need_known = false; ///< refuse when the line type is not known
};

/// Calls to a number that became wireless unknown to the caller, 47 CFR 64.1200(a)(1)(iv).
struct PortRule {
    int grace_days = 15;
};

struct ReassignedRule {
    bool required = false; ///< must have been asked before each call
    std::optional<int> max_age_days;
    bool no_data_denies = true;
};

/// For the engine: when a ringing call may be given up.
struct RingRule {
    seconds min_ring{};
    int min_rings = 0;
};

/// For pacing and the abandonment ledger; dnc/abandonment.hpp has the meaning of the members.
struct AbandonmentRule {
    std::string period; ///< successive_days, trailing_days, calendar_month, day
    int days = 30;
    std::int64_t cap_numerator = 3;
    std::int64_t cap_denominator = 100;
    std::string zone; ///< whose civil days are counted
    std::chrono::milliseconds connect_within{2000};
};

struct CallerIdRule {
    bool owned = true; ///< the caller must have the right to the number shown
};

struct RecordRule {
    std::vector<std::string> fields;
    int keep_years = 0;
};

using RuleBody = std::variant<WindowRule, CalendarRule, EmergencyRule, FrequencyRule, ConsentRule,
                              RevocationRule, ListRule, LineRule, PortRule, ReassignedRule,
                              RingRule, AbandonmentRule, CallerIdRule, RecordRule>;

struct Rule {
    std::string id; ///< "FL-HRS"
    std::string cite;
    std::string confidence; ///< V, S, K, P
    std::string note;
    Effective effective;
    RuleStatus status = RuleStatus::in_force;
    Condition when;
    std::vector<Lift> lift_by; ///< any of them
    RuleBody body;
};

/// A golden case: facts as a line of `dialer decide`, and what must come out.
struct GoldenCase {
    std::string name;
    std::string facts_json;
    std::string verdict;
    std::vector<std::string> codes; ///< exactly these, in any order; empty with "allow"
    std::string until;              ///< RFC 3339; empty: not checked
    bool assume_clear = true;       ///< how the facts are read
};

struct Pack {
    std::string id;      ///< "us-fl"
    std::string version; ///< "2026.11.1"
    std::string sha256;  ///< of the file's bytes, hex
    std::string file;    ///< name without folder
    PackLevel level = PackLevel::state;
    /// Empty: everywhere.
    std::optional<Jurisdiction> jurisdiction;
    std::string min_tzdb;
    std::string reviewed; ///< "2026-11-22"
    std::vector<Rule> rules;
    std::vector<GoldenCase> cases;
};

/// Packs in the order in which reasons are given: federal, state, national, house, company, then by
/// id.
struct PackSet {
    std::vector<Pack> packs;
};

/// One pack out of JSON text. Throws std::runtime_error naming `file` and the field.
[[nodiscard]] Pack parse_pack(std::string_view text, const std::string& file);

/// All *.json of a folder, sorted, each valid, ids unique, parents and calendars there. Throws
/// std::runtime_error naming file and field.
[[nodiscard]] PackSet load_packs(const std::string& directory);

} // namespace dnc
