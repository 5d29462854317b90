#pragma once

// Everything that lives on the SIP thread: the root, the agent, the legs, the trunks' probes and
// the registrar.
//
// Created, run and destroyed by one thread. Memory: one CallLeg per leg, at most kLegsMax.

#include "dialer/sip/call_leg.hpp"
#include "dialer/sip/handles.hpp"
#include "dialer/sip/inbox.hpp"
#include "dialer/sip/registrar.hpp"
#include "dialer/sip/trunk_probe.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace dialer::sip {

/// What other threads may read at any time.
struct Gauges {
    std::atomic<std::uint16_t> port{0};
    std::atomic<std::uint64_t> from_strangers{0};
    std::atomic<std::uint64_t> malformed{0};
};

class Endpoint {
public:
    static constexpr std::size_t kLegsMax = 20000;

    /// Throws std::runtime_error when the configuration is wrong or the port cannot be bound.
    Endpoint(StackConfig config, const Clock& clock, EventSink sink, Inbox& inbox, Gauges& gauges);
    ~Endpoint();
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    /// Runs until Stop has come and every leg has ended, or a second after Stop.
    void run();

    // -- services for the handlers
    [[nodiscard]] nta_agent_t* agent() { return agent_.get(); }
    [[nodiscard]] const StackConfig& config() const { return config_; }
    [[nodiscard]] const std::string& contact() const { return contact_; }
    [[nodiscard]] Stamp now() const { return clock_.now(); }
    void emit(Event event) { events_.push_back(std::move(event)); }
    /// The leg is over: it is destroyed once the callback that said so has returned.
    void retire(LegId leg);
    /// Calls CallLeg::on_deadline then; replaces the leg's previous deadline. Nothing cancels it.
    void set_deadline(LegId leg, std::optional<Monotonic> at);
    /// Trunks and registered phones may send requests.
    [[nodiscard]] bool is_friend(const Source& source) const;
    void count_stranger() { gauges_.from_strangers.fetch_add(1, std::memory_order_relaxed); }
    /// The trunk's port is closed: nothing listens there.
    void trunk_refused(const std::string& trunk);

    // -- callbacks of the stack (stranger.cpp)
    static int message_callback(Endpoint* self, nta_agent_t* agent, msg_t* message,
                                sip_t* sip) noexcept;
    static int wake_callback(Endpoint* root_magic, su_wait_t* wait, Endpoint* self) noexcept;

private:
    struct Execute; // visitor over Command
    struct Leg {
        std::unique_ptr<CallLeg> call;
        std::optional<Monotonic> deadline;
    };

    void check_config() const;
    void open();
    void register_inbox();
    void execute_inbox();
    void step();
    void run_deadlines(Monotonic now);
    void tick(Monotonic now);
    void publish_counts();
    void flush();
    void stop();

    void dial(CustomerDial dial);
    void call_agent(AgentDial dial);
    void start_leg(LegId leg, CallTarget target, sdp::Audio offer);
    [[nodiscard]] CallLeg* find(LegId leg);
    void fail(LegId leg, Failure failure, std::string reason, bool technical);

    void on_stray(MessageHandle message, const sip_t* sip);
    void on_register(MessageHandle message, const sip_t* sip);
    void on_stray_response(MessageHandle message, const sip_t* sip);
    void reply(MessageHandle request, int status, const char* phrase, const tagi_t* tags);

    // Passed in.
    StackConfig config_;
    const Clock& clock_;
    EventSink sink_;
    Inbox& inbox_;
    Gauges& gauges_;

    std::set<std::uint32_t> trunk_addresses_;
    Registrar registrar_;
    std::vector<Event> events_;
    bool stopping_ = false;
    Monotonic stop_by_{};
    Monotonic next_tick_{};
    std::string contact_;

    // Owned; destroyed from the last to the first.
    RootHandle root_;
    AgentHandle agent_;
    int wait_index_ = -1;
    std::map<std::string, std::unique_ptr<TrunkProbe>> probes_;
    std::unordered_map<LegId, Leg> legs_;
    std::set<std::pair<Monotonic, LegId>> deadlines_;
    std::vector<std::unique_ptr<CallLeg>> retired_;
};

} // namespace dialer::sip
