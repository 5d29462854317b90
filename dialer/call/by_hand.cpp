#include "dialer/call/by_hand.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using agents::AgentState;
using campaigns::DialMode;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;
using http::Done;
using http::Refused;

namespace {

// Renewed with this share of the loan left, so that a store which is slow or away for a moment does
// no harm.
constexpr int renewal_share = 4;
// From the request to the durable row; the same as for leads that are dialed at once.
constexpr auto number_loan = 60s;
constexpr auto look_time = 500ms;

bool agents_dial(DialMode mode) {
    return mode == DialMode::preview || mode == DialMode::manual;
}

std::string text_of(const dnc::Decision& decision) {
    std::string text;
    for (const auto& reason : decision.reasons) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", dnc::to_text(reason.code),
                            reason.detail);
    }
    return text.empty() ? "the number must not be called now" : text;
}

Refused refusal_of(const StoreError& error) {
    return {error.kind == StoreError::Kind::refused ? 409 : 503, error.what};
}

/// The lead came back with its one number, and with what is known about it now.
void renew_facts(LeadInHand& hand, const campaigns::Lead& fresh) {
    hand.lead.leased_until = fresh.leased_until;
    hand.lead.facts.at(hand.phone()) = fresh.facts.front();
    hand.lead.past = fresh.past;
    // The older mark is kept: what the other phones' facts lack is still looked for.
}

} // namespace

std::optional<Stamp> decides_at(const Preview& preview, const campaigns::Campaign& campaign) {
    if (campaign.mode != DialMode::preview || campaign.preview_limit == 0s) {
        return std::nullopt; // callbacks of manual mode wait for their agent
    }
    return Stamp{preview.since.wall + campaign.preview_limit,
                 preview.since.mono + campaign.preview_limit};
}

ByHand::ByHand(Loop& loop, agents::Desk& desk, Dialing& dialing, OptOuts& opt_outs,
               std::map<CampaignId, CampaignRuntime>& campaigns, std::chrono::seconds loan)
    : loop_{loop}, desk_{desk}, dialing_{dialing}, opt_outs_{opt_outs},
      campaigns_{campaigns}, loan_{loan} {}

// -- what is shown

void ByHand::pump(CampaignId id) {
    auto& campaign = campaigns_.at(id);
    const bool preview = campaign.settings.mode == DialMode::preview;
    const bool may_show =
        preview && !stopping_ && !dialing_.by_hand_obstacle(campaign, Dialing::Lines::ignored);
    std::vector<AgentId> withdrawn;
    std::vector<AgentId> decided;
    const auto now = loop_.now().wall;
    for (auto& [agent, shown] : previews_) {
        if (shown.campaign != id || shown.renewing) {
            continue;
        }
        const bool over = shown.hand.lead.leased_until <= now;
        const bool stays =
            preview || (!shown.callback.empty() && agents_dial(campaign.settings.mode));
        if (!stays || !campaign.settings.running || over ||
            opt_outs_.listed_by_company(shown.hand.number(), campaign.settings.seller)) {
            withdrawn.push_back(agent);
        } else if (const auto end = decides_at(shown, campaign.settings);
                   end && end->mono <= loop_.now().mono) {
            decided.push_back(agent);
        } else if (shown.hand.lead.leased_until < now + loan_ / renewal_share) {
            renew(agent, shown);
        }
    }
    for (const auto agent : withdrawn) {
        withdraw(agent);
    }
    for (const auto agent : decided) {
        decide_for(agent, campaign);
    }
    if (desk_.counts(id).ready == 0) {
        return;
    }
    look_for_callbacks();
    for (const auto& [agent, state] : desk_.agents()) {
        if (state.state != AgentState::ready || state.campaign != id || previews_.contains(agent) ||
            fetching_.contains(agent)) {
            continue;
        }
        if (!offer_callback(state, campaign) && may_show) {
            show(*desk_.find(agent), campaign);
        }
    }
}

void ByHand::show(agents::Agent& agent, CampaignRuntime& campaign) {
    if (auto hand = dialing_.next_allowed(campaign)) {
        previews_[agent.account.id] = {
            std::move(*hand), campaign.settings.id, loop_.now(), false, {}};
    }
}

// -- callbacks of an agent's own

