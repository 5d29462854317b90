#include "dialer/oidc/client.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace dialer::oidc {

namespace {

constexpr std::size_t kJobsMax = 64;
constexpr std::size_t kUsedMax = 10'000;

std::string printable(std::string text) {
    for (char& c : text) {
        c = c >= 0x20 && c < 0x7f ? c : '?';
    }
    text.resize(std::min<std::size_t>(text.size(), 200));
    return text;
}

} // namespace

class Client::Impl {
public:
    explicit Impl(Settings given)
        : settings{std::move(given)}, provider_{settings, stopped_}, thread_{[this] { run(); }} {}

    ~Impl() {
        {
            const std::scoped_lock lock{mutex_};
            stopped_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// False when too many wait already.
    bool add(std::function<void()> job) {
        {
            const std::scoped_lock lock{mutex_};
            if (jobs_.size() >= kJobsMax) {
                return false;
            }
            jobs_.push_back(std::move(job));
        }
        wake_.notify_one();
        return true;
    }

    Outcome<Leaving> leave(const std::string& to) {
        const auto now = Clock{}.now();
        const auto attempt = new_attempt(to, now.wall);
        auto address = provider_.address_for(attempt, now);
        if (auto* const failed = std::get_if<Failed>(&address)) {
            return std::move(*failed);
        }
        return Leaving{std::get<std::string>(std::move(address)),
                       seal(attempt, settings.client_secret)};
    }

    Outcome<Known> come_back(const WayBack& back) {
        // The provider lives in the world's time, whatever the clock of a demo says.
        const auto now = Clock{}.now();
        const auto attempt = unseal(back.sealed, settings.client_secret, now.wall);
        if (!attempt || back.state.empty() || back.state != attempt->state) {
            return Failed{Failure::expired, "no attempt of this browser is open"};
        }
        if (!use(*attempt, now.wall)) {
            return Failed{Failure::expired, "the attempt was used before"};
        }
        if (!back.error.empty()) {
            return Failed{Failure::denied, "it answers " + printable(back.error)};
        }
        auto claims = provider_.exchange(back.code, back.issuer, *attempt, now);
        if (auto* const failed = std::get_if<Failed>(&claims)) {
            return std::move(*failed);
        }
        return Known{std::get<Claims>(std::move(claims)), own_path(attempt->to)};
    }

    const Settings settings;

private:
    /// Each attempt comes back once. The list is bounded; codes are good once anyway.
    bool use(const Attempt& attempt, dnc::Instant now) {
        std::erase_if(used_, [now](const auto& each) { return each.second <= now; });
        return used_.size() < kUsedMax && used_.emplace(attempt.state, attempt.until).second;
    }

    void run() {
        std::unique_lock lock{mutex_};
        while (true) {
            wake_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
            if (stopped_) {
                return;
            }
            const auto job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            try {
                job();
            } catch (const std::exception& error) {
                spdlog::error("signing in at the provider: {}", error.what());
            }
            lock.lock();
        }
    }

    std::atomic<bool> stopped_ = false;
    Provider provider_;
    std::map<std::string, dnc::Instant> used_; // until when; on the thread
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    std::thread thread_;
};

namespace {

template <typename Value>
void finish(const std::function<void(Outcome<Value>)>& done, Outcome<Value> outcome) {
    if (const auto* const failed = std::get_if<Failed>(&outcome)) {
        spdlog::warn("signing in at the provider: {}", printable(failed->why));
    }
    done(std::move(outcome));
}

Failed too_many() {
    return {Failure::unreachable, "too many wait for it"};
}

} // namespace

Client::Client(Settings settings) : impl_{std::make_unique<Impl>(std::move(settings))} {}

Client::~Client() = default;

const Settings& Client::settings() const {
    return impl_->settings;
}

void Client::leave(std::string to, std::function<void(Outcome<Leaving>)> done) {
    const bool added = impl_->add(
        [impl = impl_.get(), to = std::move(to), done] { finish(done, impl->leave(to)); });
    if (!added) {
        finish<Leaving>(done, too_many());
    }
}

void Client::come_back(WayBack back, std::function<void(Outcome<Known>)> done) {
    const bool added = impl_->add([impl = impl_.get(), back = std::move(back), done] {
        finish(done, impl->come_back(back));
    });
    if (!added) {
        finish<Known>(done, too_many());
    }
}

} // namespace dialer::oidc
