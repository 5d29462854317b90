#pragma once

// Real PostgreSQL for tests: one private cluster a program, one fresh migrated database a test.
//
// DIALER_TEST_DSN (e.g. "host=/run/pg dbname=dialer user=postgres") names a cluster that is there
// already, with a superuser; without it a cluster is made by tools/cluster, in memory where there
// is room, and destroyed at exit.

#include "campaigns/ids.hpp"
#include "campaigns/store.hpp"
#include "dnc/gate.hpp"
#include "dnc/pack.hpp"

#include <string>
#include <vector>

namespace store_test {

/// Throws std::runtime_error when there is no cluster and none can be made.
class Database {
public:
    Database();
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] std::string admin_dsn() const { return dsn("postgres"); }
    [[nodiscard]] std::string owner_dsn() const { return dsn("dialer_owner"); }
    [[nodiscard]] std::string engine_dsn() const { return dsn("dialer_engine"); }

    /// Runs SQL as the superuser; returns the rows as "a|b\nc|d".
    std::string sql(const std::string& statement) const;

    /// Asks until the answer is "t"; false when that has not come within 10 s.
    [[nodiscard]] bool becomes_true(const std::string& question) const;

    /// A database without any schema, for tests of the migrations themselves.
    struct Empty {};
    explicit Database(Empty);

private:
    [[nodiscard]] std::string dsn(const std::string& user) const;

    std::string name_;
};

/// The same on any connection string; throws std::runtime_error with PostgreSQL's message.
std::string run_sql(const std::string& dsn, const std::string& statement);

/// An empty database as an older program left it: the migrations that sort before `name`.
void apply_until(const Database& db, const std::string& name);
/// The names of the migrations from `name` on.
std::vector<std::string> schema_from(const std::string& name);

/// Noon in New York on a Monday: where most tests take place.
constexpr campaigns::Instant kNoon{std::chrono::sys_days{std::chrono::November / 23 / 2026} +
                                   std::chrono::hours{17}};

/// A gate that allows every NANP number at any hour; `caps` become the rules CAP-0, CAP-1, ...
dnc::Clearance clearance_for(dnc::Number number, campaigns::Instant at,
                             const std::vector<dnc::FrequencyRule>& caps = {});

/// The i-th fictional number: area codes 201.., 555-0100..0199.
dnc::Number number_at(int i);

/// One running campaign and one begun run, on the engine's role.
struct World {
    World();
    /// With other settings than the usual ones.
    explicit World(const campaigns::Campaign& campaign);

    /// Adds ready leads with `phones` numbers each, as an import would.
    void add_leads(int count, int phones = 1);
    std::vector<campaigns::Lead> lease(int count, campaigns::Instant now = kNoon);
    campaigns::AttemptDraft draft(const campaigns::Lead& lead, campaigns::Instant at = kNoon);
    /// Leases one lead and commits its first attempt.
    campaigns::AttemptDraft dial_one(campaigns::Instant at = kNoon);
    campaigns::AttemptResult result(const campaigns::AttemptDraft& draft,
                                    campaigns::Outcome outcome,
                                    campaigns::Instant at = kNoon + std::chrono::seconds{30});
    void write_result(const campaigns::AttemptResult& result);
    /// "status|attempts|due" of a lead; due in seconds after kNoon.
    std::string lead(campaigns::LeadId id) const;

    Database db;
    campaigns::Store store;
    campaigns::IdMaker ids{1};
    campaigns::Campaign campaign;
    campaigns::RunId run{};
    int next_number = 0;
};

campaigns::Campaign usual_campaign();
campaigns::RunStart run_start(campaigns::RunId run);

} // namespace store_test
