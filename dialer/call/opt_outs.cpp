#include "dialer/call/opt_outs.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {
constexpr auto retry_time = 250ms;
}

OptOuts::OptOuts(Loop& loop, std::function<void(dnc::Number)> cancel)
    : loop_{loop}, cancel_{std::move(cancel)}, timer_{loop.context}, load_timer_{loop.context} {}

void OptOuts::add(dnc::Number number, std::string source, std::string by,
                  std::optional<campaigns::AttemptId> attempt, Stored done) {
    list_now(number);
    campaigns::OptOut row{loop_.make_id(),   number,        loop_.now().wall,
                          std::move(source), std::move(by), attempt};
    pending_.push_back({std::move(row), std::move(done)});
    store_next();
    cancel_(number);
}

void OptOuts::store_next() {
    if (writing_ || pending_.empty()) {
        return;
    }
    writing_ = true;
    loop_.pool.run([row = pending_.front().row](Store& store) { return store.add_opt_out(row); },
                   [this](const StoreResult<bool>& result) { written(result); });
}

void OptOuts::written(const StoreResult<bool>& result) {
    writing_ = false;
    const auto* error = std::get_if<StoreError>(&result);
    const bool refused = error != nullptr && error->kind == StoreError::Kind::refused;
    if (error != nullptr && !refused) {
        if (!std::exchange(failing_, true)) {
            spdlog::error("opt-outs wait for the database: {}", error->what);
        }
        return retry_later();
    }
    if (std::exchange(failing_, false)) {
        spdlog::info("opt-outs: the database takes them again");
    }
    auto entry = std::move(pending_.front());
    pending_.pop_front();
    std::optional<std::string> why;
    if (refused) {
        // The same row would be refused for ever and hold up those behind it.
        ++refused_;
        kept_.push_back(entry.row.number);
        why = error->what;
        spdlog::error("an opt-out ({}) is refused by the database; its number is not called while "
                      "this engine runs: {}",
                      entry.row.source, error->what);
    }
    if (entry.done) {
        entry.done(std::move(why));
    }
    store_next();
}

void OptOuts::retry_later() {
    timer_.expires_after(retry_time);
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) {
            store_next();
        }
    });
}

void OptOuts::list_now(dnc::Number number) {
    if (loading_) {
        listed_since_load_.push_back(number);
    }
    for (auto& list : snapshot_.lists) {
        if (list.kind == dnc::ListKind::company) {
            list.numbers.insert(number);
            return; // one company list is enough to deny
        }
    }
}

bool OptOuts::listed_by_company(dnc::Number number) const {
    return std::any_of(snapshot_.lists.begin(), snapshot_.lists.end(), [&](const auto& list) {
        return list.kind == dnc::ListKind::company && list.numbers.contains(number);
    });
}

void OptOuts::feed(dnc::Instant at, const std::vector<Store::SuppressionChange>& changes) {
    for (const auto& change : changes) {
        apply(change);
        if (loading_) {
            since_load_.push_back(change);
        }
        if (change.listed) {
            cancel_(change.number);
        }
    }
    snapshot_.feed_alive_at = at;
}

void OptOuts::apply(const Store::SuppressionChange& change) {
    for (auto& list : snapshot_.lists) {
        if (list.id == change.list_id) {
            change.listed ? list.numbers.insert(change.number) : list.numbers.erase(change.number);
        }
    }
}

void OptOuts::reload() {
    if (loading_) {
        reload_wanted_ = true;
        return;
    }
    loading_ = true;
    since_load_.clear();
    listed_since_load_.clear();
    loop_.pool.run([now = loop_.now().wall](Store& store) { return store.load_suppression(now); },
                   [this](StoreResult<dnc::SuppressionSnapshot> result) {
                       if (auto* snapshot = std::get_if<dnc::SuppressionSnapshot>(&result)) {
                           return loaded(std::move(*snapshot));
                       }
                       loading_ = false;
                       spdlog::error("suppression lists not loaded: {}",
                                     std::get<StoreError>(result).what);
                       load_timer_.expires_after(retry_time);
                       load_timer_.async_wait([this](boost::system::error_code cancelled) {
                           if (!cancelled) {
                               reload();
                           }
                       });
                   });
}

void OptOuts::reload_if_changed() {
    using Versions = std::vector<Store::ListVersion>;
    loop_.pool.run([](Store& store) { return store.versions_in_force(); },
                   [this](const StoreResult<Versions>& result) {
                       Versions held;
                       for (const auto& list : snapshot_.lists) {
                           held.push_back({list.id, list.version_id});
                       }
                       const auto* versions = std::get_if<Versions>(&result);
                       if (versions == nullptr || *versions != held) {
                           reload();
                       }
                   });
}

void OptOuts::loaded(dnc::SuppressionSnapshot snapshot) {
    loading_ = false;
    loaded_ = true;
    // What came in while the load ran may or may not be in it; applied again it surely is.
    snapshot.feed_alive_at = snapshot_.feed_alive_at;
    snapshot_ = std::move(snapshot);
    for (const auto& change : since_load_) {
        apply(change);
    }
    for (const auto number : listed_since_load_) {
        list_now(number);
    }
    for (const auto& pending : pending_) {
        list_now(pending.row.number);
    }
    for (const auto number : kept_) {
        list_now(number);
    }
    if (std::exchange(reload_wanted_, false)) {
        reload();
    }
}

} // namespace dialer::call
