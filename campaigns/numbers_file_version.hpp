#pragma once

// One version of a suppression list on its way into the store: committed whole or not at all.

#include "campaigns/numbers_file.hpp"
#include "campaigns/store.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace campaigns {

/// Numbers go in through COPY, nothing is held but a bitmap. Throws like Store. Dropped without
/// commit() it leaves nothing.
class ListVersion {
public:
    /// Finds the list, or makes it when `kind` is given. Waits for another load of it to end.
    /// Throws StoreRefusal when there is none, or when it is of another kind.
    ListVersion(Store& store, const std::string& list, std::optional<dnc::ListKind> kind);
    ~ListVersion();
    ListVersion(const ListVersion&) = delete;
    ListVersion& operator=(const ListVersion&) = delete;

    struct InForce {
        std::int64_t version_id = 0;
        std::chrono::year_month_day as_of{};
        std::int64_t numbers = 0;
    };
    [[nodiscard]] dnc::ListKind kind() const;
    [[nodiscard]] const std::optional<InForce>& in_force() const;

    /// The version that these bytes were loaded as: for this date, or for any when the list only
    /// grows.
    [[nodiscard]] std::optional<InForce> earlier(const std::string& sha256,
                                                 std::chrono::year_month_day as_of);

    /// Before any add. A company list takes over the numbers in force.
    void begin();
    /// False when the version has the number already.
    bool add(dnc::Number number);
    /// Numbers in the version so far.
    [[nodiscard]] std::int64_t size() const;

    /// Returns the version's id.
    std::int64_t commit(const std::string& source, const std::string& sha256,
                        std::chrono::year_month_day as_of, dnc::Instant at);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
