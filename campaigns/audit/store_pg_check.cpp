// The check of the database against its log.

#include "campaigns/audit/store_audit.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <map>
#include <string_view>

namespace campaigns::audit {

namespace {

constexpr const char* kSources = R"sql(
SELECT table_name, kind, keys, body, recorded, is_state,
       (SELECT count(*) FROM pg_trigger t
        WHERE t.tgrelid = to_regclass('public.' || quote_ident(table_name))
          AND t.tgname IN ('audit', 'audit_change') AND t.tgenabled IN ('O', 'A'))
FROM audit_sources ORDER BY table_name
)sql";

constexpr const char* kUnguarded = R"sql(
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'audit\_%' AND c.relkind = 'r'
  AND c.relname <> 'audit_sources'
  AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only'
                  AND t.tgenabled IN ('O', 'A'))
ORDER BY 1
)sql";

// Compared as text first, which nearly always holds; then member by member, since a table may have
// got further columns after the record was made.
constexpr const char* kRowsBegin = R"sql(
SELECT count(*), min(m.subject) FILTER (WHERE a.record IS NULL),
       min(m.subject) FILTER (
           WHERE a.record IS NOT NULL
             AND right(a.record, length(m.body) + 9) IS DISTINCT FROM ',"body":' || m.body || '}'
             AND EXISTS (SELECT FROM jsonb_each(a.record::jsonb -> 'body') AS k
                         WHERE k.value IS DISTINCT FROM m.body::jsonb -> k.key)),
       count(DISTINCT m.subject) FILTER (WHERE a.record IS NOT NULL)
FROM (SELECT )sql";
constexpr const char* kRowsEnd = R"sql() AS m
LEFT JOIN LATERAL (SELECT record FROM audit_records a WHERE a.subject = m.subject
                   ORDER BY a.id DESC LIMIT 1) a ON true
)sql";

// Months of the dial log whose time of retention was over are dropped whole, and that is recorded.
// The names of both tables begin alike; ids say which month a row was of.
constexpr const char* kNotDropped = R"sql(
AND NOT EXISTS (
    SELECT FROM retention_drops d JOIN audit_sources s ON s.kind = a.kind
    WHERE starts_with(d.part, s.table_name || '_')
      AND split_part(split_part(a.subject, ' ', 2), '|', 1)::bigint >= first_id_at(d.from_at)
      AND split_part(split_part(a.subject, ' ', 2), '|', 1)::bigint < first_id_at(d.to_at))
)sql";

constexpr const char* kSubjects =
    "SELECT kind, count(DISTINCT subject) FROM audit_records GROUP BY kind";

constexpr const char* kLeaves = R"sql(
DECLARE log NO SCROLL CURSOR FOR
SELECT l.leaf, l.hash, r.record, r.subject
FROM audit_leaves l LEFT JOIN audit_records r ON r.id = l.record_id
ORDER BY l.leaf
)sql";
constexpr const char* kFetch = "FETCH 500 FROM log";

constexpr const char* kHeads = "SELECT statement, signature, size, rfc3339(at), "
                               "coalesce(closes::text, ''), key_id FROM audit_heads "
                               "ORDER BY size, id";

class Check {
public:
    explicit Check(pqxx::transaction_base& work) : work_{work}, tree_{work} {}

    Checked run() {
        tables_without_guard();
        for (const pqxx::row& row : work_.exec(kSubjects)) {
            subjects_[row[0].c_str()] = row[1].as<std::int64_t>();
        }
        for (const pqxx::row& source : work_.exec(kSources)) {
            compare_source(source);
        }
        read_keys();
        read_heads();
        walk_leaves();
        for (; next_head_ < heads_.size(); ++next_head_) {
            differs("the head of " + heads_[next_head_].at + " has " +
                    std::to_string(heads_[next_head_].size) + " leaves, the log only " +
                    std::to_string(checked_.leaves));
        }
        return std::move(checked_);
    }

private:
    void differs(std::string what) { checked_.differences.push_back(std::move(what)); }

    void tables_without_guard();
    void compare_source(const pqxx::row& source);
    void name_vanished(const pqxx::row& source, const std::string& rows);
    void read_keys();
    void read_heads();
    void walk_leaves();
    void compare_leaf(const pqxx::row& row);
    void compare_node(int level, std::int64_t index, const merkle::Hash& hash);
    void compare_heads();

    pqxx::transaction_base& work_;
    StoredTree tree_;
    Checked checked_;
    merkle::Hasher hasher_;
    merkle::Frontier frontier_;
    std::map<std::string, std::int64_t> subjects_; // by kind
    std::map<std::string, PublicKey> keys_;        // by id
    std::vector<Head> heads_;
    std::size_t next_head_ = 0;
    bool leaf_differs_ = false;
    bool node_differs_ = false;
};

void Check::tables_without_guard() {
    for (const pqxx::row& row : work_.exec(kUnguarded)) {
        differs(std::string{row[0].c_str()} + ": the trigger that keeps it from being changed is "
                                              "gone or off");
    }
}

