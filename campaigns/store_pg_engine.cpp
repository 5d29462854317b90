// Runs, their death, and the supply of leads.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <charconv>

namespace campaigns {

namespace {

// Advisory locks with the run's id as key say that the run lives; with the negative id, shared,
// that a lease is being made for it. Reconciliation takes the second one exclusively, so that no
// lease can come after it.
constexpr const char* kLockRun = "SELECT pg_try_advisory_lock($1::bigint)";
constexpr const char* kInsertRun =
    "INSERT INTO engine_runs (id, at, node, clock_shift, tzdb_version, rules_version) "
    "VALUES ($1, $2, $3, make_interval(secs => $4::numeric / 1000000), $5, $6) "
    "ON CONFLICT DO NOTHING";
constexpr const char* kRunEnded = "SELECT EXISTS (SELECT FROM engine_run_ends WHERE run_id = $1)";
constexpr const char* kPartitions = "SELECT ensure_partitions($1, 3)";

constexpr const char* kFenceRun = "SELECT pg_advisory_xact_lock_shared(-($1::bigint))";
constexpr const char* kRunOpen = "SELECT EXISTS (SELECT FROM engine_runs WHERE id = $1) "
                                 "AND NOT EXISTS (SELECT FROM engine_run_ends WHERE run_id = $1)";

// One probe of the index per priority, so that leads which rest at a high priority are never
// walked over to reach the due ones below; locks no more rows than it returns.
constexpr const char* kLease = R"sql(
WITH picked AS MATERIALIZED (
    SELECT due.id
    FROM generate_series(9, 0, -1) AS level (priority)
    CROSS JOIN LATERAL (
        SELECT id FROM leads
        WHERE campaign_id = $1 AND status = 'ready' AND priority = level.priority::smallint
          AND due_at <= $4
        ORDER BY due_at, id
        LIMIT $3
        FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE EXISTS (SELECT FROM campaigns WHERE id = $1 AND running)
    LIMIT $3
), leased AS (
    UPDATE leads SET status = 'leased', run_id = $2, leased_until = $5
    FROM picked WHERE leads.id = picked.id
    RETURNING leads.id, list_id, leads.name, region, postal_code, attempts, priority, due_at
)
SELECT id, list_id, name, region, postal_code, attempts,
       (SELECT string_agg(number::text, ',' ORDER BY position) FROM lead_phones
        WHERE lead_id = leased.id AND invalid_attempt IS NULL) AS phones
FROM leased ORDER BY priority DESC, due_at, id
)sql";

constexpr const char* kReturn =
    "UPDATE leads SET status = coalesce(after_loan, 'ready'), run_id = NULL, leased_until = NULL, "
    "after_loan = NULL, due_at = coalesce($3, due_at) "
    "WHERE id = ANY($2::bigint[]) AND run_id = $1 "
    "AND (status = 'leased' OR (status = 'dialing' AND EXISTS ("
    "SELECT FROM attempt_results r WHERE r.attempt_id = leads.attempt_id AND r.failover_follows)))";

// Reconciliation. The transaction lock makes two engines take turns.
constexpr const char* kReconcileTurns = "SELECT pg_advisory_xact_lock(1684630627, 2)";
// A run of this very session would grant its own lock again, hence $1.
constexpr const char* kDeadRuns =
    "SELECT id FROM engine_runs r "
    "WHERE NOT EXISTS (SELECT FROM engine_run_ends e WHERE e.run_id = r.id) "
    "AND id <> $1 AND pg_try_advisory_xact_lock(id)";
constexpr const char* kFenceOff = "SELECT pg_advisory_xact_lock(-($1::bigint))";
constexpr const char* kReleaseRun =
    "UPDATE leads SET status = coalesce(after_loan, 'ready'), run_id = NULL, leased_until = NULL, "
    "after_loan = NULL "
    "WHERE run_id = $1 AND status = 'leased'";
constexpr const char* kReleaseExpired =
    "UPDATE leads SET status = coalesce(after_loan, 'ready'), run_id = NULL, leased_until = NULL, "
    "after_loan = NULL "
    "WHERE status = 'leased' AND leased_until < $1";
// Waits for a transaction of the dead run that is still about to commit its attempts.
constexpr const char* kLockDialing =
    "SELECT id FROM leads WHERE run_id = $1 AND status = 'dialing' ORDER BY id FOR UPDATE";
constexpr const char* kCloseAttempts = R"sql(
WITH open AS MATERIALIZED (
    SELECT a.id, a.campaign_id FROM attempts a
    WHERE a.run_id = $1
      AND NOT EXISTS (SELECT FROM attempt_results r WHERE r.attempt_id = a.id)
), closed AS (
    INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, ended_at, ended_by,
                                 failover_follows, campaign_id)
    SELECT id, 'interrupted', 'none', 0, $2, 'engine', false, campaign_id FROM open
    ON CONFLICT DO NOTHING
    RETURNING attempt_id
)
INSERT INTO attempt_events (attempt_id, seq, at, kind, detail)
SELECT attempt_id,
       (SELECT coalesce(max(seq) + 1, 0) FROM attempt_events e WHERE e.attempt_id = c.attempt_id),
       $2, 'interrupted', 'the engine run ended while the call was open'
FROM closed c
ON CONFLICT DO NOTHING
)sql";
// Also the leads between a failed trunk and the next one, whose last attempt has its result.
constexpr const char* kReleaseDialing = R"sql(
UPDATE leads l
SET status = CASE WHEN l.after_loan IS NOT NULL THEN l.after_loan
                  WHEN l.attempts >= c.attempts_max THEN 'exhausted' ELSE 'ready' END,
    due_at = $2::timestamptz + make_interval(secs => c.retry_after_s),
    run_id = NULL, leased_until = NULL, after_loan = NULL
