// All that the store knows about one lead and its way to a call.

#include "campaigns/call_facts.hpp"
#include "campaigns/funnel/store.hpp"
#include "campaigns/funnel/why_state.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "campaigns/supply/filter.hpp"
#include "campaigns/supply/store_pg_supply.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <variant>

namespace campaigns {

namespace {

// kLeadColumns lie between the two.
constexpr const char* kLeadHead = "SELECT ";
constexpr const char* kLeadTail = R"sql(,
       l.campaign_id, l.external_id, l.status, l.stop_reason,
       CASE WHEN isfinite(l.due_at) THEN (extract(epoch FROM l.due_at) * 1000000)::bigint END
           AS due_us,
       (extract(epoch FROM l.leased_until) * 1000000)::bigint AS leased_us,
       coalesce((SELECT a.name FROM agents a WHERE a.id = l.for_agent), '') AS agent,
       s.file_name, s.kind, s.status AS list_status, s.weight, s.priority AS list_priority,
       c.filter, c.attempts_per_day, c.attempts_per_week
FROM leads l
JOIN lists s ON s.id = l.list_id
JOIN campaigns c ON c.id = l.campaign_id
WHERE l.id = $1
)sql";

constexpr const char* kPhones =
    "SELECT number, invalid_attempt IS NOT NULL AS invalid FROM lead_phones "
    "WHERE lead_id = $1 ORDER BY position";

// As limited_until of the schema counts them.
constexpr const char* kRecent = R"sql(
SELECT (extract(epoch FROM a.at) * 1000000)::bigint AS at_us
FROM attempts a
WHERE a.lead_id = $1 AND a.failover_of IS NULL
  AND a.id >= first_id_at($2::timestamptz - interval '8 days')
  AND a.at > $2::timestamptz - interval '7 days'
  AND NOT EXISTS (SELECT FROM attempt_results r
                  WHERE r.attempt_id = a.id AND r.outcome = 'not_sent')
ORDER BY a.at DESC
LIMIT 200
)sql";

constexpr const char* kPromise = R"sql(
SELECT (extract(epoch FROM c.due_at) * 1000000)::bigint AS due_us, c.note,
       CASE WHEN c.opened_at IS NULL THEN coalesce(a.name, '') ELSE '' END AS agent
FROM callbacks c LEFT JOIN agents a ON a.id = c.agent_id
WHERE c.lead_id = $1 AND c.status = 'open'
)sql";

constexpr const char* kAttempts = R"sql(
SELECT a.id, (extract(epoch FROM a.at) * 1000000)::bigint AS at_us, a.number, a.caller_id,
       a.trunk, a.evidence::text AS evidence, coalesce(r.outcome, '') AS outcome,
       coalesce(r.treatment, '') AS treatment,
       (extract(epoch FROM r.ended_at) * 1000000)::bigint AS ended_us,
       coalesce((SELECT d.code FROM dispositions d WHERE d.attempt_id = a.id
                 ORDER BY d.at DESC, d.agent_id LIMIT 1), '') AS disposition
FROM attempts a LEFT JOIN attempt_results r ON r.attempt_id = a.id
WHERE a.lead_id = $1
ORDER BY a.id DESC LIMIT 20
)sql";

constexpr const char* kRefusals = R"sql(
SELECT (extract(epoch FROM at) * 1000000)::bigint AS at_us, number, verdict,
       (extract(epoch FROM until) * 1000000)::bigint AS until_us, reasons::text AS reasons
FROM gate_refusals WHERE lead_id = $1
ORDER BY id DESC LIMIT 5
)sql";

// The higher priority of lead and list goes first; within one, lists and places share.
constexpr const char* kAhead = R"sql(
SELECT coalesce(sum(g.leads) FILTER (WHERE greatest(g.priority, s.priority) > $3), 0)::bigint,
       coalesce(sum(g.leads) FILTER (WHERE greatest(g.priority, s.priority) >= $3), 0)::bigint
FROM ready_groups($1, $2) g JOIN lists s ON s.id = g.list_id
WHERE s.status = 'active' AND s.weight > 0
)sql";

constexpr const char* kFound =
    "SELECT l.id, l.campaign_id, c.name AS campaign, l.name, l.external_id, l.status "
    "FROM leads l JOIN campaigns c ON c.id = l.campaign_id ";
