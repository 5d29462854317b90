#pragma once

// The numbers of an import's leads on their way into the store.

#include "campaigns/import/batch.hpp"
#include "campaigns/import/duplicate.hpp"
#include "campaigns/import/import.hpp"
#include "campaigns/import/overtaken.hpp"
#include "campaigns/types.hpp"

#include <pqxx/dbtransaction>

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace campaigns {

/// Writes numbers inside the import's transaction. A campaign has each number once, and leads that
/// come one by one do not wait for an import: a number may be such a lead's by the time it is
/// written. Then the row ends as if that lead had been there before the file: it is refused and its
/// lead taken out again, or the lead comes without the number, as the policy says. Nothing else of
/// the file is lost, whoever waits for whom.
///
/// One thread. Memory: some hundred bytes for each row that lost a number so.
class ImportPhones {
public:
    /// `request` outlives it.
    ImportPhones(const ImportRequest& request, const Campaign& campaign, std::int64_t import_id,
                 std::int64_t list_id);

    /// Writes and empties `phones`: all those of some leads whose rows are written already. Throws
    /// what pqxx throws.
    void write(pqxx::dbtransaction& work, std::vector<PhoneRow>& phones);

    /// Of all that was written so far.
    [[nodiscard]] const Overtaken& overtaken() const { return overtaken_; }
    /// Whether no lead of the import came with the number, though its row was accepted.
    [[nodiscard]] bool lost(dnc::Number number) const { return lost_.contains(number.e164); }

private:
    [[nodiscard]] bool copied(pqxx::dbtransaction& work, std::vector<PhoneRow>& phones);
    void write_piece(pqxx::dbtransaction& work, std::vector<PhoneRow> piece);
    void leave_out(std::vector<PhoneRow>& piece, const ImportLookups::Taken& taken);
    void keep_rest(std::span<const PhoneRow> lead, const ImportLookups::Taken& taken,
                   std::vector<PhoneRow>& kept);
    void tell(const RowFinding& finding, bool refused);
    void put_right(pqxx::dbtransaction& work);

    const ImportRequest& request_;
    NumberScope scope_;
    std::int64_t import_id_;
    std::int64_t list_id_;
    Overtaken overtaken_;
    std::unordered_set<std::int64_t> lost_; // numbers
    std::string lines_;                     // of the COPY
    // Of the run at hand.
    std::vector<std::int64_t> refused_; // leads to be taken out again
    std::vector<std::int64_t> moved_;   // leads with another first number, whose place it is
};

} // namespace campaigns
