// Callbacks: agreed, offered to their agents, kept, and ended.

#include "campaigns/store_json.hpp"
#include "campaigns/supply/callbacks.hpp"
#include "campaigns/supply/store_pg_supply.hpp"
#include "dnc/words.hpp"

#include <pqxx/transaction>

#include <algorithm>

namespace campaigns {

namespace {

constexpr std::chrono::days kAheadMax{366};
constexpr std::size_t kNoteMax = 2000;

constexpr const char* kLeadHead = R"sql(
SELECT l.status, l.stop_reason, rfc3339(l.due_at) AS due, l.run_id IS NOT NULL AS lent,
       l.campaign_id, c.name AS campaign_name, c.purpose, c.seller, c.mode, s.status AS list_status,
)sql";
constexpr const char* kLeadTail = R"sql(
FROM leads l JOIN campaigns c ON c.id = l.campaign_id JOIN lists s ON s.id = l.list_id
WHERE l.id = $1
)sql";
constexpr const char* kLeadHeld = "FOR UPDATE OF l";
constexpr const char* kAgent = "SELECT name FROM agents WHERE id = $1";

// The one before is not forgotten: what its lead was is carried on. A lead on loan is what it was
// before; the result of the call that is under way goes into that (without_callback).
constexpr const char* kReplace = R"sql(
UPDATE callbacks SET status = 'replaced', ended_at = $2, end_reason = $3
WHERE lead_id = $1 AND status = 'open'
RETURNING was_status, was_reason, was_priority, rfc3339(was_due)
)sql";
constexpr const char* kAdd = R"sql(
INSERT INTO callbacks (lead_id, campaign_id, agent_id, due_at, note, attempt_id, by_whom, at,
                       was_status, was_reason, was_priority, was_due)
SELECT l.id, l.campaign_id, $2, $3, $4, $5, $6, $7,
       coalesce($8, CASE WHEN l.run_id IS NULL THEN l.status
                         ELSE coalesce(l.after_loan, 'ready') END),
       coalesce($9, l.stop_reason), coalesce($10, l.priority), coalesce($11, l.due_at)
FROM leads l WHERE l.id = $1
RETURNING id
)sql";
// A lead that is being called gets there when its call is over (rest_after). One that is only lent
// leaves the loan: an engine that meets it in its queue finds it gone, and nobody is called before
// the instant that was agreed. (A failed trunk that nothing follows: Store::return_leads.)
constexpr const char* kWaits = R"sql(
UPDATE leads SET status = 'ready', priority = 9, due_at = $2, for_agent = $3,
                 stop_reason = 'callback', run_id = NULL, leased_until = NULL, after_loan = NULL
WHERE id = $1 AND (run_id IS NULL OR status = 'leased')
)sql";

constexpr const char* kCancel = R"sql(
UPDATE callbacks SET status = 'cancelled', ended_at = $2, end_reason = $3
WHERE id = $1 AND status = 'open'
RETURNING lead_id, was_status, was_reason, rfc3339(was_due)
)sql";
// A lead that is only lent leaves the loan; one that is being called gets there when its call is
// over. The rest is done by the trigger let_lead_go.
constexpr const char* kAsBefore = R"sql(
UPDATE leads
SET status = $2, stop_reason = $3, due_at = coalesce($4, timestamptz '-infinity'), run_id = NULL,
    leased_until = NULL, after_loan = NULL
WHERE id = $1 AND status IN ('ready', 'leased')
)sql";
constexpr const char* kAfterCall = R"sql(
UPDATE leads SET after_loan = $2
WHERE id = $1 AND status = 'dialing' AND after_loan IS NULL
  AND $2 IN ('finished', 'exhausted', 'filtered', 'by_hand')
)sql";
constexpr const char* kLockLead = "SELECT id FROM leads WHERE id = "
                                  "(SELECT lead_id FROM callbacks WHERE id = $1) FOR UPDATE";