constexpr const char* kFoundById = "WHERE l.id = $1 AND ($2 = '' OR c.name = $2)";
constexpr const char* kFoundByNumber =
    "WHERE l.id IN (SELECT p.lead_id FROM lead_phones p WHERE p.number = $1) "
    "AND ($2 = '' OR c.name = $2) ORDER BY l.id DESC LIMIT 100";
constexpr const char* kFoundByExternalId =
    "WHERE l.external_id = $1 AND l.external_id <> '' AND ($2 = '' OR c.name = $2) "
    "ORDER BY l.id DESC LIMIT 100";

std::int64_t number_in(const pqxx::row& row, const char* column) {
    return row[column].as<std::int64_t>();
}

std::string text_in(const pqxx::row& row, const char* column) {
    return row[column].as<std::string>("");
}

std::optional<Instant> instant_in(const pqxx::row& row, const char* column) {
    return row[column].is_null() ? std::nullopt
                                 : std::optional{instant_from_micros(number_in(row, column))};
}

void read_row(const pqxx::row& row, WhyState& state) {
    state.campaign.id = CampaignId{number_in(row, "campaign_id")};
    state.leased_until = instant_in(row, "leased_us");
    state.lead = read_lead(row, state.campaign.id, state.leased_until.value_or(Instant{}));
    state.external_id = text_in(row, "external_id");
    state.status = text_in(row, "status");
    state.stop_reason = text_in(row, "stop_reason");
    state.due = instant_in(row, "due_us");
    state.for_agent = text_in(row, "agent");
    if (state.lead.for_agent && state.for_agent.empty()) {
        state.for_agent =
            "agent " + std::to_string(static_cast<std::int64_t>(*state.lead.for_agent));
    }
    state.list_name = text_in(row, "file_name");
    state.list_kind = text_in(row, "kind");
    state.list_status = text_in(row, "list_status");
    state.list_weight = row["weight"].as<int>();
    state.list_priority = row["list_priority"].as<int>();
    state.filter = text_in(row, "filter");
    state.per_day = row["attempts_per_day"].as<int>();
    state.per_week = row["attempts_per_week"].as<int>();
}

void read_phones(pqxx::transaction_base& work, WhyState& state) {
    for (const pqxx::row& row :
         work.exec_params(kPhones, static_cast<std::int64_t>(state.lead.id))) {
        state.phones.push_back({dnc::Number{number_in(row, "number")}, row["invalid"].as<bool>()});
    }
}

void read_limits(pqxx::transaction_base& work, Instant at, WhyState& state) {
    const auto lead = static_cast<std::int64_t>(state.lead.id);
    for (const pqxx::row& row : work.exec_params(kRecent, lead, to_rfc3339(at))) {
        state.recent.push_back(instant_from_micros(number_in(row, "at_us")));
    }
    for (const pqxx::row& row : work.exec_params(kPromise, lead)) {
        state.promise = WhyState::Promise{instant_from_micros(number_in(row, "due_us")),
                                          text_in(row, "agent"), text_in(row, "note")};
    }
}

/// Each part is asked as the engine asks the whole, by the database.
void read_filter_parts(pqxx::transaction_base& work, Instant at, WhyState& state) {
    for (const std::string& term : filter_terms(state.filter)) {
        const auto read = read_filter(term);
        const auto* const filter = std::get_if<Filter>(&read);
        if (filter == nullptr) {
            throw StoreRefusal{"the campaign's filter cannot be read: " +
                               std::get<FilterFault>(read).words()};
        }
        const std::string condition =
            filter->lets_all() ? "true" : sql_of(*filter, work.quote(to_rfc3339(at)));
        const pqxx::row row =
            work.exec1("SELECT (" + condition + ") FROM leads l JOIN lists s ON s.id = l.list_id " +
                       "WHERE l.id = " + std::to_string(static_cast<std::int64_t>(state.lead.id)));
        state.parts.push_back({term, row[0].as<bool>(false)});
    }
}