FROM campaigns c
WHERE l.run_id = $1 AND l.status = 'dialing' AND c.id = l.campaign_id
)sql";
constexpr const char* kEndRun =
    "INSERT INTO engine_run_ends (run_id, at, attempts_closed) VALUES ($1, $2, $3)";

std::vector<dnc::Number> numbers_of(std::string_view text) {
    std::vector<dnc::Number> numbers;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at < end;) {
        dnc::Number number;
        const auto read = std::from_chars(at, end, number.e164);
        if (read.ec != std::errc{}) {
            break;
        }
        numbers.push_back(number);
        at = read.ptr == end ? end : read.ptr + 1;
    }
    return numbers;
}

Lead lead_of(const pqxx::row& row, CampaignId campaign, Instant until) {
    return {.id = LeadId{row["id"].as<std::int64_t>()},
            .campaign = campaign,
            .list = ListId{row["list_id"].as<std::int64_t>()},
            .phones = numbers_of(row["phones"].as<std::string>("")),
            .name = row["name"].as<std::string>(),
            .address_region = row["region"].as<std::string>(),
            .postal_code = row["postal_code"].as<std::string>(),
            .attempts = row["attempts"].as<int>(),
            .leased_until = until,
            .facts = {},
            .past = {}};
}

/// Closes what one dead run left behind.
void bury(pqxx::transaction_base& work, std::int64_t run, const std::string& now,
          Reconciled& total) {
    work.exec_prepared("fence_off", run);
    total.leases_released +=
        static_cast<std::int64_t>(work.exec_prepared("release_run", run).affected_rows());
    work.exec_prepared("lock_dialing", run);
    const auto closed =
        static_cast<std::int64_t>(work.exec_prepared("close_attempts", run, now).affected_rows());
    work.exec_prepared("release_dialing", run, now);
    work.exec_prepared("end_run", run, now, closed);
    total.attempts_closed += closed;
}

} // namespace

