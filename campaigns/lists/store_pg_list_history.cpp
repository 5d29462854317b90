// What lists said about a number, and when.

#include "campaigns/lists/store_pg_lists.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <algorithm>

namespace campaigns {

namespace {

// Every version of every list that was loaded by then, in the order in which we came to know them.
constexpr auto kVersions = R"sql(
SELECT l.id AS list_id, l.name, l.kind, l.country, l.region, l.seller, v.id AS version,
       v.as_of - date '1970-01-01' AS as_of, v.source, v.area_codes,
       (extract(epoch FROM v.loaded_at) * 1000000)::bigint AS loaded_us,
       coalesce(suppression_listed(v.id, $1), false) AS listed,
       (SELECT (extract(epoch FROM c.at) * 1000000)::bigint FROM suppression_version_changes c
        WHERE c.number = $1 AND c.base_version = v.base_version AND c.version_id = v.id
        ORDER BY c.seq DESC LIMIT 1) AS registry_us
FROM suppression_lists l
LEFT JOIN suppression_versions v
    ON v.list_id = l.id AND v.loaded_at <= to_timestamp($2::double precision / 1000000)
ORDER BY l.id, v.loaded_at, v.id
)sql";

constexpr auto kSingle = R"sql(
SELECT list_id, listed, source, (extract(epoch FROM at) * 1000000)::bigint AS at_us
FROM suppression_changes
WHERE list_id = $1 AND number = $2 AND at <= to_timestamp($3::double precision / 1000000)
ORDER BY id
)sql";

/// One version or one single change, as it came.
struct Step {
    ListEvent event;
    bool covered = true;
};

Instant instant_at(const pqxx::field& field) {
    return instant_from_micros(field.as<std::int64_t>());
}

Step version_step(const pqxx::row& row, dnc::Number number) {
    Step step;
    step.event.at = instant_at(row["loaded_us"]);
    step.event.listed = row["listed"].as<bool>();
    step.event.version_id = row["version"].as<std::int64_t>();
    step.event.as_of = std::chrono::sys_days{std::chrono::days{row["as_of"].as<int>()}};
    step.event.source = row["source"].as<std::string>();
    if (!row["registry_us"].is_null()) {
        step.event.registry_at = instant_at(row["registry_us"]);
    }
    const auto area = dnc::area_code(number);
    if (area && !row["area_codes"].is_null()) {
        step.covered =
            area_codes_from_array(row["area_codes"].c_str()).test(static_cast<std::size_t>(*area));
    }
    return step;
}

/// The steps of one list put together: what was in force after each, and where that turned.
class Walk {
public:
    explicit Walk(NumberOnList& out) : out_{out} {}

    void step(const Step& step) {
        if (step.event.version_id == 0) {
            single_ = step.event.listed; // on top of every version, before and after
        } else if (!out_.as_of || *step.event.as_of >= *out_.as_of) {
            out_.version_id = step.event.version_id;
            out_.as_of = step.event.as_of;
            out_.covered = step.covered;
            version_ = step.event.listed;
        }
        const bool listed = single_.value_or(version_);
        if (listed != out_.listed || (step.event.version_id == 0 && listed)) {
            out_.events.push_back(step.event); // each opt-out counts, a second one too
            out_.events.back().listed = listed;
        }
        out_.listed = listed;
    }

private:
    NumberOnList& out_;
    bool version_ = false;
    std::optional<bool> single_;
};

NumberOnList list_of(const pqxx::row& row) {
    NumberOnList list;
    list.list_id = row["list_id"].as<std::int64_t>();
    list.list = row["name"].as<std::string>();
    list.kind = list_kind_from_text(row["kind"].c_str()).value_or(dnc::ListKind::other);
    list.country = row["country"].as<std::string>();
    list.region = row["region"].as<std::string>();
    list.seller = row["seller"].as<std::string>();
    return list;
}

} // namespace

std::vector<NumberOnList> Store::history_of(dnc::Number number, Instant at) {
    return guarded(*session_, [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
        const std::int64_t micros = at.time_since_epoch().count();
        std::vector<NumberOnList> lists;
        std::vector<std::vector<Step>> steps;
        for (const pqxx::row& row : work.exec_params(kVersions, number.e164, micros)) {
            if (lists.empty() || lists.back().list_id != row["list_id"].as<std::int64_t>()) {
                lists.push_back(list_of(row));
                steps.emplace_back();
            }
            if (!row["version"].is_null()) {
                steps.back().push_back(version_step(row, number));
            }
        }
        for (std::size_t i = 0; i < lists.size(); ++i) {
            for (const pqxx::row& row :
                 work.exec_params(kSingle, lists[i].list_id, number.e164, micros)) {
                Step step;
                step.event.at = instant_at(row["at_us"]);
                step.event.listed = row["listed"].as<bool>();
                step.event.source = row["source"].as<std::string>();
                steps[i].push_back(std::move(step));
            }
            std::stable_sort(steps[i].begin(), steps[i].end(),
                             [](const Step& a, const Step& b) { return a.event.at < b.event.at; });
            Walk walk{lists[i]};
            for (const Step& step : steps[i]) {
                walk.step(step);
            }
        }
        work.commit();
        return lists;
    });
}

} // namespace campaigns