constexpr const char* kSelect = R"sql(
SELECT b.id, b.lead_id, b.campaign_id, c.name AS campaign_name, l.name AS lead_name,
       (SELECT number FROM lead_phones p WHERE p.lead_id = b.lead_id
        ORDER BY p.invalid_attempt IS NOT NULL, p.position LIMIT 1) AS number,
       b.agent_id, coalesce(a.name, '') AS agent_name,
       (extract(epoch FROM b.due_at) * 1000000)::bigint AS due_us, b.note, b.by_whom,
       (extract(epoch FROM b.at) * 1000000)::bigint AS at_us, b.status,
       b.opened_at IS NOT NULL AS opened, b.end_reason,
       b.status = 'open' AND b.due_at + make_interval(secs => c.callback_grace_s) < $1 AS missed
FROM callbacks b JOIN campaigns c ON c.id = b.campaign_id JOIN leads l ON l.id = b.lead_id
LEFT JOIN agents a ON a.id = b.agent_id
)sql";
constexpr const char* kWanted = R"sql(
WHERE ($2::bigint IS NULL OR b.campaign_id = $2) AND ($3::bigint IS NULL OR b.agent_id = $3)
  AND (NOT $4 OR b.status = 'open')
  AND (NOT $5 OR (b.status = 'open'
                  AND b.due_at + make_interval(secs => c.callback_grace_s) < $1))
  AND ($7::bigint IS NULL OR b.lead_id = $7)
ORDER BY b.status <> 'open', CASE WHEN b.status = 'open' THEN b.due_at END, b.id DESC
LIMIT $6
)sql";

constexpr const char* kDue = R"sql(
SELECT b.id, b.lead_id, b.campaign_id, b.agent_id, b.note,
       (SELECT number FROM lead_phones p WHERE p.lead_id = b.lead_id AND p.invalid_attempt IS NULL
        ORDER BY p.position LIMIT 1) AS number
FROM callbacks b JOIN leads l ON l.id = b.lead_id
WHERE b.status = 'open' AND b.due_at <= $1 AND l.status = 'ready' AND l.due_at <= $1
  AND l.for_agent = ANY ($2::bigint[]) AND l.for_agent = b.agent_id
ORDER BY b.due_at, b.id LIMIT 100
)sql";
constexpr const char* kLend = R"sql(
UPDATE leads SET status = 'leased', run_id = $3, leased_until = $5
WHERE id = (SELECT b.lead_id FROM callbacks b WHERE b.id = $1 AND b.status = 'open')
  AND status = 'ready' AND for_agent = $2 AND due_at <= $4
  AND EXISTS (SELECT FROM campaigns c WHERE c.id = campaign_id AND c.running)
  AND EXISTS (SELECT FROM lists s WHERE s.id = list_id AND s.status = 'active')
RETURNING id
)sql";
constexpr const char* kLentHead = "SELECT ";
constexpr const char* kLentTail = " FROM leads l WHERE l.id = $1";

// The agent's last word: signed in to no engine, or never.
constexpr const char* kOpen = R"sql(
WITH late AS MATERIALIZED (
    SELECT b.id, b.lead_id FROM callbacks b JOIN campaigns c ON c.id = b.campaign_id
    WHERE b.status = 'open' AND b.due_at <= $1 AND b.agent_id IS NOT NULL AND b.opened_at IS NULL
      AND c.callback_opens
      AND (b.due_at + make_interval(secs => c.callback_grace_s) <= $1
           OR coalesce((SELECT s.to_state = 'offline' FROM agent_states s
                        WHERE s.agent_id = b.agent_id ORDER BY s.at DESC, s.id DESC LIMIT 1), true))
), free AS MATERIALIZED (
    SELECT l.id FROM leads l JOIN late ON late.lead_id = l.id
    WHERE l.status = 'ready' ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
), opened AS (
    UPDATE leads l SET for_agent = NULL FROM free WHERE l.id = free.id RETURNING l.id
)
UPDATE callbacks b SET opened_at = $1
FROM opened WHERE b.lead_id = opened.id AND b.status = 'open'
)sql";
constexpr const char* kEndOver = R"sql(
WITH over AS MATERIALIZED (
    SELECT b.id, l.status, l.stop_reason FROM callbacks b JOIN leads l ON l.id = b.lead_id
    WHERE b.status = 'open' AND b.due_at <= $1 AND l.status IN ('finished', 'blocked', 'held')
    ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
)
UPDATE callbacks b SET status = 'cancelled', ended_at = $1,
       end_reason = 'the lead is ' || over.status || CASE WHEN over.stop_reason = '' THEN ''
                                                          ELSE ': ' || over.stop_reason END
