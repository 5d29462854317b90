// Lists as the supply sees them, and leads that people add or change one by one.

#include "campaigns/import/rows.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/supply/store_pg_supply.hpp"

#include <boost/json.hpp>
#include <pqxx/transaction>

#include <algorithm>
#include <chrono>

namespace campaigns {

namespace {

constexpr std::size_t kTextMax = 500;    // bytes of one field
constexpr std::size_t kCustomMax = 4000; // bytes of one custom field
constexpr std::size_t kCustomFieldsMax = 100;
constexpr std::size_t kPhonesMax = 10;
constexpr std::chrono::milliseconds kLockWait{2'000};
constexpr const char* kBusy = "a list with one of these numbers is being imported or taken back at "
                              "this moment; send the lead again when that is done";

constexpr const char* kLists = R"sql(
SELECT s.id, c.name, s.file_name, s.source, s.kind, s.status, s.weight, s.priority,
       (extract(epoch FROM s.imported_at) * 1000000)::bigint AS imported_us,
       coalesce(n.leads, 0)::bigint AS leads, coalesce(n.ready, 0)::bigint AS ready
FROM lists s
JOIN campaigns c ON c.id = s.campaign_id
LEFT JOIN LATERAL (
    SELECT sum(k.leads) AS leads, sum(k.leads) FILTER (WHERE k.status = 'ready') AS ready
    FROM (SELECT leads, status FROM lead_counts
          WHERE campaign_id = s.campaign_id AND list_id = s.id
          UNION ALL
          SELECT change, status FROM lead_count_changes
          WHERE campaign_id = s.campaign_id AND list_id = s.id) AS k) AS n ON true
WHERE $1::bigint IS NULL OR s.campaign_id = $1
ORDER BY s.id
)sql";

constexpr const char* kChangeList = R"sql(
UPDATE lists s SET weight = coalesce($2, s.weight), priority = coalesce($3, s.priority)
FROM campaigns c WHERE s.id = $1 AND c.id = s.campaign_id
RETURNING c.name
)sql";

// The phone as well: while the undoing of an import was waited for, it may have gone.
constexpr const char* kFindLead = R"sql(
SELECT l.id, l.status, l.status IN ('ready', 'filtered') AND l.for_agent IS NULL AS waits
FROM lead_phones p JOIN leads l ON l.id = p.lead_id
WHERE p.campaign_id = $1 AND p.number = ANY($2::bigint[])
ORDER BY l.id LIMIT 1 FOR UPDATE OF l FOR KEY SHARE OF p
)sql";
constexpr const char* kToTheFront = R"sql(
UPDATE leads SET status = 'ready', priority = greatest(priority, $2), due_at = least(due_at, $3),
                 stop_reason = CASE WHEN status = 'filtered' THEN last_outcome ELSE stop_reason END
WHERE id = $1
)sql";
// The numbers come first, in the order in which all write them: whoever has to wait for one of them
// holds nothing yet that other new leads want. Fewer phones than asked for: another lead has one.
constexpr const char* kMakeLead = R"sql(
WITH lead AS MATERIALIZED (
    SELECT nextval('leads_id_seq') AS id
), written AS (
    INSERT INTO lead_phones (lead_id, position, campaign_id, number)
    SELECT lead.id, p.ord - 1, $1, p.number
    FROM lead, unnest($2::bigint[]) WITH ORDINALITY AS p (number, ord)
    ORDER BY p.number
    ON CONFLICT (number, campaign_id) DO NOTHING
    RETURNING number
), counted AS MATERIALIZED (
    SELECT count(*) AS phones FROM written
), list AS (
    INSERT INTO lists AS s (campaign_id, file_name, kind, imported_at, rows_read, rows_accepted)
    SELECT $1, 'leads that came one by one', 'api', $3, 1, 1 FROM counted
    ON CONFLICT (campaign_id) WHERE kind = 'api'
    DO UPDATE SET rows_read = s.rows_read + 1, rows_accepted = s.rows_accepted + 1
    RETURNING s.id
), made AS (
    INSERT INTO leads (id, campaign_id, list_id, name, external_id, email, country, region, county,
                       city, address, postal_code, time_zone, debt, custom, place, priority, due_at)
    SELECT lead.id, $1, list.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb, $16,
           $17, $18
    FROM lead, list
    RETURNING id
)
SELECT made.id, counted.phones FROM made, counted
)sql";
constexpr const char* kEdited = R"sql(
INSERT INTO lead_edits (at, by_whom, campaign_id, lead_id, what, before, after)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)
)sql";

