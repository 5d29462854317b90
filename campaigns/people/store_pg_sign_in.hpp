#pragma once

// What signing in by password and by an identity provider share. Inside a transaction.

#include "campaigns/people/sign_in.hpp"

#include <pqxx/transaction>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace campaigns {

/// How long to wait when there were too many wrong tries for the name (in lower case) or from the
/// address. Tries for one name take turns until the transaction ends.
[[nodiscard]] std::optional<std::chrono::seconds>
locked_for(pqxx::work& work, const std::string& name, const std::string& address, Instant now);

/// `outcome`: "signed_in", "wrong" or "locked".
void note_sign_in(pqxx::work& work, const std::string& name, const std::string& address,
                  const std::string& outcome, Instant now);

/// Of a row that has id, name, role and agent_id first.
[[nodiscard]] User user_of(const pqxx::row& row);

/// What people type, in the form that tries are noted under.
[[nodiscard]] std::string name_of_try(std::string_view text);

} // namespace campaigns
