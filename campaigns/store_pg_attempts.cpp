// The way to a call: a durable attempt row for every INVITE, and a ticket for every row.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <set>

namespace campaigns {

namespace {

// In the order of the ids, so that two batches cannot wait for each other. A statement of its own:
// what follows sees the leads as they are under the lock.
constexpr const char* kLockLeads =
    "SELECT id FROM leads WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE";

// A lead gets at most one attempt of a batch. The insert decides (an id that exists is left out),
// the update follows it, and what the insert returns is what gets tickets.
constexpr const char* kCommit = R"sql(
WITH draft AS MATERIALIZED (
    SELECT DISTINCT ON (lead) *
    FROM json_to_recordset($1::json) AS d (
        ord int, id bigint, at timestamptz, lead bigint, campaign bigint, run bigint,
        number bigint, caller_id bigint, trunk text, failover_of bigint, evidence jsonb)
    ORDER BY lead, ord
), inserted AS (
    INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, trunk,
                          failover_of, evidence)
    SELECT d.id, d.at, d.lead, d.campaign, d.run, d.number, d.caller_id, d.trunk, d.failover_of,
           d.evidence
    FROM draft d JOIN leads l ON l.id = d.lead
    WHERE l.run_id = d.run AND l.campaign_id = d.campaign
      AND CASE WHEN d.failover_of IS NULL THEN
              l.status = 'leased' AND l.leased_until > d.at
              AND EXISTS (SELECT FROM lead_phones p
                          WHERE p.lead_id = d.lead AND p.number = d.number)
          ELSE
              l.status = 'dialing' AND l.attempt_id = d.failover_of
              AND EXISTS (SELECT FROM attempts a
                          WHERE a.id = d.failover_of AND a.number = d.number)
              AND NOT EXISTS (SELECT FROM attempt_results r
                              WHERE r.attempt_id = d.failover_of
                                AND r.outcome NOT IN ('trunk_failure', 'congestion', 'not_sent'))
          END
    ON CONFLICT DO NOTHING
    RETURNING id, lead_id, failover_of
), dialing AS (
    UPDATE leads l
    SET status = 'dialing', attempt_id = i.id,
        attempts = l.attempts + CASE WHEN i.failover_of IS NULL THEN 1 ELSE 0 END
    FROM inserted i WHERE l.id = i.lead_id
)
SELECT id FROM inserted
)sql";

constexpr const char* kFind = "SELECT id FROM attempts WHERE id = ANY($1::bigint[]) ORDER BY id";

constexpr const char* kResend = R"sql(
INSERT INTO attempt_events (attempt_id, seq, at, kind, detail)
SELECT a.id, e.seq, e.at, e.kind, e.detail
FROM json_to_recordset($1::json) AS e (attempt bigint, seq int, at timestamptz, kind text,
                                       detail text)
JOIN attempts a ON a.id = e.attempt
WHERE NOT EXISTS (SELECT FROM attempt_results r WHERE r.attempt_id = a.id)
ON CONFLICT DO NOTHING
)sql";

std::set<AttemptId> ids_of(const pqxx::result& rows) {
    std::set<AttemptId> ids;
    for (const pqxx::row& row : rows) {
        ids.insert(AttemptId{row[0].as<std::int64_t>()});
    }
    return ids;
}

/// Which of the drafts are durable rows now.
std::set<AttemptId> insert_attempts(Store::Session& session,
                                    const std::vector<AttemptDraft>& drafts) {
    std::vector<LeadId> leads;
    leads.reserve(drafts.size());
    for (const AttemptDraft& draft : drafts) {
        leads.push_back(draft.lead);
    }
    pqxx::work work{session.connection};
    work.exec_prepared("lock_leads", array_of(leads));
    const std::set<AttemptId> inserted = ids_of(work.exec_prepared("commit", json_of(drafts)));
    work.commit();
    return inserted;
}

} // namespace

void prepare_attempts(pqxx::connection& connection) {
    connection.prepare("lock_leads", kLockLeads);
    connection.prepare("commit", kCommit);
    connection.prepare("find", kFind);
    connection.prepare("resend", kResend);
}

std::vector<AttemptTicket> Store::commit_attempts(const std::vector<AttemptDraft>& drafts) {
    std::vector<AttemptTicket> tickets;
    if (drafts.empty()) {
        return tickets;
    }
    std::set<AttemptId> inserted =
        guarded(*session_, [&] { return insert_attempts(*session_, drafts); });
    tickets.reserve(inserted.size());
    for (const AttemptDraft& draft : drafts) {
        // Erased when used: two drafts with one id are one row and one ticket.
        if (inserted.erase(draft.id) == 1) {
            tickets.push_back(
                AttemptTicket{draft.id, draft.clearance.number(), draft.caller_id, draft.trunk});
        }
    }
    return tickets;
}

std::vector<AttemptId> Store::find_attempts(const std::vector<AttemptId>& ids) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const std::set<AttemptId> found = ids_of(work.exec_prepared("find", array_of(ids)));
        work.commit();
        return std::vector<AttemptId>(found.begin(), found.end());
    });
}

ResendTicket Store::log_resend(const AttemptEvent& event) {
    guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const auto rows = work.exec_prepared("resend", json_of(std::vector<AttemptEvent>{event}));
        if (rows.affected_rows() != 1) {
            throw StoreRefusal{"attempt " +
                               std::to_string(static_cast<std::int64_t>(event.attempt)) +
                               " is unknown, over, or has this event already"};
        }
        work.commit();
    });
    return ResendTicket{event.attempt};
}

} // namespace campaigns
