// Log batches, and what a result or a refusal does to its lead.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kEvents = R"sql(
INSERT INTO attempt_events (attempt_id, seq, at, kind, detail)
SELECT attempt, seq, at, kind, detail
FROM json_to_recordset($1::json) AS e (attempt bigint, seq int, at timestamptz, kind text,
                                       detail text)
ON CONFLICT DO NOTHING
)sql";

// What the result does to the lead. It acts once, because it follows the rows that were really
// inserted, and only for the lead's latest attempt: the late result of an attempt that failed over
// must not release a lead that rings on another trunk.
//   its list was undone meanwhile      held
//   a callback that is still to come   ready then, whatever came of this try
//   bridged                            finished
//   taken by hand while not ready      what it was before
//   number invalid                     exhausted when it was the lead's last number
//   all else                           the retry rule of the outcome (rest_after)
// A call that was never sent does not count. A callback that this was the call for is done.
constexpr const char* kResults = R"sql(
WITH inserted AS (
    INSERT INTO attempt_results (
        attempt_id, outcome, treatment, sip_status, agent_id, ringing_at, answered_at, bridged_at,
        first_audio_at, message_started_at, message_ended_at, answer_to_bridge_us,
        answer_to_agent_us, ended_at, ended_by, failover_follows, campaign_id)
    SELECT g.*, a.campaign_id
    FROM json_to_recordset($1::json) AS g (
        attempt bigint, outcome text, treatment text, sip_status int, agent bigint,
        ringing_at timestamptz, answered_at timestamptz, bridged_at timestamptz,
        first_audio_at timestamptz, message_started_at timestamptz, message_ended_at timestamptz,
        answer_to_bridge_us bigint, answer_to_agent_us bigint, ended_at timestamptz, ended_by text,
        failover_follows boolean)
    CROSS JOIN LATERAL (SELECT campaign_id FROM attempts WHERE id = g.attempt LIMIT 1) a
    ON CONFLICT DO NOTHING
    RETURNING attempt_id, outcome, treatment, ended_at, failover_follows
), fresh AS MATERIALIZED (
    SELECT i.*, a.lead_id, a.number, a.failover_of,
           CASE WHEN i.treatment IN ('abandoned', 'early_hangup') THEN i.treatment
                ELSE i.outcome END AS word,
           EXISTS (SELECT FROM lead_phones p
                   WHERE p.lead_id = a.lead_id AND p.number <> a.number
                     AND p.invalid_attempt IS NULL) AS has_other_phone
    FROM inserted i
    CROSS JOIN LATERAL (SELECT * FROM attempts WHERE id = i.attempt_id LIMIT 1) a
), invalid AS (
    UPDATE lead_phones p SET invalid_attempt = f.attempt_id
    FROM fresh f
    WHERE f.outcome = 'invalid_number' AND p.lead_id = f.lead_id AND p.number = f.number
), rested AS MATERIALIZED (
    SELECT f.*, r.*
    FROM fresh f JOIN leads l ON l.id = f.lead_id
    CROSS JOIN LATERAL rest_after(l, f.word, f.ended_at,
                                  f.outcome <> 'not_sent' OR f.failover_of IS NOT NULL) AS r
    WHERE l.attempt_id = f.attempt_id AND l.status = 'dialing' AND NOT f.failover_follows
), kept_promise AS (
    UPDATE callbacks c
    SET status = 'done', ended_at = r.ended_at, end_reason = r.word, end_attempt = r.attempt_id
    FROM rested r
    WHERE c.lead_id = r.lead_id AND c.status = 'open' AND NOT r.waits
), settled AS (
    UPDATE leads l
    SET status = CASE
            WHEN l.after_loan = 'held' THEN 'held'
            WHEN r.waits AND (r.outcome <> 'invalid_number' OR r.has_other_phone) THEN 'ready'
            WHEN r.treatment = 'bridged' THEN 'finished'
            WHEN l.after_loan IS NOT NULL THEN l.after_loan
            WHEN r.outcome = 'invalid_number' AND NOT r.has_other_phone THEN 'exhausted'
            ELSE r.status
        END,
        due_at = r.due_at, attempts = r.attempts, phone_turn = r.phone_turn, tries = r.tries,
        priority = r.priority, for_agent = r.for_agent,
        stop_reason = CASE WHEN r.waits THEN 'callback' ELSE r.word END,
        last_outcome = r.word,
        run_id = NULL,
        leased_until = NULL,
        after_loan = NULL
    FROM rested r
    WHERE l.id = r.lead_id
)
SELECT without_callback(
    r.lead_id,
    CASE WHEN r.treatment = 'bridged' THEN 'finished'
         WHEN r.outcome = 'invalid_number' AND NOT r.has_other_phone THEN 'exhausted'
         ELSE r.alone END,
    r.word, r.due_alone)
FROM rested r
WHERE r.waits
)sql";