constexpr const char* kLeadForChange = R"sql(
SELECT campaign_id, status, priority, attempts, rfc3339(due_at) AS due, run_id IS NOT NULL AS lent,
       EXISTS (SELECT FROM lead_phones p
               WHERE p.lead_id = leads.id AND p.invalid_attempt IS NULL) AS has_phone
FROM leads WHERE id = $1 FOR UPDATE
)sql";
// By hand it is due to the second; the counts are told the minute.
constexpr const char* kChangeLead = R"sql(
UPDATE leads
SET priority = coalesce($2, priority), due_at = coalesce($3, due_at),
    status = CASE WHEN $4 THEN 'ready' ELSE status END,
    attempts = CASE WHEN $4 THEN 0 ELSE attempts END,
    tries = CASE WHEN $4 THEN NULL ELSE tries END,
    stop_reason = CASE WHEN $4 THEN '' ELSE stop_reason END
WHERE id = $1
)sql";

// Leads of one list that a recycling is for; $2 .. $5 as in RecycleWish.
constexpr const char* kRecyclable =
    " l.run_id IS NULL AND l.status = ANY ($2::text[]) "
    "AND ($3::text[] = '{}' OR l.last_outcome = ANY ($3) OR l.stop_reason = ANY ($3)) "
    "AND ($4::integer IS NULL OR l.attempts <= $4) "
    "AND EXISTS (SELECT FROM lead_phones p WHERE p.lead_id = l.id AND p.invalid_attempt IS NULL) ";
constexpr const char* kListsToRecycle =
    "SELECT id FROM lists WHERE campaign_id = $1 AND kind <> 'by_hand' AND status <> 'undone' "
    "AND ($2::bigint IS NULL OR id = $2) ORDER BY id";
constexpr const char* kCountHead = "SELECT count(*) FROM leads l WHERE l.list_id = $1 AND ";
constexpr const char* kRecycleHead = R"sql(
WITH part AS MATERIALIZED (
    SELECT id FROM leads WHERE list_id = $1 AND id > $5 ORDER BY list_id, id LIMIT 5000
), free AS MATERIALIZED (
    SELECT l.id FROM leads l JOIN part ON part.id = l.id WHERE )sql";
constexpr const char* kRecycleTail = R"sql(
    ORDER BY l.id FOR UPDATE OF l
), done AS (
    UPDATE leads l SET status = 'ready', attempts = 0, tries = NULL, due_at = $6, stop_reason = ''
    FROM free WHERE l.id = free.id
    RETURNING l.id
)
SELECT (SELECT max(id) FROM part), (SELECT count(*) FROM done)
)sql";

constexpr const char* kTellLeads = "SELECT pg_notify('dialer_leads', '')";

void log_edit(pqxx::transaction_base& work, const Actor& actor, std::int64_t campaign,
              std::optional<std::int64_t> lead, const char* what,
              const std::optional<boost::json::object>& before, const boost::json::object& after) {
    const auto was = before ? std::optional{boost::json::serialize(*before)} : std::nullopt;
    work.exec_params(kEdited, to_rfc3339(actor.at), clean_text(actor.name), campaign, lead, what,
                     was, boost::json::serialize(after));
}

void require_between(const std::optional<int>& value, int low, int high, const char* what) {
    if (value && (*value < low || *value > high)) {
        throw StoreRefusal{std::string{what} + " lies between " + std::to_string(low) + " and " +
                           std::to_string(high)};
    }
}

// -- leads that arrive

/// What was understood of a new lead.
struct Arrival {
    std::vector<std::int64_t> phones;
    std::string region;
    std::string custom;
    std::vector<std::string> warnings;
};

std::string tidy(const std::string& text) {
    return tidy_text(text, kTextMax);
}

