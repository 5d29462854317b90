#pragma once

// The engine: the parts of the control loop, wired together.
//
//   SIP thread ----events---> +--------------+ <---changes--- watcher thread
//   media threads --events--> | control loop | ----jobs-----> database threads
//   HTTP thread ---requests-> +--------------+ ---commands--> SIP and media threads

#include "dialer/agents/desk.hpp"
#include "dialer/agents/pools.hpp"
#include "dialer/call/audit_keeping.hpp"
#include "dialer/call/by_hand.hpp"
#include "dialer/call/call_flow.hpp"
#include "dialer/call/caller_ids.hpp"
#include "dialer/call/caller_ids_keeping.hpp"
#include "dialer/call/dialing.hpp"
#include "dialer/call/funnel_keeping.hpp"
#include "dialer/call/ledger.hpp"
#include "dialer/call/opt_outs.hpp"
#include "dialer/call/pace.hpp"
#include "dialer/call/pace_keeping.hpp"
#include "dialer/call/pacing_log.hpp"
#include "dialer/call/trunk_group.hpp"
#include "dialer/config.hpp"
#include "dialer/db/watcher.hpp"
#include "dialer/http/control.hpp"
#include "dialer/live_history.hpp"
#include "dialer/live_json.hpp"
#include "dialer/loop/loop.hpp"
#include "dialer/loop/published.hpp"
#include "dialer/media/clip_files.hpp"
#include "dialer/media/plane.hpp"
#include "dialer/metrics.hpp"
#include "dialer/sip/stack.hpp"
#include "dnc/gate.hpp"
#include "dnc/places.hpp"
#include "dnc/zones.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace dialer {

/// Everything of one engine process but the HTTP server. Made, run and destroyed on the control
/// thread; the http::Control methods may be called from any thread.
class Engine final : public http::Control {
public:
    /// Throws std::runtime_error when a port, a rule pack or the zone data is not usable.
    Engine(boost::asio::io_context& context, const Config& config, const Clock& clock);
    ~Engine() override;

    /// Stops dialing, ends calls and lines, waits (bounded) for the log; then calls `done`.
    void stop(std::function<void()> done);

    [[nodiscard]] std::uint16_t sip_port() const { return sip_.port(); }
    /// The engine ended by itself, because it could not go on.
    [[nodiscard]] bool failed() const { return failed_; }

    // -- http::Control
    void sign_in(campaigns::AgentId agent, std::string campaign, bool ready,
                 http::Done done) override;
    void sign_out(campaigns::AgentId agent, http::Done done) override;
    void set_ready(campaigns::AgentId agent, http::Done done) override;
    void pause(campaigns::AgentId agent, std::string reason, http::Done done) override;
    void pause_agent(campaigns::AgentId agent, std::string reason, std::string by,
                     http::Done done) override;
    void hang_up_customer(campaigns::AgentId agent, http::Done done) override;
    void dispose(campaigns::AgentId agent, std::string code, std::string note, bool ready,
                 http::Done done) override;
    void wrap_up_ending(campaigns::AgentId agent, std::chrono::seconds in,
                        http::Done done) override;
    void more_time(campaigns::AgentId agent, std::chrono::seconds by, http::Done done) override;
    void preview_dial(campaigns::AgentId agent, http::Done done) override;
    void preview_skip(campaigns::AgentId agent, std::string reason, http::Done done) override;
    void dial_number(campaigns::AgentId agent, std::string number, std::string region,
                     http::Done done) override;
    void opt_out(std::string number, std::string by, http::Done done) override;
    void set_campaign_running(std::string campaign, bool running, std::string by,
                              http::Done done) override;
    void desk(campaigns::AgentId agent, std::function<void(std::string json)> reply) override;
    void phone_login(campaigns::AgentId agent,
                     std::function<void(std::optional<std::string> json)> reply) override;
    [[nodiscard]] std::shared_ptr<const std::string> live() const override;
    [[nodiscard]] std::shared_ptr<const std::string> live_history() const override;
    [[nodiscard]] std::string metrics() const override;
    [[nodiscard]] std::optional<std::string> unhealthy() const override;
    void authenticate(std::string token,
                      std::function<void(std::optional<campaigns::User>)> reply) override;
    void forget(std::string credential) override;
    void campaigns(std::function<void(std::string json)> reply) override;
    void agents(std::function<void(std::string json)> reply) override;
    void disposition_codes(std::function<void(std::string json)> reply) override;
    void office(http::OfficeJob job, std::function<void(http::Response)> reply) override;
    [[nodiscard]] const http::World& world() const override { return world_; }
    [[nodiscard]] campaigns::Store open_store() const override;
    [[nodiscard]] campaigns::Instant now() const override { return clock_.now().wall; }

private:
    struct Known {
        std::optional<campaigns::User> user;
        Monotonic until{};
    };

