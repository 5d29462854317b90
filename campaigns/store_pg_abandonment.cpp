// The answered calls of a regulatory campaign, as raw instants: what the abandonment ledger is
// computed from.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kAccount = R"sql(
SELECT g.id, g.seller, g.offer, c.jurisdiction,
       (extract(epoch FROM first_call_of(g.id, g.seller)) * 1000000)::bigint AS first_call_us
FROM campaigns c JOIN regulatory_campaigns g ON g.id = c.regulatory_campaign_id
WHERE c.name = $1
)sql";

// A seller's campaigns may change their offer and keep their calls where they were made, so each
// attempt says whose it was. Of calls that were open when their engine died the events tell.
constexpr const char* kDeclareCalls = R"sql(
DECLARE calls NO SCROLL CURSOR FOR
SELECT r.attempt_id, r.outcome = 'interrupted' AS at_crash, r.ended_by = 'customer' AS by_customer,
       (extract(epoch FROM coalesce(r.answered_at, e.answered_at)) * 1000000)::bigint
           AS answered_us,
       (extract(epoch FROM coalesce(r.bridged_at, e.bridged_at)) * 1000000)::bigint AS bridged_us,
       (extract(epoch FROM r.message_started_at) * 1000000)::bigint AS message_us,
       (extract(epoch FROM r.ended_at) * 1000000)::bigint AS ended_us,
       r.answer_to_agent_us,
       coalesce((SELECT (a.campaign_id, d.code) IN (SELECT campaign_id, code FROM machine_codes)
                 FROM dispositions d WHERE d.attempt_id = r.attempt_id
                 ORDER BY d.at DESC, d.agent_id LIMIT 1), false) AS machine
FROM attempt_results r
JOIN attempts a ON a.id = r.attempt_id
LEFT JOIN LATERAL (SELECT min(at) FILTER (WHERE kind = 'answered') AS answered_at,
                          min(at) FILTER (WHERE kind = 'bridged') AS bridged_at
                   FROM attempt_events
                   WHERE attempt_id = r.attempt_id AND r.outcome = 'interrupted') e ON true
)sql";
constexpr const char* kFetchCalls = "FETCH 20000 FROM calls";

std::optional<Instant> optional_instant(const pqxx::field& field) {
    return field.is_null() ? std::nullopt
                           : std::optional{instant_from_micros(field.as<std::int64_t>())};
}

dnc::AnsweredCall call_of(const pqxx::row& row) {
    dnc::AnsweredCall call;
    call.attempt = row["attempt_id"].as<std::int64_t>();
    call.answered_at = instant_from_micros(row["answered_us"].as<std::int64_t>());
    call.bridged_at = optional_instant(row["bridged_us"]);
    call.message_started_at = optional_instant(row["message_us"]);
    call.ended_at = instant_from_micros(row["ended_us"].as<std::int64_t>());
    if (!row["answer_to_agent_us"].is_null()) {
        call.answer_to_agent =
            std::chrono::microseconds{row["answer_to_agent_us"].as<std::int64_t>()};
    }
    call.ended_by_customer = row["by_customer"].as<bool>();
    call.machine_by_agent = row["machine"].as<bool>();
    call.open_at_crash = row["at_crash"].as<bool>();
    return call;
}

} // namespace

AbandonmentAccount Store::abandonment_account(const std::string& campaign, Instant from,
                                              Instant to) {
    return guarded(*session_, [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
        allow_bulk(work);
        const pqxx::result found = work.exec_params(kAccount, clean_text(campaign));
        if (found.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + campaign + "\""};
        }
        AbandonmentAccount account;
        account.regulatory_campaign = found[0]["id"].as<std::int64_t>();
        account.seller = found[0]["seller"].as<std::string>();
        account.offer = found[0]["offer"].as<std::string>();
        account.jurisdiction = found[0]["jurisdiction"].as<std::string>();
        account.first_call_at = optional_instant(found[0]["first_call_us"]);
        const std::string since = work.quote(to_rfc3339(from));
        const std::string until = work.quote(to_rfc3339(to));
        work.exec(
            kDeclareCalls +
            ("WHERE a.regulatory_campaign_id = " + std::to_string(account.regulatory_campaign)) +
            " AND r.campaign_id IN (SELECT id FROM campaigns WHERE same_party(seller, " +
            work.quote(account.seller) + "))" +
            " AND ((r.treatment <> 'none' AND r.answered_at >= " + since + " AND r.answered_at < " +
            until + ") OR (r.outcome = 'interrupted'" + " AND r.ended_at >= " + since +
            " AND e.answered_at >= " + since + " AND e.answered_at < " + until + "))");
        for (pqxx::result rows = work.exec(kFetchCalls); !rows.empty();
             rows = work.exec(kFetchCalls)) {
            for (const pqxx::row& row : rows) {
                account.calls.push_back(call_of(row));
            }
        }
        work.commit();
        return account;
    });
}

} // namespace campaigns
