// The export of the dial log.

#include "campaigns/store_json.hpp"
#include "campaigns/store_log_row.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kCampaignId = "SELECT id FROM campaigns WHERE name = $1";

constexpr const char* kCursor = "DECLARE log NO SCROLL CURSOR FOR ";
constexpr const char* kFetch = "FETCH 500 FROM log";

} // namespace

// Ids made by the engine are texts here: they exceed 2^53, and JSON readers would round them.
const char* const kLogRow = R"sql(
SELECT json_build_object(
    'attempt', a.id::text,
    'at', rfc3339(a.at),
    'campaign', c.name,
    'lead', a.lead_id,
    'number', '+' || a.number,
    'caller_id', '+' || a.caller_id,
    'trunk', a.trunk,
    'failover_of', a.failover_of::text,
    'run', a.run_id::text,
    'clock_shift_s', coalesce(extract(epoch FROM run.clock_shift), 0),
    'outcome', r.outcome,
    'treatment', r.treatment,
    'sip_status', r.sip_status,
    'agent', r.agent_id,
    'agent_name', agent.name,
    'ringing_at', rfc3339(r.ringing_at),
    'answered_at', rfc3339(r.answered_at),
    'bridged_at', rfc3339(r.bridged_at),
    'first_audio_at', rfc3339(r.first_audio_at),
    'message_started_at', rfc3339(r.message_started_at),
    'message_ended_at', rfc3339(r.message_ended_at),
    'answer_to_bridge_us', r.answer_to_bridge_us,
    'answer_to_agent_us', r.answer_to_agent_us,
    'ended_at', rfc3339(r.ended_at),
    'ended_by', r.ended_by,
    'failover_follows', r.failover_follows,
    'disposition', d.code,
    'disposition_note', d.note,
    'machine', coalesce((a.campaign_id, d.code) IN (SELECT campaign_id, code FROM machine_codes),
                        false),
    'evidence', a.evidence,
    'events', coalesce((
        SELECT json_agg(json_build_object('seq', e.seq, 'at', rfc3339(e.at), 'kind', e.kind,
                                          'detail', e.detail) ORDER BY e.seq)
        FROM attempt_events e WHERE e.attempt_id = a.id), '[]'))
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN engine_runs run ON run.id = a.run_id
LEFT JOIN attempt_results r ON r.attempt_id = a.id
LEFT JOIN agents agent ON agent.id = r.agent_id
LEFT JOIN LATERAL (SELECT code, note FROM dispositions
                   WHERE attempt_id = a.id ORDER BY at DESC, agent_id LIMIT 1) d ON true
)sql";

void Store::export_log(const std::string& campaign, Instant from, Instant to,
                       const std::function<void(std::string_view json_row)>& sink) {
    guarded(*session_, [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
        // The joins stay index look-ups for each row: the first row comes at once, and nothing is
        // sorted or hashed whole. Only the time limit has to go.
        work.exec("SET LOCAL statement_timeout = 0;"
                  "SET LOCAL idle_in_transaction_session_timeout = 0");
        std::string query = std::string{kCursor} + kLogRow;
        query += "WHERE a.at >= " + work.quote(to_rfc3339(from)) + " AND a.at < " +
                 work.quote(to_rfc3339(to));
        if (!campaign.empty()) {
            const pqxx::result found = work.exec_params(kCampaignId, clean_text(campaign));
            if (found.empty()) {
                throw StoreRefusal{"there is no campaign named \"" + campaign + "\""};
            }
            query += " AND a.campaign_id = " + std::to_string(found[0][0].as<std::int64_t>());
        }
        work.exec(query + " ORDER BY a.at, a.id");
        for (pqxx::result rows = work.exec(kFetch); !rows.empty(); rows = work.exec(kFetch)) {
            for (const pqxx::row& row : rows) {
                sink({row[0].c_str(), row[0].size()});
            }
        }
        work.commit();
    });
}

} // namespace campaigns
