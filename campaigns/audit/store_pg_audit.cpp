// The audit log in the store: sealing, keys, heads, logins.

#include "campaigns/audit/store_audit.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <algorithm>

namespace campaigns::audit {

namespace {

// One seals and signs at a time.
constexpr const char* kTurn = "SELECT pg_try_advisory_xact_lock(1684630627, 14)";

constexpr const char* kHorizon =
    "SELECT pg_snapshot_xmin(s), pg_snapshot_xmax(s), c.system_identifier "
    "FROM pg_current_snapshot() AS s, pg_control_system() AS c";

// Where sealing goes on: after the newest leaf, or from the floor of an epoch without leaves.
constexpr const char* kPosition = R"sql(
SELECT e.cluster, coalesce(l.leaf, -1) + 1,
       CASE WHEN l.leaf >= e.first_leaf THEN r.xid ELSE e.floor END,
       CASE WHEN l.leaf >= e.first_leaf THEN r.id ELSE 0 END
FROM (SELECT * FROM audit_epochs ORDER BY id DESC LIMIT 1) e
LEFT JOIN (SELECT leaf, record_id FROM audit_leaves ORDER BY leaf DESC LIMIT 1) l ON true
LEFT JOIN audit_records r ON r.id = l.record_id
)sql";

constexpr const char* kSealBatch = R"sql(
INSERT INTO audit_leaves (leaf, record_id, hash)
SELECT $4::bigint + row_number() OVER (ORDER BY xid, id) - 1, id,
       sha256('\x00'::bytea || convert_to(record, 'UTF8'))
FROM (SELECT xid, id, record FROM audit_records r
      WHERE (xid, id) > ($1::xid8, $2::bigint) AND xid < $3::xid8
        AND NOT EXISTS (SELECT FROM audit_leaves l WHERE l.record_id = r.id)
      ORDER BY xid, id LIMIT $5) AS batch
)sql";

// After a restore: whatever its number, a record that is seen and has no leaf gets one. Numbers
// that this cluster is about to use wait until it has.
constexpr const char* kSealStranded = R"sql(
INSERT INTO audit_leaves (leaf, record_id, hash)
SELECT $3::bigint + row_number() OVER (ORDER BY xid, id) - 1, id,
       sha256('\x00'::bytea || convert_to(record, 'UTF8'))
FROM audit_records r
WHERE (xid < $1::xid8 OR xid >= $2::xid8)
  AND NOT EXISTS (SELECT FROM audit_leaves l WHERE l.record_id = r.id)
)sql";
constexpr const char* kNewEpoch =
    "INSERT INTO audit_epochs (cluster, floor, first_leaf) VALUES ($1, $2::xid8, $3)";

constexpr const char* kNodes = R"sql(
INSERT INTO audit_nodes (level, index, hash)
SELECT $1::smallint, $2::bigint + n - 1, decode(hash, 'hex')
FROM unnest($3::text[]) WITH ORDINALITY AS t (hash, n)
)sql";

constexpr const char* kWaiting = R"sql(
SELECT count(*), min(extract(epoch FROM at) * 1000000)::bigint
FROM (SELECT at FROM audit_records
      WHERE (xid, id) > ($1::xid8, $2::bigint) ORDER BY xid, id LIMIT 100000) AS waiting
)sql";

constexpr const char* kHeads = "SELECT statement, signature FROM audit_heads ";

constexpr const char* kKeys =
    "SELECT statement, signature, endorsed_by FROM audit_keys ORDER BY number";

constexpr const char* kAddKey = R"sql(
INSERT INTO audit_keys (key, id, at, by_whom, statement, endorsed_by, signature)
VALUES ($1, $2, $3, $4, $5, $6, decode($7, 'hex'))
)sql";

constexpr const char* kAddHead = R"sql(
INSERT INTO audit_heads (size, at, closes, key_id, statement, signature)
VALUES ($1, $2, nullif($3, '')::date, $4, $5, decode($6, 'hex'))
)sql";