void read_log(pqxx::transaction_base& work, WhyState& state) {
    const auto lead = static_cast<std::int64_t>(state.lead.id);
    for (const pqxx::row& row : work.exec_params(kAttempts, lead)) {
        WhyAttempt& attempt = state.attempts.emplace_back();
        attempt.id = AttemptId{number_in(row, "id")};
        attempt.at = instant_from_micros(number_in(row, "at_us"));
        attempt.number = dnc::Number{number_in(row, "number")};
        attempt.caller_id = dnc::Number{number_in(row, "caller_id")};
        attempt.trunk = text_in(row, "trunk");
        attempt.outcome = text_in(row, "outcome");
        attempt.treatment = text_in(row, "treatment");
        attempt.disposition = text_in(row, "disposition");
        attempt.ended_at = instant_in(row, "ended_us");
        attempt.evidence = text_in(row, "evidence");
        attempt.words = words_of_evidence(attempt.evidence);
    }
    for (const pqxx::row& row : work.exec_params(kRefusals, lead)) {
        WhyRefusal& refusal = state.refusals.emplace_back();
        refusal.at = instant_from_micros(number_in(row, "at_us"));
        refusal.number = dnc::Number{number_in(row, "number")};
        refusal.verdict = text_in(row, "verdict");
        refusal.until = instant_in(row, "until_us");
        refusal.reasons = text_in(row, "reasons");
    }
}

void read_line(pqxx::transaction_base& work, Instant at, WhyState& state) {
    if (state.status != "ready" || state.lead.for_agent || state.list_status != "active" ||
        state.list_weight == 0 || (state.due && *state.due > at)) {
        return;
    }
    const pqxx::row row =
        work.exec_params1(kAhead, static_cast<std::int64_t>(state.campaign.id), to_rfc3339(at),
                          std::max(state.lead.priority, state.list_priority));
    state.ahead_min = row[0].as<std::int64_t>();
    state.ahead_max = std::max<std::int64_t>(row[1].as<std::int64_t>() - 1, *state.ahead_min);
}

/// One snapshot of everything that changes with the lead.
void read_lead_state(Store& store, LeadId lead, Instant at, std::chrono::days memory,
                     WhyState& state) {
    pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{store.session().connection};
    const auto id = static_cast<std::int64_t>(lead);
    const pqxx::result found =
        work.exec_params(std::string{kLeadHead} + kLeadColumns + kLeadTail, id);
    if (found.empty()) {
        throw StoreRefusal{"there is no lead " + std::to_string(id)};
    }
    read_row(found[0], state);
    read_phones(work, state);
    read_limits(work, at, state);
    read_filter_parts(work, at, state);
    read_log(work, state);
    read_line(work, at, state);
    std::vector<Lead> leads{std::move(state.lead)};
    add_facts(work, state.campaign.id, leads, at - memory);
    state.lead = std::move(leads.front());
    work.commit();
}

/// What is asked for, and the way to it.
struct Search {
    std::string key;
    const char* where = nullptr;
};

Search search_of(const LeadQuery& query) {
    if (query.lead) {
        return {std::to_string(static_cast<std::int64_t>(*query.lead)), kFoundById};
    }
    if (query.number) {
        return {std::to_string(query.number->e164), kFoundByNumber};
    }
    return {clean_text(query.external_id), kFoundByExternalId};
}

} // namespace

std::vector<LeadFound> find_leads(Store& store, const LeadQuery& query) {
    if (!query.campaign.empty()) {
        static_cast<void>(find_campaign(store, query.campaign));
    }
    Store::Session& session = store.session();
    return guarded(session, [&] {
        const Search search = search_of(query);
        std::vector<LeadFound> leads;
        pqxx::work work{session.connection};
        for (const pqxx::row& row : work.exec_params(std::string{kFound} + search.where, search.key,
                                                     clean_text(query.campaign))) {
            leads.push_back({LeadId{number_in(row, "id")},
                             CampaignId{number_in(row, "campaign_id")}, text_in(row, "campaign"),
                             text_in(row, "name"), text_in(row, "external_id"),
                             text_in(row, "status")});
        }
        work.commit();
        return leads;
    });
}

WhyState load_why(Store& store, LeadId lead, Instant at, std::chrono::days memory) {
    WhyState state;
    guarded(store.session(), [&] { read_lead_state(store, lead, at, memory, state); });
    for (Campaign& campaign : store.campaigns()) {
        if (campaign.id == state.campaign.id) {
            state.campaign = std::move(campaign);
            break;
        }
    }
    for (const dnc::Number number : state.lead.phones) {
        state.on_lists.push_back(store.history_of(number, at));
    }
    state.declared = store.declarations();
    return state;
}

Why why_not_dialed(Store& store, const dnc::Gate& gate, const dnc::ZoneDatabase& zones, LeadId lead,
                   Instant at) {
    return explain(load_why(store, lead, at, memory_of(gate.packs())), gate, zones, at);
}

} // namespace campaigns
