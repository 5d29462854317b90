// Counts of leads, kept while leads change (schema/0009_funnel.sql).

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/funnel/store.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

// Some ten thousand rows at most, read whole.
constexpr const char* kPlanner = "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on";

constexpr const char* kLists = R"sql(
SELECT l.id, l.file_name, l.source, l.status, l.weight, l.priority, l.rows_read, l.rows_refused,
       l.kind = 'by_hand' AS by_hand
FROM lists l WHERE l.campaign_id = $1 ORDER BY l.id DESC
)sql";

// Both groupings in one walk over the counts. A list that is off holds its ready leads back.
constexpr const char* kGroups = R"sql(
SELECT grouping(c.list_id) = 0 AS by_list, c.list_id, c.stop_reason, c.status, c.place,
       l.weight = 0 OR l.status <> 'active' AS list_off, l.kind = 'by_hand' AS by_hand,
       sum(c.leads) AS leads
FROM (
    SELECT list_id, place, status, stop_reason, leads::integer
    FROM lead_counts WHERE campaign_id = $1
    UNION ALL
    SELECT list_id, place, status, stop_reason, change::integer
    FROM lead_count_changes WHERE campaign_id = $1
) AS c
JOIN lists l ON l.id = c.list_id
GROUP BY GROUPING SETS ((c.list_id, c.status, c.stop_reason),
                        (c.place, c.status, l.weight = 0 OR l.status <> 'active',
                         l.kind = 'by_hand'))
HAVING sum(c.leads) <> 0
)sql";

constexpr const char* kDue =
    "SELECT list_id, place, sum(leads)::bigint AS leads FROM ready_groups($1, $2) GROUP BY 1, 2";

constexpr const char* kGroupsReady =
    "SELECT priority, list_id, place, leads FROM ready_groups($1, $2) ORDER BY 1 DESC, 2, 3";

constexpr const char* kResting = R"sql(
SELECT list_id, stop_reason, rest,
       (extract(epoch FROM min(due) FILTER (WHERE leads > 0)) * 1000000)::bigint AS first_us,
       sum(leads) AS leads
FROM (
    SELECT list_id, stop_reason, due, sum(leads)::integer AS leads,
           CASE WHEN due <= $2::timestamptz + interval '1 hour' THEN 0
                WHEN due <= $2::timestamptz + interval '24 hours' THEN 1 ELSE 2 END AS rest
    FROM (
        SELECT list_id, stop_reason, due, leads::integer FROM resting_counts
        WHERE campaign_id = $1 AND due > $2
        UNION ALL
        SELECT list_id, stop_reason, due, change::integer FROM lead_count_changes
        WHERE campaign_id = $1 AND status = 'ready' AND due > $2
    ) AS c
    GROUP BY list_id, stop_reason, due
    HAVING sum(leads) <> 0
) AS by_due
GROUP BY list_id, stop_reason, rest
HAVING sum(leads) <> 0
)sql";

constexpr const char* kPlaces =
    "SELECT id, key, zones, number, country, region, county, postal_code FROM places "
    "WHERE id = ANY($1::integer[]) ORDER BY id";

constexpr const char* kWords =
    "SELECT DISTINCT ON (code) code, label FROM disposition_codes "
    "WHERE campaign_id = $1 OR campaign_id IS NULL ORDER BY code, campaign_id NULLS LAST";

constexpr const char* kFold = "SELECT fold_lead_counts($1)";

std::int64_t number_in(const pqxx::row& row, const char* column) {
    return row[column].as<std::int64_t>();
}

std::optional<Instant> instant_in(const pqxx::row& row, const char* column) {
    return row[column].is_null() ? std::nullopt
                                 : std::optional{instant_from_micros(number_in(row, column))};
}

FunnelCounts::List list_of(const pqxx::row& row) {
    FunnelCounts::List list;
    list.by_hand = row["by_hand"].as<bool>();
    list.shown.list = ListId{number_in(row, "id")};
    list.shown.name = row["file_name"].as<std::string>();
    list.shown.source = row["source"].as<std::string>();
    list.shown.status = row["status"].as<std::string>();
    list.shown.weight = row["weight"].as<int>();
    list.shown.priority = row["priority"].as<int>();
    list.shown.rows_read = number_in(row, "rows_read");
    list.shown.rows_refused = number_in(row, "rows_refused");
    return list;
}

