// Runs and their death, and leads that come back.

#include "campaigns/store_json.hpp"
#include "campaigns/supply/store_pg_supply.hpp"

#include <pqxx/transaction>

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

constexpr const char* kReturn =
    "UPDATE leads SET status = coalesce(after_loan, 'ready'), run_id = NULL, leased_until = NULL, "
    "after_loan = NULL, due_at = coalesce(round_due($3, $3), due_at) "
    "WHERE id = ANY($2::bigint[]) AND run_id = $1 "
    "AND (status = 'leased' OR (status = 'dialing' AND EXISTS ("
    "SELECT FROM attempt_results r WHERE r.attempt_id = leads.attempt_id AND r.failover_follows)))";

// A callback that was agreed while the failed call was under way.
constexpr const char* kReturnToCallback = R"sql(
UPDATE leads l
SET status = 'ready', priority = 9, due_at = greatest(l.due_at, b.due_at),
    for_agent = CASE WHEN b.opened_at IS NULL THEN b.agent_id END, stop_reason = 'callback'
FROM callbacks b
WHERE l.id = ANY($1::bigint[]) AND b.lead_id = l.id AND b.status = 'open' AND l.run_id IS NULL
  AND l.status IN ('ready', 'finished', 'exhausted', 'filtered', 'by_hand')
)sql";

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
    "WHERE run_id IS NOT NULL AND status = 'leased' AND leased_until < $1";
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
RETURNING attempt_id
)sql";
// Also the leads between a failed trunk and the next one, whose last attempt has its result.
constexpr const char* kReleaseDialing = R"sql(
WITH rested AS MATERIALIZED (
    SELECT was.id AS lead_id, r.*
    FROM leads was CROSS JOIN LATERAL rest_after(was, 'interrupted', $2, true) AS r
    WHERE was.run_id = $1 AND was.status = 'dialing'
), released AS (
    UPDATE leads l
    SET status = CASE WHEN l.after_loan IS NOT NULL AND NOT r.waits THEN l.after_loan
                      ELSE r.status END,
        due_at = r.due_at, attempts = r.attempts, phone_turn = r.phone_turn, tries = r.tries,
        priority = r.priority, for_agent = r.for_agent, stop_reason = 'interrupted',
        last_outcome = 'interrupted', run_id = NULL, leased_until = NULL, after_loan = NULL
    FROM rested r WHERE l.id = r.lead_id
)
SELECT without_callback(lead_id, alone, 'interrupted', due_alone) FROM rested WHERE waits
)sql";
// What agents said of the calls before the engine died acts on the leads that are free by now.
constexpr const char* kLastWords = R"sql(
SELECT apply_disposition(d.attempt_id, d.code, d.at)
FROM unnest($1::bigint[]) AS c (id)
CROSS JOIN LATERAL (SELECT * FROM dispositions e WHERE e.attempt_id = c.id
                    ORDER BY e.at DESC LIMIT 1) d
)sql";
constexpr const char* kEndRun =
    "INSERT INTO engine_run_ends (run_id, at, attempts_closed) VALUES ($1, $2, $3)";

/// Closes what one dead run left behind.
void bury(pqxx::transaction_base& work, std::int64_t run, const std::string& now,
          Reconciled& total) {
    work.exec_prepared("fence_off", run);
    total.leases_released +=
        static_cast<std::int64_t>(work.exec_prepared("release_run", run).affected_rows());
    work.exec_prepared("lock_dialing", run);
    std::vector<std::int64_t> attempts;
    for (const pqxx::row& row : work.exec_prepared("close_attempts", run, now)) {
        attempts.push_back(row[0].as<std::int64_t>());
    }
    const auto closed = static_cast<std::int64_t>(attempts.size());
    work.exec_prepared("release_dialing", run, now);
    work.exec_prepared("last_words", array_of(attempts));
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
    connection.prepare("return", kReturn);
    connection.prepare("return_to_callback", kReturnToCallback);
    connection.prepare("reconcile_turns", kReconcileTurns);
    connection.prepare("dead_runs", kDeadRuns);
    connection.prepare("fence_off", kFenceOff);
    connection.prepare("release_run", kReleaseRun);
    connection.prepare("release_expired", kReleaseExpired);
    connection.prepare("lock_dialing", kLockDialing);
    connection.prepare("close_attempts", kCloseAttempts);
    connection.prepare("release_dialing", kReleaseDialing);
    connection.prepare("last_words", kLastWords);
    connection.prepare("end_run", kEndRun);
    prepare_supply(connection);
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
    return lease_supply(*this, {.campaign = campaign,
                                .run = run,
                                .count = count,
                                .now = now,
                                .until = until,
                                .memory = memory})
        .leads;
}

void Store::return_leads(RunId run, const std::vector<LeadId>& leads, std::optional<Instant> due) {
    guarded(*session_, [&] {
        const std::optional<std::string> due_text =
            due ? std::optional{to_rfc3339(*due)} : std::nullopt;
        pqxx::work work{session_->connection};
        const std::string ids = array_of(leads);
        work.exec_prepared("lock_leads", ids);
        work.exec_prepared("return", static_cast<std::int64_t>(run), ids, due_text);
        work.exec_prepared("return_to_callback", ids);
        work.commit();
    });
}

} // namespace campaigns
