#pragma once

// An engine for the tests of the HTTP server: answers from a thread of its own, as the real one
// does, writes down what it was asked, and can hold its answers back.

#include "dialer/http/control.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace http_test {

/// Tokens are "ops", "agent", "supervisor", "compliance", "admin" for users of that role, and
/// "deskless" for an agent user without an agent. The desk of token "agent" is agent 7's.
class FakeControl : public dialer::http::Control {
public:
    using Done = dialer::http::Done;
    using Reply = std::function<void(std::string)>;

    FakeControl();
    ~FakeControl() override;

    // -- what the test sets
    void set_live(std::string json);
    void set_desk(std::string json);
    void set_unhealthy(std::optional<std::string> why);
    /// Every Done is answered with this from now on.
    void refuse_with(std::optional<dialer::http::Refused> refused);
    void have_no_browser_phones();
    void forget_token(const std::string& token);
    /// From now on there is a store, and the clock stands still at `now`.
    void use_store(const std::string& dsn, campaigns::Instant now);
    void set_now(campaigns::Instant now);
    /// While held, answers wait; `release` gives them all, on the engine's thread, and waits for
    /// that.
    void hold();
    void release();

    // -- what the test sees
    [[nodiscard]] std::vector<std::string> calls() const;
    /// Waits until `count` answers are held; false after the deadline.
    [[nodiscard]] bool wait_for_held(std::size_t count);

    // -- Control
    void sign_in(campaigns::AgentId agent, std::string campaign, bool ready, Done done) override;
    void sign_out(campaigns::AgentId agent, Done done) override;
    void set_ready(campaigns::AgentId agent, Done done) override;
    void pause(campaigns::AgentId agent, std::string reason, Done done) override;
    void pause_agent(campaigns::AgentId agent, std::string reason, std::string by,
                     Done done) override;
    void hang_up_customer(campaigns::AgentId agent, Done done) override;
    void dispose(campaigns::AgentId agent, std::string code, std::string note, bool ready,
                 Done done) override;
    void wrap_up_ending(campaigns::AgentId agent, std::chrono::seconds in, Done done) override;
    void more_time(campaigns::AgentId agent, std::chrono::seconds by, Done done) override;
    void preview_dial(campaigns::AgentId agent, Done done) override;
    void preview_skip(campaigns::AgentId agent, std::string reason, Done done) override;
    void dial_number(campaigns::AgentId agent, std::string number, std::string region,
                     Done done) override;
    void opt_out(std::string number, std::string by, Done done) override;
    void set_campaign_running(std::string campaign, bool running, std::string by,
                              Done done) override;
    void desk(campaigns::AgentId agent, Reply reply) override;
    void phone_login(campaigns::AgentId agent,
                     std::function<void(std::optional<std::string>)> reply) override;
    [[nodiscard]] std::shared_ptr<const std::string> live() const override;
    [[nodiscard]] std::shared_ptr<const std::string> live_history() const override;
    [[nodiscard]] std::string metrics() const override;
    [[nodiscard]] std::optional<std::string> unhealthy() const override;
    void authenticate(std::string token,
                      std::function<void(std::optional<campaigns::User>)> reply) override;
    void forget(std::string credential) override;
    void campaigns(Reply reply) override;
    void agents(Reply reply) override;
    void disposition_codes(Reply reply) override;
    /// Without a store the job is answered with 503.
    void office(dialer::http::OfficeJob job,
                std::function<void(dialer::http::Response)> reply) override;
    /// The rules, places and zones of the source tree.
    [[nodiscard]] const dialer::http::World& world() const override;
    [[nodiscard]] campaigns::Store open_store() const override;
    [[nodiscard]] campaigns::Instant now() const override;

protected:
    /// Work for the engine's thread; `holdable` work waits while answers are held.
    void queue(std::function<void()> work, bool holdable = true);

private:
    void note(std::string call, Done done);
    void run();

    mutable std::mutex mutex_; // guards everything below
    std::condition_variable changed_;
    std::deque<std::function<void()>> work_;
    std::vector<std::function<void()>> held_;
    std::vector<std::string> calls_;
    std::set<std::string> forgotten_;
    std::shared_ptr<const std::string> live_;
    std::string desk_;
    std::optional<std::string> unhealthy_;
    std::optional<dialer::http::Refused> refused_;
    std::string dsn_; ///< of the store; empty: there is none
    campaigns::Instant now_{};
    bool browser_phones_ = true;
    bool hold_ = false;
    bool busy_ = false;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace http_test