constexpr const char* kLastClosed =
    "SELECT max(closes) - date '1970-01-01' FROM audit_heads WHERE closes IS NOT NULL";

constexpr const char* kLogin =
    "INSERT INTO audit_logins (at, user_name, what, from_addr) VALUES ($1, $2, $3, $4)";

/// Roots of the complete groups of sixteen that `size` leaves have and `before` leaves had not.
void add_nodes(pqxx::transaction_base& work, std::int64_t before, std::int64_t size) {
    StoredTree tree{work};
    merkle::Hasher hasher;
    for (int level = 0;; level += kNodeStep) {
        const std::int64_t from = before >> (level + kNodeStep);
        const std::int64_t to = size >> (level + kNodeStep);
        if (from == to) {
            return;
        }
        const auto below = tree.read(level, from << kNodeStep, to << kNodeStep);
        std::string hashes = "{";
        for (std::int64_t i = 0; i < to - from; ++i) {
            const auto first = below.begin() + (i << kNodeStep);
            hashes += hashes.size() > 1 ? "," : "";
            hashes += hex_of(merkle::root_of({first, first + (1 << kNodeStep)}, hasher));
        }
        work.exec_params(kNodes, level + kNodeStep, from, hashes + "}");
    }
}

bool take_turn(pqxx::transaction_base& work) {
    return work.exec1(kTurn)[0].as<bool>();
}

Sealed seal_batch(pqxx::transaction_base& work, std::int64_t leaves_max) {
    const pqxx::row horizon = work.exec1(kHorizon);
    const pqxx::row position = work.exec1(kPosition);
    const auto size = position[1].as<std::int64_t>();
    Sealed sealed;
    if (position[0].as<std::int64_t>() == horizon[2].as<std::int64_t>()) {
        sealed.added = static_cast<std::int64_t>(
            work.exec_params(kSealBatch, position[2].c_str(), position[3].as<std::int64_t>(),
                             horizon[0].c_str(), size, leaves_max)
                .affected_rows());
    } else {
        allow_bulk(work);
        sealed.added = static_cast<std::int64_t>(
            work.exec_params(kSealStranded, horizon[0].c_str(), horizon[1].c_str(), size)
                .affected_rows());
        work.exec_params(kNewEpoch, horizon[2].as<std::int64_t>(), horizon[0].c_str(),
                         size + sealed.added);
    }
    sealed.size = size + sealed.added;
    add_nodes(work, size, sealed.size);
    return sealed;
}

/// Throws StoreRefusal unless the tree as it is begins with the tree that was signed: a log that
/// was altered must not get another signature.
void refuse_altered(pqxx::transaction_base& work, const Head& before, std::int64_t size,
                    const merkle::Hash& root) {
    StoredTree tree{work};
    merkle::Hasher hasher;
    const bool whole =
        before.size <= size &&
        merkle::consistent(before.size, before.root, size, root,
                           before.size == 0
                               ? std::vector<merkle::Hash>{}
                               : merkle::consistency_proof(before.size, size, tree, hasher),
                           hasher);
    if (!whole) {
        throw StoreRefusal{"the audit log was altered since its head of " + before.at + " (" +
                           std::to_string(before.size) +
                           " leaves) was signed; nothing is signed before that is looked into: "
                           "`dialer audit check` names the difference"};
    }
}

std::optional<std::chrono::sys_days> last_closed(pqxx::transaction_base& work) {
    const pqxx::row row = work.exec1(kLastClosed);
    return row[0].is_null()
               ? std::nullopt
               : std::optional{std::chrono::sys_days{std::chrono::days{row[0].as<int>()}}};
}

std::string date_text(std::chrono::sys_days day) {
    return to_rfc3339(Instant{day}).substr(0, 10);
}

} // namespace