/// Asks the store whose callbacks are due; all who are signed in, since some will be ready soon.
void ByHand::look_for_callbacks() {
    const auto now = loop_.now();
    if (looking_ || stopping_ || now.mono < look_at_) {
        return;
    }
    std::vector<AgentId> agents;
    for (const auto& [id, agent] : desk_.agents()) {
        if (agent.campaign && agent.state != AgentState::offline) {
            agents.push_back(id);
        }
    }
    looking_ = true;
    loop_.pool.run([now = now.wall,
                    agents](Store& store) { return campaigns::due_callbacks(store, now, agents); },
                   [this](StoreResult<std::vector<campaigns::DueCallback>> result) {
                       looking_ = false;
                       look_at_ = loop_.now().mono + look_time;
                       due_.clear();
                       if (auto* due = std::get_if<std::vector<campaigns::DueCallback>>(&result)) {
                           for (auto& callback : *due) { // the oldest of each stays
                               due_.emplace(callback.agent, std::move(callback));
                           }
                       }
                   });
}

bool ByHand::offer_callback(const agents::Agent& agent, const CampaignRuntime& campaign) {
    const auto found = due_.find(agent.account.id);
    if (found == due_.end() || found->second.campaign != campaign.settings.id || stopping_ ||
        dialing_.by_hand_obstacle(campaign)) {
        return false;
    }
    const auto callback = std::move(found->second);
    due_.erase(found);
    fetching_.insert(callback.agent);
    const auto now = loop_.now().wall;
    const auto until = now + (agents_dial(campaign.settings.mode) ? loan_ : number_loan);
    loop_.pool.run(
        [callback, run = loop_.run, now, until, memory = dialing_.memory()](Store& store) {
            return campaigns::lease_callback(store, callback.id, callback.agent, run, now, until,
                                             memory);
        },
        [this, callback](StoreResult<std::optional<campaigns::Lead>> result) {
            callback_leased(callback.agent, callback.note, std::move(result));
        });
    return true;
}

void ByHand::callback_leased(AgentId id, const std::string& note,
                             StoreResult<std::optional<campaigns::Lead>> result) {
    fetching_.erase(id);
    auto* found = std::get_if<std::optional<campaigns::Lead>>(&result);
    if (found == nullptr) {
        spdlog::warn("a callback was not fetched: {}", std::get<StoreError>(result).what);
        return;
    }
    if (!*found) {
        return; // cancelled, or anybody's by now
    }
    LeadInHand hand;
    hand.lead = std::move(**found);
    auto* agent = desk_.find(id);
    const bool still_his = agent != nullptr && agent->state == AgentState::ready &&
                           agent->campaign == hand.lead.campaign && !stopping_ &&
                           !previews_.contains(id);
    if (!still_his) {
        return dialing_.give_back({hand.lead.id});
    }
    auto& campaign = campaigns_.at(hand.lead.campaign);
    if (!dialing_.find_allowed_phone(campaign, hand)) {
        return;
    }
    show_or_dial(*agent, campaign, std::move(hand), note);
}

void ByHand::show_or_dial(agents::Agent& agent, CampaignRuntime& campaign, LeadInHand hand,
                          const std::string& note) {
    if (agents_dial(campaign.settings.mode)) {
        previews_[agent.account.id] = {std::move(hand), campaign.settings.id, loop_.now(), false,
                                       note.empty() ? "callback" : note};
        return;
    }
    if (dialing_.by_hand_obstacle(campaign)) {
        return dialing_.give_back({hand.lead.id});
    }
    if (auto decision = dialing_.dial_for(agent, campaign, hand)) {
        dialing_.refuse_lead(campaign, std::move(hand), std::move(*decision));
    }
}

void ByHand::withdraw(AgentId agent) {
    const auto found = previews_.find(agent);
    if (found == previews_.end()) {
        return;
    }
    const auto lead = found->second.hand.lead.id;
    const bool renewing = found->second.renewing;
    previews_.erase(found);
    if (!renewing) { // else it goes back when the renewal is over
        dialing_.give_back({lead});
    }
}

void ByHand::agent_changed(const agents::Agent& agent) {
    if (agent.state != AgentState::ready) {
        withdraw(agent.account.id);
    }
}

void ByHand::stop() {
    stopping_ = true;
    while (!previews_.empty()) {
        withdraw(previews_.begin()->first);
    }
}

