// The way to a call: a durable attempt row for every INVITE, and a ticket for every row.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/words.hpp"

#include <pqxx/transaction>

#include <iterator>
#include <set>
#include <utility>

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
        number bigint, caller_id bigint, trunk text, failover_of bigint, seller text,
        subject text, purpose text, evidence jsonb)
    ORDER BY lead, ord
), inserted AS (
    INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, trunk,
                          failover_of, seller, subject, purpose, evidence,
                          regulatory_campaign_id)
    SELECT d.id, d.at, d.lead, d.campaign, d.run, d.number, d.caller_id, d.trunk, d.failover_of,
           d.seller, d.subject, d.purpose, d.evidence,
           (SELECT regulatory_campaign_id FROM campaigns WHERE id = d.campaign)
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

// Two engines that are about to use one slot of a person's cap take turns, until their rows are
// there. By bucket, in their order: a batch takes so many locks at most, whatever it holds, and
// nobody waits in a circle.
constexpr const char* kLockPersons = R"sql(
SELECT pg_advisory_xact_lock(1684630629, bucket)
FROM (SELECT DISTINCT (other.number % 1024)::integer AS bucket
      FROM lead_phones p
      JOIN lead_phones same ON same.number = p.number
      JOIN lead_phones other ON other.lead_id = same.lead_id
      WHERE p.lead_id = ANY($1::bigint[])
      ORDER BY bucket OFFSET 0) AS buckets
)sql";

// Calls that each cap counts: those in the log, and those of earlier drafts of the same batch. The
// attempts that a failover goes on from are the same call, and count only as one.
constexpr const char* kCountCaps = R"sql(
WITH RECURSIVE draft AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS d (
        ord int, lead bigint, number bigint, seller text, subject text, failover_of bigint,
        caps jsonb)
), chain AS (
    SELECT ord, failover_of AS id FROM draft WHERE failover_of IS NOT NULL
    UNION ALL
    SELECT c.ord, a.failover_of FROM chain c JOIN attempts a ON a.id = c.id
    WHERE a.failover_of IS NOT NULL
), cap AS MATERIALIZED (
    SELECT d.ord, d.number, d.seller, d.subject, c.position, c.cap ->> 'rule' AS rule,
           c.cap -> 'keys' AS keys, (c.cap ->> 'from')::timestamptz AS from_at,
           (c.cap ->> 'limit')::integer AS most, c.cap -> 'outcomes' AS outcomes
    FROM draft d
    CROSS JOIN LATERAL jsonb_array_elements(d.caps) WITH ORDINALITY AS c (cap, position)
), person AS MATERIALIZED (
    SELECT DISTINCT d.ord, other.number
    FROM draft d
    JOIN lead_phones p ON p.lead_id = d.lead
    JOIN lead_phones same ON same.number = p.number
    JOIN lead_phones other ON other.lead_id = same.lead_id
    WHERE d.caps <> '[]'
)
SELECT cap.ord, cap.position, (
    SELECT count(*)
    FROM person s
    JOIN attempts a ON a.number = s.number AND a.at >= cap.from_at
         AND a.id >= first_id_at(cap.from_at - interval '1 day')
    LEFT JOIN attempt_results r ON r.attempt_id = a.id
    WHERE s.ord = cap.ord
      AND (a.number = cap.number OR NOT cap.keys ? 'number')
      AND (NOT cap.keys ? 'seller' OR a.seller = '' OR cap.seller = ''
           OR same_party(a.seller, cap.seller))
      AND (NOT cap.keys ? 'subject' OR a.subject = '' OR cap.subject = ''
           OR same_party(a.subject, cap.subject))
      AND NOT EXISTS (SELECT FROM chain WHERE chain.ord = cap.ord AND chain.id = a.id)
      AND (r.attempt_id IS NULL OR CASE WHEN cap.outcomes = '[]'
                                   THEN )sql";
constexpr const char* kCountCapsOutcome = R"sql( <> 'not_alerted'
                                   ELSE cap.outcomes ? )sql";
constexpr const char* kCountCapsEnd = R"sql( END)
) + (
    SELECT count(*)
    FROM draft e JOIN person s ON s.ord = cap.ord AND s.number = e.number
    WHERE e.ord < cap.ord
      AND (e.number = cap.number OR NOT cap.keys ? 'number')
      AND (NOT cap.keys ? 'seller' OR e.seller = '' OR cap.seller = ''
           OR same_party(e.seller, cap.seller))
      AND (NOT cap.keys ? 'subject' OR e.subject = '' OR cap.subject = ''
           OR same_party(e.subject, cap.subject))
) AS taken
FROM cap
ORDER BY cap.ord, cap.position
)sql";

// What people said after the gate's facts were read: opt-outs from this seller's lists, and
// revocations of what the call would rest on.
constexpr const char* kSaidMeanwhile = R"sql(
WITH draft AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS d (
        ord int, number bigint, seller text, subject text, revocations_seen bigint)
)
SELECT d.ord, NULL AS scope
FROM draft d
WHERE EXISTS (
    SELECT FROM suppression_lists l
    CROSS JOIN LATERAL (SELECT listed FROM suppression_changes c
                        WHERE c.list_id = l.id AND c.number = d.number
                        ORDER BY c.id DESC LIMIT 1) AS last
    WHERE l.kind = 'company' AND last.listed
      AND (l.seller = '' OR d.seller = '' OR same_party(l.seller, d.seller)))