std::vector<merkle::Hash> StoredTree::read(int level, std::int64_t from, std::int64_t to) {
    const pqxx::result rows =
        level == 0
            ? work_.exec_params("SELECT hash FROM audit_leaves WHERE leaf >= $1 AND leaf < $2 "
                                "ORDER BY leaf",
                                from, to)
            : work_.exec_params("SELECT hash FROM audit_nodes WHERE level = $3 AND index >= $1 "
                                "AND index < $2 ORDER BY index",
                                from, to, level);
    std::vector<merkle::Hash> hashes;
    hashes.reserve(rows.size());
    for (const pqxx::row& row : rows) {
        hashes.push_back(bytes_of<32>(row[0]));
    }
    return hashes;
}

const merkle::Hash& StoredTree::stored(int level, std::int64_t index) {
    const std::pair key{level, index / kRun};
    auto run = runs_.find(key);
    if (run == runs_.end()) {
        if (runs_.size() >= kRunsMax) {
            runs_.erase(runs_.begin()); // of the lowest level, where the most are
        }
        const std::int64_t from = key.second * kRun;
        run = runs_.emplace(key, read(level, from, from + kRun)).first;
    }
    const auto offset = static_cast<std::size_t>(index % kRun);
    if (offset >= run->second.size()) {
        throw StoreRefusal{"the audit log has a hole at level " + std::to_string(level) +
                           ", index " + std::to_string(index)};
    }
    return run->second[offset];
}

merkle::Hash StoredTree::complete(int level, std::int64_t index) {
    const int above = level % kNodeStep;
    const int base = level - above;
    if (above == 0) {
        return stored(base, index);
    }
    std::vector<merkle::Hash> below;
    for (std::int64_t i = index << above; i < (index + 1) << above; ++i) {
        below.push_back(stored(base, i));
    }
    return merkle::root_of(below, hasher_);
}

std::int64_t size_of(pqxx::transaction_base& work) {
    return work.exec1("SELECT coalesce(max(leaf), -1) + 1 FROM audit_leaves")[0].as<std::int64_t>();
}

std::string log_of(pqxx::transaction_base& work) {
    return work.exec1("SELECT log FROM audit_log")[0].c_str();
}

SignedHead head_of(const pqxx::row& row) {
    const auto head = head_from(row[0].c_str());
    if (!head) {
        throw StoreRefusal{"a head of the audit log is not in its written form"};
    }
    return {*head, bytes_of<64>(row[1])};
}

std::vector<SignedHead> heads_of(const pqxx::result& rows) {
    std::vector<SignedHead> heads;
    for (const pqxx::row& row : rows) {
        heads.push_back(head_of(row));
    }
    return heads;
}

std::optional<SignedHead> newest_head(pqxx::transaction_base& work) {
    const pqxx::result rows =
        work.exec(std::string{kHeads} + "ORDER BY size DESC, id DESC LIMIT 1");
    return rows.empty() ? std::nullopt : std::optional{head_of(rows[0])};
}

std::vector<KeyRecord> keys_of(pqxx::transaction_base& work) {
    std::vector<KeyRecord> keys;
    for (const pqxx::row& row : work.exec(kKeys)) {
        auto key = key_from(row[0].c_str());
        if (!key) {
            throw StoreRefusal{"a key of the audit log is not in its written form"};
        }
        key->signature = bytes_of<64>(row[1]);
        keys.push_back(std::move(*key));
    }
    return keys;
}

Sealed seal(Store& store, std::int64_t leaves_max) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        if (!take_turn(work)) {
            return Sealed{0, size_of(work), true};
        }
        const Sealed sealed = seal_batch(work, leaves_max);
        work.commit();
        return sealed;
    });
}

Sealed seal_all(Store& store) {
    constexpr std::int64_t batch = 5000;
    Sealed all;
    for (Sealed last{batch, 0, false}; last.added > 0;) {
        last = seal(store, batch);
        all = {all.added + last.added, last.size, last.busy};
    }
    return all;
}