    sip::EventSink sip_sink();
    media::EventSink media_sink();
    db::WatcherEvents watcher_events();
    campaigns::RunStart run_start() const;
    agents::DeskEvents desk_events();
    call::CallEvents call_events();
    call::Pace::Parts pace_parts();

    // Arms of the event dispatch: one call each, to the desk or the call flow.
    void on(const sip::Ringing& event);
    void on(const sip::Challenged& event);
    void on(const sip::Answered& event);
    void on(const sip::Failed& event);
    void on(const sip::MediaChanged& event);
    void on(const sip::Ended& event);
    void on(const sip::PhoneRegistered& event);
    void on(const sip::PhoneUnregistered& event);
    void on(const sip::TrunkHealth& event);
    void on(const media::Silent& event);
    void on(const media::LegStats& event);
    template <typename Event> void on(const Event& event) { calls_.on(event); }

    void store_up(const campaigns::Reconciled& reconciled);
    void store_down(const std::string& why);
    void audit_stuck(const campaigns::Sentence& why);
    void allow_dialing();
    void run_closed(const std::string& why);
    void changed(const std::vector<std::string>& channels);
    void load_settings();
    void settings_loaded(std::vector<campaigns::Campaign> campaigns,
                         std::vector<campaigns::Agent> agents);
    void apply_settings(campaigns::Campaign settings);
    void load_message(call::CampaignRuntime& campaign);
    void look_at_messages();
    void note_message(const call::CampaignRuntime& campaign);
    call::CallFlow::WhyNot why_not();

    void mark(call::CampaignId campaign);
    void pump_marked();
    void tick();
    LiveView view();
    LiveCampaign gather(const call::CampaignRuntime& runtime, std::vector<campaigns::Sentence> why);
    void publish();
    void publish_metrics(const LiveView& view);
    void publish_pacing(const LiveCampaign& campaign);
    http::World make_world() const;
    void end_of_run(Monotonic deadline, std::function<void()> done);

    boost::asio::io_context& context_;
    const Config& config_;
    const Clock& clock_;
    std::unique_ptr<dnc::ZoneDatabase> zones_;
    const dnc::Geography geography_;
    dnc::Gate gate_;
    dnc::Places places_;
    const http::World world_;
    campaigns::IdMaker ids_;
    campaigns::RunId run_;
    db::Pool pool_;
    db::Pool office_pool_; ///< so that reports never stand in the way of calls
    db::LogWriter log_;
    media::Plane media_;
    sip::Stack sip_;
    Loop loop_;
    std::map<call::CampaignId, call::CampaignRuntime> campaigns_;
    media::ClipFiles messages_;
    std::unique_ptr<call::PacingLog> pacing_log_; // null: not wanted
    call::TrunkGroup trunks_;
    agents::Pools pools_;
    call::Pace pace_;
    agents::Desk desk_;
    call::OptOuts opt_outs_;
    call::Ledger ledger_;
    call::CallerIds caller_ids_;
    call::CallerIdKeeping caller_id_keeping_;
    call::CallFlow calls_;
    call::Dialing dialing_;
    call::ByHand by_hand_;
    call::PaceKeeping keeping_;
    call::FunnelKeeping funnels_;
    call::AuditKeeping audit_keeping_;
    db::Watcher watcher_;
    boost::asio::steady_timer tick_timer_;
    boost::asio::steady_timer settings_timer_;
    campaigns::Sentence store_why_{"store_wait"}; // empty: it is there
    campaigns::Sentence audit_why_;               // empty: the log is signed, or need not be
    std::set<std::pair<call::CampaignId, std::string>> noted_messages_;
    bool settings_loading_ = false;
    bool settings_wanted_ = false; ///< changed again while they were read
    std::set<call::CampaignId> marked_;
    bool pump_posted_ = false;
    bool failed_ = false;
    std::uint64_t ticks_ = 0;
    std::map<std::string, Known> known_users_; // by credential
    std::uint64_t forgotten_ = 0;              // how often credentials were to be forgotten
    Metrics metrics_;
    Published<std::string> live_;
    LiveHistory history_;
    Published<std::string> history_json_;
    std::atomic<std::int64_t> ticked_at_us_{0}; // monotonic, for unhealthy()
};

} // namespace dialer
