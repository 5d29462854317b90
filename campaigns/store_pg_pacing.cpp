// What pacing keeps and asks for: its state, the answers of each day, what agents did.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

/// Of a campaign's saved state. Real ones have some kilobytes.
constexpr std::size_t kStateBytesMax = 1024 * 1024;

constexpr const char* kSave =
    "INSERT INTO pacing_states (campaign_id, state, at) VALUES ($1, $2, $3) "
    "ON CONFLICT (campaign_id) DO UPDATE SET state = excluded.state, at = excluded.at";
constexpr const char* kLoad = "SELECT state FROM pacing_states WHERE campaign_id = $1";

// An unknown zone is an error even when there is nothing to count.
constexpr const char* kCheckZone = "SELECT timestamptz 'epoch' AT TIME ZONE $1";

// Of two dispositions of one call the latest counts. Few calls are ever called a machine, so theirs
// are read through an index of their own and looked at once. A person who had answered a call when
// the engine died heard nobody unless the call was bridged by then.
// Counted is the regulatory campaign: a seller's campaigns with the same offer are one to the law.
constexpr const char* kAnswers = R"sql(
WITH own AS (
    SELECT seller, regulatory_campaign_id FROM campaigns WHERE id = $1
), answer_of_any AS (
    SELECT attempt_id, treatment, answered_at
    FROM attempt_results
    WHERE campaign_id IN (SELECT c.id FROM campaigns c JOIN own ON same_party(c.seller, own.seller))
      AND treatment <> 'none' AND answered_at >= $3
    UNION ALL
    SELECT r.attempt_id, CASE WHEN e.bridged THEN 'bridged' ELSE 'abandoned' END, e.answered_at
    FROM attempt_results r
    CROSS JOIN LATERAL (SELECT min(at) FILTER (WHERE kind = 'answered') AS answered_at,
                               bool_or(kind = 'bridged') AS bridged
                        FROM attempt_events WHERE attempt_id = r.attempt_id) e
    WHERE r.campaign_id IN (SELECT c.id FROM campaigns c
                            JOIN own ON same_party(c.seller, own.seller))
      AND r.outcome = 'interrupted' AND r.ended_at >= $3 AND e.answered_at >= $3
), answer AS (
    SELECT x.* FROM answer_of_any x JOIN attempts a ON a.id = x.attempt_id
    WHERE a.regulatory_campaign_id = (SELECT regulatory_campaign_id FROM own)
), machine AS (
    SELECT DISTINCT m.attempt_id
    FROM dispositions m JOIN attempts a ON a.id = m.attempt_id
    WHERE m.code IN (SELECT code FROM machine_codes)
      AND m.attempt_id >= first_id_at($3::timestamptz - interval '1 day')
      AND (a.campaign_id, (SELECT code FROM dispositions d WHERE d.attempt_id = m.attempt_id
                           ORDER BY d.at DESC, d.agent_id LIMIT 1))
          IN (SELECT campaign_id, code FROM machine_codes)
)
SELECT (answered_at AT TIME ZONE $2)::date - date '1970-01-01' AS day,
       count(*) FILTER (WHERE treatment = 'bridged' AND m.attempt_id IS NULL) AS bridged,
       count(*) FILTER (WHERE treatment = 'abandoned') AS abandoned,
       count(*) FILTER (WHERE treatment = 'early_hangup') AS early_hangup,
       count(*) FILTER (WHERE treatment = 'bridged' AND m.attempt_id IS NOT NULL) AS machines
FROM answer LEFT JOIN machine m USING (attempt_id)
GROUP BY day ORDER BY day
)sql";

constexpr const char* kAgentStates = R"sql(
DECLARE states NO SCROLL CURSOR FOR
SELECT id, agent_id, (extract(epoch FROM at) * 1000000)::bigint AS at_us, from_state, to_state,
       reason, attempt_id, campaign_id
FROM agent_states s
)sql";
constexpr const char* kFetch = "FETCH 20000 FROM states";

DayAnswers answers_of(const pqxx::row& row) {
    return {.day = row["day"].as<std::int32_t>(),
            .bridged = row["bridged"].as<std::int64_t>(),
            .abandoned = row["abandoned"].as<std::int64_t>(),
            .early_hangup = row["early_hangup"].as<std::int64_t>(),
            .machines = row["machines"].as<std::int64_t>()};
}

template <typename Id> std::optional<Id> optional_id(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{Id{field.as<std::int64_t>()}};
}

AgentStateChange change_of(const pqxx::row& row) {
    const auto state = [&row](const char* column) {
        return agent_state_from_text(row[column].c_str()).value_or(AgentState::offline);
    };
    return {.id = row["id"].as<std::int64_t>(),
            .agent = AgentId{row["agent_id"].as<std::int64_t>()},
            .at = instant_from_micros(row["at_us"].as<std::int64_t>()),
            .from = state("from_state"),
            .to = state("to_state"),
            .reason = row["reason"].as<std::string>(),
            .attempt = optional_id<AttemptId>(row["attempt_id"]),
            .campaign = optional_id<CampaignId>(row["campaign_id"])};
}

} // namespace

void Store::save_pacing(CampaignId campaign, const std::string& state, Instant at) {
    if (clean_text(state, kStateBytesMax) != state) {
        throw StoreRefusal{"the state of pacing is no UTF-8 text or longer than 1 MiB"};
    }
    guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        work.exec_params(kSave, static_cast<std::int64_t>(campaign), state, to_rfc3339(at));
        work.commit();
    });
}

std::string Store::load_pacing(CampaignId campaign) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const pqxx::result rows = work.exec_params(kLoad, static_cast<std::int64_t>(campaign));
        work.commit();
        return rows.empty() ? std::string{} : rows[0][0].as<std::string>();
    });
}

std::vector<DayAnswers> Store::answers_by_day(CampaignId campaign, const std::string& zone,
                                              Instant from) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        allow_bulk(work); // two months of answers
        work.exec_params(kCheckZone, clean_text(zone));
        std::vector<DayAnswers> days;
        for (const pqxx::row& row : work.exec_params(kAnswers, static_cast<std::int64_t>(campaign),
                                                     clean_text(zone), to_rfc3339(from))) {
            days.push_back(answers_of(row));
        }
        work.commit();
        return days;
    });
}

std::vector<AgentStateChange> Store::agent_states(CampaignId campaign, Instant from, Instant to) {
    return guarded(*session_, [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
        // Look-ups by index, in the order wanted; only the time limit has to go.
        work.exec("SET LOCAL statement_timeout = 0;"
                  "SET LOCAL idle_in_transaction_session_timeout = 0");
        const std::string id = std::to_string(static_cast<std::int64_t>(campaign));
        work.exec(kAgentStates + ("WHERE at >= " + work.quote(to_rfc3339(from))) + " AND at < " +
                  work.quote(to_rfc3339(to)) + " AND (campaign_id = " + id +
                  " OR EXISTS (SELECT FROM attempts a WHERE a.id = s.attempt_id"
                  " AND a.campaign_id = " +
                  id + ")) ORDER BY at, id");
        std::vector<AgentStateChange> changes;
        for (pqxx::result rows = work.exec(kFetch); !rows.empty(); rows = work.exec(kFetch)) {
            for (const pqxx::row& row : rows) {
                changes.push_back(change_of(row));
            }
        }
        work.commit();
        return changes;
    });
}

} // namespace campaigns
