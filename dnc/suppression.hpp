#pragma once

// Who must not be called: numbers by list, held in memory for the gate.

#include "dnc/number.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dnc {

/// A set of numbers as bitmaps, one bit a number: NANP in blocks of 10,000 (area code and
/// exchange), made when first used, so that a full national registry costs about 420 MB and an
/// empty one nothing; other countries in a hash set of 16 to 32 bytes a number. Single writer, or
/// immutable once shared. A moved-from set may only be assigned to or destroyed.
class NumberSet {
public:
    NumberSet();
    ~NumberSet();
    NumberSet(NumberSet&&) noexcept;
    NumberSet& operator=(NumberSet&&) noexcept;

    /// True when the number was not there before. A number below 1 is no number: never held.
    bool insert(Number number);
    /// True when the number was there.
    bool erase(Number number);
    [[nodiscard]] bool contains(Number number) const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    struct Blocks;
    std::unique_ptr<Blocks> blocks_;
};

/// What kind of promise a list is.
enum class ListKind {
    national, ///< a registry that must be fresh, 47 CFR 64.1200(c)(2)
    company,  ///< the seller's own do-not-call list; changes act at once, 47 CFR 64.1200(d)
    other,    ///< any further list; freshness not required
};

/// One list in force: the loaded version and its numbers.
struct SuppressionList {
    std::int64_t id = 0;
    std::string name;
    ListKind kind = ListKind::other;
    std::int64_t version_id = 0;         ///< 0: nothing was ever loaded
    std::chrono::year_month_day as_of{}; ///< the version's own date
    NumberSet numbers;
};

/// All lists, with the time up to which the company lists' change feed is known to be complete.
/// Owned by the control loop; opt-outs are inserted as they come in, versions are swapped whole.
struct SuppressionSnapshot {
    std::vector<SuppressionList> lists;
    Instant feed_alive_at{}; ///< last proof that the change feed works; stale means deny
};

} // namespace dnc
