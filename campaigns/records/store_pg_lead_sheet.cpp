// A lead as the agent who talks to the person sees it.

#include "campaigns/records/lead_sheet.hpp"
#include "campaigns/records/scripts_store.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kLead = R"sql(
SELECT l.campaign_id, c.name FROM leads l JOIN campaigns c ON c.id = l.campaign_id WHERE l.id = $1
)sql";
constexpr const char* kPhones =
    "SELECT number, invalid_attempt IS NOT NULL AS invalid FROM lead_phones "
    "WHERE lead_id = $1 ORDER BY position";
// An attempt that went on to another trunk is told by the one that followed it. The numbers' calls
// are found by their index, and so few that all of them may be sorted: the caps see to that.
constexpr const char* kCalls = R"sql(
WITH found AS (
    SELECT id FROM attempts WHERE lead_id = $1
    UNION
    SELECT a.id FROM lead_phones p
    JOIN campaigns own ON own.id = p.campaign_id
    JOIN attempts a ON a.number = p.number
    JOIN campaigns c ON c.id = a.campaign_id
    WHERE p.lead_id = $1 AND same_party(c.seller, own.seller)
)
SELECT a.id, (extract(epoch FROM a.at) * 1000000)::bigint AS at_us, a.number,
       c.name AS campaign, a.lead_id = $1 AS same_lead, coalesce(g.name, '') AS agent,
       coalesce(r.outcome, '') AS outcome, coalesce(r.treatment, '') AS treatment,
       extract(epoch FROM r.ended_at - r.bridged_at)::bigint AS talk_s,
       coalesce(d.code, '') AS disposition, coalesce(d.note, '') AS note
FROM found JOIN attempts a ON a.id = found.id
JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN attempt_results r ON r.attempt_id = a.id
LEFT JOIN agents g ON g.id = r.agent_id
LEFT JOIN LATERAL (SELECT code, note FROM dispositions WHERE attempt_id = a.id
                   ORDER BY at DESC, agent_id LIMIT 1) d ON true
WHERE r.outcome IS DISTINCT FROM 'not_sent'
  AND r.failover_follows IS NOT TRUE
ORDER BY a.id DESC LIMIT 20
)sql";

PastCall call_of(const pqxx::row& row) {
    PastCall call;
    call.attempt = AttemptId{row["id"].as<std::int64_t>()};
    call.at = instant_from_micros(row["at_us"].as<std::int64_t>());
    call.number = {row["number"].as<std::int64_t>()};
    call.agent = row["agent"].as<std::string>();
    call.campaign = row["campaign"].as<std::string>();
    call.same_lead = row["same_lead"].as<bool>();
    call.outcome = row["outcome"].as<std::string>();
    call.treatment = row["treatment"].as<std::string>();
    if (!row["talk_s"].is_null()) {
        call.talk = std::chrono::seconds{row["talk_s"].as<std::int64_t>()};
    }
    call.disposition = row["disposition"].as<std::string>();
    call.note = row["note"].as<std::string>();
    return call;
}

} // namespace

LeadSheet lead_sheet(Store& store, LeadId lead) {
    LeadSheet sheet;
    sheet.lead = lead;
    sheet.fields = lead_fields(store, lead);
    const auto id = static_cast<std::int64_t>(lead);
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto found = work.exec_params1(kLead, id);
        sheet.campaign = CampaignId{found[0].as<std::int64_t>()};
        sheet.campaign_name = found[1].as<std::string>();
        for (const pqxx::row& row : work.exec_params(kPhones, id)) {
            sheet.phones.push_back({{row["number"].as<std::int64_t>()}, row["invalid"].as<bool>()});
        }
        for (const pqxx::row& row : work.exec_params(kCalls, id)) {
            sheet.calls.push_back(call_of(row));
        }
        work.commit();
    });
    return sheet;
}

} // namespace campaigns