void read_groups(const pqxx::result& rows, FunnelCounts& out) {
    for (const pqxx::row& row : rows) {
        const std::int64_t leads = number_in(row, "leads");
        if (row["by_list"].as<bool>()) {
            out.groups.push_back({ListId{number_in(row, "list_id")},
                                  row["status"].as<std::string>(),
                                  row["stop_reason"].as<std::string>(), leads});
        } else if (!row["by_hand"].as<bool>()) {
            out.places.push_back({row["place"].as<std::int32_t>(), row["list_off"].as<bool>(),
                                  row["status"].as<std::string>(), leads});
        }
    }
}

PlaceSample place_of(const pqxx::row& row) {
    PlaceSample place;
    place.id = row["id"].as<std::int32_t>();
    place.key = row["key"].as<std::string>();
    place.zones = texts_of(row["zones"]);
    place.number = dnc::Number{number_in(row, "number")};
    place.address = {.country = row["country"].as<std::string>(),
                     .region = row["region"].as<std::string>(),
                     .county = row["county"].as<std::string>(),
                     .postal_code = row["postal_code"].as<std::string>()};
    return place;
}

/// "{1,2}", each once; with `places`, ids of places that leads lie in.
std::string array_of_places(const std::vector<FunnelCounts::ByPlace>& groups) {
    std::set<std::int32_t> ids;
    for (const FunnelCounts::ByPlace& group : groups) {
        ids.insert(group.place);
    }
    return array_of(ids);
}

} // namespace

FunnelCounts funnel_counts(Store& store, CampaignId campaign, Instant at) {
    Store::Session& session = store.session();
    return guarded(session, [&] {
        const auto id = static_cast<std::int64_t>(campaign);
        const std::string at_text = to_rfc3339(at);
        FunnelCounts counts;
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session.connection};
        work.exec(kPlanner);
        for (const pqxx::row& row : work.exec_params(kLists, id)) {
            counts.lists.push_back(list_of(row));
        }
        read_groups(work.exec_params(kGroups, id), counts);
        for (const pqxx::row& row : work.exec_params(kDue, id, at_text)) {
            counts.due.push_back({ListId{number_in(row, "list_id")},
                                  row["place"].as<std::int32_t>(), number_in(row, "leads")});
        }
        for (const pqxx::row& row : work.exec_params(kResting, id, at_text)) {
            counts.resting.push_back({ListId{number_in(row, "list_id")},
                                      row["stop_reason"].as<std::string>(),
                                      static_cast<RestClass>(row["rest"].as<int>()),
                                      instant_in(row, "first_us"), number_in(row, "leads")});
        }
        for (const pqxx::row& row : work.exec_params(kPlaces, array_of_places(counts.places))) {
            counts.whereabouts.push_back(place_of(row));
        }
        for (const pqxx::row& row : work.exec_params(kWords, id)) {
            counts.words.emplace(row["code"].as<std::string>(), row["label"].as<std::string>());
        }
        work.commit();
        return counts;
    });
}

std::int64_t fold_lead_counts(Store& store, Instant now) {
    Store::Session& session = store.session();
    return guarded(session, [&] {
        pqxx::work work{session.connection};
        const auto moved = work.exec_params1(kFold, to_rfc3339(now))[0].as<std::int64_t>(0);
        work.commit();
        return moved;
    });
}

std::vector<ReadyGroup> ready_groups(Store& store, CampaignId campaign, Instant at) {
    Store::Session& session = store.session();
    return guarded(session, [&] {
        std::vector<ReadyGroup> groups;
        pqxx::work work{session.connection};
        for (const pqxx::row& row :
             work.exec_params(kGroupsReady, static_cast<std::int64_t>(campaign), to_rfc3339(at))) {
            groups.push_back({row["priority"].as<int>(), ListId{number_in(row, "list_id")},
                              row["place"].as<std::int32_t>(), number_in(row, "leads")});
        }
        work.commit();
        return groups;
    });
}

Campaign find_campaign(Store& store, const std::string& name) {
    for (Campaign& campaign : store.campaigns()) {
        if (campaign.name == name) {
            return std::move(campaign);
        }
    }
    throw StoreRefusal{"there is no campaign named \"" + name + "\""};
}

Funnel funnel_of(Store& store, const dnc::Gate& gate, const dnc::ZoneDatabase& zones,
                 const std::string& campaign, Instant at) {
    const Campaign settings = find_campaign(store, campaign);
    HoursOf hours{gate, zones, settings, store.declarations()};
    return make_funnel(settings, funnel_counts(store, settings.id, at), hours, at);
}

} // namespace campaigns
