#include "dialer/engine.hpp"

#include "campaigns/records/records.hpp"
#include "dialer/live_json.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <unistd.h>

namespace dialer {

using namespace std::chrono_literals;
using call::CampaignId;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr auto tick_time = 50ms;
constexpr std::uint64_t ticks_per_publish = 5; // four times a second
constexpr std::uint64_t ticks_per_review = 20; // once a second
constexpr std::uint64_t ticks_per_message_look = 20;
constexpr auto stop_max = 5s;
// The watcher may see the database come back before the sessions of the pool do.
constexpr auto settings_retry_time = 250ms;
// Identifiers of log rows and runs are made on the control thread alone.
constexpr auto rate_time_constant_s = 2.0;

std::string node_name(const Config& config) {
    char host[256] = "localhost";
    gethostname(host, sizeof host - 1);
    return std::string{host} + "/" + std::to_string(config.engine.node);
}

std::chrono::sys_days today(const Clock& clock) {
    return std::chrono::floor<std::chrono::days>(clock.now().wall);
}

} // namespace

Engine::Engine(boost::asio::io_context& context, const Config& config, const Clock& clock)
    : context_{context}, config_{config}, clock_{clock}, zones_{dnc::load_zones(config.dnc.tzdata)},
      geography_{dnc::load_geography(config.dnc.area_codes)}, gate_{dnc::load_packs(
                                                                        config.dnc.packs),
                                                                    geography_, *zones_},
      places_{geography_, *zones_}, world_{make_world()}, ids_{config.engine.node},
      run_{ids_.make(clock.now().wall)}, pool_{context, config.store.dsn, config.store.sessions},
      office_pool_{context, config.store.dsn, config.store.office_sessions}, log_{context, pool_},
      media_{config.media, clock, media_sink()}, sip_{config.sip, clock, sip_sink()},
      loop_{context, clock_, ids_, pool_, log_, sip_, media_, run_},
      messages_{[this](const std::string& path) { return media_.load_clip(path); }},
      pacing_log_{config.pacing.event_log.empty()
                      ? nullptr
                      : std::make_unique<call::PacingLog>(config.pacing.event_log)},
      trunks_{config.sip.trunks}, pace_{pace_parts()}, desk_{loop_, pools_, desk_events()},
      opt_outs_{loop_, [this](dnc::Number number) { calls_.cancel_number(number); },
                config.dnc.cache},
      ledger_{loop_, [this](dnc::Number number) { calls_.review(number, why_not()); }},
      caller_ids_{places_}, caller_id_keeping_{loop_, caller_ids_, [this] { load_settings(); }},
      calls_{{loop_, desk_, pools_, opt_outs_, trunks_, pace_, campaigns_}, call_events()},
      dialing_{{loop_, gate_, desk_, pools_, opt_outs_, ledger_, trunks_, calls_, pace_, campaigns_,
                caller_ids_, *zones_, config.engine.lines_max, config.engine.preview_loan}},
      by_hand_{loop_, desk_, dialing_, opt_outs_, campaigns_, config.engine.preview_loan},
      keeping_{loop_, pace_, campaigns_, &explanation_json}, funnels_{loop_, office_pool_, gate_,
                                                                      places_, *zones_},
      audit_keeping_{loop_, config.audit,
                     [this](const campaigns::Sentence& why) { audit_stuck(why); }},
      watcher_{context, config.store.dsn, run_start(), clock_, watcher_events()},
      tick_timer_{context}, settings_timer_{context} {
    publish();
    tick();
}

Engine::~Engine() = default;

campaigns::RunStart Engine::run_start() const {
    campaigns::RunStart start;
    start.run = run_;
    start.at = clock_.now().wall;
    start.node = node_name(config_);
    start.clock_shift = clock_.shift();
    start.tzdb_version = std::string{zones_->version()};
    start.rules_version = gate_.packs_text();
    return start;
}

call::Pace::Parts Engine::pace_parts() {
    call::Pace::Parts parts{pools_,
                            geography_.area_codes,
                            *zones_,
                            dnc::abandonment_rules(gate_.packs(), today(clock_)),
                            gate_.day_end(),
                            config_.engine.lines_max,
                            {}};
    if (pacing_log_) {
        parts.record = [log = pacing_log_.get()](const auto& file, const pacing::Event& event) {
            log->add(file, event);
        };
    }
    return parts;
}

