// The lists of numbers as they are in force.

#include "campaigns/lists/list_states.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

// In force is the newest by its own date, of those the one that was loaded last.
constexpr const char* kStates = R"sql(
SELECT l.name, l.kind, l.country, l.region, l.seller, coalesce(v.id, 0) AS version,
       v.as_of - date '1970-01-01' AS as_of,
       (extract(epoch FROM v.loaded_at) * 1000000)::bigint AS loaded_us,
       coalesce(v.rows, 0) AS rows, coalesce(v.bad, 0) AS bad, coalesce(v.source, '') AS source,
       coalesce(v.sha256, '') AS sha256,
       (SELECT count(*) FROM suppression_versions a WHERE a.list_id = l.id) AS versions
FROM suppression_lists l
LEFT JOIN LATERAL (SELECT * FROM suppression_versions v WHERE v.list_id = l.id
                   ORDER BY v.as_of DESC, v.id DESC LIMIT 1) v ON true
ORDER BY l.id
)sql";
constexpr const char* kReassigned = R"sql(
SELECT as_of - date '1970-01-01', (extract(epoch FROM loaded_at) * 1000000)::bigint, rows, source
FROM reassigned_loads ORDER BY as_of DESC, id DESC LIMIT 1
)sql";

std::chrono::year_month_day day_of(const pqxx::field& field) {
    return std::chrono::sys_days{std::chrono::days{field.as<int>()}};
}

std::optional<Instant> instant_of(const pqxx::field& field) {
    return field.is_null() ? std::nullopt
                           : std::optional{instant_from_micros(field.as<std::int64_t>())};
}

} // namespace

std::vector<ListState> list_states(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<ListState> states;
        for (const pqxx::row& row : work.exec(kStates)) {
            ListState& state = states.emplace_back();
            state.name = row["name"].as<std::string>();
            state.kind = list_kind_from_text(row["kind"].c_str()).value_or(dnc::ListKind::other);
            state.country = row["country"].as<std::string>();
            state.region = row["region"].as<std::string>();
            state.seller = row["seller"].as<std::string>();
            state.version_id = row["version"].as<std::int64_t>();
            if (!row["as_of"].is_null()) {
                state.as_of = day_of(row["as_of"]);
            }
            state.loaded_at = instant_of(row["loaded_us"]);
            state.rows = row["rows"].as<std::int64_t>();
            state.bad = row["bad"].as<std::int64_t>();
            state.source = row["source"].as<std::string>();
            state.sha256 = row["sha256"].as<std::string>();
            state.versions = row["versions"].as<std::int64_t>();
        }
        work.commit();
        return states;
    });
}

std::optional<ReassignedState> reassigned_state(Store& store) {
    return guarded(store.session(), [&]() -> std::optional<ReassignedState> {
        pqxx::work work{store.session().connection};
        const pqxx::result found = work.exec(kReassigned);
        work.commit();
        if (found.empty()) {
            return std::nullopt;
        }
        return ReassignedState{day_of(found[0][0]),
                               instant_from_micros(found[0][1].as<std::int64_t>()),
                               found[0][2].as<std::int64_t>(), found[0][3].as<std::string>()};
    });
}

} // namespace campaigns
