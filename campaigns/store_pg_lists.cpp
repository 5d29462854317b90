// Opt-outs and suppression lists.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <charconv>

namespace campaigns {

namespace {

// Before the look and the insert: the same lock that the table's trigger takes, so that of two
// requests at once exactly one is the first.
constexpr const char* kTakeTurns = "SELECT pg_advisory_xact_lock(1684630627, 1)";

// True when the number is on the company list: the last change decides, else the newest version.
constexpr const char* kListed = R"sql(
SELECT coalesce(
    (SELECT listed FROM suppression_changes c
     WHERE c.list_id = l.id AND c.number = $1 ORDER BY id DESC LIMIT 1),
    EXISTS (SELECT FROM suppression_numbers n
            WHERE n.number = $1
              AND n.version_id = (SELECT id FROM suppression_versions v WHERE v.list_id = l.id
                                  ORDER BY as_of DESC, id DESC LIMIT 1)))
FROM suppression_lists l WHERE l.name = 'company'
)sql";

constexpr const char* kOptOut = R"sql(
INSERT INTO suppression_changes (request_id, list_id, number, listed, at, source, by_user,
                                 attempt_id)
SELECT $1, id, $2, true, $3, $4, $5, $6 FROM suppression_lists WHERE name = 'company'
ON CONFLICT (request_id) DO NOTHING
)sql";

constexpr const char* kLists = R"sql(
SELECT l.id, l.name, l.kind, coalesce(v.id, 0) AS version, v.as_of - date '1970-01-01' AS as_of
FROM suppression_lists l
LEFT JOIN LATERAL (SELECT id, as_of FROM suppression_versions
                   WHERE list_id = l.id ORDER BY as_of DESC, id DESC LIMIT 1) v ON true
ORDER BY l.id
)sql";

constexpr const char* kChanges = R"sql(
SELECT id, list_id, number, listed FROM suppression_changes WHERE id > $1 ORDER BY id LIMIT 10000
)sql";
constexpr const char* kLastChange = "SELECT coalesce(max(id), 0) FROM suppression_changes";

// Numbers come a block at a time through cursors: a registry has 250 million.
constexpr const char* kNumbersCursor =
    "DECLARE numbers NO SCROLL CURSOR FOR SELECT number FROM suppression_numbers "
    "WHERE version_id = ";
constexpr const char* kChangesCursor =
    "DECLARE numbers NO SCROLL CURSOR FOR SELECT number, listed FROM suppression_changes "
    "WHERE list_id = ";
constexpr const char* kFetch = "FETCH 20000 FROM numbers";
constexpr const char* kClose = "CLOSE numbers";

dnc::ListKind kind_of(std::string_view text) {
    if (text == "national") {
        return dnc::ListKind::national;
    }
    return text == "company" ? dnc::ListKind::company : dnc::ListKind::other;
}

template <typename OnRow>
void for_each_row(pqxx::transaction_base& work, const std::string& declare, OnRow on_row) {
    work.exec(declare);
    for (pqxx::result rows = work.exec(kFetch); !rows.empty(); rows = work.exec(kFetch)) {
        for (const pqxx::row& row : rows) {
            on_row(row);
        }
    }
    work.exec(kClose);
}

void fill(pqxx::transaction_base& work, dnc::SuppressionList& list) {
    if (list.version_id != 0) {
        for_each_row(
            work, kNumbersCursor + std::to_string(list.version_id),
            [&list](const pqxx::row& row) { list.numbers.insert({row[0].as<std::int64_t>()}); });
    }
    for_each_row(work, kChangesCursor + std::to_string(list.id) + " ORDER BY id",
                 [&list](const pqxx::row& row) {
                     const dnc::Number number{row[0].as<std::int64_t>()};
                     if (row[1].as<bool>()) {
                         list.numbers.insert(number);
                     } else {
                         list.numbers.erase(number);
                     }
                 });
}

dnc::SuppressionList list_of(const pqxx::row& row) {
    dnc::SuppressionList list;
    list.id = row["id"].as<std::int64_t>();
    list.name = row["name"].as<std::string>();
    list.kind = kind_of(row["kind"].c_str());
    list.version_id = row["version"].as<std::int64_t>();
    if (!row["as_of"].is_null()) {
        const std::chrono::days day{row["as_of"].as<int>()};
        list.as_of = std::chrono::year_month_day{std::chrono::sys_days{day}};
    }
    return list;
}

} // namespace

void prepare_lists(pqxx::connection& connection) {
    connection.prepare("suppression_turns", kTakeTurns);
    connection.prepare("listed", kListed);
    connection.prepare("opt_out", kOptOut);
    connection.prepare("changes", kChanges);
    connection.prepare("last_change", kLastChange);
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
        const bool listed = work.exec_prepared1("listed", opt_out.number.e164)[0].as<bool>();
        work.exec_prepared("opt_out", opt_out.id, opt_out.number.e164, to_rfc3339(opt_out.at),
                           clean_text(opt_out.source), clean_text(opt_out.by),
                           attempt ? attempt_text.c_str() : nullptr);
        work.commit();
        return !listed;
    });
}

dnc::SuppressionSnapshot Store::load_suppression(Instant now) {
    return guarded(*session_, [&] {
        // One view of all tables: a version and the changes on top of it belong together.
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
        allow_bulk(work);
        dnc::SuppressionSnapshot snapshot;
        for (const pqxx::row& row : work.exec(kLists)) {
            snapshot.lists.push_back(list_of(row));
            fill(work, snapshot.lists.back());
        }
        work.commit();
        snapshot.feed_alive_at = now;
        return snapshot;
    });
}

std::vector<Store::ListVersion> Store::versions_in_force() {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        std::vector<ListVersion> versions;
        for (const pqxx::row& row : work.exec(kLists)) {
            versions.push_back({row["id"].as<std::int64_t>(), row["version"].as<std::int64_t>()});
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