UNION ALL
SELECT d.ord, v.scope
FROM draft d JOIN revocations v ON v.number = d.number AND v.id > d.revocations_seen
WHERE (v.seller = '' OR d.seller = '' OR same_party(v.seller, d.seller))
  AND (v.scope = 'seller' OR v.subject = '' OR d.subject = '' OR same_party(v.subject, d.subject))
ORDER BY 1
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

/// The drafts' leads; with `capped`, only of drafts that have a cap to count.
std::string leads_of(const std::vector<AttemptDraft>& drafts, bool capped) {
    std::vector<LeadId> leads;
    leads.reserve(drafts.size());
    for (const AttemptDraft& draft : drafts) {
        if (!capped || !draft.clearance.caps().empty()) {
            leads.push_back(draft.lead);
        }
    }
    return array_of(leads);
}

/// Takes turns with other engines and counts; what each cap counted, by draft.
CapCounts count_caps(pqxx::transaction_base& work, const std::vector<AttemptDraft>& drafts) {
    CapCounts counts(drafts.size());
    const std::string leads = leads_of(drafts, true);
    if (leads == "{}") {
        return counts;
    }
    work.exec_prepared("lock_persons", leads);
    for (const pqxx::row& row : work.exec_prepared("count_caps", json_of_wishes(drafts))) {
        counts.at(row[0].as<std::size_t>()).push_back(row[2].as<std::int64_t>());
    }
    return counts;
}

/// What refuses drafts now, in their order.
std::vector<DraftRefusal> refusals_of(pqxx::transaction_base& work,
                                      const std::vector<AttemptDraft>& drafts,
                                      const CapCounts& counts) {
    std::vector<std::vector<DraftRefusal>> by_draft(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const auto& caps = drafts[i].clearance.caps();
        for (std::size_t c = 0; c < counts[i].size(); ++c) {
            if (counts[i][c] >= caps[c].limit) {
                by_draft[i].push_back({drafts[i].id, DraftRefusal::Why::cap_used_up, caps[c].rule,
                                       counts[i][c], caps[c].limit, std::nullopt});
            }
        }
    }
    for (const pqxx::row& row : work.exec_prepared("said_meanwhile", json_of_wishes(drafts))) {
        const auto i = row[0].as<std::size_t>();
        const auto scope = row[1].is_null()
                               ? std::nullopt
                               : dnc::from_word(dnc::kRevocationScopes, row[1].c_str());
        by_draft.at(i).push_back(
            {drafts[i].id,
             row[1].is_null() ? DraftRefusal::Why::opted_out : DraftRefusal::Why::revoked, "", 0, 0,
             scope});
    }
    std::vector<DraftRefusal> refusals;
    for (auto& of_draft : by_draft) {
        std::move(of_draft.begin(), of_draft.end(), std::back_inserter(refusals));
    }
    return refusals;
}

/// Which of the drafts are durable rows now, and which are refused.
std::set<AttemptId> insert_attempts(Store::Session& session,
                                    const std::vector<AttemptDraft>& drafts,
                                    std::vector<DraftRefusal>& refused) {
    pqxx::work work{session.connection};
    work.exec_prepared("lock_leads", leads_of(drafts, false));
    const CapCounts counts = count_caps(work, drafts);
    refused = refusals_of(work, drafts, counts);
    std::set<AttemptId> out;
    for (const DraftRefusal& refusal : refused) {
        out.insert(refusal.id);
    }
    const std::set<AttemptId> inserted =
        ids_of(work.exec_prepared("commit", json_of(drafts, counts, out)));
    work.commit();
    return inserted;
}

} // namespace

void prepare_attempts(pqxx::connection& connection) {
    connection.prepare("lock_leads", kLockLeads);
    connection.prepare("lock_persons", kLockPersons);
    connection.prepare("count_caps", std::string{kCountCaps} + kOutcomeOfAttempt +
                                         kCountCapsOutcome + kOutcomeOfAttempt + kCountCapsEnd);
    connection.prepare("said_meanwhile", kSaidMeanwhile);
    connection.prepare("commit", kCommit);
    connection.prepare("find", kFind);
    connection.prepare("resend", kResend);
}

Commitment Store::commit_attempts(const std::vector<AttemptDraft>& drafts) {
    Commitment commitment;
    if (drafts.empty()) {
        return commitment;
    }
    std::set<AttemptId> inserted =
        guarded(*session_, [&] { return insert_attempts(*session_, drafts, commitment.refused); });
    commitment.tickets.reserve(inserted.size());
    for (const AttemptDraft& draft : drafts) {
        // Erased when used: two drafts with one id are one row and one ticket.
        if (inserted.erase(draft.id) == 1) {
            commitment.tickets.push_back(
                AttemptTicket{draft.id, draft.clearance.number(), draft.caller_id, draft.trunk});
        }
    }
    return commitment;
}

std::vector<AttemptId> Store::find_attempts(const std::vector<AttemptDraft>& drafts) {
    return guarded(*session_, [&] {
        std::vector<AttemptId> ids;
        for (const AttemptDraft& draft : drafts) {
            ids.push_back(draft.id);
        }
        pqxx::work work{session_->connection};
        // The transaction in doubt holds these locks until it is over, whatever became of its
        // client: a row that it makes later would be an attempt that nobody ever closes.
        work.exec_prepared("lock_leads", leads_of(drafts, false));
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