Arrival arrival_of(const NewLead& lead) {
    Arrival arrival;
    if (lead.phones.size() > kPhonesMax) {
        throw StoreRefusal{"a lead has at most 10 phones"};
    }
    std::string faults;
    for (const std::string& text : lead.phones) {
        const auto read = dnc::read_number(text);
        if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
            faults += (faults.empty() ? "\"" : "; \"") + tidy_text(text, 40) +
                      "\": " + std::string{dnc::explain(*fault)};
            continue;
        }
        const auto number = std::get<dnc::Number>(read).e164;
        if (std::find(arrival.phones.begin(), arrival.phones.end(), number) ==
            arrival.phones.end()) {
            arrival.phones.push_back(number);
        }
    }
    if (arrival.phones.empty()) {
        throw StoreRefusal{"the lead has no phone that can be called" +
                           (faults.empty() ? "" : ": " + faults)};
    }
    if (!faults.empty()) {
        arrival.warnings.push_back("left out: " + faults);
    }
    if (!lead.region.empty()) {
        arrival.region = read_region(lead.region);
        if (arrival.region.empty()) {
            arrival.warnings.push_back("no state, territory or province is called \"" +
                                       tidy_text(lead.region, 40) + "\"; it was left out");
        }
    }
    if (lead.custom.size() > kCustomFieldsMax) {
        throw StoreRefusal{"a lead has at most 100 fields of its own"};
    }
    boost::json::object custom;
    for (const auto& [name, text] : lead.custom) {
        custom.insert_or_assign(tidy(name), tidy_text(text, kCustomMax));
    }
    arrival.custom = boost::json::serialize(custom);
    require_between(lead.priority, 0, kUrgent, "the priority");
    return arrival;
}

/// The campaign's lead with one of the numbers, brought to the front when it waits.
std::optional<AddedLead> known_lead(pqxx::transaction_base& work, std::int64_t campaign,
                                    const Arrival& arrival, const NewLead& lead,
                                    const std::string& due) {
    const pqxx::result found = work.exec_params(kFindLead, campaign, array_of(arrival.phones));
    if (found.empty()) {
        return std::nullopt;
    }
    AddedLead added;
    added.id = LeadId{found[0][0].as<std::int64_t>()};
    added.existed = true;
    added.status = found[0][1].as<std::string>();
    added.warnings = arrival.warnings;
    if (found[0][2].as<bool>()) {
        work.exec_params(kToTheFront, found[0][0].as<std::int64_t>(), lead.priority, due);
        added.status = "ready";
        added.will_be_dialed = true;
    }
    return added;
}

/// Nothing when another session was faster with one of the numbers.
std::optional<AddedLead> make_lead(pqxx::transaction_base& work, std::int64_t campaign,
                                   const Arrival& arrival, const NewLead& lead, std::int32_t place,
                                   const std::string& due, const Actor& actor) {
    const pqxx::row made = work.exec_params1(
        kMakeLead, campaign, array_of(arrival.phones), to_rfc3339(actor.at), tidy(lead.name),
        tidy(lead.external_id), tidy(lead.email), tidy(lead.country), arrival.region,
        tidy(lead.county), tidy(lead.city), tidy(lead.address), tidy(lead.postal_code),
        tidy(lead.time_zone), tidy(lead.debt), arrival.custom, place, lead.priority, due);
    if (made[1].as<std::size_t>() != arrival.phones.size()) {
        return std::nullopt;
    }
    return AddedLead{LeadId{made[0].as<std::int64_t>()}, false, true, "ready", arrival.warnings};
}

/// Told to whoever sent the lead: the next lease would park it.
void ask_filter(pqxx::transaction_base& work, std::int64_t campaign, const Actor& actor,
                AddedLead& added) {
    const auto filter = work.exec_params1("SELECT filter FROM campaigns WHERE id = $1", campaign)[0]
                            .as<std::string>();
    if (filter.empty() || !added.will_be_dialed) {
        return;
    }
    const auto passes = work.exec1("SELECT " + filter_sql(work, filter, actor.at) +
                                   " FROM leads l JOIN lists s ON s.id = l.list_id WHERE l.id = " +
                                   std::to_string(static_cast<std::int64_t>(added.id)));
    if (!passes[0].as<bool>()) {
        added.will_be_dialed = false;
        added.warnings.emplace_back("the campaign's filter does not let this lead through");
    }
}

} // namespace