agents::DeskEvents Engine::desk_events() {
    return {[this](const agents::Agent& agent, agents::AgentState from) {
                pace_.agent_changed(agent, from, clock_.now());
                by_hand_.agent_changed(agent);
            },
            [this](CampaignId id) { mark(id); },
            [this](campaigns::AttemptId call, const std::string& why) {
                calls_.agent_line_lost(call, why);
            }};
}

call::CallEvents Engine::call_events() {
    return {[this](CampaignId id) { mark(id); },
            [this](CampaignId id, call::LeadInHand hand, campaigns::AttemptId failed) {
                return dialing_.fail_over(id, std::move(hand), failed);
            },
            [this](const campaigns::AttemptResult& result) { caller_id_keeping_.ended(result); }};
}

// -- events of the other threads, posted here

sip::EventSink Engine::sip_sink() {
    return [this](std::vector<sip::Event> events) {
        boost::asio::post(context_, [this, events = std::move(events)] {
            for (const auto& event : events) {
                std::visit([this](const auto& e) { on(e); }, event);
            }
        });
    };
}

media::EventSink Engine::media_sink() {
    return [this](std::vector<media::Event> events) {
        boost::asio::post(context_, [this, events = std::move(events)] {
            for (const auto& event : events) {
                std::visit([this](const auto& e) { on(e); }, event);
            }
        });
    };
}

void Engine::on(const sip::Ringing& event) {
    if (!desk_.owns(event.leg)) {
        calls_.on(event);
    }
}

void Engine::on(const sip::Challenged& event) {
    // An agent's phone that wants credentials of us is set up wrongly: nothing to give.
    desk_.owns(event.leg) ? desk_.failed(event.leg, "the phone asks for credentials")
                          : calls_.on(event);
}

void Engine::on(const sip::Answered& event) {
    desk_.owns(event.leg) ? desk_.answered(event.leg, event.remote) : calls_.on(event);
}

void Engine::on(const sip::Failed& event) {
    desk_.owns(event.leg) ? desk_.failed(event.leg, event.reason) : calls_.on(event);
}

void Engine::on(const sip::MediaChanged& event) {
    desk_.owns(event.leg) ? desk_.media_changed(event.leg, event.remote) : calls_.on(event);
}

void Engine::on(const sip::Ended& event) {
    desk_.owns(event.leg) ? desk_.ended(event.leg, event.reason) : calls_.on(event);
}

void Engine::on(const sip::PhoneRegistered& event) {
    desk_.phone_registered(event.contact);
}

void Engine::on(const sip::PhoneUnregistered& event) {
    desk_.phone_unregistered(event.user);
}

void Engine::on(const sip::TrunkHealth& event) {
    spdlog::log(event.up ? spdlog::level::info : spdlog::level::warn, "trunk {} is {}{}{}",
                event.trunk, event.up ? "up" : "down", event.why.empty() ? "" : ": ", event.why);
    trunks_.set_health(event.trunk, event.up, event.why);
    for (const auto& [id, campaign] : campaigns_) {
        mark(id);
    }
}

void Engine::on(const media::Silent& event) {
    desk_.owns(event.leg) ? desk_.silent(event.leg) : calls_.on(event);
}

void Engine::on(const media::LegStats& /*event*/) {
    // The counts of a closed leg; a later issue stores them with the call record.
}

// -- the store

db::WatcherEvents Engine::watcher_events() {
    return {[this](campaigns::Reconciled reconciled) { store_up(reconciled); },
            [this](const std::string& why) { store_down(why); },
            [this](const std::string& why) { run_closed(why); },
            [this](dnc::Instant at, const std::vector<campaigns::Store::SuppressionChange>& changes,
                   const std::vector<campaigns::RevocationRecord>& revocations) {
                ledger_.feed(revocations); // before the feed is said to be complete
                opt_outs_.feed(at, changes);
            },
            [this](const std::vector<std::string>& channels) { changed(channels); }};
}

void Engine::store_up(const campaigns::Reconciled& reconciled) {
    spdlog::info("store is up; {} open attempts of dead runs closed, {} leases released",
                 reconciled.attempts_closed, reconciled.leases_released);
    store_why_ = {};
    allow_dialing();
    opt_outs_.reload();
    ledger_.reload();
    load_settings();
}

void Engine::store_down(const std::string& why) {
    store_why_ = {"store_away", {{"why", why}}};
    allow_dialing();
}

void Engine::audit_stuck(const campaigns::Sentence& why) {
    audit_why_ = why;
    allow_dialing();
}

void Engine::allow_dialing() {
    const auto& why = store_why_.empty() ? audit_why_ : store_why_;
    dialing_.set_store_ready(why.empty(), why);
}

