#pragma once

// Rows of the ledger and of past calls as the facts that the gate decides on: one reader for leads
// on loan, imports and what people look at. For store_pg*.cpp; times come as columns of
// microseconds (at_us, expires_us).

#include "campaigns/types.hpp"

#include <pqxx/row>

#include <string_view>

namespace campaigns {

/// Columns id, word (the grade), sellers, subject, debt, at_us, expires_us.
[[nodiscard]] dnc::Consent consent_of_row(const pqxx::row& row);
/// Columns id, at_us, means, word (the scope), seller, subject.
[[nodiscard]] dnc::Revocation revocation_of_row(const pqxx::row& row);
/// Columns word (the answer), at_us.
[[nodiscard]] dnc::Reassignment reassignment_of_row(const pqxx::row& row);
/// Columns at_us, outcome, number, seller, subject.
[[nodiscard]] dnc::PastAttempt past_attempt_of_row(const pqxx::row& row);
/// Columns id, word (the kind), at_us; takes the place of an earlier one of its kind.
void add_relationship(const pqxx::row& row, PhoneFacts& facts);

/// A row of the ledger as what its `fact` says: consent, revocation, relationship or reassigned.
void add_fact(std::string_view fact, const pqxx::row& row, PhoneFacts& facts);

/// SQL with $1, an array of consents as JSON: inserts those that are not there.
extern const char* const kInsertConsents;

} // namespace campaigns