void Check::compare_source(const pqxx::row& source) {
    const std::string table = source[0].c_str();
    const std::string kind = source[1].c_str();
    if (source[6].as<int>() != (source[5].as<bool>() ? 2 : 1)) {
        differs(table + ": the trigger that makes its records is gone or off");
    }
    const std::string rows = work_.quote(kind + " ") + " || concat_ws('|', " + source[2].c_str() +
                             ") AS subject, (" + source[3].c_str() + ")::text AS body FROM " +
                             work_.quote_name(table) + " r WHERE " + source[4].c_str();
    const pqxx::row found = work_.exec1(kRowsBegin + rows + kRowsEnd);
    checked_.rows += found[0].as<std::int64_t>();
    if (!found[1].is_null()) {
        differs(std::string{found[1].c_str()} + ": is in " + table + " and was never recorded");
    }
    if (!found[2].is_null()) {
        differs(std::string{found[2].c_str()} + ": " + table +
                " says something else than the record in the log");
    }
    // What is recorded only in some states may leave them.
    const bool may_leave = source[5].as<bool>() && std::string_view{source[4].c_str()} != "true";
    if (subjects_[kind] > found[3].as<std::int64_t>() && !may_leave) {
        name_vanished(source, rows);
    }
}

void Check::name_vanished(const pqxx::row& source, const std::string& rows) {
    const pqxx::result gone = work_.exec(
        "SELECT a.subject FROM audit_records a WHERE a.kind = " + work_.quote(source[1].c_str()) +
        " AND NOT EXISTS (SELECT FROM (SELECT " + rows + ") AS m WHERE m.subject = a.subject) " +
        kNotDropped + "ORDER BY a.id LIMIT 1");
    if (!gone.empty()) {
        differs(std::string{gone[0][0].c_str()} + ": is in the log, and " + source[0].c_str() +
                " has no such row any more");
    }
}

void Check::read_keys() {
    for (const KeyRecord& key : keys_of(work_)) {
        if (!key.endorsed_by.empty()) {
            const auto by = keys_.find(key.endorsed_by);
            if (by == keys_.end() || !verify(by->second, text_of(key), key.signature)) {
                differs("key " + id_of(key.key) + ": the signature of key " + key.endorsed_by +
                        " under it is wrong");
            }
        }
        keys_[id_of(key.key)] = key.key;
    }
}

void Check::read_heads() {
    for (const pqxx::row& row : work_.exec(kHeads)) {
        const SignedHead head = head_of(row);
        const auto key = keys_.find(head.head.key);
        if (key == keys_.end() || !verify(key->second, text_of(head.head), head.signature)) {
            differs("the head of " + head.head.at + ": its signature is wrong");
        }
        if (head.head.size != row[2].as<std::int64_t>() || head.head.at != row[3].c_str() ||
            head.head.closes != row[4].c_str() || head.head.key != row[5].c_str()) {
            differs("the head of " + head.head.at +
                    ": its row says something else than what was "
                    "signed");
        }
        heads_.push_back(head.head);
    }
    checked_.heads = static_cast<std::int64_t>(heads_.size());
    std::stable_sort(heads_.begin(), heads_.end(),
                     [](const Head& a, const Head& b) { return a.size < b.size; });
}

void Check::walk_leaves() {
    work_.exec(kLeaves);
    compare_heads();
    for (pqxx::result rows = work_.exec(kFetch); !rows.empty(); rows = work_.exec(kFetch)) {
        for (const pqxx::row& row : rows) {
            compare_leaf(row);
        }
    }
    checked_.waiting = work_
                           .exec1("SELECT (SELECT count(*) FROM audit_records) - " +
                                  std::to_string(checked_.leaves))[0]
                           .as<std::int64_t>();
}

void Check::compare_leaf(const pqxx::row& row) {
    const auto leaf = row[0].as<std::int64_t>();
    const auto stored = bytes_of<32>(row[1]);
    std::string wrong;
    if (leaf != checked_.leaves) {
        wrong = "leaf " + std::to_string(checked_.leaves) + ": is missing";
    } else if (row[2].is_null()) {
        wrong = "leaf " + std::to_string(leaf) + ": its record is gone";
    } else if (hasher_.leaf({row[2].c_str(), row[2].size()}) != stored) {
        wrong = "leaf " + std::to_string(leaf) + ", " + row[3].c_str() +
                ": its record is not the one that was sealed";
    }
    if (!wrong.empty() && !leaf_differs_) {
        leaf_differs_ = true;
        differs(wrong);
    }
    frontier_.add(row[2].is_null() ? stored : hasher_.leaf({row[2].c_str(), row[2].size()}),
                  [this](int level, std::int64_t index, const merkle::Hash& hash) {
                      compare_node(level, index, hash);
                  });
    ++checked_.leaves;
    compare_heads();
}

void Check::compare_node(int level, std::int64_t index, const merkle::Hash& hash) {
    // After a leaf that differs every node above it does: one difference is told once.
    if (level % kNodeStep != 0 || leaf_differs_ || node_differs_) {
        return;
    }
    const auto run = tree_.read(level, index, index + 1);
    if (run.size() != 1 || run.front() != hash) {
        node_differs_ = true;
        differs("the root over leaves " + std::to_string(index << level) + " to " +
                std::to_string(((index + 1) << level) - 1) +
                (run.empty() ? " is missing" : " is not what their hashes make"));
    }
}

void Check::compare_heads() {
    for (; next_head_ < heads_.size() && heads_[next_head_].size == frontier_.size();
         ++next_head_) {
        if (heads_[next_head_].root != frontier_.root()) {
            differs("the head of " + heads_[next_head_].at + " (" +
                    std::to_string(heads_[next_head_].size) +
                    " leaves) was signed over other leaves than these");
        }
    }
}

} // namespace

Checked check(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{store.session().connection};
        allow_bulk(work);
        return Check{work}.run();
    });
}

} // namespace campaigns::audit
