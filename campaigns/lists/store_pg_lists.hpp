#pragma once

// What the files with SQL on suppression lists share.

#include "campaigns/lists/lists.hpp"
#include "dnc/number_set.hpp"

#include <pqxx/transaction>

#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// One list with its version in force, without its numbers.
struct ListInForce {
    dnc::SuppressionList settings;
    std::int64_t base_version = 0; ///< the full version that the version in force rests on
};

/// Ordered by list.
[[nodiscard]] std::vector<ListInForce> lists_in_force(pqxx::transaction_base& work);

/// "{212,646}", as PostgreSQL writes it.
[[nodiscard]] std::bitset<1000> area_codes_from_array(std::string_view text);

/// The numbers of a full version, streamed.
void read_full_version(pqxx::transaction_base& work, std::int64_t version_id, dnc::NumberSet& set);

/// What versions of one chain changed, after version `after` and up to version `up_to`, in order.
void read_version_changes(pqxx::transaction_base& work, std::int64_t base_version,
                          std::int64_t after, std::int64_t up_to,
                          const std::function<void(ListChange)>& sink);

/// One row of suppression_blocks as COPY text takes it.
struct BlockColumns {
    std::optional<std::string> few;  ///< "{0123,...}" without leading zeros
    std::optional<std::string> many; ///< "\\x..."
};
[[nodiscard]] BlockColumns columns_of(std::size_t count, const dnc::NumberBlock& lines);

} // namespace campaigns
