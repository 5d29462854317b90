// What the HTTP API asks of the engine (http::Control): each request is carried out on the
// control loop.

#include "campaigns/settings/settings.hpp"
#include "dialer/engine.hpp"

#include "campaigns/people/sign_in.hpp"
#include "dialer/http/credentials.hpp"
#include "dialer/live_json.hpp"
#include "dialer/sip/phone_login.hpp"

#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace dialer {

using namespace std::chrono_literals;
using campaigns::AgentId;
using db::StoreError;
using db::StoreResult;
using http::Done;
using http::Refused;

namespace {

// How long a token's owner is believed without asking the store again.
constexpr auto known_user_time = 5s;
constexpr std::size_t known_users_max = 10'000;
constexpr auto tick_age_max = 2s;
const Refused no_such_campaign{404, "no such campaign"};

std::optional<campaigns::User> user_of(campaigns::Store& store, const std::string& credential,
                                       campaigns::Instant now) {
    const auto secret = http::secret_of(credential);
    return secret ? campaigns::find_session(store, std::string{*secret}, now)
                  : store.find_user(credential);
}

/// What the store forbids is an answer, not a failure.
http::Response answer_of(const http::OfficeJob& job, campaigns::Store& store) {
    try {
        return job(store);
    } catch (const campaigns::StoreRefusal& refusal) {
        return http::error_response(409, refusal.what());
    }
}

/// Templates of campaigns are data beside the rule packs: each JSON file of the folder has some.
std::vector<campaigns::CampaignTemplate> templates_beside(const std::filesystem::path& packs) {
    std::vector<campaigns::CampaignTemplate> all;
    const auto folder = std::filesystem::absolute(packs / ".." / ".." / "campaigns" / "templates")
                            .lexically_normal();
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator{folder, missing}) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        std::ifstream file{entry.path()};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        for (auto& one : campaigns::parse_templates(text, entry.path().string())) {
            all.push_back(std::move(one));
        }
    }
    std::ranges::sort(all, {}, &campaigns::CampaignTemplate::name);
    return all;
}

/// The answer to an opt-out: its number is not called any more, but the list lacks it.
std::optional<Refused> not_stored(std::optional<std::string> refused) {
    if (!refused) {
        return std::nullopt;
    }
    return Refused{500, "the number is not called while this engine runs, but the list does not "
                        "take it: " +
                            std::move(*refused)};
}

} // namespace

void Engine::sign_in(AgentId agent, std::string campaign, bool ready, Done done) {
    boost::asio::post(context_, [this, agent, campaign = std::move(campaign), ready,
                                 done = std::move(done)]() mutable {
        for (const auto& [id, runtime] : campaigns_) {
            if (runtime.settings.name == campaign) {
                return desk_.sign_in(agent, id, ready, std::move(done));
            }
        }
        done(no_such_campaign);
    });
}

void Engine::sign_out(AgentId agent, Done done) {
    boost::asio::post(context_,
                      [this, agent, done = std::move(done)] { desk_.sign_out(agent, done); });
}

void Engine::set_ready(AgentId agent, Done done) {
    boost::asio::post(context_,
                      [this, agent, done = std::move(done)] { desk_.set_ready(agent, done); });
}

void Engine::pause(AgentId agent, std::string reason, Done done) {
    boost::asio::post(context_,
                      [this, agent, reason = std::move(reason), done = std::move(done)]() mutable {
                          desk_.pause(agent, std::move(reason), done);
                      });
}

void Engine::pause_agent(AgentId agent, std::string reason, std::string by, Done done) {
    boost::asio::post(context_, [this, agent, reason = std::move(reason), by = std::move(by),
                                 done = std::move(done)]() mutable {
        desk_.pause_for(agent, std::move(reason), by, done);
    });
}

void Engine::hang_up_customer(AgentId agent, Done done) {
    boost::asio::post(context_, [this, agent, done = std::move(done)] {
        calls_.hang_up_by_agent(agent) ? done(std::nullopt)
                                       : done(http::refuse(409, {"do.nobody_on_line"}));
    });
}

