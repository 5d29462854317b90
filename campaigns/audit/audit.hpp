#pragma once

// The audit log of the store: sealing records into the tree, signing heads, proofs, exports, and
// the check of the database against its log. campaigns/audit/AUDIT.md has the written form.
//
// Records are made by triggers in the transaction of what they record (schema/0014_audit.sql);
// nobody else writes them.

#include "campaigns/audit/form.hpp"
#include "campaigns/audit/key.hpp"
#include "campaigns/store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::audit {

/// What one round of sealing did.
struct Sealed {
    std::int64_t added = 0; ///< leaves
    std::int64_t size = 0;  ///< of the tree now
    bool busy = false;      ///< another one seals at this moment; nothing was done
};

/// Gives up to `leaves_max` records their leaves, in one transaction. Records of transactions that
/// are older than one that still runs wait for that one, so that the order is that of the
/// transactions. Safe to call from several engines: one seals, the others are told `busy`.
Sealed seal(Store& store, std::int64_t leaves_max = 5000);

/// Seals until nothing is left that can be.
Sealed seal_all(Store& store);

/// Where the log stands.
struct Status {
    std::string log;                       ///< identity of the log, 32 hexadecimal digits
    std::int64_t size = 0;                 ///< leaves
    std::int64_t waiting = 0;              ///< records without a leaf; counted up to 100,000
    std::optional<Instant> oldest_waiting; ///< its `at`
    std::optional<SignedHead> head;        ///< the newest
    std::optional<PublicKey> key;          ///< the newest that was introduced
};
[[nodiscard]] Status status(Store& store);

/// Makes the key known, with the signature of the key before it when that is given; the same key
/// again changes nothing. The introduction is a record of the log itself. StoreRefusal when
/// `endorsed_by` is given and is not known.
void introduce_key(Store& store, const SigningKey& key, const SigningKey* endorsed_by,
                   const Actor& actor);
[[nodiscard]] std::vector<KeyRecord> keys(Store& store);

/// Signs the tree as it is and stores the head; nullopt when there is nothing new since the newest
/// head (or nothing at all). With `closes` a head is signed in any case, once a day: the log as it
/// was when that day (UTC) had ended.
std::optional<SignedHead> sign(Store& store, const SigningKey& key, Instant at,
                               std::optional<std::chrono::sys_days> closes = std::nullopt);

/// The newest heads, newest first.
[[nodiscard]] std::vector<SignedHead> heads(Store& store, int count);

/// The day (UTC) that the newest closing head closed.
[[nodiscard]] std::optional<std::chrono::sys_days> last_closed(Store& store);

/// A person came in, went out, or was turned away, or somebody else ended his sessions; `what` is
/// one word: "login", "logout", "refused", "revoked"; `from` is the address that it came from.
void login(Store& store, const std::string& user, const std::string& what, const std::string& from,
           Instant at);

/// What to export. Without a filter: all leaves between the heads that enclose the period.
struct ExportWish {
    std::optional<Instant> from;        ///< empty: from the beginning
    std::optional<Instant> to;          ///< empty: up to the newest head
    std::string campaign;               ///< its name; empty: all
    std::optional<std::int64_t> number; ///< E.164 digits
    std::optional<AttemptId> attempt;   ///< what concerns this attempt
    bool all_heads = false;             ///< of the period, and not only those that close days
};

struct Exported {
    std::int64_t records = 0;
    std::int64_t first = 0; ///< leaf
    std::int64_t end = 0;   ///< leaf after the last
    SignedHead head;        ///< that proves it
};

/// Writes the export line by line (campaigns/audit/AUDIT.md) in constant memory. StoreRefusal when
/// no head was signed yet, the campaign is not known, or the attempt has no sealed record.
Exported export_log(Store& store, const ExportWish& wish, Instant made_at,
                    const std::function<void(std::string_view line)>& sink);

/// What the check found; the first difference of each kind is told, with numbers that say how far
/// it looked.
struct Checked {
    std::int64_t leaves = 0;
    std::int64_t heads = 0;
    std::int64_t rows = 0;                ///< of the source tables
    std::int64_t waiting = 0;             ///< records that are not sealed yet
    std::vector<std::string> differences; ///< for people; empty: all agree
};

/// Compares the database with its log: every row of each source has its record and says what that
/// says, each record its leaf and the leaf's hash, the tree its nodes, each head its root and a
/// good signature. Reads everything.
Checked check(Store& store);

} // namespace campaigns::audit
