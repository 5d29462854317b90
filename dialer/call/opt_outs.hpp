#pragma once

// The suppression lists in memory, and the way of an opt-out into the store.

#include "dialer/loop/loop.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::call {

/// Owns the snapshot that the gate reads. An opt-out acts in memory at once and is repeated
/// towards the store until it is durable. Control thread only.
class OptOuts {
public:
    /// `cancel` is called for each newly listed number, so that what rings is cancelled. `cache` is
    /// the folder of large lists' files; empty: none are kept.
    OptOuts(Loop& loop, std::function<void(dnc::Number)> cancel, std::string cache = {});

    /// How it went with the row: nothing once it is durable, or why the store does not take it.
    using Stored = std::function<void(std::optional<std::string> refused)>;
    /// A person asked not to be called. A row that the store refuses steps aside for those behind
    /// it, is logged, counted and offered again now and then; until it is stored, the number stays
    /// listed in memory as long as this process lives.
    /// It goes to the company list of `seller`, if he has one, else to the one of all sellers.
    void add(dnc::Number number, std::string source, std::string by,
             std::optional<campaigns::AttemptId> attempt, Stored done, std::string seller = {});
    /// Rows that the store has refused so far.
    [[nodiscard]] std::int64_t refused() const;

    /// Loads what is new in the lists in force. Until the first load is done the gate has no list.
    void reload();
    /// Loads them again only when a version has changed; opt-outs come through the feed.
    void reload_if_changed();
    /// From the watcher: the feed was complete at `at`.
    void feed(dnc::Instant at, const std::vector<campaigns::Store::SuppressionChange>& changes);

    [[nodiscard]] const dnc::SuppressionSnapshot& snapshot() const { return snapshot_; }
    [[nodiscard]] bool loaded() const { return loaded_; }
    /// True when the number is on a company list now: one of all sellers or of this one. Without a
    /// seller: on any.
    [[nodiscard]] bool listed_by_company(dnc::Number number, std::string_view seller = {}) const;

private:
    struct Pending {
        campaigns::OptOut row;
        Stored done; // null: was called
        bool refused = false;
    };

    void store_next();
    void written(const db::StoreResult<bool>& result);
    void retry_later();
    void set_aside(Pending entry, const std::string& why);
    void offer_again();
    /// Whom the number asked not to be called by.
    struct Listed {
        dnc::Number number;
        std::string seller;
    };
    void apply(const campaigns::Store::SuppressionChange& change);
    void list_now(const Listed& listed);
    [[nodiscard]] std::vector<campaigns::ListHeld> held() const;
    [[nodiscard]] dnc::SuppressionList merged(campaigns::ListUpdate update);
    void loaded(campaigns::SuppressionUpdate update);
    void repeat_since_load();

    Loop& loop_;
    std::function<void(dnc::Number)> cancel_;
    std::string cache_;
    dnc::SuppressionSnapshot snapshot_;
    bool loaded_ = false;
    bool loading_ = false;
    bool reload_wanted_ = false;
    bool asking_ = false;                                         // for the versions in force
    bool ask_again_ = false;                                      // when the answer has come
    std::vector<campaigns::Store::SuppressionChange> since_load_; // applied again after a load
    std::vector<Listed> listed_since_load_;
    std::deque<Pending> pending_; // front is being written
    std::deque<Pending> refused_; // front is offered next
    bool offer_waits_ = false;    // for the timer
    bool writing_ = false;
    bool failing_ = false; // said so in the log
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer refused_timer_;
    boost::asio::steady_timer load_timer_;
};

} // namespace dialer::call
