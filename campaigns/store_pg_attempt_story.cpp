// One attempt with all that came of it.

#include "campaigns/attempt_story.hpp"
#include "campaigns/store_log_row.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kKey = R"sql(
SELECT a.lead_id, a.campaign_id, r.agent_id
FROM attempts a LEFT JOIN attempt_results r ON r.attempt_id = a.id
WHERE a.id = $1
)sql";

// The parts beside the row of the log; the id is a text in JSON, as there.
constexpr const char* kParts = R"sql(
    'dispositions', coalesce((
        SELECT json_agg(json_build_object('at', rfc3339(d.at), 'agent', d.agent_id,
                                          'agent_name', g.name, 'code', d.code, 'note', d.note,
                                          'label', (
                                              SELECT nullif(btrim(o.label), '')
                                              FROM disposition_codes o, attempts a
                                              WHERE a.id = $1 AND o.code = d.code
                                                AND (o.campaign_id = a.campaign_id
                                                     OR o.campaign_id IS NULL)
                                              ORDER BY o.campaign_id NULLS LAST LIMIT 1))
                        ORDER BY d.at, d.agent_id)
        FROM dispositions d LEFT JOIN agents g ON g.id = d.agent_id
        WHERE d.attempt_id = $1), '[]'),
    'answers', coalesce((
        SELECT json_agg(json_build_object('at', rfc3339(f.at), 'agent', f.agent_id,
                                          'script', f.script_id, 'answers', f.answers)
                        ORDER BY f.at)
        FROM form_answers f WHERE f.attempt_id = $1), '[]'),
    'matter', (SELECT json_build_object('seller', a.seller, 'subject', a.subject,
                                        'purpose', a.purpose)
               FROM attempts a WHERE a.id = $1),
    'person', (SELECT json_build_object('lead', l.id, 'name', l.name, 'region', l.region,
                                        'external_id', l.external_id)
               FROM attempts a JOIN leads l ON l.id = a.lead_id WHERE a.id = $1),
    'consent', (SELECT json_build_object('id', s.id, 'grade', s.grade, 'sellers', s.sellers,
                                         'subject', s.subject, 'at', rfc3339(s.at),
                                         'expires', rfc3339(s.expires), 'evidence', s.evidence,
                                         'source', s.source,
                                         'recorded_at', rfc3339(s.recorded_at),
                                         'recorded_by', s.recorded_by)
                FROM attempts a JOIN consents s ON s.id = (a.evidence ->> 'consent')::bigint
                WHERE a.id = $1),
    'relationship', (SELECT json_build_object('id', s.id, 'kind', s.kind, 'seller', s.seller,
                                              'at', rfc3339(s.at), 'proof', s.proof,
                                              'source', s.source,
                                              'recorded_at', rfc3339(s.recorded_at),
                                              'recorded_by', s.recorded_by)
                     FROM attempts a
                     JOIN relationships s ON s.id = (a.evidence ->> 'relationship')::bigint
                     WHERE a.id = $1),
    'list_versions', coalesce((
        SELECT json_agg(json_build_object('version', v.id, 'source', v.source,
                                          'sha256', v.sha256, 'rows', v.rows,
                                          'loaded_at', rfc3339(v.loaded_at)) ORDER BY v.id)
        FROM attempts a
        CROSS JOIN LATERAL jsonb_array_elements(
            CASE WHEN jsonb_typeof(a.evidence -> 'lists') = 'array' THEN a.evidence -> 'lists'
                 ELSE '[]' END) AS asked (list)
        JOIN suppression_versions v ON v.id = (asked.list ->> 'version')::bigint
        WHERE a.id = $1), '[]'),
    'opt_outs', coalesce((
        SELECT json_agg(json_build_object('at', rfc3339(ch.at), 'source', ch.source,
                                          'by', ch.by_user, 'list', o.name) ORDER BY ch.id)
        FROM attempts a
        CROSS JOIN suppression_lists o
        JOIN suppression_changes ch ON ch.list_id = o.id AND ch.number = a.number
        WHERE a.id = $1 AND ch.attempt_id = a.id AND ch.listed), '[]'),
    'leaves', coalesce((
        SELECT json_agg(json_build_object('kind', m.kind, 'subject', m.subject,
                                          'at', rfc3339(m.at), 'leaf', l.leaf) ORDER BY m.id)
        FROM audit_records m LEFT JOIN audit_leaves l ON l.record_id = m.id
        WHERE m.subject = 'attempt ' || $1::text), '[]'))
)sql";

} // namespace

std::optional<AttemptKey> find_attempt_key(Store& store, AttemptId attempt) {
    return guarded(store.session(), [&]() -> std::optional<AttemptKey> {
        pqxx::work work{store.session().connection};
        const pqxx::result found = work.exec_params(kKey, static_cast<std::int64_t>(attempt));
        work.commit();
        if (found.empty()) {
            return std::nullopt;
        }
        AttemptKey key{attempt, LeadId{found[0][0].as<std::int64_t>()},
                       CampaignId{found[0][1].as<std::int64_t>()}, std::nullopt};
        if (!found[0][2].is_null()) {
            key.agent = AgentId{found[0][2].as<std::int64_t>()};
        }
        return key;
    });
}

std::optional<std::string> attempt_story(Store& store, AttemptId attempt) {
    return guarded(store.session(), [&]() -> std::optional<std::string> {
        pqxx::work work{store.session().connection};
        const std::string query = std::string{"SELECT json_build_object('attempt', ("} + kLogRow +
                                  "WHERE a.id = $1)," + kParts + "FROM attempts WHERE id = $1";
        const pqxx::result found = work.exec_params(query, static_cast<std::int64_t>(attempt));
        work.commit();
        if (found.empty()) {
            return std::nullopt;
        }
        return found[0][0].as<std::string>();
    });
}

} // namespace campaigns
