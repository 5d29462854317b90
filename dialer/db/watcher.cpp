#include "dialer/db/watcher.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace dialer::db {

using namespace std::chrono_literals;

namespace {
// Bounds how late an opt-out could be seen if a notification were lost, and how soon the thread
// ends when asked to.
constexpr auto wait_max = 250ms;
constexpr auto reconnect_time = 500ms;
constexpr auto reconcile_time = 10s;
} // namespace

Watcher::Watcher(boost::asio::io_context& control, std::string dsn, campaigns::RunStart run,
                 const Clock& clock, WatcherEvents events)
    : control_{control}, dsn_{std::move(dsn)}, run_{std::move(run)}, clock_{clock},
      events_{std::move(events)}, thread_{[this] { work(); }} {}

Watcher::~Watcher() {
    stopping_ = true;
    stopping_.notify_all();
    thread_.join();
}

void Watcher::work() {
    while (!stopping_) {
        std::string why;
        try {
            campaigns::Store store{dsn_};
            watch(store);
        } catch (const campaigns::StoreRefusal& error) {
            boost::asio::post(control_,
                              [this, text = std::string{error.what()}] { events_.closed(text); });
            return;
        } catch (const std::exception& error) {
            why = error.what();
        }
        if (!stopping_) {
            boost::asio::post(control_, [this, why] { events_.down(why); });
            std::this_thread::sleep_for(reconnect_time);
        }
    }
}

void Watcher::watch(campaigns::Store& store) {
    store.begin_run(run_);
    store.listen();
    const auto reconciled = store.reconcile(clock_.now().wall);
    if (last_change_ < 0) {
        // Read before `up` makes the engine load its snapshot: the snapshot has at least these.
        last_change_ = store.last_suppression_change();
        // Leads are leased after `up` and bring what was revoked before.
        last_revocation_ = store.last_revocation();
    }
    boost::asio::post(control_, [this, reconciled] { events_.up(reconciled); });
    auto reconciled_at = clock_.now().mono;
    while (!stopping_) {
        report_feed(store);
        auto channels = store.wait_for_notifications(wait_max);
        if (!channels.empty()) {
            boost::asio::post(control_, [this, channels = std::move(channels)]() mutable {
                events_.changed(std::move(channels));
            });
        }
        // The lock of an engine that was killed may outlive it for a moment: look again.
        if (clock_.now().mono - reconciled_at > reconcile_time) {
            reconciled_at = clock_.now().mono;
            const auto found = store.reconcile(clock_.now().wall);
            if (found.attempts_closed + found.leases_released > 0) {
                spdlog::info("reconciled: {} open attempts closed, {} leases released",
                             found.attempts_closed, found.leases_released);
            }
        }
    }
}

void Watcher::report_feed(campaigns::Store& store) {
    const auto asked_at = clock_.now().wall;
    auto changes = store.suppression_changes(last_change_);
    if (!changes.empty()) {
        last_change_ = changes.back().change_id;
    }
    auto revocations = store.revocations(last_revocation_);
    if (!revocations.empty()) {
        last_revocation_ = revocations.back().id;
    }
    boost::asio::post(control_, [this, asked_at, changes = std::move(changes),
                                 revocations = std::move(revocations)]() mutable {
        events_.feed(asked_at, std::move(changes), std::move(revocations));
    });
}

} // namespace dialer::db
