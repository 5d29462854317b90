#include "dialer/sip/stack.hpp"

#include "dialer/sip/endpoint.hpp"

#include <future>
#include <thread>

namespace dialer::sip {

/// The thread with its queue. Everything of sofia-sip is made, used and destroyed on that thread.
class Stack::Thread {
public:
    Thread(StackConfig config, const Clock& clock, EventSink sink) {
        std::promise<void> opened;
        auto ready = opened.get_future();
        thread_ = std::thread{[this, &clock, opened = std::move(opened), config = std::move(config),
                               sink = std::move(sink)]() mutable {
            live(std::move(config), clock, std::move(sink), std::move(opened));
        }};
        try {
            ready.get();
        } catch (const std::exception&) {
            thread_.join();
            throw;
        }
    }

    ~Thread() {
        inbox_.post(Stop{});
        thread_.join();
    }

    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    Inbox& inbox() { return inbox_; }
    [[nodiscard]] const Gauges& gauges() const { return gauges_; }

private:
    void live(StackConfig config, const Clock& clock, EventSink sink, std::promise<void> opened) {
        std::optional<Endpoint> endpoint;
        try {
            endpoint.emplace(std::move(config), clock, std::move(sink), inbox_, gauges_);
        } catch (const std::exception&) {
            opened.set_exception(std::current_exception());
            return;
        }
        opened.set_value();
        endpoint->run();
    }

    Inbox inbox_;
    Gauges gauges_;
    std::thread thread_;
};

Stack::Stack(StackConfig config, const Clock& clock, EventSink sink)
    : thread_{std::make_unique<Thread>(std::move(config), clock, std::move(sink))} {}

Stack::~Stack() = default;

void Stack::dial(CustomerDial dial) {
    thread_->inbox().post(std::move(dial));
}

void Stack::call_agent(AgentDial dial) {
    thread_->inbox().post(std::move(dial));
}

void Stack::resend(LegId leg, campaigns::ResendTicket ticket) {
    thread_->inbox().post(Resend{leg, std::move(ticket)});
}

void Stack::hang_up(LegId leg) {
    thread_->inbox().post(HangUp{leg});
}

void Stack::set_phone_accounts(std::vector<PhoneAccount> accounts) {
    thread_->inbox().post(SetAccounts{std::move(accounts)});
}

std::uint16_t Stack::port() const {
    return thread_->gauges().port.load(std::memory_order_acquire);
}

Dropped Stack::dropped() const {
    const Gauges& gauges = thread_->gauges();
    return {.from_strangers = gauges.from_strangers.load(std::memory_order_relaxed),
            .malformed = gauges.malformed.load(std::memory_order_relaxed)};
}

} // namespace dialer::sip