Status status(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        Status status;
        status.log = log_of(work);
        const pqxx::row position = work.exec1(kPosition);
        status.size = position[1].as<std::int64_t>();
        const pqxx::row waiting =
            work.exec_params1(kWaiting, position[2].c_str(), position[3].as<std::int64_t>());
        status.waiting = waiting[0].as<std::int64_t>();
        if (!waiting[1].is_null()) {
            status.oldest_waiting = instant_from_micros(waiting[1].as<std::int64_t>());
        }
        status.head = newest_head(work);
        const auto known = keys_of(work);
        if (!known.empty()) {
            status.key = known.back().key;
        }
        work.commit();
        return status;
    });
}

void introduce_key(Store& store, const SigningKey& key, const SigningKey* endorsed_by,
                   const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto known = keys_of(work);
        const auto is_known = [&](const PublicKey& wanted) {
            return std::any_of(known.begin(), known.end(),
                               [&](const KeyRecord& record) { return record.key == wanted; });
        };
        if (is_known(key.public_key())) {
            return;
        }
        KeyRecord record{log_of(work), key.public_key(), to_rfc3339(actor.at), "", {}};
        if (endorsed_by != nullptr) {
            if (!is_known(endorsed_by->public_key())) {
                throw StoreRefusal{"the key that shall vouch for the new one is not known to this "
                                   "log: " +
                                   id_of(endorsed_by->public_key())};
            }
            record.endorsed_by = id_of(endorsed_by->public_key());
            record.signature = endorsed_by->sign(text_of(record));
        }
        work.exec_params(kAddKey, text_of(record.key), id_of(record.key), record.at,
                         clean_text(actor.name), text_of(record), record.endorsed_by,
                         hex_of(record.signature));
        work.commit();
    });
}

std::vector<KeyRecord> keys(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        return keys_of(work);
    });
}

std::optional<SignedHead> sign(Store& store, const SigningKey& key, Instant at,
                               std::optional<std::chrono::sys_days> closes) {
    return guarded(store.session(), [&]() -> std::optional<SignedHead> {
        pqxx::work work{store.session().connection};
        if (!take_turn(work)) {
            return std::nullopt;
        }
        const auto before = newest_head(work);
        const std::int64_t size = size_of(work);
        if (closes ? last_closed(work) >= closes
                   : size == 0 || (before && before->head.size == size)) {
            return std::nullopt;
        }
        const auto known = keys_of(work);
        if (std::none_of(known.begin(), known.end(),
                         [&](const KeyRecord& record) { return record.key == key.public_key(); })) {
            throw StoreRefusal{"the key " + id_of(key.public_key()) +
                               " was never introduced to this log; `dialer audit key` does that"};
        }
        StoredTree tree{work};
        merkle::Hasher hasher;
        SignedHead head;
        head.head = {log_of(work),
                     size,
                     merkle::root(size, tree, hasher),
                     to_rfc3339(at),
                     closes ? date_text(*closes) : "",
                     id_of(key.public_key())};
        if (before) {
            refuse_altered(work, before->head, size, head.head.root);
        }
        const std::string statement = text_of(head.head);
        head.signature = key.sign(statement);
        work.exec_params(kAddHead, size, head.head.at, head.head.closes, head.head.key, statement,
                         hex_of(head.signature));
        work.commit();
        return head;
    });
}

std::vector<SignedHead> heads(Store& store, int count) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        return heads_of(
            work.exec_params(std::string{kHeads} + "ORDER BY size DESC, id DESC LIMIT $1", count));
    });
}

std::optional<std::chrono::sys_days> last_closed(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        return last_closed(work);
    });
}

void login(Store& store, const std::string& user, const std::string& what, const std::string& from,
           Instant at) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        work.exec_params(kLogin, to_rfc3339(at), clean_text(user), what, clean_text(from));
        work.commit();
    });
}

} // namespace campaigns::audit