constexpr const char* kAgentStates = R"sql(
INSERT INTO agent_states (id, agent_id, at, from_state, to_state, reason, attempt_id, campaign_id)
SELECT id, agent, at, from_state, to_state, reason, attempt, campaign
FROM json_to_recordset($1::json) AS s (id bigint, agent bigint, at timestamptz, from_state text,
                                       to_state text, reason text, attempt bigint,
                                       campaign bigint)
ON CONFLICT DO NOTHING
)sql";

// $2 says what the refusals mean for their leads. A lead that went on to be dialed is left alone.
constexpr const char* kRefusals = R"sql(
WITH inserted AS (
    INSERT INTO gate_refusals (id, at, campaign_id, lead_id, number, verdict, until, last_phone,
                               reasons, evidence)
    SELECT id, at, campaign, lead, number, verdict, until, last_phone, reasons, evidence
    FROM json_to_recordset($1::json) AS r (
        id bigint, at timestamptz, campaign bigint, lead bigint, number bigint, verdict text,
        until timestamptz, last_phone boolean, reasons jsonb, evidence jsonb)
    ON CONFLICT DO NOTHING
    RETURNING id, at, reasons
)
UPDATE leads l
SET status = CASE WHEN l.after_loan IS NOT NULL THEN l.after_loan
                  WHEN r.blocked THEN 'blocked' ELSE 'ready' END,
    due_at = coalesce(round_due(r.due, i.at), l.due_at),
    stop_reason = coalesce(i.reasons -> 0 ->> 'code', 'skipped'),
    run_id = NULL, leased_until = NULL, after_loan = NULL
FROM json_to_recordset($2::json) AS r (lead bigint, refusal bigint, blocked boolean,
                                       due timestamptz)
JOIN inserted i ON i.id = r.refusal
WHERE l.id = r.lead AND l.status IN ('leased', 'ready')
)sql";

constexpr const char* kDispositions = R"sql(
INSERT INTO dispositions (attempt_id, agent_id, at, code, note)
SELECT attempt, agent, at, code, note
FROM json_to_recordset($1::json) AS d (attempt bigint, agent bigint, at timestamptz, code text,
                                       note text)
ON CONFLICT DO NOTHING
)sql";

// What the word does to the lead is done once, however often the batch is repeated.
constexpr const char* kApplyDispositions = R"sql(
SELECT apply_disposition(attempt, code, at)
FROM json_to_recordset($1::json) AS d (attempt bigint, code text, at timestamptz)
ORDER BY at
)sql";

constexpr const char* kPacingSamples = R"sql(
INSERT INTO pacing_samples (id, at, campaign_id, explanation)
SELECT id, at, campaign, explanation
FROM json_to_recordset($1::json) AS s (id bigint, at timestamptz, campaign bigint,
                                       explanation jsonb)
ON CONFLICT DO NOTHING
)sql";

std::vector<LeadId> leads_of(const LogBatch& batch) {
    std::vector<LeadId> leads;
    leads.reserve(batch.results.size() + batch.refusals.size());
    for (const AttemptResult& result : batch.results) {
        leads.push_back(result.lead);
    }
    for (const GateRefusal& refusal : batch.refusals) {
        leads.push_back(refusal.lead);
    }
    return leads;
}

} // namespace

void prepare_log(pqxx::connection& connection) {
    connection.prepare("events", kEvents);
    connection.prepare("results", kResults);
    connection.prepare("agent_states", kAgentStates);
    connection.prepare("refusals", kRefusals);
    connection.prepare("dispositions", kDispositions);
    connection.prepare("apply_dispositions", kApplyDispositions);
    connection.prepare("pacing_samples", kPacingSamples);
}

void Store::write_log(const LogBatch& batch) {
    if (batch.empty()) {
        return;
    }
    guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        if (const std::vector<LeadId> leads = leads_of(batch); !leads.empty()) {
            work.exec_prepared("lock_leads", array_of(leads));
        }
        if (!batch.events.empty()) {
            work.exec_prepared("events", json_of(batch.events));
        }
        if (!batch.results.empty()) {
            work.exec_prepared("results", json_of(batch.results));
        }
        if (!batch.agent_states.empty()) {
            work.exec_prepared("agent_states", json_of(batch.agent_states));
        }
        if (!batch.refusals.empty()) {
            work.exec_prepared("refusals", json_of(batch.refusals),
                               json_of(releases_of(batch.refusals)));
        }
        if (!batch.dispositions.empty()) {
            const std::string said = json_of(batch.dispositions);
            work.exec_prepared("dispositions", said);
            work.exec_prepared("apply_dispositions", said);
        }
        if (!batch.pacing_samples.empty()) {
            work.exec_prepared("pacing_samples", json_of(batch.pacing_samples));
        }
        work.commit();
    });
}

} // namespace campaigns