/// Another engine took this one for dead and closed its attempts. What is held here no longer
/// agrees with the store: end, and let the supervisor start a new run.
void Engine::run_closed(const std::string& why) {
    spdlog::critical("this run is over: {}", why);
    failed_ = true;
    stop([this] { context_.stop(); });
}

void Engine::changed(const std::vector<std::string>& channels) {
    for (const auto& channel : channels) {
        if (channel == "dialer_suppression") {
            opt_outs_.reload_if_changed();
        } else if (channel == "dialer_ledger") {
            ledger_.reload();
        } else if (channel == "dialer_leads") {
            dialing_.leads_changed();
        } else if (channel == "dialer_campaigns") {
            load_settings();
        }
    }
    for (const auto& [id, campaign] : campaigns_) {
        mark(id);
    }
}

void Engine::load_settings() {
    // One at a time: two sessions could answer in the other order, and the older answer would stay.
    if (std::exchange(settings_loading_, true)) {
        settings_wanted_ = true;
        return;
    }
    struct Settings {
        std::vector<campaigns::Campaign> campaigns;
        std::vector<campaigns::Agent> agents;
        campaigns::CallerIdBook caller_ids;
        std::map<CampaignId, std::vector<campaigns::DispositionCode>> dispositions;
    };
    settings_wanted_ = false;
    pool_.run(
        [now = clock_.now().wall](campaigns::Store& store) {
            Settings settings{
                store.campaigns(), store.agents(), campaigns::caller_id_book(store, now), {}};
            for (const auto& campaign : settings.campaigns) {
                settings.dispositions[campaign.id] =
                    campaigns::disposition_codes_of(store, campaign.name);
            }
            return settings;
        },
        [this](StoreResult<Settings> result) {
            settings_loading_ = false;
            if (auto* settings = std::get_if<Settings>(&result)) {
                caller_ids_.set_book(std::move(settings->caller_ids));
                for (auto& [id, codes] : settings->dispositions) {
                    campaigns_[id].dispositions = std::move(codes);
                }
                settings_loaded(std::move(settings->campaigns), std::move(settings->agents));
                return settings_wanted_ ? load_settings() : void();
            }
            spdlog::error("settings not loaded: {}", std::get<StoreError>(result).what);
            settings_timer_.expires_after(settings_retry_time);
            settings_timer_.async_wait([this](boost::system::error_code error) {
                if (!error) {
                    load_settings();
                }
            });
        });
}

void Engine::settings_loaded(std::vector<campaigns::Campaign> campaigns,
                             std::vector<campaigns::Agent> agents) {
    for (auto& settings : campaigns) {
        apply_settings(std::move(settings));
    }
    desk_.set_accounts(agents);
}

void Engine::apply_settings(campaigns::Campaign settings) {
    const auto id = settings.id;
    auto& campaign = campaigns_[id];
    const bool stops = campaign.settings.running && !settings.running;
    // Leads come with what the ledger knows of their seller.
    const bool other_seller = campaign.settings.seller != settings.seller;
    campaign.settings = std::move(settings);
    caller_ids_.set_campaign(campaign.settings);
    funnels_.changed(id);
    campaign.dry_until.reset();
    load_message(campaign);
    pools_.put(id, campaign.settings.pool);
    pace_.set_campaign(campaign.settings, clock_.now());
    if (stops || other_seller) {
        dialing_.return_leads(campaign);
    }
    if (stops) {
        calls_.release_lines(id, "the campaign was stopped");
    }
    mark(id);
}

void Engine::load_message(call::CampaignRuntime& campaign) {
    const auto& file = campaign.settings.message_file;
    campaign.message.reset();
    if (file.empty()) {
        return;
    }
    const media::ClipFiles::State& message = messages_.find(file);
    campaign.message = message.clip;
    if (!message.fault.empty()) {
        spdlog::error("campaign {}: message: {}{}", campaign.settings.name, message.fault,
                      message.clip ? "; the recording before it stays in use" : "");
    } else {
        note_message(campaign);
    }
}

/// A recording that was replaced under its name is another message from now on.
void Engine::look_at_messages() {
    for (const std::string& file : messages_.look()) {
        for (auto& [id, campaign] : campaigns_) {
            if (campaign.settings.message_file != file) {
                continue;
            }
            noted_messages_.erase({id, file});
            load_message(campaign);
            if (messages_.find(file).fault.empty()) {
                spdlog::info("campaign {}: the message in {} is in use", campaign.settings.name,
                             file);
            }
            mark(id);
        }
    }
}