void Engine::dispose(AgentId id, std::string code, std::string note, bool ready, Done done) {
    boost::asio::post(context_, [this, id, code = std::move(code), note = std::move(note), ready,
                                 done = std::move(done)]() mutable {
        auto* agent = desk_.find(id);
        const auto card = calls_.card(id);
        if (agent == nullptr || !agent->call || !card || card->attempt != *agent->call) {
            return done(http::refuse(409, {"do.no_call"}));
        }
        const auto& codes = campaigns_.at(card->campaign).dispositions;
        const auto known = std::ranges::find(codes, code, &campaigns::DispositionCode::code);
        if (known == codes.end()) {
            return done(http::refuse(400, {"do.no_disposition", {{"code", code}}}));
        }
        loop_.log.add(
            campaigns::Disposition{*agent->call, id, clock_.now().wall, code, std::move(note)});
        if (known->category == campaigns::DispositionCategory::machine) {
            calls_.found_machine(id);
        }
        const bool opts_out = known->lead_action == campaigns::LeadAction::opt_out;
        if (agent->state == agents::AgentState::wrap_up) {
            desk_.finish_wrap_up(*agent, ready);
        }
        if (opts_out) {
            return opt_outs_.add(
                card->number, "agent", agent->account.name, card->attempt,
                [done = std::move(done)](std::optional<std::string> refused) {
                    done(not_stored(std::move(refused)));
                },
                campaigns_.at(card->campaign).settings.seller);
        }
        done(std::nullopt);
    });
}

void Engine::wrap_up_ending(AgentId id, std::chrono::seconds in, Done done) {
    boost::asio::post(context_, [this, id, in, done = std::move(done)] {
        const auto* agent = desk_.find(id);
        const bool applies = agent != nullptr && (agent->state == agents::AgentState::wrap_up ||
                                                  agent->state == agents::AgentState::talking);
        if (!applies) {
            return done(http::refuse(409, {"do.no_wrap_up"}));
        }
        pace_.wrap_up_ending(id, in, clock_.now());
        mark(*agent->campaign);
        done(std::nullopt);
    });
}

void Engine::more_time(AgentId agent, std::chrono::seconds by, Done done) {
    boost::asio::post(
        context_, [this, agent, by, done = std::move(done)] { desk_.more_time(agent, by, done); });
}

void Engine::preview_dial(AgentId agent, Done done) {
    boost::asio::post(context_,
                      [this, agent, done = std::move(done)] { by_hand_.dial(agent, done); });
}

void Engine::preview_skip(AgentId agent, std::string reason, Done done) {
    boost::asio::post(context_, [this, agent, reason = std::move(reason), done = std::move(done)] {
        by_hand_.skip(agent, reason, done);
    });
}

void Engine::dial_number(AgentId agent, std::string number, std::string region, Done done) {
    boost::asio::post(context_, [this, agent, number = std::move(number),
                                 region = std::move(region), done = std::move(done)]() mutable {
        by_hand_.dial_number(agent, number, region, std::move(done));
    });
}

void Engine::opt_out(std::string number, std::string by, Done done) {
    boost::asio::post(context_, [this, number = std::move(number), by = std::move(by),
                                 done = std::move(done)]() mutable {
        const auto read = dnc::read_number(number);
        if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
            return done(http::refuse_number(*fault));
        }
        opt_outs_.add(std::get<dnc::Number>(read), "api", std::move(by), std::nullopt,
                      [done = std::move(done)](std::optional<std::string> refused) {
                          done(not_stored(std::move(refused)));
                      });
    });
}

void Engine::set_campaign_running(std::string campaign, bool running, std::string by, Done done) {
    boost::asio::post(context_, [this, campaign = std::move(campaign), running, by = std::move(by),
                                 done = std::move(done)]() mutable {
        const campaigns::SettingValues values{{"running", running ? "true" : "false"}};
        const campaigns::Actor actor{std::move(by), clock_.now().wall};
        pool_.run(
            [campaign, values, actor](campaigns::Store& store) {
                campaigns::change_campaign(store, campaign, values, actor);
            },
            [this, campaign, done = std::move(done)](const StoreResult<db::Nothing>& result) {
                const auto* error = std::get_if<StoreError>(&result);
                if (error == nullptr) {
                    load_settings();
                    return done(std::nullopt);
                }
                const bool known = std::ranges::any_of(campaigns_, [&](const auto& entry) {
                    return entry.second.settings.name == campaign;
                });
                const bool refused = error->kind == StoreError::Kind::refused;
                done(Refused{!refused ? 503 : known ? 409 : 404, error->what});
            });
    });
}

void Engine::office(http::OfficeJob job, std::function<void(http::Response)> reply) {
    boost::asio::post(context_, [this, job = std::move(job), reply = std::move(reply)]() mutable {
        office_pool_.run(
            [job = std::move(job)](campaigns::Store& store) { return answer_of(job, store); },
            [reply = std::move(reply)](StoreResult<http::Response> result) {
                if (auto* const response = std::get_if<http::Response>(&result)) {
                    return reply(std::move(*response));
                }
                const auto& error = std::get<StoreError>(result);
                spdlog::error("a request of a page failed: {}", error.what);
                const bool lost = error.kind != StoreError::Kind::refused;
                reply(http::error_response(lost ? 503 : 500,
                                           lost ? "The database is out of reach; try again."
                                                : "The server failed on this request."));
            });
    });
}

