// Calls by number, person, agent, campaign, time and result.

#include "campaigns/call_search.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <fmt/format.h>
#include <pqxx/transaction>

namespace campaigns {

namespace {

// Ids rise with time, but an id is made a moment after the gate's decision: the range of ids is a
// little wider than the period, and the exact instants decide.
constexpr const char* kSlack = "interval '1 minute'";

// How far back one page looks. Ids alone, from the index.
constexpr const char* kWindow = R"sql(
SELECT w.looked_at, w.oldest, (SELECT rfc3339(at) FROM attempts WHERE id = w.oldest)
FROM (SELECT count(*) AS looked_at, min(i.id) AS oldest
      FROM (SELECT a.id FROM attempts a WHERE {} ORDER BY a.id DESC LIMIT {}) i) w
)sql";

constexpr const char* kCalls = R"sql(
SELECT a.id, json_build_object(
    'attempt', a.id::text, 'at', rfc3339(a.at), 'campaign', c.name, 'lead', a.lead_id,
    'name', coalesce(l.name, ''), 'number', '+' || a.number, 'caller_id', '+' || a.caller_id,
    'outcome', r.outcome, 'treatment', r.treatment, 'agent', g.name,
    'answered_at', rfc3339(r.answered_at), 'ended_at', rfc3339(r.ended_at),
    'talk_s', extract(epoch FROM r.ended_at - r.bridged_at), 'disposition', d.code)
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN leads l ON l.id = a.lead_id
LEFT JOIN attempt_results r ON r.attempt_id = a.id
LEFT JOIN agents g ON g.id = r.agent_id
LEFT JOIN LATERAL (SELECT code FROM dispositions
                   WHERE attempt_id = a.id ORDER BY at DESC, agent_id LIMIT 1) d ON true
WHERE {} AND a.id >= {} {}
ORDER BY a.id DESC LIMIT {}
)sql";

/// A text that ILIKE takes as it is, within anything.
std::string pattern_of(const std::string& text) {
    std::string pattern = "%";
    for (const char c : clean_text(text)) {
        if (c == '%' || c == '_' || c == '\\') {
            pattern += '\\';
        }
        pattern += c;
    }
    return pattern + '%';
}

/// What says which attempts one page looks at: only what an index answers.
std::string range_of(pqxx::transaction_base& work, const CallQuery& query) {
    std::string text = "true";
    const auto instant = [&work](Instant at) {
        return work.quote(to_rfc3339(at)) + "::timestamptz";
    };
    if (query.from) {
        text += fmt::format(" AND a.id >= first_id_at({} - {})", instant(*query.from), kSlack);
    }
    if (query.to) {
        text += fmt::format(" AND a.id < first_id_at({} + {})", instant(*query.to), kSlack);
    }
    if (query.before) {
        text += fmt::format(" AND a.id < {}", static_cast<std::int64_t>(*query.before));
    }
    if (query.number) {
        text += fmt::format(" AND a.number = {}", query.number->e164);
    }
    if (!query.agent.empty()) {
        // Whom an agent talked to is among the calls that changed his state.
        text += " AND a.id IN (SELECT s.attempt_id FROM agent_states s JOIN agents g "
                "ON g.id = s.agent_id WHERE s.attempt_id IS NOT NULL AND lower(g.name) = lower(" +
                work.quote(clean_text(query.agent)) + ")";
        text += query.from ? " AND s.at >= " + instant(*query.from) : "";
        text += query.to ? " AND s.at < " + instant(*query.to) + " + interval '1 day'" : "";
        text += ")";
    }
    return text;
}

std::string filter_of(pqxx::transaction_base& work, const CallQuery& query) {
    std::string text;
    const auto equals = [&](const char* what, const std::string& value) {
        if (!value.empty()) {
            text += fmt::format(" AND {} = {}", what, work.quote(clean_text(value)));
        }
    };
    equals("c.name", query.campaign);
    equals("d.code", query.disposition);
    if (!query.agent.empty()) {
        text += " AND lower(g.name) = lower(" + work.quote(clean_text(query.agent)) + ")";
    }
    if (!query.result.empty()) {
        const std::string word = work.quote(clean_text(query.result));
        text += fmt::format(" AND ({0} = r.outcome OR {0} = r.treatment)", word);
    }
    if (!query.person.empty()) {
        text +=
            fmt::format(" AND (l.name ILIKE {} OR l.external_id = {})",
                        work.quote(pattern_of(query.person)), work.quote(clean_text(query.person)));
    }
    if (query.from) {
        text += " AND a.at >= " + work.quote(to_rfc3339(*query.from));
    }
    if (query.to) {
        text += " AND a.at < " + work.quote(to_rfc3339(*query.to));
    }
    return text;
}

/// The page as JSON; `cut` when the window ended before the attempts did.
std::string page_json(const pqxx::result& rows, int limit, const pqxx::row& window) {
    const auto looked_at = window[0].as<std::int64_t>();
    std::string calls;
    std::string next = "null";
    const auto most = static_cast<pqxx::result::size_type>(limit);
    pqxx::result::size_type shown = 0;
    for (const pqxx::row& row : rows) {
        if (shown == most) {
            next = fmt::format("\"{}\"", rows[most - 1][0].c_str());
            break;
        }
        calls += (shown++ == 0 ? "" : ",\n") + row[1].as<std::string>();
    }
    if (next == "null" && looked_at == kCallsLookedAt) {
        next = fmt::format("\"{}\"", window[1].c_str());
    }
    const std::string back =
        window[2].is_null() ? "null" : fmt::format("\"{}\"", window[2].c_str());
    return fmt::format(R"({{"calls":[{}],"next":{},"looked_at":{},"looked_back_to":{}}})", calls,
                       next, looked_at, back);
}

} // namespace

std::string search_calls(Store& store, const CallQuery& query) {
    return guarded(store.session(), [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{store.session().connection};
        const std::string range = range_of(work, query);
        const pqxx::row window = work.exec1(fmt::format(kWindow, range, kCallsLookedAt));
        const std::string floor = window[1].is_null() ? "0" : window[1].c_str();
        const pqxx::result rows =
            work.exec(fmt::format(kCalls, range, floor, filter_of(work, query), query.limit + 1));
        work.commit();
        return page_json(rows, query.limit, window);
    });
}

} // namespace campaigns