FROM over WHERE b.id = over.id AND b.status = 'open'
)sql";

template <typename Id> std::optional<std::int64_t> plain(const std::optional<Id>& id) {
    return id ? std::optional{static_cast<std::int64_t>(*id)} : std::nullopt;
}

Callback callback_of(const pqxx::row& row) {
    Callback callback;
    callback.id = row["id"].as<std::int64_t>();
    callback.lead = LeadId{row["lead_id"].as<std::int64_t>()};
    callback.campaign = CampaignId{row["campaign_id"].as<std::int64_t>()};
    callback.campaign_name = row["campaign_name"].as<std::string>();
    callback.lead_name = row["lead_name"].as<std::string>();
    callback.number = {row["number"].as<std::int64_t>(0)};
    if (!row["agent_id"].is_null()) {
        callback.agent = AgentId{row["agent_id"].as<std::int64_t>()};
    }
    callback.agent_name = row["agent_name"].as<std::string>();
    callback.due = instant_from_micros(row["due_us"].as<std::int64_t>());
    callback.note = row["note"].as<std::string>();
    callback.by = row["by_whom"].as<std::string>();
    callback.at = instant_from_micros(row["at_us"].as<std::int64_t>());
    callback.status = row["status"].as<std::string>();
    callback.opened = row["opened"].as<bool>();
    callback.missed = row["missed"].as<bool>();
    callback.end_reason = row["end_reason"].as<std::string>();
    return callback;
}

/// What of a campaign the hours depend on.
Campaign campaign_of(const pqxx::row& row) {
    Campaign campaign;
    campaign.id = CampaignId{row["campaign_id"].as<std::int64_t>()};
    campaign.name = row["campaign_name"].as<std::string>();
    campaign.seller = row["seller"].as<std::string>();
    campaign.mode = dial_mode_from_text(row["mode"].c_str()).value_or(DialMode::progressive);
    campaign.purpose = dnc::from_word(dnc::kPurposes, row["purpose"].c_str())
                           .value_or(dnc::Purpose::telemarketing);
    return campaign;
}

/// Nobody promises what cannot be kept.
void check_lead(const pqxx::result& found, LeadId lead) {
    const std::string named = "lead " + std::to_string(static_cast<std::int64_t>(lead));
    if (found.empty()) {
        throw StoreRefusal{"there is no " + named};
    }
    const std::string status = found[0]["status"].as<std::string>();
    if (status == "blocked") {
        throw StoreRefusal{named +
                           " must not be called: " + found[0]["stop_reason"].as<std::string>()};
    }
    if (status == "held" || found[0]["list_status"].as<std::string>() == "undone") {
        throw StoreRefusal{named + " is on a list that was taken back"};
    }
    if (found[0]["phones"].is_null()) {
        throw StoreRefusal{named + " has no number that is not known to be wrong"};
    }
}

/// The first legal instants from `from` on, one a day.
std::vector<Instant> next_legal(const Legal& legal, const Lead& lead, const Campaign& campaign,
                                Instant from) {
    std::vector<Instant> next;
    for (int i = 0; i < 10 && next.size() < 3; ++i) {
        const dnc::Decision decision = legal(lead, campaign, from);
        if (decision.verdict == dnc::Verdict::deny) {
            break;
        }
        const Instant at = decision.verdict == dnc::Verdict::allow
                               ? from
                               : decision.until.value_or(from + std::chrono::days{1});
        if (decision.verdict == dnc::Verdict::allow || decision.until) {
            next.push_back(std::chrono::ceil<std::chrono::minutes>(at));
        }
        from = std::max(at, from) + std::chrono::days{1};
    }
    return next;
}

