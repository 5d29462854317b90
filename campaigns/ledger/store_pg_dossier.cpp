// Everything that the store has about one number, for whoever asks why it was called.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <fmt/format.h>
#include <pqxx/transaction>

#include <array>

namespace campaigns {

namespace {

struct Section {
    const char* name;
    const char* rows; ///< one JSON object a row; $1 is the number
};

// Ids made by the engine are texts: they exceed 2^53, and JSON readers would round them.
// A lead whose import was undone is no lead any more, but it was one when its number was called or
// could have been.
constexpr const char* kLeads = R"sql(
SELECT json_build_object(
    'lead', l.id, 'campaign', c.name, 'seller', c.seller, 'purpose', c.purpose,
    'subject', c.subject, 'status', l.status, 'name', l.name, 'region', l.region,
    'postal_code', l.postal_code, 'external_id', l.external_id, 'email', l.email,
    'custom', l.custom, 'position', p.position,
    'invalid_since_attempt', p.invalid_attempt::text,
    'list', json_build_object('file', i.file_name, 'sha256', i.sha256,
                              'imported_at', rfc3339(i.imported_at)),
    'undone_at', rfc3339(coalesce(p.undone_at, (SELECT max(undone_at) FROM imports
                                                WHERE list_id = i.id AND status = 'undone'))))
FROM (SELECT lead_id, position, invalid_attempt, NULL::timestamptz AS undone_at
      FROM lead_phones WHERE number = $1
      UNION ALL
      SELECT lead_id, position, NULL, undone_at FROM lead_phones_undone WHERE number = $1) p
JOIN leads l ON l.id = p.lead_id
JOIN campaigns c ON c.id = l.campaign_id
JOIN lists i ON i.id = l.list_id
ORDER BY l.id
)sql";

constexpr const char* kConsents = R"sql(
SELECT json_build_object(
    'id', id, 'grade', grade, 'sellers', sellers, 'subject', subject, 'debt', debt,
    'at', rfc3339(at), 'expires', rfc3339(expires), 'evidence', evidence, 'source', source,
    'recorded_at', rfc3339(recorded_at), 'recorded_by', recorded_by)
FROM consents WHERE number = $1 ORDER BY at, id
)sql";

constexpr const char* kRevocations = R"sql(
SELECT json_build_object(
    'id', id, 'at', rfc3339(at), 'means', means, 'scope', scope, 'seller', seller,
    'subject', subject, 'legal_deadline', deadline, 'attempt', attempt_id::text,
    'recorded_at', rfc3339(recorded_at), 'recorded_by', recorded_by)
FROM revocations WHERE number = $1 ORDER BY at, id
)sql";

constexpr const char* kRelationships = R"sql(
SELECT json_build_object(
    'id', id, 'seller', seller, 'kind', kind, 'at', rfc3339(at), 'proof', proof,
    'source', source, 'recorded_at', rfc3339(recorded_at), 'recorded_by', recorded_by)
FROM relationships WHERE number = $1 ORDER BY at, id
)sql";

constexpr const char* kReassigned = R"sql(
SELECT json_build_object(
    'asked_for', consent_date, 'answer', answer, 'queried_at', rfc3339(queried_at))
FROM reassigned_answers WHERE number = $1 ORDER BY queried_at, consent_date
)sql";

constexpr const char* kOptOuts = R"sql(
SELECT json_build_object(
    'change', ch.id, 'list', l.name, 'kind', l.kind, 'seller', l.seller, 'listed', ch.listed,
    'at', rfc3339(ch.at), 'source', ch.source, 'by', ch.by_user, 'attempt', ch.attempt_id::text)
FROM suppression_lists l JOIN suppression_changes ch ON ch.list_id = l.id
WHERE ch.number = $1 ORDER BY ch.id
)sql";

constexpr const char* kRefusals = R"sql(
SELECT json_build_object(
    'id', g.id::text, 'at', rfc3339(g.at), 'campaign', c.name, 'lead', g.lead_id,
    'verdict', g.verdict, 'until', rfc3339(g.until), 'reasons', g.reasons,
    'evidence', g.evidence)