void prepare_engine(pqxx::connection& connection) {
    connection.prepare("lock_run", kLockRun);
    connection.prepare("insert_run", kInsertRun);
    connection.prepare("run_ended", kRunEnded);
    connection.prepare("partitions", kPartitions);
    connection.prepare("fence_run", kFenceRun);
    connection.prepare("run_open", kRunOpen);
    connection.prepare("lease", kLease);
    connection.prepare("return", kReturn);
    connection.prepare("reconcile_turns", kReconcileTurns);
    connection.prepare("dead_runs", kDeadRuns);
    connection.prepare("fence_off", kFenceOff);
    connection.prepare("release_run", kReleaseRun);
    connection.prepare("release_expired", kReleaseExpired);
    connection.prepare("lock_dialing", kLockDialing);
    connection.prepare("close_attempts", kCloseAttempts);
    connection.prepare("release_dialing", kReleaseDialing);
    connection.prepare("end_run", kEndRun);
}

void hold_open(pqxx::transaction_base& transaction, RunId run) {
    const auto run_id = static_cast<std::int64_t>(run);
    transaction.exec_prepared("fence_run", run_id);
    if (!transaction.exec_prepared1("run_open", run_id)[0].as<bool>()) {
        throw StoreRefusal{"run " + std::to_string(run_id) + " is not open; begin a new one"};
    }
}

void Store::begin_run(const RunStart& start) {
    guarded(*session_, [this, &start] {
        const auto run = static_cast<std::int64_t>(start.run);
        const std::string at = to_rfc3339(start.at);
        pqxx::work work{session_->connection};
        // Asked again on the session that holds it, the lock would be counted twice.
        if (session_->own_run != start.run) {
            if (!work.exec_prepared1("lock_run", run)[0].as<bool>()) {
                throw StoreRefusal{"run " + std::to_string(run) + " is held by another session"};
            }
            session_->own_run = start.run;
        }
        work.exec_prepared("insert_run", run, at, clean_text(start.node), start.clock_shift.count(),
                           clean_text(start.tzdb_version), clean_text(start.rules_version));
        if (work.exec_prepared1("run_ended", run)[0].as<bool>()) {
            throw StoreRefusal{"run " + std::to_string(run) +
                               " was closed by another engine; begin a new one"};
        }
        work.exec_prepared("partitions", at);
        work.commit();
    });
}

Reconciled Store::reconcile(Instant now) {
    return guarded(*session_, [this, now] {
        const std::string at = to_rfc3339(now);
        const auto own = static_cast<std::int64_t>(session_->own_run.value_or(RunId{-1}));
        Reconciled total;
        pqxx::work work{session_->connection};
        allow_bulk(work);
        work.exec_prepared("reconcile_turns");
        for (const pqxx::row& row : work.exec_prepared("dead_runs", own)) {
            bury(work, row[0].as<std::int64_t>(), at, total);
        }
        total.leases_released +=
            static_cast<std::int64_t>(work.exec_prepared("release_expired", at).affected_rows());
        work.commit();
        return total;
    });
}

std::vector<Lead> Store::lease_leads(CampaignId campaign, RunId run, int count, Instant now,
                                     Instant until, std::chrono::days memory) {
    return guarded(*session_, [&] {
        const auto run_id = static_cast<std::int64_t>(run);
        pqxx::work work{session_->connection};
        hold_open(work, run);
        const pqxx::result rows =
            work.exec_prepared("lease", static_cast<std::int64_t>(campaign), run_id,
                               std::max(count, 0), to_rfc3339(now), to_rfc3339(until));
        std::vector<Lead> leads;
        leads.reserve(rows.size());
        for (const pqxx::row& row : rows) {
            leads.push_back(lead_of(row, campaign, until));
        }
        add_facts(work, campaign, leads, now - memory);
        work.commit();
        return leads;
    });
}

void Store::return_leads(RunId run, const std::vector<LeadId>& leads, std::optional<Instant> due) {
    guarded(*session_, [&] {
        const std::optional<std::string> due_text =
            due ? std::optional{to_rfc3339(*due)} : std::nullopt;
        pqxx::work work{session_->connection};
        work.exec_prepared("return", static_cast<std::int64_t>(run), array_of(leads), due_text);
        work.commit();
    });
}

} // namespace campaigns