/// The store lends a lead anew only from nobody's hand: it goes back and is taken by its number.
void ByHand::renew(AgentId agent, Preview& preview) {
    preview.renewing = true;
    const auto now = loop_.now().wall;
    loop_.pool.run(
        [id = preview.campaign, run = loop_.run, lead = preview.hand.lead.id,
         number = preview.hand.number(), now, until = now + loan_,
         memory = dialing_.memory()](Store& store) {
            store.return_leads(run, {lead});
            return store.lease_number(id, run, number, "", now, until, memory);
        },
        [this, agent, id = preview.campaign](const StoreResult<campaigns::Lead>& result) {
            renewed(agent, id, result);
        });
}

void ByHand::renewed(AgentId agent, CampaignId campaign,
                     const StoreResult<campaigns::Lead>& result) {
    const auto* lead = std::get_if<campaigns::Lead>(&result);
    const auto found = previews_.find(agent);
    const bool shown =
        found != previews_.end() && found->second.renewing && found->second.campaign == campaign;
    if (lead == nullptr) {
        spdlog::warn("a lead in preview was not kept: {}", std::get<StoreError>(result).what);
        if (shown) {
            previews_.erase(found); // the next one is shown with the next beat
        }
        return;
    }
    if (!shown || found->second.hand.lead.id != lead->id) {
        return dialing_.give_back({lead->id});
    }
    found->second.renewing = false;
    renew_facts(found->second.hand, *lead);
}

// -- what becomes of it

std::optional<dnc::Decision> ByHand::dial_shown(agents::Agent& agent, CampaignRuntime& campaign) {
    const auto found = previews_.find(agent.account.id);
    auto hand = std::move(found->second.hand);
    previews_.erase(found); // his no longer: he is about to be reserved
    auto decision = dialing_.dial_for(agent, campaign, hand);
    if (decision) {
        dialing_.refuse_lead(campaign, std::move(hand), *decision);
    }
    return decision;
}

void ByHand::skip_shown(const agents::Agent& agent, const CampaignRuntime& campaign,
                        const std::string& why) {
    const auto found = previews_.find(agent.account.id);
    const auto hand = std::move(found->second.hand);
    previews_.erase(found);
    note(agent, fmt::format("skipped lead {}{}{}", static_cast<std::int64_t>(hand.lead.id),
                            why.empty() ? "" : ": ", why));
    dialing_.put_off(campaign, hand);
}

void ByHand::decide_for(AgentId id, CampaignRuntime& campaign) {
    auto* agent = desk_.find(id);
    if (campaign.settings.preview_then == campaigns::PreviewThen::skip) {
        return skip_shown(*agent, campaign, "the time to look was over");
    }
    if (dialing_.by_hand_obstacle(campaign)) {
        return; // asked again with the next beat
    }
    note(*agent, fmt::format("the time to look at lead {} was over: it is dialed",
                             static_cast<std::int64_t>(previews_.at(id).hand.lead.id)));
    (void)dial_shown(*agent, campaign); // a refusal is a row of its own, and the next one is shown
}

/// A line of the agent's own log that is no change of his state.
void ByHand::note(const agents::Agent& agent, std::string reason) {
    loop_.log.add(campaigns::AgentStateChange{loop_.make_id(),
                                              agent.account.id,
                                              loop_.now().wall,
                                              agent.state,
                                              agent.state,
                                              std::move(reason),
                                              {},
                                              agent.campaign});
}

const Preview* ByHand::preview(AgentId agent) const {
    const auto found = previews_.find(agent);
    return found == previews_.end() ? nullptr : &found->second;
}

// -- requests

std::variant<ByHand::Asked, Refused> ByHand::asked(AgentId id, DialMode mode) {
    auto* agent = desk_.find(id);
    if (agent == nullptr) {
        return Refused{404, "no such agent"};
    }
    if (!agent->campaign || agent->state == AgentState::offline) {
        return http::refuse(409, {"do.not_signed_in"});
    }
    auto& campaign = campaigns_.at(*agent->campaign);
    if (campaign.settings.mode != mode) {
        return http::refuse(409,
                            {"do.other_mode",
                             {{"campaign", campaign.settings.name},
                              {"mode", std::string{campaigns::to_text(campaign.settings.mode)}}}});
    }
    if (agent->state != AgentState::ready) {
        return http::refuse(
            409, {"do.not_ready", {{"state", std::string{campaigns::to_text(agent->state)}}}});
    }
    return Asked{agent, &campaign};
}

