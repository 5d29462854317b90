#pragma once

// Call records: the ten fields of 16 CFR 310.5(a)(2) for every attempt, and what is missing.
//
// A record is not stored a second time: the view `call_records` reads it from the dial log, the
// campaign, its script and the proofs of its caller ids. Results are checked in the transaction
// that writes them; what is missing goes to the repair queue, and a campaign with open repairs must
// not dial (record_obstacles).

#include "campaigns/types.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

class Store;

struct CheckedRecords {
    std::int64_t checked = 0;
    std::int64_t faulty = 0; ///< faults that went to the repair queue now
};

/// Checks the records of attempts made from <= at < to again: those that are older than the checks,
/// or were exempt when they were made. New results are checked as they are written. In pieces of an
/// hour, so that nothing is locked for long.
CheckedRecords check_records(Store& store, Instant from, Instant to, Instant now);

/// What a campaign says for its call records; what is empty stays as it is.
struct RecordSettings {
    std::optional<std::string> called_party = {}; ///< "consumer", "business"
    std::optional<std::string> telemarketer = {}; ///< who calls; "": the seller
    std::optional<std::string> rule = {};         ///< "tsr", "none": the law does not apply
};
/// StoreRefusal: no such campaign, no such word.
void set_record_settings(Store& store, const std::string& campaign, const RecordSettings& settings,
                         const Actor& actor);

/// Puts on record what is in the campaign's recorded message from now on; true when it is not what
/// was on record. Whoever loads the file to play it calls this. Throws SourceError when the file
/// cannot be read.
bool note_message_file(Store& store, CampaignId campaign, const std::string& path,
                       const Actor& actor);

/// One thing that one record lacks.
struct RecordRepair {
    AttemptId attempt{};
    std::string campaign = {};
    std::string field = {}; ///< "seller", "script", "caller_id_proof", ...
    std::string text = {};  ///< what is missing and what to do
    Instant found_at{};
    std::optional<Instant> repaired_at = {};
    std::string by = {};
    std::string value = {}; ///< that the repair gave
    std::string note = {};
};

struct RepairQuery {
    std::optional<std::string> campaign = {};
    bool open_only = true;
    std::int64_t limit = 1000;
};
[[nodiscard]] std::vector<RecordRepair> record_repairs(Store& store, const RepairQuery& query);

/// Gives the missing value: a further row, nothing is changed. StoreRefusal when that record does
/// not lack that field, or the value is empty.
void repair_record(Store& store, AttemptId attempt, const std::string& field,
                   const std::string& value, const std::string& note, const Actor& actor);
/// The same for all open repairs of the campaign that lack that field; returns how many.
std::int64_t repair_records(Store& store, const std::string& campaign, const std::string& field,
                            const std::string& value, const std::string& note, const Actor& actor);

/// Why the campaign must not dial, each a sentence for people; empty: nothing stands against it.
[[nodiscard]] std::vector<Sentence> record_obstacles(Store& store, CampaignId campaign);

/// The faults of one attempt as they are now, without the repairs.
[[nodiscard]] std::vector<std::string> record_faults(Store& store, AttemptId attempt);

struct RecordQuery {
    std::optional<std::string> campaign = {};
    std::optional<Instant> from = {}; ///< by the instant of the attempt
    std::optional<Instant> to = {};   ///< first instant that is too late
    std::optional<dnc::Number> number = {};
    std::int64_t limit = 0; ///< 0: all
};
/// Call records as JSON objects, one a call of `sink`, in order of time and constant memory.
/// Returns how many.
std::int64_t export_call_records(Store& store, const RecordQuery& query,
                                 const std::function<void(std::string_view json)>& sink);

} // namespace campaigns
