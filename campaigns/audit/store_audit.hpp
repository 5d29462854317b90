#pragma once

// What the store_pg_audit files share: the tree as the database keeps it.

#include "campaigns/audit/audit.hpp"
#include "campaigns/audit/merkle.hpp"

#include <pqxx/transaction>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace campaigns::audit {

/// Roots of complete subtrees are stored for every kNodeStep-th level.
constexpr int kNodeStep = 4;

/// The tree of audit_leaves and audit_nodes. Reads rows in aligned runs and keeps the latest of
/// them: walks along the leaves, and proofs for neighbours, ask the database rarely. Lives as long
/// as its transaction.
class StoredTree final : public merkle::Subtrees {
public:
    explicit StoredTree(pqxx::transaction_base& work) : work_{work} {}

    /// Throws StoreRefusal when the log has a hole there.
    [[nodiscard]] merkle::Hash complete(int level, std::int64_t index) override;

    /// Hashes `from` up to `to` of a stored level.
    [[nodiscard]] std::vector<merkle::Hash> read(int level, std::int64_t from, std::int64_t to);

private:
    static constexpr std::int64_t kRun = 256;
    static constexpr std::size_t kRunsMax = 64;

    const merkle::Hash& stored(int level, std::int64_t index);

    pqxx::transaction_base& work_;
    merkle::Hasher hasher_;
    std::map<std::pair<int, std::int64_t>, std::vector<merkle::Hash>> runs_;
};

/// Leaves of the log.
[[nodiscard]] std::int64_t size_of(pqxx::transaction_base& work);
[[nodiscard]] std::string log_of(pqxx::transaction_base& work);

/// "\x..." as PostgreSQL writes bytea.
template <std::size_t N>
[[nodiscard]] std::array<std::uint8_t, N> bytes_of(const pqxx::field& field) {
    std::array<std::uint8_t, N> bytes{};
    std::string_view text{field.c_str(), field.size()};
    text.remove_prefix(std::min<std::size_t>(2, text.size()));
    if (!read_hex(text, bytes.data(), N)) {
        throw StoreRefusal{"the audit log holds a hash or a signature of the wrong length"};
    }
    return bytes;
}

/// Columns of a head: statement, signature.
[[nodiscard]] SignedHead head_of(const pqxx::row& row);
[[nodiscard]] std::vector<SignedHead> heads_of(const pqxx::result& rows);
/// The newest head.
[[nodiscard]] std::optional<SignedHead> newest_head(pqxx::transaction_base& work);
[[nodiscard]] std::vector<KeyRecord> keys_of(pqxx::transaction_base& work);

} // namespace campaigns::audit