// -- lists

std::vector<ListOfLeads> lists_of_leads(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::optional<std::int64_t> id;
        if (!campaign.empty()) {
            id = static_cast<std::int64_t>(campaign_named(work, campaign));
        }
        std::vector<ListOfLeads> lists;
        for (const pqxx::row& row : work.exec_params(kLists, id)) {
            lists.push_back(
                {.id = ListId{row["id"].as<std::int64_t>()},
                 .campaign = row["name"].as<std::string>(),
                 .file_name = row["file_name"].as<std::string>(),
                 .source = row["source"].as<std::string>(),
                 .kind = row["kind"].as<std::string>(),
                 .status = row["status"].as<std::string>(),
                 .weight = row["weight"].as<int>(),
                 .priority = row["priority"].as<int>(),
                 .leads = row["leads"].as<std::int64_t>(),
                 .ready = row["ready"].as<std::int64_t>(),
                 .imported_at = instant_from_micros(row["imported_us"].as<std::int64_t>())});
        }
        return lists;
    });
}

void change_list(Store& store, ListId list, const LeadListChange& change, const Actor& actor) {
    require_between(change.weight, 0, 100, "the weight");
    require_between(change.priority, 0, kUrgent, "the priority");
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        const auto id = static_cast<std::int64_t>(list);
        const pqxx::result changed =
            work.exec_params(kChangeList, id, change.weight, change.priority);
        if (changed.empty()) {
            throw StoreRefusal{"there is no list " + std::to_string(id)};
        }
        tell_campaigns(work, changed[0][0].as<std::string>());
        tell_leads(work);
        work.commit();
    });
}

// -- leads

AddedLead add_lead(Store& store, const NewLead& lead, const PlaceFinder& place,
                   const Actor& actor) {
    const Arrival arrival = arrival_of(lead);
    const std::int32_t where =
        place ? place(dnc::Number{arrival.phones.front()}, {.country = tidy(lead.country),
                                                            .region = arrival.region,
                                                            .county = tidy(lead.county),
                                                            .postal_code = tidy(lead.postal_code)})
              : 0;
    const std::string due = to_rfc3339(lead.due.value_or(actor.at));
    const auto once = [&]() -> std::optional<AddedLead> {
        pqxx::work work{store.session().connection};
        wait_at_most(work, kLockWait);
        const auto campaign = static_cast<std::int64_t>(campaign_named(work, lead.campaign));
        auto added = known_lead(work, campaign, arrival, lead, due);
        if (!added) {
            added = make_lead(work, campaign, arrival, lead, where, due, actor);
        }
        if (!added) {
            return std::nullopt;
        }
        ask_filter(work, campaign, actor, *added);
        log_edit(work, actor, campaign, static_cast<std::int64_t>(added->id), "added", std::nullopt,
                 {{"priority", lead.priority}, {"due", due}, {"existed", added->existed}});
        tell_leads(work);
        work.commit();
        return added;
    };
    return guarded(store.session(), [&] {
        auto added = or_busy(kBusy, once);
        if (!added) {
            // Whoever was faster has committed: the insert waited for that.
            added = or_busy(kBusy, once);
        }
        if (!added) {
            throw StoreRefusal{"another lead with one of these numbers comes and goes; try again"};
        }
        return std::move(*added);
    });
}

