#pragma once

// What the files of the import that speak SQL share.

#include "campaigns/import/lookups.hpp"
#include "campaigns/ledger/ledger.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// Sends lines that are in the text format of COPY already. Nothing for an empty text.
void copy_lines(pqxx::transaction_base& work, const std::string& table, std::string_view columns,
                const std::string& lines);

/// Those of the numbers that leads of these campaigns have and the scope looks at; by number.
ImportLookups::Taken numbers_taken(pqxx::transaction_base& work,
                                   const std::vector<std::int64_t>& numbers,
                                   const NumberScope& scope,
                                   const std::vector<std::int64_t>& campaigns);

/// Adds consents that are not on record yet, inside the caller's transaction; returns how many.
std::int64_t add_consents(pqxx::transaction_base& work, const std::vector<ConsentRecord>& consents);

} // namespace campaigns
