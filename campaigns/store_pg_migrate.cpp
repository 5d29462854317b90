// Migrations: numbered, forward only, one transaction each, never changed once applied.

#include "campaigns/schema_files.hpp"
#include "campaigns/store_session.hpp"

#include <openssl/evp.h>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <array>
#include <map>

namespace campaigns {

namespace {

constexpr const char* kMakeTable = "CREATE TABLE IF NOT EXISTS schema_migrations ("
                                   "name text PRIMARY KEY, "
                                   "sha256 text NOT NULL, "
                                   "applied_at timestamptz NOT NULL DEFAULT now())";
// Two programs that migrate at once take turns; the lock ends with the session.
constexpr const char* kTakeTurns = "SELECT pg_advisory_lock(1684630627, 0)";
constexpr const char* kApplied = "SELECT name, sha256 FROM schema_migrations";
constexpr const char* kTableThere = "SELECT to_regclass('schema_migrations') IS NOT NULL";
constexpr const char* kRecord = "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)";
constexpr const char* kPartitions = "SELECT ensure_partitions(now(), 3)";

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error{"store: SHA-256 is not available in OpenSSL"};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < length; ++i) {
        hex += digits[digest.at(i) >> 4];
        hex += digits[digest.at(i) & 15];
    }
    return hex;
}

std::map<std::string, std::string> applied_migrations(pqxx::transaction_base& transaction) {
    std::map<std::string, std::string> applied;
    for (const pqxx::row& row : transaction.exec(kApplied)) {
        applied.emplace(row[0].as<std::string>(), row[1].as<std::string>());
    }
    return applied;
}

/// Throws when the database knows a migration that this program does not know, or knows otherwise.
void refuse_foreign(const std::map<std::string, std::string>& applied) {
    std::map<std::string, std::string> ours;
    for (const SchemaFile& file : schema_files()) {
        ours.emplace(file.name, sha256_hex(file.sql));
    }
    for (const auto& [name, sha256] : applied) {
        const auto known = ours.find(name);
        if (known == ours.end()) {
            throw StoreRefusal{"the database has migration " + name +
                               ", which this program does not know; use a newer program"};
        }
        if (known->second != sha256) {
            throw StoreRefusal{"migration " + name +
                               " was applied with other content than this program has; an applied "
                               "migration must never be edited"};
        }
    }
}

void apply(pqxx::connection& connection, const SchemaFile& file) {
    pqxx::work work{connection};
    work.exec(std::string{file.sql});
    work.exec_params(kRecord, std::string{file.name}, sha256_hex(file.sql));
    work.commit();
}

std::vector<std::string> apply_missing(Store::Session& session) {
    std::map<std::string, std::string> applied;
    {
        pqxx::nontransaction work{session.connection};
        // A migration may take as long as it takes.
        work.exec("SET statement_timeout = 0");
        work.exec(kTakeTurns);
        work.exec(kMakeTable);
        applied = applied_migrations(work);
    }
    refuse_foreign(applied);
    std::vector<std::string> names;
    for (const SchemaFile& file : schema_files()) {
        const std::string name{file.name};
        if (applied.count(name) == 0) {
            apply(session.connection, file);
            names.push_back(name);
        }
    }
    pqxx::nontransaction work{session.connection};
    work.exec(kPartitions);
    return names;
}

} // namespace

void check_schema(pqxx::connection& connection) {
    pqxx::nontransaction work{connection};
    const bool there = work.exec1(kTableThere)[0].as<bool>();
    const auto applied = there ? applied_migrations(work) : std::map<std::string, std::string>{};
    refuse_foreign(applied);
    if (applied.size() != schema_files().size()) {
        throw StoreRefusal{"the database schema is older than this program; run `dialer migrate`"};
    }
}

std::vector<std::string> migrate(const std::string& dsn) {
    std::unique_ptr<Store::Session> session;
    try {
        session = std::make_unique<Store::Session>(dsn);
    } catch (const pqxx::pqxx_exception& error) {
        throw StoreUnavailable{error.base().what()};
    }
    return guarded(*session, [&session] { return apply_missing(*session); });
}

} // namespace campaigns
