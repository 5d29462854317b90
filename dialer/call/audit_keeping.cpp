#include "dialer/call/audit_keeping.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;
namespace audit = campaigns::audit;

namespace {

constexpr auto seal_time = 2s;
// So many at once keep a database thread for a tenth of a second.
constexpr std::int64_t leaves_max = 2000;
// The last records of a day are sealed before the day is closed.
constexpr auto day_settles = 60s;
// A database that is away for a moment stops dialing by itself. This is for a log that cannot be
// signed while everything else goes on.
constexpr auto patience = 5min;

std::shared_ptr<const audit::SigningKey> key_of(const AuditConfig& config) {
    if (config.key.empty()) {
        spdlog::warn("the audit log is not signed: [audit] key names no key");
        return nullptr;
    }
    return std::make_shared<const audit::SigningKey>(audit::SigningKey::read(config.key));
}

} // namespace

AuditKeeping::AuditKeeping(Loop& loop, const AuditConfig& config, Stuck stuck)
    : loop_{loop}, sign_interval_{config.sign_interval}, required_{config.required},
      stuck_{std::move(stuck)}, key_{key_of(config)}, good_at_{loop.now().mono} {}

void AuditKeeping::tick() {
    const auto now = loop_.now();
    if (!visiting_ && now.mono >= visit_at_ && loop_.pool.available()) {
        visit(now);
    }
    if (required_ && now.mono - good_at_ > patience) {
        set_stuck({"audit_stuck"});
    }
}

AuditKeeping::Wish AuditKeeping::wish(Stamp now) const {
    Wish wish;
    if (!key_) {
        return wish;
    }
    wish.sign = now.mono - signed_at_ >= sign_interval_;
    const auto ended =
        std::chrono::floor<std::chrono::days>(now.wall - day_settles) - std::chrono::days{1};
    if (closed_ != ended) {
        wish.closes = ended;
    }
    return wish;
}

void AuditKeeping::visit(Stamp now) {
    visiting_ = true;
    visit_at_ = now.mono + seal_time;
    const auto wish = this->wish(now);
    loop_.pool.run(
        [key = key_, wish, at = now.wall](Store& store) {
            Visit visit{audit::seal(store, leaves_max), std::nullopt};
            if (wish.closes) {
                visit.head = audit::sign(store, *key, at, wish.closes);
            }
            if (wish.sign && !visit.head) {
                visit.head = audit::sign(store, *key, at);
            }
            return visit;
        },
        [this, wish](const StoreResult<Visit>& result) { visited(wish, result); });
}

void AuditKeeping::visited(const Wish& wish, const StoreResult<Visit>& result) {
    visiting_ = false;
    const auto now = loop_.now();
    if (const auto* error = std::get_if<StoreError>(&result)) {
        // What the store refuses, it refuses again: an altered log, an unknown key.
        const bool refused = error->kind == StoreError::Kind::refused;
        if (refused && why_stuck_ != error->what) {
            spdlog::error("the audit log was not signed: {}", error->what);
        }
        return refused ? set_stuck({"audit_refused", {{"why", error->what}}}) : void();
    }
    const auto& visit = std::get<Visit>(result);
    if (visit.sealed.added == leaves_max) {
        visit_at_ = now.mono; // more are waiting
    }
    if (visit.head) {
        head_ = visit.head;
    }
    if (wish.sign || visit.head) {
        signed_at_ = now.mono;
    }
    if (wish.closes && !visit.sealed.busy) {
        closed_ = wish.closes;
    }
    good_at_ = now.mono;
    set_stuck({});
}

void AuditKeeping::set_stuck(const campaigns::Sentence& why) {
    const auto words = campaigns::english(why);
    if (words != std::exchange(why_stuck_, words) && required_) {
        stuck_(why);
    }
}

} // namespace dialer::call
