// The export of the audit log: which leaves, which heads, and the records one after the other.

#include "campaigns/audit/store_audit.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <map>

namespace campaigns::audit {

namespace {

constexpr const char* kHeadColumns = "SELECT statement, signature FROM audit_heads ";

// A record that was made just before the end of the period is sealed a moment after it, or later
// when a long transaction held sealing up. So far beyond the enclosing heads it is looked for.
constexpr std::int64_t kLateLeavesMax = 200'000;

constexpr const char* kLate = R"sql(
SELECT min(l.leaf), max(l.leaf) + 1
FROM audit_leaves l JOIN audit_records r ON r.id = l.record_id
WHERE l.leaf >= $1 AND l.leaf < $2 AND r.at >= $3 AND r.at < $4
)sql";

constexpr const char* kRecords = R"sql(
DECLARE log NO SCROLL CURSOR FOR
SELECT l.leaf, r.record
FROM audit_leaves l JOIN audit_records r ON r.id = l.record_id
WHERE )sql";
constexpr const char* kFetch = "FETCH 500 FROM log";

constexpr const char* kOfAttempt = R"sql(
SELECT 'attempt ' || $1::text
UNION ALL
SELECT DISTINCT 'disposition ' || concat_ws('|', d.attempt_id, d.agent_id, rfc3339(d.at))
FROM dispositions d WHERE d.attempt_id = $1::bigint
)sql";

/// The leaves that an export speaks of, and the heads that enclose them.
struct Range {
    std::int64_t first = 0;
    std::int64_t end = 0;
    std::map<std::pair<std::int64_t, std::string>, SignedHead> heads; // by size and time

    void add(const SignedHead& head) {
        heads.emplace(std::pair{head.head.size, head.head.at}, head);
    }
};

std::optional<SignedHead> one_head(pqxx::transaction_base& work, const std::string& condition) {
    const pqxx::result rows = work.exec(kHeadColumns + condition + " LIMIT 1");
    return rows.empty() ? std::nullopt : std::optional{head_of(rows[0])};
}

/// Leaves of the period among those from `begin` up to `end`: the first, and one past the last.
std::optional<std::pair<std::int64_t, std::int64_t>>
late_leaves(pqxx::transaction_base& work, std::int64_t begin, std::int64_t end,
            const std::string& from, const std::string& to) {
    const pqxx::row row = work.exec_params1(kLate, begin, end, from, to);
    if (row[0].is_null()) {
        return std::nullopt;
    }
    return std::pair{row[0].as<std::int64_t>(), row[1].as<std::int64_t>()};
}

Range range_of(pqxx::transaction_base& work, const ExportWish& wish, const SignedHead& last) {
    const std::string from = wish.from ? to_rfc3339(*wish.from) : "-infinity";
    const std::string to = wish.to ? to_rfc3339(*wish.to) : "infinity";
    Range range{0, last.head.size, {}};
    const auto before =
        one_head(work, "WHERE at <= " + work.quote(from) + " ORDER BY at DESC, size DESC");
    if (before) {
        const std::int64_t size = before->head.size;
        const auto early =
            late_leaves(work, std::max<std::int64_t>(0, size - kLateLeavesMax), size, from, to);
        range.first = early ? early->first : size;
        range.add(*before);
    }
    auto after = one_head(work, "WHERE at >= " + work.quote(to) + " ORDER BY at, size");
    if (after) {
        const auto late =
            late_leaves(work, after->head.size, after->head.size + kLateLeavesMax, from, to);
        range.add(*after);
        range.end = late ? std::min(late->second, last.head.size) : after->head.size;
    }
    range.end = std::max(range.end, range.first);
    const std::string condition = "WHERE at >= " + work.quote(from) +
                                  " AND at <= " + work.quote(to) +
                                  (wish.all_heads ? "" : " AND closes IS NOT NULL");
    for (const SignedHead& head : heads_of(work.exec(kHeadColumns + condition))) {
        range.add(head);
    }
    range.add(last);
    return range;
}

/// What the header says of the filter, and the condition on the records.
struct Filter {
    std::string text;
    std::string condition;
};

Filter filter_of(pqxx::transaction_base& work, const ExportWish& wish) {
    if (wish.attempt) {
        const std::string id = std::to_string(static_cast<std::int64_t>(*wish.attempt));
        std::string subjects;
        for (const pqxx::row& row : work.exec_params(kOfAttempt, id)) {
            subjects += (subjects.empty() ? "" : ",") + work.quote(row[0].c_str());
        }
        return {"attempt " + id, " AND r.subject IN (" + subjects + ")"};
    }
    if (wish.number) {
        const std::string number = std::to_string(*wish.number);
        return {"number " + number, " AND r.number = " + number};
    }
    if (!wish.campaign.empty()) {
        const pqxx::result found =
            work.exec_params("SELECT id FROM campaigns WHERE name = $1", clean_text(wish.campaign));
        if (found.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + wish.campaign + "\""};
        }
        const std::string id = found[0][0].c_str();
        return {"campaign " + id, " AND r.campaign_id = " + id};
    }
    return {};
}

void write_records(pqxx::transaction_base& work, const Range& range, const std::string& condition,
                   ExportWriter& writer) {
    work.exec(kRecords + ("l.leaf >= " + std::to_string(range.first)) + " AND l.leaf < " +
              std::to_string(range.end) + condition + " ORDER BY l.leaf");
    for (pqxx::result rows = work.exec(kFetch); !rows.empty(); rows = work.exec(kFetch)) {
        for (const pqxx::row& row : rows) {
            writer.add(row[0].as<std::int64_t>(), {row[1].c_str(), row[1].size()});
        }
    }
}

std::vector<SignedHead> in_order(const Range& range) {
    std::vector<SignedHead> heads;
    for (const auto& [key, head] : range.heads) {
        heads.push_back(head);
    }
    return heads;
}

} // namespace

Exported export_log(Store& store, const ExportWish& wish, Instant made_at,
                    const std::function<void(std::string_view line)>& sink) {
    return guarded(store.session(), [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{store.session().connection};
        // Look-ups by index for each row, in the order of the leaves; only the time limits go.
        work.exec("SET LOCAL statement_timeout = 0;"
                  "SET LOCAL idle_in_transaction_session_timeout = 0");
        const auto last = newest_head(work);
        if (!last) {
            throw StoreRefusal{"no head of the audit log was signed yet, so nothing can be proved; "
                               "`dialer audit key` makes a key and `dialer audit seal` signs"};
        }
        const Filter filter = filter_of(work, wish);
        const Range range = range_of(work, wish, *last);
        const Header header{log_of(work),
                            to_rfc3339(made_at),
                            wish.from ? to_rfc3339(*wish.from) : "",
                            wish.to ? to_rfc3339(*wish.to) : "",
                            filter.text,
                            range.first,
                            range.end,
                            last->head.size};
        StoredTree tree{work};
        ExportWriter writer{tree, sink};
        writer.begin(header, keys_of(work), in_order(range));
        write_records(work, range, filter.condition, writer);
        writer.end();
        if (wish.attempt && writer.records() == 0) {
            throw StoreRefusal{"the log has no sealed record of this attempt under a signed head; "
                               "an attempt is recorded when it is over, and signed within the "
                               "interval of the engine's audit settings"};
        }
        return Exported{writer.records(), range.first, range.end, *last};
    });
}

} // namespace campaigns::audit
