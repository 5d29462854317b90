#pragma once

// From a row of a CSV file to a consent or a relationship, or to what is wrong with it. Pure.

#include "campaigns/files/csv.hpp"
#include "campaigns/import/rows.hpp"
#include "campaigns/ledger/ledger.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace campaigns {

/// What the cells of one row say, by header; texts are trimmed.
using Cells = std::vector<std::pair<std::string, std::string>>;

template <typename Record> using LedgerVerdict = std::variant<Record, RowFinding>;

/// Columns number, grade, sellers (separated by | or ;), subject, debt, at, expires, and the
/// evidence: form, timestamp (`at` when there is no such column), and every other column by its
/// name. `line` is the row's, for the finding.
[[nodiscard]] LedgerVerdict<ConsentRecord> read_consent(const Cells& cells, std::int64_t line);

/// Columns number, seller, kind (purchase or inquiry), at; every other column is proof.
[[nodiscard]] LedgerVerdict<RelationshipRecord> read_relationship(const Cells& cells,
                                                                  std::int64_t line);

/// An instant, or a date, which stands for its first moment in UTC. Nothing for any other text.
[[nodiscard]] std::optional<dnc::Instant> read_moment(std::string_view text);

/// Why a header cannot be used, for people; empty when it can.
[[nodiscard]] std::string consent_header_fault(const std::vector<std::string>& headers);
[[nodiscard]] std::string relationship_header_fault(const std::vector<std::string>& headers);

/// "Form Version" is "form_version": how headers are compared.
[[nodiscard]] std::string header_key(std::string_view header);

} // namespace campaigns
