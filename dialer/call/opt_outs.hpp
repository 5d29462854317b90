#pragma once

// The suppression lists in memory, and the way of an opt-out into the store.

#include "dialer/loop/loop.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dialer::call {

/// Owns the snapshot that the gate reads. An opt-out acts in memory at once and is repeated
/// towards the store until it is durable. Control thread only.
class OptOuts {
public:
    /// `cancel` is called for each newly listed number, so that what rings is cancelled.
    OptOuts(Loop& loop, std::function<void(dnc::Number)> cancel);

    /// How it went with the row: nothing once it is durable, or why the store will never take it.
    using Stored = std::function<void(std::optional<std::string> refused)>;
    /// A person asked not to be called. A row that the store refuses for good is given up, logged
    /// and counted; the number stays listed in memory as long as this process lives.
    void add(dnc::Number number, std::string source, std::string by,
             std::optional<campaigns::AttemptId> attempt, Stored done);
    /// Rows that the store refused for good.
    [[nodiscard]] std::int64_t refused() const { return refused_; }

    /// Loads the lists in force. Until the first load is done the gate has no list.
    void reload();
    /// Loads them again only when a version has changed; opt-outs come through the feed.
    void reload_if_changed();
    /// From the watcher: the feed was complete at `at`.
    void feed(dnc::Instant at, const std::vector<campaigns::Store::SuppressionChange>& changes);

    [[nodiscard]] const dnc::SuppressionSnapshot& snapshot() const { return snapshot_; }
    [[nodiscard]] bool loaded() const { return loaded_; }
    /// True when the number is on a company list now.
    [[nodiscard]] bool listed_by_company(dnc::Number number) const;

private:
    struct Pending {
        campaigns::OptOut row;
        Stored done;
    };

    void store_next();
    void written(const db::StoreResult<bool>& result);
    void retry_later();
    void apply(const campaigns::Store::SuppressionChange& change);
    void list_now(dnc::Number number);
    void loaded(dnc::SuppressionSnapshot snapshot);

    Loop& loop_;
    std::function<void(dnc::Number)> cancel_;
    dnc::SuppressionSnapshot snapshot_;
    bool loaded_ = false;
    bool loading_ = false;
    bool reload_wanted_ = false;
    std::vector<campaigns::Store::SuppressionChange> since_load_; // applied again after a load
    std::vector<dnc::Number> listed_since_load_;
    std::deque<Pending> pending_;   // front is being written
    std::vector<dnc::Number> kept_; // refused by the store; listed again after each load
    std::int64_t refused_ = 0;
    bool writing_ = false;
    bool failing_ = false; // said so in the log
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer load_timer_;
};

} // namespace dialer::call
