#pragma once

// What is known about one call that may be placed: the input of the gate.
//
// A member that is empty (nullopt) is not known, and what a rule needs and does not find refuses
// the call (UNKNOWN_...). An empty vector says: known, there is none.

#include "dnc/number.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dnc {

enum class Purpose : std::uint8_t {
    telemarketing,
    informational,
    collections,
    survey,
    nonprofit,
    political
};
enum class Voice : std::uint8_t { live, prerecorded, ai };
enum class Manner : std::uint8_t { automated, manual };
/// Whether a dialer that calls a list is an automatic telephone dialing system.
enum class AtdsProfile : std::uint8_t { strict, duguid };
enum class LineType : std::uint8_t { landline, wireless, voip, protected_line };

/// In rising strength: a rule that asks for one of them is satisfied by a later one.
enum class ConsentGrade : std::uint8_t { oral, express, written };

struct Consent {
    std::int64_t id = 0; ///< in the ledger; 0 when it comes from elsewhere
    ConsentGrade grade = ConsentGrade::oral;
    std::vector<std::string> sellers; ///< whom it names; empty: nobody
    std::string subject;              ///< empty: any
    std::string debt;                 ///< empty: any
    Instant at{};
    std::optional<Instant> expires = {}; ///< first instant at which it no longer holds
    bool evidence = false;               ///< all required fields of its evidence are there
};

enum class RevocationScope : std::uint8_t { seller, subject, all };

struct Revocation {
    std::int64_t id = 0;
    Instant at{};
    std::string means; ///< "sms", "spoken", ... ; any means will do
    RevocationScope scope = RevocationScope::seller;
    std::string seller;  ///< empty: whoever calls
    std::string subject; ///< empty: not said
};

/// An established business relationship with the seller.
struct Relationship {
    enum class Kind : std::uint8_t { purchase, inquiry };
    std::int64_t id = 0;
    Kind kind = Kind::inquiry;
    Instant at{};
    /// When only the day is known: that day wherever the person is, and `at` some instant of it.
    std::optional<std::chrono::year_month_day> on = {};
};

/// What one list says about the number.
struct ListAnswer {
    std::optional<std::chrono::year_month_day> as_of = {}; ///< of the version asked
    bool listed = false;
    bool subscribed = true; ///< false: the number's area code is not covered by the subscription
    std::int64_t version_id = 0;
    std::string_view name = {}; ///< of the list, for people; what it points to outlives the facts
};

struct CompanyListing {
    bool listed = false;
    std::optional<Instant> listed_at = {}; ///< empty: since ever
    std::string seller;                    ///< whose list; empty: every seller's
};

struct Reassignment {
    enum class Answer : std::uint8_t { yes, no, no_data };
    Answer answer = Answer::no_data;
    std::optional<Instant> queried_at = {};
};

/// Answers of lists. What is empty was not asked.
struct ListFacts {
    std::optional<ListAnswer> national = {};   ///< the registry of the number's own country
    std::optional<ListAnswer> state = {};      ///< of the number's or the address's state
    std::optional<ListAnswer> preference = {}; ///< TPS, RPO and their like
    std::optional<ListAnswer> litigator = {};
    std::optional<ListAnswer> other = {}; ///< any further list that the user keeps
    std::optional<CompanyListing> company = {};
    std::optional<Reassignment> reassigned = {};
    bool reassigned_never_asked = false; ///< known: nobody asked, and so nothing is assumed
    /// Last proof that no change of the lists was missed; empty: the answers come from no feed.
    std::optional<Instant> feed_alive_at = {};
};

enum class PastOutcome : std::uint8_t {
    not_alerted, ///< the phone never rang: counts for no cap
    no_answer,
    busy,
    machine,
    abandoned,
    conversation
};

/// An earlier call. Keys that are empty may be anything, and so count as equal to this call's.
struct PastAttempt {
    Instant at{};
    PastOutcome outcome = PastOutcome::no_answer;
    bool inbound = false; ///< the person called us: no attempt, but a conversation all the same
    std::optional<Number> number = {}; ///< empty: the number of this call
    std::string person;                ///< empty: whoever has `number`
    std::string seller;
    std::string subject;
    std::string debt;
};

/// A declared state of emergency, [from, to).
struct Emergency {
    std::string region; ///< "NY"
    Instant from{};
    std::optional<Instant> to = {}; ///< empty: not over yet
};

/// A day that an authority made a holiday at short notice.
struct ProclaimedHoliday {
    std::string region;
    std::chrono::year_month_day date;
};

/// The address that a lead gave. Empty text is not known.
struct Address {
    std::string country; ///< ISO 3166, "US"; empty with a region: that of the number
    std::string region;  ///< subdivision code, "FL"
    std::string county;  ///< "Baldwin"; with or without "County"
    std::string postal_code;
};

struct CallFacts {
    Number number;
    Address address;
    Purpose purpose = Purpose::telemarketing;
    Manner selection = Manner::automated;
    Manner dialing = Manner::automated;
    Voice voice = Voice::live;
    AtdsProfile atds_profile = AtdsProfile::strict;
    std::string seller;  ///< empty: not known
    std::string subject; ///< empty: not known
    std::string person;  ///< empty: whoever has `number`
    std::string debt;
    std::optional<LineType> line_type = {};
    /// The number went to a wireless carrier on that day and the caller was not told.
    std::optional<std::chrono::year_month_day> ported_at = {};
    std::optional<std::vector<Consent>> consents = {};
    std::optional<std::vector<Revocation>> revocations = {};
    /// Outer: known at all; inner: there is one.
    std::optional<std::optional<Relationship>> relationship = {};
    std::optional<std::vector<PastAttempt>> attempts = {};
    std::optional<std::vector<Emergency>> emergencies = {};
    std::optional<std::vector<ProclaimedHoliday>> proclaimed_holidays = {};
    std::chrono::seconds ring_max{0}; ///< the ringing must end inside the window as well
    bool agent_guaranteed = false;    ///< an agent is kept free for the answer
    ListFacts lists;
    /// For the study of single rules: what is not known about lists, consent, relationship, line,
    /// reassignment, past calls, emergencies and seller counts as passing. It lifts nothing.
    bool assume_clear = false;
};

} // namespace dnc