std::optional<CallbackRefused> refusal_of(const Legal& legal, const Lead& lead,
                                          const Campaign& campaign, Instant due) {
    const dnc::Decision decision = legal(lead, campaign, due);
    if (decision.verdict == dnc::Verdict::allow) {
        return std::nullopt;
    }
    CallbackRefused refused;
    for (const dnc::Reason& reason : decision.reasons) {
        refused.why += (refused.why.empty() ? "" : "; ") + std::string{dnc::to_text(reason.code)} +
                       ": " + reason.detail;
    }
    refused.next = next_legal(legal, lead, campaign, due);
    return refused;
}

std::int64_t insert(pqxx::transaction_base& work, const CallbackWish& wish, Instant due,
                    const Actor& actor) {
    const auto lead = static_cast<std::int64_t>(wish.lead);
    const std::string at = to_rfc3339(actor.at);
    const std::string by = clean_text(actor.name);
    std::optional<std::string> was_status;
    std::optional<std::string> was_reason;
    std::optional<int> was_priority;
    std::optional<std::string> was_due;
    for (const pqxx::row& row : work.exec_params(kReplace, lead, at, "by " + by)) {
        was_status = row[0].as<std::string>();
        was_reason = row[1].as<std::string>();
        was_priority = row[2].as<int>();
        was_due = row[3].is_null() ? "-infinity" : row[3].as<std::string>();
    }
    const auto id = work.exec_params1(kAdd, lead, plain(wish.agent), to_rfc3339(due),
                                      clean_text(wish.note, kNoteMax), plain(wish.attempt), by, at,
                                      was_status, was_reason, was_priority, was_due)[0]
                        .as<std::int64_t>();
    work.exec_params(kWaits, lead, to_rfc3339(due), plain(wish.agent));
    return id;
}

} // namespace

std::variant<Callback, CallbackRefused> add_callback(Store& store, const CallbackWish& wish,
                                                     const Legal& legal, const Actor& actor) {
    const Instant due = std::chrono::ceil<std::chrono::minutes>(wish.due);
    if (due <= actor.at || due > actor.at + kAheadMax) {
        throw StoreRefusal{"a callback lies in the future, a year ahead at most"};
    }
    return guarded(store.session(), [&]() -> std::variant<Callback, CallbackRefused> {
        pqxx::work work{store.session().connection};
        const pqxx::result found =
            work.exec_params(std::string{kLeadHead} + kLeadColumns + kLeadTail + kLeadHeld,
                             static_cast<std::int64_t>(wish.lead));
        check_lead(found, wish.lead);
        if (wish.agent &&
            work.exec_params(kAgent, static_cast<std::int64_t>(*wish.agent)).empty()) {
            throw StoreRefusal{"there is no such agent"};
        }
        const Campaign campaign = campaign_of(found[0]);
        if (legal) {
            const Lead lead = read_lead(found[0], campaign.id, due);
            if (auto refused = refusal_of(legal, lead, campaign, due)) {
                return std::move(*refused);
            }
        }
        const std::int64_t id = insert(work, wish, due, actor);
        const pqxx::row row =
            work.exec_params1(std::string{kSelect} + " WHERE b.id = $2", to_rfc3339(actor.at), id);
        Callback callback = callback_of(row);
        tell_leads(work);
        work.commit();
        return callback;
    });
}

CallbackLead callback_lead(Store& store, LeadId lead) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const pqxx::result found = work.exec_params(
            std::string{kLeadHead} + kLeadColumns + kLeadTail, static_cast<std::int64_t>(lead));
        work.commit();
        check_lead(found, lead);
        const Campaign campaign = campaign_of(found[0]);
        return CallbackLead{read_lead(found[0], campaign.id, {}), campaign};
    });
}

