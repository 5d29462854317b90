// What the ledger and the dial log know about leads, read with each lease for the gate.

#include "campaigns/ledger/store_fact_rows.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <string>
#include <unordered_map>

namespace campaigns {

// The joins of `r` and its companions are look-ups by the attempt's id.
const char* const kOutcomeOfAttempt =
    "past_outcome(r.outcome, r.treatment, r.ringing_at, "
    "r.outcome = 'interrupted' AND EXISTS (SELECT FROM attempt_events e "
    "WHERE e.attempt_id = a.id AND e.kind = 'answered'), "
    "r.outcome = 'interrupted' AND EXISTS (SELECT FROM attempt_events e "
    "WHERE e.attempt_id = a.id AND e.kind = 'bridged'), "
    "r.treatment = 'bridged' AND coalesce((SELECT (a.campaign_id, d.code) IN "
    "(SELECT campaign_id, code FROM machine_codes) FROM dispositions d "
    "WHERE d.attempt_id = a.id ORDER BY d.at DESC, d.agent_id LIMIT 1), false))";

namespace {

// All that the ledger has, in one question: each costs a way to the server and back. The row of no
// lead has the last revocation of all, of the same instant: whatever comes later has a higher id.
// Asked twice on one day with different answers, a number counts as reassigned.
constexpr const char* kLedger = R"sql(
WITH phones AS MATERIALIZED (
    SELECT lead_id, number FROM lead_phones WHERE lead_id = ANY($1::bigint[])
)
SELECT 'last' AS fact, 0::bigint AS lead_id, 0::bigint AS number, coalesce(max(id), 0) AS id,
       '' AS word, '{}'::text[] AS sellers, '' AS seller, '' AS subject, '' AS debt, '' AS means,
       0::bigint AS at_us, NULL::bigint AS expires_us
FROM revocations
UNION ALL
SELECT 'consent', p.lead_id, p.number, c.id, c.grade, c.sellers, '', c.subject, c.debt, '',
       (extract(epoch FROM c.at) * 1000000)::bigint,
       (extract(epoch FROM c.expires) * 1000000)::bigint
FROM phones p JOIN consents c ON c.number = p.number
UNION ALL
SELECT 'revocation', p.lead_id, p.number, v.id, v.scope, '{}', v.seller, v.subject, '', v.means,
       (extract(epoch FROM v.at) * 1000000)::bigint, NULL
FROM phones p JOIN revocations v ON v.number = p.number
UNION ALL
(SELECT DISTINCT ON (p.lead_id, p.number, b.kind) 'relationship', p.lead_id, p.number, b.id,
        b.kind, '{}'::text[], '', '', '', '', (extract(epoch FROM b.at) * 1000000)::bigint,
        NULL::bigint
 FROM phones p JOIN relationships b ON b.number = p.number
 WHERE same_party(b.seller, (SELECT seller FROM campaigns WHERE id = $2))
 ORDER BY p.lead_id, p.number, b.kind, b.at DESC, b.id DESC)
UNION ALL
(SELECT DISTINCT ON (p.lead_id, p.number) 'reassigned', p.lead_id, p.number, 0::bigint, q.answer,
        '{}'::text[], '', '', '', '', (extract(epoch FROM q.queried_at) * 1000000)::bigint,
        NULL::bigint
 FROM phones p JOIN reassigned_answers q ON q.number = p.number
 ORDER BY p.lead_id, p.number, q.queried_at DESC, q.answer = 'yes' DESC, q.answer = 'no_data' DESC)
ORDER BY id
)sql";

// The person: the lead's numbers, and those of every lead that shares one of them. Ids of attempts
// rise with time, which names the months to look at.
constexpr const char* kPast = R"sql(
WITH person AS MATERIALIZED (
    SELECT DISTINCT p.lead_id, other.number
    FROM lead_phones p
    JOIN lead_phones same ON same.number = p.number
    JOIN lead_phones other ON other.lead_id = same.lead_id
    WHERE p.lead_id = ANY($1::bigint[])
)
SELECT person.lead_id, a.number, a.seller, a.subject,
       (extract(epoch FROM a.at) * 1000000)::bigint AS at_us, )sql";
constexpr const char* kPastFrom = R"sql( AS outcome
FROM person
JOIN attempts a ON a.number = person.number AND a.at >= $2
     AND a.id >= first_id_at($2::timestamptz - interval '1 day')
LEFT JOIN attempt_results r ON r.attempt_id = a.id
ORDER BY a.at, a.id
)sql";

/// The leads of a batch by id, and their phones.
class Batch {
public:
    explicit Batch(std::vector<Lead>& leads) {
        for (Lead& lead : leads) {
            lead.facts.assign(lead.phones.size(), {});
            by_id_.emplace(static_cast<std::int64_t>(lead.id), &lead);
        }
    }

    [[nodiscard]] Lead& lead(const pqxx::row& row) const {
        return *by_id_.at(row["lead_id"].as<std::int64_t>());
    }

    /// Null for a number that is not given out (known to be invalid, or not the one asked for).
    [[nodiscard]] PhoneFacts* facts(const pqxx::row& row) const {
        Lead& found = lead(row);
        const dnc::Number number{row["number"].as<std::int64_t>()};
        const auto phone = std::find(found.phones.begin(), found.phones.end(), number);
        return phone == found.phones.end()
                   ? nullptr
                   : &found.facts[static_cast<std::size_t>(phone - found.phones.begin())];
    }

private:
    std::unordered_map<std::int64_t, Lead*> by_id_;
};

void read_ledger(const pqxx::result& rows, std::vector<Lead>& leads, const Batch& batch) {
    for (const pqxx::row& row : rows) {
        const std::string_view fact = row["fact"].c_str();
        if (fact == "last") {
            for (Lead& lead : leads) {
                lead.revocations_seen = row["id"].as<std::int64_t>();
            }
            continue;
        }
        if (PhoneFacts* const facts = batch.facts(row)) {
            add_fact(fact, row, *facts);
        }
    }
}

void read_past(const pqxx::result& rows, const Batch& batch) {
    for (const pqxx::row& row : rows) {
        batch.lead(row).past.push_back(past_attempt_of_row(row));
    }
}

} // namespace

void prepare_facts(pqxx::connection& connection) {
    connection.prepare("facts_ledger", kLedger);
    connection.prepare("facts_past", std::string{kPast} + kOutcomeOfAttempt + kPastFrom);
}

void add_facts(pqxx::transaction_base& transaction, CampaignId campaign, std::vector<Lead>& leads,
               Instant since) {
    if (leads.empty()) {
        return;
    }
    std::vector<LeadId> ids;
    for (const Lead& lead : leads) {
        ids.push_back(lead.id);
    }
    const std::string array = array_of(ids);
    const Batch batch{leads};
    read_ledger(
        transaction.exec_prepared("facts_ledger", array, static_cast<std::int64_t>(campaign)),
        leads, batch);
    read_past(transaction.exec_prepared("facts_past", array, to_rfc3339(since)), batch);
}

} // namespace campaigns