/// Call records say which recording was played: what is in the file goes on record, once.
void Engine::note_message(const call::CampaignRuntime& campaign) {
    const auto id = campaign.settings.id;
    const auto& file = campaign.settings.message_file;
    if (!noted_messages_.emplace(id, file).second) {
        return;
    }
    const campaigns::Actor actor{"engine " + node_name(config_), clock_.now().wall};
    office_pool_.run(
        [id, file, actor](campaigns::Store& store) {
            campaigns::note_message_file(store, id, file, actor);
        },
        [this, id, file](const StoreResult<db::Nothing>& result) {
            if (const auto* error = std::get_if<StoreError>(&result)) {
                spdlog::warn("message {} is not on record: {}", file, error->what);
                noted_messages_.erase({id, file}); // the next look at the settings tries again
            }
        });
}

// -- the beat of the loop

/// Something changed: pacing is asked once, after everything that is already queued, for each
/// campaign that shares the agents.
void Engine::mark(CampaignId campaign) {
    marked_.insert(campaign);
    const auto& sharing = pools_.campaigns(pools_.of(campaign));
    marked_.insert(sharing.begin(), sharing.end());
    if (!pump_posted_) {
        pump_posted_ = true;
        boost::asio::post(context_, [this] { pump_marked(); });
    }
}

void Engine::pump_marked() {
    pump_posted_ = false;
    for (const auto id : std::exchange(marked_, {})) {
        if (campaigns_.contains(id)) {
            dialing_.pump(id);
            by_hand_.pump(id);
        }
    }
}

/// Why a call that was cleared must not go on.
call::CallFlow::WhyNot Engine::why_not() {
    return [this](CampaignId id, const call::LeadInHand& hand) {
        return dialing_.why_illegal(id, hand);
    };
}

void Engine::tick() {
    const double tick_s = std::chrono::duration<double>(tick_time).count();
    for (auto& [id, campaign] : campaigns_) {
        const double rate = static_cast<double>(campaign.dialed_recently) / tick_s;
        campaign.dialed_recently = 0;
        campaign.dial_rate_per_s +=
            (rate - campaign.dial_rate_per_s) * tick_s / rate_time_constant_s;
        const bool nobody = desk_.counts(pools_.of(id)).signed_in() == 0 &&
                            campaign.settings.mode != campaigns::DialMode::agentless;
        if (nobody && calls_.lines(id).unanswered() > 0) {
            calls_.release_lines(id, "no agent is signed in any more");
        }
        dialing_.pump(id);
        by_hand_.pump(id);
    }
    // Each call that rings is looked at once a second: its window may have closed.
    calls_.review(ticks_ % ticks_per_review, ticks_per_review, why_not());
    keeping_.tick();
    caller_id_keeping_.tick();
    audit_keeping_.tick();
    if (++ticks_ % ticks_per_publish == 0) {
        publish();
    }
    if (ticks_ % ticks_per_message_look == 0) {
        look_at_messages();
    }
    funnels_.tick(campaigns_, ledger_.declared());
    ticked_at_us_ =
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.now().mono.time_since_epoch())
            .count();
    tick_timer_.expires_after(tick_time);
    tick_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            tick();
        }
    });
}

// -- the end

void Engine::stop(std::function<void()> done) {
    spdlog::info("stopping: {} calls open", calls_.size());
    by_hand_.stop();
    dialing_.stop();
    keeping_.save_all();
    caller_id_keeping_.save_all();
    calls_.hang_up_all();
    end_of_run(clock_.now().mono + stop_max, std::move(done));
}

/// Looks every tick whether all calls are over; then signs the agents out and drains the log.
void Engine::end_of_run(Monotonic deadline, std::function<void()> done) {
    const bool late = clock_.now().mono >= deadline;
    if (calls_.size() == 0 || late) {
        for (const auto& [id, agent] : desk_.agents()) {
            desk_.sign_out(id, [](const auto&) {});
        }
        if ((log_.backlog() == 0 && !keeping_.saving() && !caller_id_keeping_.saving()) || late) {
            if (calls_.size() + log_.backlog() > 0) {
                spdlog::error("stopped with {} calls open and {} log rows not durable; the next "
                              "start closes them",
                              calls_.size(), log_.backlog());
            }
            tick_timer_.cancel();
            return done();
        }
    }
    auto timer = std::make_shared<boost::asio::steady_timer>(context_, tick_time);
    timer->async_wait(
        [this, timer, deadline, done = std::move(done)](boost::system::error_code error) mutable {
            if (!error) {
                end_of_run(deadline, std::move(done));
            }
        });
}

} // namespace dialer