http::World Engine::make_world() const {
    return {gate_,
            places_,
            *zones_,
            dnc::abandonment_rules(gate_.packs(), std::chrono::floor<std::chrono::days>(now())),
            templates_beside(config_.dnc.packs),
            config_.dnc.cache};
}

campaigns::Store Engine::open_store() const {
    return campaigns::Store{config_.store.dsn};
}

void Engine::desk(AgentId id, std::function<void(std::string json)> reply) {
    boost::asio::post(context_, [this, id, reply = std::move(reply)] {
        const auto* agent = desk_.find(id);
        if (agent == nullptr) {
            return reply("null");
        }
        LiveView view;
        view.at = clock_.now();
        if (const auto card = calls_.card(id)) {
            view.cards[id] = *card;
        }
        if (const auto* preview = by_hand_.preview(id)) {
            view.previews[id] = preview;
        }
        if (agent->campaign) {
            view.campaigns.push_back(gather(campaigns_.at(*agent->campaign), {}));
        }
        reply(desk_json(view, *agent));
    });
}

void Engine::phone_login(AgentId id, std::function<void(std::optional<std::string> json)> reply) {
    boost::asio::post(context_, [this, id, reply = std::move(reply)] {
        const auto* agent = desk_.find(id);
        const auto& phones = config_.sip.browser_phones;
        if (agent == nullptr || !phones) {
            return reply(std::nullopt);
        }
        // By the world's clock, as the proxy has it.
        const auto now =
            std::chrono::floor<std::chrono::seconds>(clock_.now().wall - clock_.shift());
        const auto& user = agent->account.sip_user;
        const auto login = sip::make_phone_login(*phones, user, now);
        reply(phone_login_json(*phones, config_.sip.realm, user, login));
    });
}

LiveCampaign Engine::gather(const call::CampaignRuntime& runtime,
                            std::vector<campaigns::Sentence> why) {
    const auto id = runtime.settings.id;
    const auto pool = pools_.of(id);
    LiveCampaign result;
    result.runtime = &runtime;
    result.lines = calls_.lines(id);
    result.agents = desk_.counts(id);
    result.pool = pools_.name(pool);
    result.pool_agents = desk_.counts(pool);
    result.idle = desk_.idle(pool);
    result.pacing = pace_.explain(id);
    result.budget = pace_.standings(id);
    result.rules = pace_.rules(id);
    result.caller_ids = caller_ids_.standing(id, clock_.now().wall);
    result.not_dialing = std::move(why);
    return result;
}

LiveView Engine::view() {
    LiveView view;
    view.at = clock_.now();
    view.clock_shift = clock_.shift();
    for (auto& [id, runtime] : campaigns_) {
        auto campaign = gather(runtime, dialing_.obstacles(runtime));
        campaign.funnel = funnels_.find(id);
        view.campaigns.push_back(std::move(campaign));
    }
    view.agents = &desk_.agents();
    for (const auto& [id, agent] : desk_.agents()) {
        if (const auto card = calls_.card(id)) {
            view.cards[id] = *card;
        }
        if (const auto* preview = by_hand_.preview(id)) {
            view.previews[id] = preview;
        }
    }
    view.trunks = trunks_.status(view.at.mono);
    view.store_available = pool_.available();
    view.opt_outs_refused = opt_outs_.refused();
    view.dropped = sip_.dropped();
    return view;
}

void Engine::publish() {
    const auto now = view();
    live_.set(std::make_shared<const std::string>(live_json(now)));
    if (history_.add(now)) {
        history_json_.set(std::make_shared<const std::string>(history_.json()));
    }
    publish_metrics(now);
}

void Engine::publish_pacing(const LiveCampaign& campaign) {
    const auto& pacing = campaign.pacing;
    const auto set = [&](const char* metric, const char* help, double figure) {
        metrics_.set(metric, help, campaign.runtime->settings.name, "", "", figure);
    };
    set("dialer_pacing_answer_rate", "Share of dials that a person answers, as learnt",
        pacing.answer_rate);
    set("dialer_pacing_shortage", "Chance that one more answer finds nobody", pacing.shortage);
    set("dialer_pacing_threshold", "Largest chance of that accepted", pacing.threshold);
    set("dialer_abandonment_left", "Abandoned calls still allowed in the tightest legal period",
        pacing.budget_left);
}

