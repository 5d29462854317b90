#include "dialer/call/opt_outs.hpp"

#include "dialer/loop/invariant.hpp"
#include "dnc/rules_call.hpp"

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
// Somebody has to mend the database before it takes a row that it refused.
constexpr auto refused_retry_time = 10s;
} // namespace

OptOuts::OptOuts(Loop& loop, std::function<void(dnc::Number)> cancel, std::string cache)
    : loop_{loop}, cancel_{std::move(cancel)}, cache_{std::move(cache)}, timer_{loop.context},
      refused_timer_{loop.context}, load_timer_{loop.context} {}

void OptOuts::add(dnc::Number number, std::string source, std::string by,
                  std::optional<campaigns::AttemptId> attempt, Stored done, std::string seller) {
    list_now({number, seller});
    campaigns::OptOut row{loop_.make_id(), number,  loop_.now().wall, std::move(source),
                          std::move(by),   attempt, std::move(seller)};
    pending_.push_back({std::move(row), std::move(done), false});
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
    if (refused) {
        set_aside(std::move(entry), error->what);
    } else {
        if (entry.done) {
            entry.done(std::nullopt);
        }
        if (entry.refused) {
            spdlog::info("an opt-out ({}) that the database had refused is stored",
                         entry.row.source);
            offer_again();
        }
    }
    store_next();
}

/// The same row may be refused for ever: it must not hold up those behind it.
void OptOuts::set_aside(Pending entry, const std::string& why) {
    if (!std::exchange(entry.refused, true)) {
        spdlog::error("an opt-out ({}) is refused by the database; its number is not called while "
                      "this engine runs: {}",
                      entry.row.source, why);
    }
    const Stored done = std::exchange(entry.done, nullptr);
    refused_.push_back(std::move(entry));
    if (!std::exchange(offer_waits_, true)) {
        refused_timer_.expires_after(refused_retry_time);
        refused_timer_.async_wait([this](boost::system::error_code cancelled) {
            if (!cancelled) {
                offer_waits_ = false;
                offer_again();
                store_next();
            }
        });
    }
    if (done) {
        done(why);
    }
}

/// One at a time: while the database refuses them, they cost one question in a while.
void OptOuts::offer_again() {
    if (!refused_.empty()) {
        pending_.push_back(std::move(refused_.front()));
        refused_.pop_front();
    }
}

std::int64_t OptOuts::refused() const {
    return std::ssize(refused_) + std::ranges::count_if(pending_, &Pending::refused);
}

void OptOuts::retry_later() {
    timer_.expires_after(retry_time);
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) {
            store_next();
        }
    });
}

void OptOuts::list_now(const Listed& listed) {
    if (loading_) {
        listed_since_load_.push_back(listed);
    }
    dnc::SuppressionList* chosen = nullptr;
    for (auto& list : snapshot_.lists) {
        const bool own = !listed.seller.empty() && dnc::same_name(list.seller, listed.seller);
        if (list.kind == dnc::ListKind::company && (own || list.seller.empty()) &&
            (chosen == nullptr || (own && chosen->seller.empty()))) {
            chosen = &list; // the store chooses in the same way
        }
    }
    if (chosen != nullptr) {
        chosen->numbers.insert(listed.number);
    }
}

bool OptOuts::listed_by_company(dnc::Number number, std::string_view seller) const {
    return std::any_of(snapshot_.lists.begin(), snapshot_.lists.end(), [&](const auto& list) {
        return list.kind == dnc::ListKind::company &&
               (seller.empty() || list.seller.empty() || dnc::same_name(list.seller, seller)) &&
               list.numbers.contains(number);
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
    loop_.pool.run([held = held(),
                    cache = cache_](Store& store) { return store.update_suppression(held, cache); },
                   [this](StoreResult<campaigns::SuppressionUpdate> result) {
                       if (auto* update = std::get_if<campaigns::SuppressionUpdate>(&result)) {
                           return loaded(std::move(*update));
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
    if (asking_) {
        ask_again_ = true; // each opt-out notifies: one question at a time is enough
        return;
    }
    asking_ = true;
    loop_.pool.run([](Store& store) { return store.versions_in_force(); },
                   [this](const StoreResult<Versions>& result) {
                       asking_ = false;
                       const auto* versions = std::get_if<Versions>(&result);
                       if (versions == nullptr || *versions != held()) {
                           ask_again_ = false;
                           return reload();
                       }
                       if (std::exchange(ask_again_, false)) {
                           reload_if_changed();
                       }
                   });
}

std::vector<campaigns::ListHeld> OptOuts::held() const {
    std::vector<campaigns::ListHeld> held;
    for (const auto& list : snapshot_.lists) {
        held.push_back({list.id, list.version_id});
    }
    return held;
}

/// The list as it is in force now, with the numbers that are held where they stay.
dnc::SuppressionList OptOuts::merged(campaigns::ListUpdate update) {
    if (!update.keep) {
        return std::move(update.list);
    }
    const auto before = std::find_if(snapshot_.lists.begin(), snapshot_.lists.end(),
                                     [&](const auto& list) { return list.id == update.list.id; });
    INVARIANT(before != snapshot_.lists.end()); // nothing replaces the snapshot during a load
    update.list.numbers = std::move(before->numbers);
    for (const auto& change : update.changes) {
        change.listed ? update.list.numbers.insert(change.number)
                      : update.list.numbers.erase(change.number);
    }
    return std::move(update.list);
}

void OptOuts::loaded(campaigns::SuppressionUpdate update) {
    loading_ = false;
    loaded_ = true;
    for (const std::string& notice : update.notices) {
        spdlog::warn("suppression lists: {}", notice);
    }
    dnc::SuppressionSnapshot next;
    next.feed_alive_at = snapshot_.feed_alive_at;
    for (auto& list : update.lists) {
        next.lists.push_back(merged(std::move(list)));
    }
    std::swap(snapshot_, next);
    repeat_since_load();
    // To give back half a gigabyte takes longer than the loop may stand still.
    loop_.pool.run([old = std::move(next)](Store& /*store*/) mutable { old.lists.clear(); },
                   [](const StoreResult<db::Nothing>& /*done*/) {});
    if (std::exchange(reload_wanted_, false)) {
        reload();
    }
}

/// What came in while the load ran may or may not be in it; applied again it surely is.
void OptOuts::repeat_since_load() {
    for (const auto& change : since_load_) {
        apply(change);
    }
    for (const Listed& listed : listed_since_load_) {
        list_now(listed);
    }
    for (const auto* rows : {&pending_, &refused_}) {
        for (const Pending& entry : *rows) {
            list_now({entry.row.number, entry.row.seller});
        }
    }
}

} // namespace dialer::call