void change_lead(Store& store, LeadId lead, const LeadChange& change, const Actor& actor) {
    require_between(change.priority, 0, kUrgent, "the priority");
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto id = static_cast<std::int64_t>(lead);
        const pqxx::result found = work.exec_params(kLeadForChange, id);
        const std::string named = "lead " + std::to_string(id);
        if (found.empty()) {
            throw StoreRefusal{"there is no " + named};
        }
        const pqxx::row row = found[0];
        const std::string status = row["status"].as<std::string>();
        if (row["lent"].as<bool>()) {
            throw StoreRefusal{named + " is being called; try again when the call is over"};
        }
        if (change.again && (status == "blocked" || status == "held" || status == "by_hand" ||
                             !row["has_phone"].as<bool>())) {
            throw StoreRefusal{
                named + " cannot be made ready: " +
                (row["has_phone"].as<bool>() ? "it is " + status : "all its numbers are wrong")};
        }
        const auto due = change.due     ? std::optional{to_rfc3339(*change.due)}
                         : change.again ? std::optional{to_rfc3339(actor.at)}
                                        : std::nullopt;
        work.exec_params(kChangeLead, id, change.priority, due, change.again);
        const boost::json::object before{{"status", status},
                                         {"priority", row["priority"].as<int>()},
                                         {"attempts", row["attempts"].as<int>()},
                                         {"due", row["due"].as<std::string>("")}};
        boost::json::object after = before;
        after["priority"] = change.priority.value_or(row["priority"].as<int>());
        after["due"] = due.value_or(row["due"].as<std::string>(""));
        if (change.again) {
            after["status"] = "ready";
            after["attempts"] = 0;
        }
        log_edit(work, actor, row["campaign_id"].as<std::int64_t>(), id, "changed", before, after);
        work.exec(kTellLeads);
        work.commit();
    });
}

namespace {

/// A recycling as statements want it.
struct Recycling {
    explicit Recycling(const RecycleWish& wish)
        : statuses{wish.finished ? "{exhausted,finished}" : "{exhausted}"},
          reasons{text_array(wish.reasons)}, attempts_max{wish.attempts_max} {}
    std::string statuses;
    std::string reasons;
    std::optional<int> attempts_max;
};

std::vector<std::int64_t> lists_to_recycle(pqxx::transaction_base& work, const RecycleWish& wish) {
    const auto campaign = static_cast<std::int64_t>(campaign_named(work, wish.campaign));
    const auto one =
        wish.list ? std::optional{static_cast<std::int64_t>(*wish.list)} : std::nullopt;
    std::vector<std::int64_t> lists;
    for (const pqxx::row& row : work.exec_params(kListsToRecycle, campaign, one)) {
        lists.push_back(row[0].as<std::int64_t>());
    }
    if (wish.list && lists.empty()) {
        throw StoreRefusal{"the campaign has no list " + std::to_string(*one) +
                           " whose leads could be dialed again"};
    }
    return lists;
}

} // namespace

std::int64_t count_recyclable(Store& store, const RecycleWish& wish) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        const Recycling how{wish};
        std::int64_t count = 0;
        for (const std::int64_t list : lists_to_recycle(work, wish)) {
            count += work.exec_params1(std::string{kCountHead} + kRecyclable, list, how.statuses,
                                       how.reasons, how.attempts_max)[0]
                         .as<std::int64_t>();
        }
        return count;
    });
}

std::int64_t recycle_leads(Store& store, const RecycleWish& wish, const Actor& actor) {
    const Recycling how{wish};
    const std::string due = to_rfc3339(actor.at);
    return guarded(store.session(), [&] {
        auto& connection = store.session().connection;
        std::vector<std::int64_t> lists;
        std::int64_t campaign = 0;
        {
            pqxx::work work{connection};
            lists = lists_to_recycle(work, wish);
            campaign = static_cast<std::int64_t>(campaign_named(work, wish.campaign));
        }
        std::int64_t total = 0;
        for (const std::int64_t list : lists) {
            // A batch a transaction: engines wait for none of them.
            for (std::optional<std::int64_t> after = 0; after;) {
                pqxx::work work{connection};
                const pqxx::row row =
                    work.exec_params1(std::string{kRecycleHead} + kRecyclable + kRecycleTail, list,
                                      how.statuses, how.reasons, how.attempts_max, *after, due);
                after = row[0].is_null() ? std::nullopt : std::optional{row[0].as<std::int64_t>()};
                const auto done = row[1].as<std::int64_t>();
                if (done > 0) {
                    total += done;
                    boost::json::array reasons(wish.reasons.begin(), wish.reasons.end());
                    log_edit(work, actor, campaign, std::nullopt, "recycled", std::nullopt,
                             {{"list", list},
                              {"leads", done},
                              {"reasons", std::move(reasons)},
                              {"finished_too", wish.finished}});
                    work.exec(kTellLeads);
                }
                work.commit();
            }
        }
        return total;
    });
}

} // namespace campaigns