void Engine::publish_metrics(const LiveView& now) {
    for (const auto& campaign : now.campaigns) {
        const auto& name = campaign.runtime->settings.name;
        const auto& figures = campaign.runtime->figures;
        const auto set = [&](const char* metric, const char* help, std::int64_t figure) {
            metrics_.set(metric, help, name, "", "", static_cast<double>(figure));
        };
        set("dialer_attempts", "Attempts since start", figures.attempts);
        set("dialer_answered", "Answered calls since start", figures.answered);
        set("dialer_bridged", "Calls bridged to an agent since start", figures.bridged);
        set("dialer_abandoned", "Abandoned calls since start", figures.abandoned);
        set("dialer_lines_unanswered", "Lines dialing or ringing", campaign.lines.unanswered());
        set("dialer_lines_bridged", "Lines bridged to an agent", campaign.lines.bridged);
        set("dialer_agents_ready", "Agents ready", campaign.agents.ready);
        publish_pacing(campaign);
        for (const auto& [code, count] : figures.refused) {
            metrics_.set("dialer_refused", "Gate refusals since start", name, "reason", code,
                         static_cast<double>(count));
        }
    }
    metrics_.set("dialer_store_available", "1 when the database is in reach", "", "", "",
                 now.store_available ? 1 : 0);
    metrics_.set("dialer_log_backlog", "Log rows not yet durable", "", "", "",
                 static_cast<double>(log_.backlog()));
    metrics_.set("dialer_opt_outs_refused", "Opt-outs that the database refuses", "", "", "",
                 static_cast<double>(now.opt_outs_refused));
    metrics_.set("dialer_pacing_events_dropped", "Pacing events missing in the event log", "", "",
                 "", pacing_log_ ? static_cast<double>(pacing_log_->dropped()) : 0.0);
    metrics_.set("dialer_sip_dropped_strangers", "SIP requests of strangers dropped", "", "", "",
                 static_cast<double>(now.dropped.from_strangers));
    metrics_.set("dialer_sip_dropped_malformed", "Malformed SIP dropped", "", "", "",
                 static_cast<double>(now.dropped.malformed));
}

std::shared_ptr<const std::string> Engine::live() const {
    return live_.get();
}

std::shared_ptr<const std::string> Engine::live_history() const {
    return history_json_.get();
}

std::string Engine::metrics() const {
    return metrics_.text();
}

std::optional<std::string> Engine::unhealthy() const {
    const auto now_us =
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.now().mono.time_since_epoch());
    if (now_us - std::chrono::microseconds{ticked_at_us_.load()} > tick_age_max) {
        return "the control loop is late";
    }
    if (!pool_.available()) {
        return "the database is out of reach; nothing is dialed";
    }
    return std::nullopt;
}

void Engine::authenticate(std::string credential,
                          std::function<void(std::optional<campaigns::User>)> reply) {
    boost::asio::post(
        context_, [this, credential = std::move(credential), reply = std::move(reply)] {
            const auto now = clock_.now();
            const auto known = known_users_.find(credential);
            if (known != known_users_.end() && now.mono < known->second.until) {
                return reply(known->second.user);
            }
            pool_.run([credential, at = now.wall](
                          campaigns::Store& store) { return user_of(store, credential, at); },
                      [this, credential, asked = forgotten_,
                       reply](const StoreResult<std::optional<campaigns::User>>& result) {
                          const auto* user = std::get_if<std::optional<campaigns::User>>(&result);
                          auto& entry = known_users_[credential];
                          if (user != nullptr) {
                              // An answer from before somebody asked to forget is used once.
                              const auto kept = asked == forgotten_ ? known_user_time : 0s;
                              entry = {*user, clock_.now().mono + kept};
                          }
                          // With the database away, those who were known stay known: agents on
                          // calls must be able to go on.
                          reply(entry.user);
                          if (!entry.user || known_users_.size() > known_users_max) {
                              known_users_.erase(credential);
                          }
                      });
        });
}

void Engine::forget(std::string credential) {
    boost::asio::post(context_, [this, credential = std::move(credential)] {
        ++forgotten_;
        if (credential.empty()) {
            known_users_.clear();
        } else {
            known_users_.erase(credential);
        }
    });
}

void Engine::campaigns(std::function<void(std::string json)> reply) {
    boost::asio::post(context_,
                      [this, reply = std::move(reply)] { reply(campaigns_json(view())); });
}

void Engine::agents(std::function<void(std::string json)> reply) {
    boost::asio::post(context_, [this, reply = std::move(reply)] { reply(agents_json(view())); });
}

void Engine::disposition_codes(std::function<void(std::string json)> reply) {
    boost::asio::post(context_, [this, reply = std::move(reply)] {
        pool_.run([](campaigns::Store& store) { return store.disposition_codes(); },
                  [reply](const StoreResult<std::vector<std::string>>& result) {
                      boost::json::array codes;
                      if (const auto* list = std::get_if<std::vector<std::string>>(&result)) {
                          for (const auto& code : *list) {
                              codes.push_back(boost::json::string{code});
                          }
                      }
                      reply(boost::json::serialize(codes));
                  });
    });
}

} // namespace dialer
