#pragma once

// One version of a suppression list on its way into the store: committed whole or not at all.

#include "campaigns/lists/numbers_file.hpp"
#include "campaigns/store.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace campaigns {

/// Numbers of a full version gather in a bitmap and go to the store as such; changes go there one
/// by one. Memory is that of a NumberSet, whatever the file. Throws like Store. Dropped without
/// commit() it leaves nothing.
class ListVersion {
public:
    /// Finds the list, or makes it when its kind is given. Waits for another load of it to end.
    /// Throws StoreRefusal when there is none, or when it is of another kind, country, region or
    /// seller than was asked for.
    ListVersion(Store& store, const NumbersRequest& request);
    ~ListVersion();
    ListVersion(const ListVersion&) = delete;
    ListVersion& operator=(const ListVersion&) = delete;

    struct InForce {
        std::int64_t version_id = 0;
        std::chrono::year_month_day as_of{};
        std::int64_t numbers = 0;
        std::optional<std::bitset<1000>> area_codes; ///< that it covers; empty: all
    };
    [[nodiscard]] dnc::ListKind kind() const;
    /// Whose numbers stand in the list's files, "US".
    [[nodiscard]] const std::string& country() const;
    [[nodiscard]] const std::optional<InForce>& in_force() const;

    /// The version that these bytes were loaded as, full or changes like this file: for this date,
    /// or for any when the list only grows or they are changes.
    [[nodiscard]] std::optional<InForce> earlier(const std::string& sha256,
                                                 std::chrono::year_month_day as_of, bool any_date);

    /// Before any add or change. A company list takes over the numbers in force; changes come after
    /// the version in force.
    void begin();
    /// How many of the `count` numbers from `first` on the version had not yet.
    std::int64_t add(dnc::Number first, std::int32_t count);
    void change(dnc::Number number, bool listed, std::optional<dnc::Instant> at);
    /// Numbers in a full version so far.
    [[nodiscard]] std::int64_t size() const;

    struct Committed {
        std::int64_t version_id = 0;
        std::int64_t numbers = 0;      ///< in force now
        std::int64_t void_changes = 0; ///< that changed nothing: added what was there, or the like
    };
    Committed commit(const std::string& sha256, std::chrono::year_month_day as_of,
                     std::int64_t bad);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
