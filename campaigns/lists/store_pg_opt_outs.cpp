// Requests not to be called again, one by one.

#include "campaigns/lists/opt_outs.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <fmt/format.h>
#include <pqxx/transaction>

namespace campaigns {

namespace {

// What is open at the request began at most hours before: nobody is on the line for longer.
constexpr const char* kOptOuts = R"sql(
SELECT q.id, json_build_object(
    'id', q.id, 'at', rfc3339(q.at), 'number', '+' || q.number, 'list', q.name,
    'seller', q.seller, 'source', q.source, 'by', q.by_user, 'attempt', q.attempt_id::text,
    'open_calls', open.calls, 'last_ended_s', open.longest, 'calls_after', later.calls)
FROM (SELECT s.*, l.name, l.seller
      FROM suppression_changes s JOIN suppression_lists l ON l.id = s.list_id
      WHERE s.listed AND l.kind = 'company' {}
      ORDER BY s.id DESC LIMIT {}) q
CROSS JOIN LATERAL (
    SELECT count(*) AS calls, max(extract(epoch FROM r.ended_at - q.at)) AS longest
    FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
    WHERE a.number = q.number AND a.at > q.at - interval '4 hours' AND a.at <= q.at
      AND r.ended_at > q.at AND a.id IS DISTINCT FROM q.attempt_id
      AND (q.seller = '' OR same_party(a.seller, q.seller))) open
CROSS JOIN LATERAL (
    SELECT count(*) AS calls FROM attempts a
    LEFT JOIN attempt_results r ON r.attempt_id = a.id
    WHERE a.number = q.number AND a.at > q.at AND r.outcome IS DISTINCT FROM 'not_sent'
      AND (q.seller = '' OR same_party(a.seller, q.seller))) later
ORDER BY q.id DESC
)sql";

std::string condition_of(pqxx::transaction_base& work, const OptOutQuery& query) {
    std::string text;
    if (query.from) {
        text += " AND s.at >= " + work.quote(to_rfc3339(*query.from));
    }
    if (query.to) {
        text += " AND s.at < " + work.quote(to_rfc3339(*query.to));
    }
    if (query.before > 0) {
        text += fmt::format(" AND s.id < {}", query.before);
    }
    return text;
}

} // namespace

std::string opt_outs(Store& store, const OptOutQuery& query) {
    return guarded(store.session(), [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{store.session().connection};
        const pqxx::result rows =
            work.exec(fmt::format(kOptOuts, condition_of(work, query), query.limit + 1));
        work.commit();
        std::string list;
        std::string next = "null";
        const auto most = static_cast<pqxx::result::size_type>(query.limit);
        pqxx::result::size_type shown = 0;
        for (const pqxx::row& row : rows) {
            if (shown == most) {
                next = rows[most - 1][0].c_str();
                break;
            }
            list += (shown++ == 0 ? "" : ",\n") + row[1].as<std::string>();
        }
        return fmt::format(R"({{"opt_outs":[{}],"next":{}}})", list, next);
    });
}

} // namespace campaigns