/// Callbacks are shown in manual mode as well.
std::variant<ByHand::Asked, Refused> ByHand::asked_about_preview(AgentId id) {
    const auto found = previews_.find(id);
    const bool by_number = found != previews_.end() && !found->second.callback.empty() &&
                           campaigns_.at(found->second.campaign).settings.mode == DialMode::manual;
    return asked(id, by_number ? DialMode::manual : DialMode::preview);
}

void ByHand::dial(AgentId id, const Done& done) {
    auto request = asked_about_preview(id);
    if (auto* refused = std::get_if<Refused>(&request)) {
        return done(std::move(*refused));
    }
    const auto [agent, campaign] = std::get<Asked>(request);
    const auto found = previews_.find(id);
    if (found == previews_.end()) {
        return done(http::refuse(409, {"do.no_lead_shown"}));
    }
    if (found->second.renewing) {
        return done(http::refuse(503, {"do.lead_kept"}));
    }
    if (auto why = dialing_.by_hand_obstacle(*campaign)) {
        return done(http::refuse(409, std::move(*why)));
    }
    if (const auto decision = dial_shown(*agent, *campaign)) {
        pump(campaign->settings.id);
        return done(Refused{409, text_of(*decision)});
    }
    done(std::nullopt);
}

void ByHand::skip(AgentId id, const std::string& reason, const Done& done) {
    auto request = asked_about_preview(id);
    if (auto* refused = std::get_if<Refused>(&request)) {
        return done(std::move(*refused));
    }
    const auto [agent, campaign] = std::get<Asked>(request);
    const auto found = previews_.find(id);
    if (found == previews_.end()) {
        return done(http::refuse(409, {"do.no_lead_shown"}));
    }
    if (found->second.renewing) {
        return done(http::refuse(503, {"do.lead_kept"}));
    }
    skip_shown(*agent, *campaign, reason);
    pump(campaign->settings.id);
    done(std::nullopt);
}

void ByHand::dial_number(AgentId id, const std::string& text, const std::string& region,
                         Done done) {
    const auto read = dnc::read_number(text);
    if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
        return done(http::refuse_number(*fault));
    }
    auto request = asked(id, DialMode::manual);
    if (auto* refused = std::get_if<Refused>(&request)) {
        return done(std::move(*refused));
    }
    const auto campaign = std::get<Asked>(request).campaign;
    if (auto why = dialing_.by_hand_obstacle(*campaign)) {
        return done(http::refuse(409, std::move(*why)));
    }
    const auto now = loop_.now().wall;
    loop_.pool.run(
        [campaign = campaign->settings.id, run = loop_.run, number = std::get<dnc::Number>(read),
         region, now, memory = dialing_.memory()](Store& store) {
            return store.lease_number(campaign, run, number, region, now, now + number_loan,
                                      memory);
        },
        [this, id, done = std::move(done)](StoreResult<campaigns::Lead> result) {
            number_leased(id, std::move(result), done);
        });
}

void ByHand::number_leased(AgentId id, StoreResult<campaigns::Lead> result, const Done& done) {
    auto* lead = std::get_if<campaigns::Lead>(&result);
    if (lead == nullptr) {
        return done(refusal_of(std::get<StoreError>(result)));
    }
    LeadInHand hand;
    hand.lead = std::move(*lead);
    // The agent, or the campaign, may have changed while the store was asked.
    auto request = asked(id, DialMode::manual);
    if (auto* refused = std::get_if<Refused>(&request)) {
        dialing_.give_back({hand.lead.id});
        return done(std::move(*refused));
    }
    const auto [agent, campaign] = std::get<Asked>(request);
    auto why = campaign->settings.id == hand.lead.campaign
                   ? dialing_.by_hand_obstacle(*campaign)
                   : std::optional{campaigns::Sentence{"by_hand_moved"}};
    if (why) {
        dialing_.give_back({hand.lead.id});
        return done(http::refuse(409, std::move(*why)));
    }
    if (auto decision = dialing_.dial_for(*agent, *campaign, hand)) {
        auto reasons = text_of(*decision);
        dialing_.refuse_number(*campaign, hand, std::move(*decision));
        return done(Refused{409, std::move(reasons)});
    }
    done(std::nullopt);
}

} // namespace dialer::call