void cancel_callback(Store& store, std::int64_t id, const std::string& why, const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        work.exec_params(kLockLead, id);
        const std::string reason =
            clean_text("by " + actor.name + (why.empty() ? "" : ": " + why), kNoteMax);
        const pqxx::result done = work.exec_params(kCancel, id, to_rfc3339(actor.at), reason);
        if (done.empty()) {
            throw StoreRefusal{"there is no open callback " + std::to_string(id)};
        }
        const pqxx::row row = done[0];
        const auto lead = row[0].as<std::int64_t>();
        const auto status = row[1].as<std::string>();
        const auto due = row[3].is_null() ? std::nullopt : std::optional{row[3].as<std::string>()};
        work.exec_params(kAfterCall, lead, status);
        work.exec_params(kAsBefore, lead, status, row[2].as<std::string>(), due);
        tell_leads(work);
        work.commit();
    });
}

std::vector<Callback> callbacks(Store& store, const CallbacksWanted& wanted) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::optional<std::int64_t> campaign;
        if (!wanted.campaign.empty()) {
            campaign = static_cast<std::int64_t>(campaign_named(work, wanted.campaign));
        }
        std::vector<Callback> all;
        for (const pqxx::row& row :
             work.exec_params(std::string{kSelect} + kWanted, to_rfc3339(wanted.now), campaign,
                              plain(wanted.agent), wanted.open_only, wanted.missed_only,
                              std::clamp(wanted.limit, 1, 10'000), plain(wanted.lead))) {
            all.push_back(callback_of(row));
        }
        return all;
    });
}

std::vector<DueCallback> due_callbacks(Store& store, Instant now,
                                       const std::vector<AgentId>& agents) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<DueCallback> due;
        for (const pqxx::row& row : work.exec_params(kDue, to_rfc3339(now), array_of(agents))) {
            if (!row["number"].is_null()) {
                due.push_back({.id = row["id"].as<std::int64_t>(),
                               .lead = LeadId{row["lead_id"].as<std::int64_t>()},
                               .campaign = CampaignId{row["campaign_id"].as<std::int64_t>()},
                               .number = {row["number"].as<std::int64_t>()},
                               .agent = AgentId{row["agent_id"].as<std::int64_t>()},
                               .note = row["note"].as<std::string>()});
            }
        }
        return due;
    });
}

std::optional<Lead> lease_callback(Store& store, std::int64_t id, AgentId agent, RunId run,
                                   Instant now, Instant until, std::chrono::days memory) {
    return guarded(store.session(), [&]() -> std::optional<Lead> {
        pqxx::work work{store.session().connection};
        hold_open(work, run);
        const pqxx::result lent =
            work.exec_params(kLend, id, static_cast<std::int64_t>(agent),
                             static_cast<std::int64_t>(run), to_rfc3339(now), to_rfc3339(until));
        if (lent.empty()) {
            return std::nullopt;
        }
        const pqxx::row row =
            work.exec_params1(std::string{kLentHead} + "l.campaign_id, " + kLeadColumns + kLentTail,
                              lent[0][0].as<std::int64_t>());
        const CampaignId campaign{row["campaign_id"].as<std::int64_t>()};
        std::vector<Lead> leads{read_lead(row, campaign, until)};
        if (leads.front().phones.empty()) {
            return std::nullopt; // rolled back: it stays where it was
        }
        add_facts(work, campaign, leads, now - memory);
        work.commit();
        return std::move(leads.front());
    });
}

int open_callbacks(Store& store, Instant now) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const std::string at = to_rfc3339(now);
        const auto opened = static_cast<int>(work.exec_params(kOpen, at).affected_rows());
        work.exec_params(kEndOver, at);
        if (opened > 0) {
            tell_leads(work);
        }
        work.commit();
        return opened;
    });
}

} // namespace campaigns
