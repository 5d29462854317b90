// Opt-outs, the feed of them, and which version of each list is in force.

#include "campaigns/lists/store_pg_lists.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <charconv>

namespace campaigns {

namespace {

// Before the look and the insert: the same lock that the table's trigger takes, so that of two
// requests at once exactly one is the first.
constexpr const char* kTakeTurns = "SELECT pg_advisory_xact_lock(1684630627, 1)";

// The seller's list, else the one of all sellers. Its last change decides, else the newest version.
constexpr const char* kCompanyList = R"sql(
SELECT l.id, coalesce(
    (SELECT listed FROM suppression_changes c
     WHERE c.list_id = l.id AND c.number = $1 ORDER BY id DESC LIMIT 1),
    (SELECT suppression_listed(id, $1) FROM suppression_versions v WHERE v.list_id = l.id
     ORDER BY as_of DESC, id DESC LIMIT 1),
    false)
FROM suppression_lists l
WHERE l.kind = 'company'
  AND (l.seller = '' OR lower(btrim(l.seller)) = lower(btrim($2)))
ORDER BY l.seller = '', l.name = 'company' DESC, l.id LIMIT 1
)sql";

constexpr const char* kOptOut = R"sql(
INSERT INTO suppression_changes (request_id, list_id, number, listed, at, source, by_user,
                                 attempt_id)
VALUES ($1, $2, $3, true, $4, $5, $6, $7)
ON CONFLICT (request_id) DO NOTHING
)sql";

constexpr const char* kLists = R"sql(
SELECT l.id, l.name, l.kind, l.country, l.region, l.seller, coalesce(v.id, 0) AS version,
       coalesce(v.base_version, v.id, 0) AS base, v.as_of - date '1970-01-01' AS as_of,
       v.area_codes
FROM suppression_lists l
LEFT JOIN LATERAL (SELECT id, as_of, base_version, area_codes FROM suppression_versions
                   WHERE list_id = l.id ORDER BY as_of DESC, id DESC LIMIT 1) v ON true
ORDER BY l.id
)sql";

constexpr const char* kChanges = R"sql(
SELECT id, list_id, number, listed FROM suppression_changes WHERE id > $1 ORDER BY id LIMIT 10000
)sql";
constexpr const char* kLastChange = "SELECT coalesce(max(id), 0) FROM suppression_changes";

dnc::SuppressionList list_of(const pqxx::row& row) {
    dnc::SuppressionList list;
    list.id = row["id"].as<std::int64_t>();
    list.name = row["name"].as<std::string>();
    list.kind = list_kind_from_text(row["kind"].c_str()).value_or(dnc::ListKind::other);
    list.version_id = row["version"].as<std::int64_t>();
    list.country = row["country"].as<std::string>();
    list.region = row["region"].as<std::string>();
    list.seller = row["seller"].as<std::string>();
    if (!row["as_of"].is_null()) {
        const std::chrono::days day{row["as_of"].as<int>()};
        list.as_of = std::chrono::year_month_day{std::chrono::sys_days{day}};
    }
    if (!row["area_codes"].is_null()) {
        list.area_codes = area_codes_from_array(row["area_codes"].c_str());
    }
    return list;
}

} // namespace

void prepare_lists(pqxx::connection& connection) {
    connection.prepare("suppression_turns", kTakeTurns);
    connection.prepare("company_list", kCompanyList);
    connection.prepare("opt_out", kOptOut);
    connection.prepare("changes", kChanges);
    connection.prepare("last_change", kLastChange);
}

std::bitset<1000> area_codes_from_array(std::string_view text) {
    std::bitset<1000> codes;
    const char* next = text.data();
    const char* const end = text.data() + text.size();
    while (next != end) {
        std::size_t code = 0;
        const auto [after, error] = std::from_chars(next, end, code);
        if (error == std::errc{} && code < codes.size()) {
            codes.set(code);
        }
        next = error == std::errc{} ? after : next + 1;
    }
    return codes;
}

std::vector<ListInForce> lists_in_force(pqxx::transaction_base& work) {
    std::vector<ListInForce> lists;
    for (const pqxx::row& row : work.exec(kLists)) {
        lists.push_back({list_of(row), row["base"].as<std::int64_t>()});
    }
    return lists;
}

bool Store::add_opt_out(const OptOut& opt_out) {
    return guarded(*session_, [&] {
        std::optional<std::int64_t> attempt;
        if (opt_out.attempt) {
            attempt = static_cast<std::int64_t>(*opt_out.attempt);
        }
        const std::string attempt_text = attempt ? std::to_string(*attempt) : std::string{};
        pqxx::work work{session_->connection};
        work.exec_prepared("suppression_turns");
        const auto list =
            work.exec_prepared1("company_list", opt_out.number.e164, clean_text(opt_out.seller));
        const bool listed = list[1].as<bool>();
        work.exec_prepared("opt_out", opt_out.id, list[0].as<std::int64_t>(), opt_out.number.e164,
                           to_rfc3339(opt_out.at), clean_text(opt_out.source),
                           clean_text(opt_out.by), attempt ? attempt_text.c_str() : nullptr);
        work.commit();
        return !listed;
    });
}

std::vector<Store::ListVersion> Store::versions_in_force() {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        std::vector<ListVersion> versions;
        for (const ListInForce& list : lists_in_force(work)) {
            versions.push_back({list.settings.id, list.settings.version_id});
        }
        work.commit();
        return versions;
    });
}

std::vector<Store::SuppressionChange> Store::suppression_changes(std::int64_t after_change_id) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        std::vector<SuppressionChange> changes;
        for (const pqxx::row& row : work.exec_prepared("changes", after_change_id)) {
            changes.push_back({row[0].as<std::int64_t>(), row[1].as<std::int64_t>(),
                               dnc::Number{row[2].as<std::int64_t>()}, row[3].as<bool>()});
        }
        work.commit();
        return changes;
    });
}

std::int64_t Store::last_suppression_change() {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const auto last = work.exec_prepared1("last_change")[0].as<std::int64_t>();
        work.commit();
        return last;
    });
}

} // namespace campaigns
