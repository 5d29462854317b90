#pragma once

// The session that listens: it proves that the feed of opt-outs is alive and says what changed.

#include "campaigns/store.hpp"
#include "dialer/loop/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace dialer::db {

/// What the watcher reports; all callbacks come on the control thread.
struct WatcherEvents {
    /// The session is up (again): the run's lock is held and dead runs are reconciled.
    std::function<void(campaigns::Reconciled)> up;
    std::function<void(std::string why)> down;
    /// Another engine closed this run while its session was lost: the process must end.
    std::function<void(std::string why)> closed;
    /// Company list changes and revocations since the last report (may be empty): the feed was
    /// complete at `at`.
    std::function<void(dnc::Instant at, std::vector<campaigns::Store::SuppressionChange>,
                       std::vector<campaigns::RevocationRecord>)>
        feed;
    /// A version of a list was loaded, or a campaign or its leads changed.
    std::function<void(std::vector<std::string> channels)> changed;
};

/// Holds the run's advisory lock for the life of the engine, reconciles dead runs and expired
/// leases when it connects and then every ten seconds, waits for notifications, and asks for list
/// changes four times a second. Its thread runs from construction to destruction.
class Watcher {
public:
    Watcher(boost::asio::io_context& control, std::string dsn, campaigns::RunStart run,
            const Clock& clock, WatcherEvents events);
    ~Watcher();

private:
    void work();
    void watch(campaigns::Store& store);
    void report_feed(campaigns::Store& store);

    boost::asio::io_context& control_;
    std::string dsn_;
    campaigns::RunStart run_;
    const Clock& clock_;
    WatcherEvents events_;
    std::int64_t last_change_ = -1; // -1: not yet known
    std::int64_t last_revocation_ = -1;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace dialer::db
