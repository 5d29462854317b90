#pragma once

// The rows of the ledger: what people agreed to, what they took back, what they bought, and what
// authorities declared. Plain data.

#include "dnc/facts.hpp"
#include "dnc/number.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

/// Who put a row on record, and when.
struct Recording {
    dnc::Instant at{};
    std::string by;     ///< user, or the name of who ran the command
    std::string source; ///< file and line, or empty
};

/// A grant of consent with what proves it.
struct ConsentRecord {
    dnc::Number number;
    dnc::Consent consent; ///< `id` and `evidence` are the store's to say
    std::string evidence; ///< JSON object with `form` and `timestamp` at least
    Recording recorded;
};

struct RevocationRecord {
    std::int64_t id = 0;      ///< given by the store
    std::int64_t request = 0; ///< from IdMaker; the same request is recorded once
    dnc::Number number;
    dnc::Revocation revocation;
    std::chrono::year_month_day deadline; ///< by law; it acts at once
    Recording recorded;
    std::int64_t attempt = 0; ///< in which it was said; 0: in none
};

struct RelationshipRecord {
    dnc::Number number;
    std::string seller;
    dnc::Relationship relationship;
    std::string proof; ///< JSON object: invoice, form, ...
    Recording recorded;
};

/// Who says so, and who looked at it.
struct Declared {
    std::string source;   ///< where an authority says so
    std::string reviewer; ///< the person who read it
    Recording recorded;
};

struct EmergencyRecord {
    std::int64_t id = 0; ///< given by the store
    dnc::Emergency emergency;
    Declared declared;
};

struct HolidayRecord {
    dnc::ProclaimedHoliday holiday;
    Declared declared;
};

/// What authorities declared, as far as it is on record.
struct Declarations {
    std::vector<dnc::Emergency> emergencies;
    std::vector<dnc::ProclaimedHoliday> holidays;
};

/// What became of rows that were to be added.
struct Recorded {
    std::int64_t added = 0;
    std::int64_t known = 0; ///< were there already
};

struct NumberLedger {
    std::vector<ConsentRecord> consents;
    std::vector<RevocationRecord> revocations;
    std::vector<RelationshipRecord> relationships;
};

} // namespace campaigns