FROM gate_refusals g LEFT JOIN campaigns c ON c.id = g.campaign_id
WHERE g.number = $1 ORDER BY g.at, g.id
)sql";

constexpr const char* kAttempts = R"sql(
SELECT json_build_object(
    'attempt', a.id::text, 'at', rfc3339(a.at), 'campaign', c.name, 'lead', a.lead_id,
    'seller', a.seller, 'subject', a.subject, 'purpose', a.purpose,
    'regulatory_campaign', a.regulatory_campaign_id, 'offer', rc.offer,
    'caller_id', '+' || a.caller_id, 'trunk', a.trunk, 'failover_of', a.failover_of::text,
    'run', a.run_id::text, 'clock_shift_s', coalesce(extract(epoch FROM run.clock_shift), 0),
    'evidence', a.evidence,
    'result', CASE WHEN r.attempt_id IS NULL THEN NULL ELSE json_build_object(
        'outcome', r.outcome, 'treatment', r.treatment, 'sip_status', r.sip_status,
        'agent', agent.name, 'ringing_at', rfc3339(r.ringing_at),
        'answered_at', rfc3339(r.answered_at), 'bridged_at', rfc3339(r.bridged_at),
        'first_audio_at', rfc3339(r.first_audio_at),
        'message_started_at', rfc3339(r.message_started_at),
        'message_ended_at', rfc3339(r.message_ended_at),
        'answer_to_bridge_us', r.answer_to_bridge_us, 'answer_to_agent_us', r.answer_to_agent_us,
        'ended_at', rfc3339(r.ended_at), 'ended_by', r.ended_by,
        'failover_follows', r.failover_follows) END,
    'events', coalesce((
        SELECT json_agg(json_build_object('seq', e.seq, 'at', rfc3339(e.at), 'kind', e.kind,
                                          'detail', e.detail) ORDER BY e.seq)
        FROM attempt_events e WHERE e.attempt_id = a.id), '[]'),
    'dispositions', coalesce((
        SELECT json_agg(json_build_object('at', rfc3339(d.at), 'code', d.code, 'note', d.note,
                                          'agent', g.name) ORDER BY d.at)
        FROM dispositions d LEFT JOIN agents g ON g.id = d.agent_id
        WHERE d.attempt_id = a.id), '[]'))
FROM attempts a
LEFT JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN regulatory_campaigns rc ON rc.id = a.regulatory_campaign_id
LEFT JOIN engine_runs run ON run.id = a.run_id
LEFT JOIN attempt_results r ON r.attempt_id = a.id
LEFT JOIN agents agent ON agent.id = r.agent_id
WHERE a.number = $1 ORDER BY a.at, a.id
)sql";

constexpr std::array<Section, 8> kSections{{{"leads", kLeads},
                                            {"consents", kConsents},
                                            {"revocations", kRevocations},
                                            {"relationships", kRelationships},
                                            {"reassigned", kReassigned},
                                            {"opt_outs", kOptOuts},
                                            {"refusals", kRefusals},
                                            {"attempts", kAttempts}}};

} // namespace

void Store::dossier(dnc::Number number, const std::function<void(std::string_view)>& sink) {
    guarded(*session_, [&] {
        // One view of all tables: a call and the opt-out in it belong together.
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
        work.exec("SET LOCAL statement_timeout = 0;"
                  "SET LOCAL idle_in_transaction_session_timeout = 0");
        bool first = true;
        for (const Section& section : kSections) {
            sink(fmt::format("{}\"{}\":[", first ? "" : ",\n", section.name));
            first = false;
            const char* separator = "\n";
            for (const pqxx::row& row : work.exec_params(section.rows, number.e164)) {
                sink(separator);
                sink({row[0].c_str(), row[0].size()});
                separator = ",\n";
            }
            sink("]");
        }
        work.commit();
    });
}

} // namespace campaigns
