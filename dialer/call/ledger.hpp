#pragma once

// What people took back and authorities declared, in memory: acts at once, also on leads that were
// leased before.

#include "campaigns/ledger/ledger.hpp"
#include "dialer/loop/loop.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace dialer::call {

/// Control thread only. Memory: the revocations of the last hours.
class Ledger {
public:
    /// `revoked` is called when calls to a number that were legal may no longer be.
    Ledger(Loop& loop, std::function<void(dnc::Number)> revoked);

    /// Loads what authorities declared. Until that is done it is not known, and nothing is dialed
    /// where a rule asks for it. What rings then is looked at with the next review of all calls.
    void reload();
    /// From the watcher.
    void feed(const std::vector<campaigns::RevocationRecord>& revocations);

    [[nodiscard]] const std::optional<campaigns::Declarations>& declared() const {
        return declared_;
    }
    /// Revocations of the number that were recorded after the one with id `seen`.
    [[nodiscard]] std::vector<dnc::Revocation> since(dnc::Number number, std::int64_t seen) const;

private:
    void forget_old(Monotonic now);
    void loaded(db::StoreResult<campaigns::Declarations> result);

    Loop& loop_;
    std::function<void(dnc::Number)> revoked_;
    std::optional<campaigns::Declarations> declared_;
    std::unordered_map<std::int64_t, std::vector<dnc::Revocation>> said_; // by number
    struct Heard {
        Monotonic at;
        dnc::Number number;
        std::int64_t id;
    };
    std::deque<Heard> heard_; // in order of time
    bool loading_ = false;
    bool reload_wanted_ = false;
    boost::asio::steady_timer timer_;
};

} // namespace dialer::call
