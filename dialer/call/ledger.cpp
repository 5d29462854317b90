#include "dialer/call/ledger.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Declarations;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr auto retry_time = 250ms;
// Longer than any loan of a lead, whose facts have what was recorded before it.
constexpr auto memory = 3h;

/// Every call carries them: what was over days ago stays in the store.
Declarations load(Store& store, dnc::Instant now) {
    const auto since = now - std::chrono::days{3};
    Declarations declared;
    for (auto& record : store.emergencies()) {
        if (!record.emergency.to || *record.emergency.to > since) {
            declared.emergencies.push_back(std::move(record.emergency));
        }
    }
    for (auto& record : store.proclaimed_holidays()) {
        if (std::chrono::sys_days{record.holiday.date} > since) {
            declared.holidays.push_back(std::move(record.holiday));
        }
    }
    return declared;
}

} // namespace

Ledger::Ledger(Loop& loop, std::function<void(dnc::Number)> revoked)
    : loop_{loop}, revoked_{std::move(revoked)}, timer_{loop.context} {}

void Ledger::reload() {
    if (loading_) {
        reload_wanted_ = true;
        return;
    }
    loading_ = true;
    loop_.pool.run([now = loop_.now().wall](Store& store) { return load(store, now); },
                   [this](StoreResult<Declarations> result) { loaded(std::move(result)); });
}

void Ledger::loaded(StoreResult<Declarations> result) {
    loading_ = false;
    auto* declared = std::get_if<Declarations>(&result);
    if (declared == nullptr) {
        spdlog::error("emergencies and holidays not loaded: {}", std::get<StoreError>(result).what);
        timer_.expires_after(retry_time);
        timer_.async_wait([this](boost::system::error_code cancelled) {
            if (!cancelled) {
                reload();
            }
        });
        return;
    }
    declared_ = std::move(*declared);
    if (std::exchange(reload_wanted_, false)) {
        reload();
    }
}

void Ledger::feed(const std::vector<campaigns::RevocationRecord>& revocations) {
    const auto now = loop_.now().mono;
    forget_old(now);
    for (const auto& record : revocations) {
        said_[record.number.e164].push_back(record.revocation);
        heard_.push_back({now, record.number, record.id});
    }
    for (const auto& record : revocations) {
        revoked_(record.number);
    }
}

void Ledger::forget_old(Monotonic now) {
    while (!heard_.empty() && now - heard_.front().at > memory) {
        const auto entry = said_.find(heard_.front().number.e164);
        std::erase_if(entry->second, [id = heard_.front().id](const dnc::Revocation& revocation) {
            return revocation.id == id;
        });
        if (entry->second.empty()) {
            said_.erase(entry);
        }
        heard_.pop_front();
    }
}

std::vector<dnc::Revocation> Ledger::since(dnc::Number number, std::int64_t seen) const {
    std::vector<dnc::Revocation> later;
    if (const auto found = said_.find(number.e164); found != said_.end()) {
        std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(later),
                     [seen](const dnc::Revocation& revocation) { return revocation.id > seen; });
    }
    return later;
}

} // namespace dialer::call
