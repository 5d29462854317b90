#include "dialer/call/dialing.hpp"

#include "campaigns/call_facts.hpp"
#include "dialer/loop/invariant.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Sentence;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

// A lead whose loan ends soon is not dialed: the row could find the lease gone.
constexpr auto lease_margin = 5s;
constexpr auto system_refusal_pause = 1s;
// Leads that pacing is shown: more than any decision but the first of a large team dials.
constexpr std::size_t next_max = 256;

} // namespace

Dialing::Dialing(Parts parts)
    : loop_{parts.loop}, gate_{parts.gate}, desk_{parts.desk}, pools_{parts.pools},
      opt_outs_{parts.opt_outs}, ledger_{parts.ledger}, trunks_{parts.trunks}, calls_{parts.calls},
      pace_{parts.pace}, campaigns_{parts.campaigns},
      caller_ids_{parts.caller_ids}, zones_{parts.zones}, lines_max_{parts.lines_max},
      preview_loan_{parts.preview_loan}, memory_{campaigns::memory_of(parts.gate.packs())},
      line_data_max_{campaigns::port_grace_of(parts.gate.packs())},
      doubt_timer_{parts.loop.context}, keep_timer_{parts.loop.context} {
    for (const dnc::Pack& pack : gate_.packs().packs) {
        for (const dnc::Rule& rule : pack.rules) {
            rules_[rule.id] = {pack.level, pack.jurisdiction, rule.cite};
        }
    }
}

void Dialing::pump(CampaignId id) {
    auto& campaign = campaigns_.at(id);
    calls_.serve_waiting(pools_.of(id));
    if (!may_dial(campaign)) {
        return;
    }
    const auto plan = this->plan(campaign);
    if (plan.give_up > 0) {
        calls_.give_up(id, plan.give_up);
    }
    int wanted = plan.dial;
    while (wanted > 0 && !campaign.ready.empty()) {
        const auto step = dial_next(campaign);
        if (step == Step::stop) {
            break;
        }
        wanted -= step == Step::dialed ? 1 : 0;
    }
    lease_when_low(campaign);
    lease_urgent(campaign);
    commit();
}

bool Dialing::may_dial(const CampaignRuntime& campaign) const {
    return campaign.settings.running && store_ready_ && !stopping_ && opt_outs_.loaded() &&
           loop_.log.backlog() <= db::LogWriter::backlog_max &&
           loop_.now().mono >= campaign.system_refusal_until &&
           campaign.settings.record_obstacles.empty() && !pace_.obstacle(campaign.settings.id) &&
           !mode_obstacle(campaign) &&
           !caller_ids_.obstacle(campaign.settings.id, loop_.now().wall);
}

bool Dialing::agentless(const CampaignRuntime& campaign) const {
    return campaign.settings.mode == campaigns::DialMode::agentless;
}

std::optional<Sentence> Dialing::mode_obstacle(const CampaignRuntime& campaign) const {
    if (agentless(campaign) && !campaign.message) {
        return Sentence{"no_message"};
    }
    return std::nullopt;
}

pacing::Plan Dialing::plan(const CampaignRuntime& campaign) {
    const auto now = loop_.now();
    const auto trunks = trunks_.room(campaign.settings.trunks, now.mono);
    const auto lines = lines_left(campaign);
    pacing::Room room;
    room.channels = std::clamp(lines, 0, trunks.channels);
    room.rate = trunks.calls;
    next_.clear();
    for (const auto& hand : campaign.ready) {
        if (next_.size() >= next_max) {
            break;
        }
        next_.push_back(hand.group);
    }
    // Leads that a lease is still to bring are not at hand, but they are not the end either.
    room.leads_end = next_.size() == campaign.ready.size() && campaign.dry_until.has_value();
    return pace_.decide(campaign.settings.id, now, room, next_);
}

/// Of the engine, and of the campaign if it has a limit of its own.
int Dialing::lines_left(const CampaignRuntime& campaign) const {
    const auto left = lines_max_ - static_cast<int>(calls_.size()) - drafts_open_;
    const auto own = campaign.settings.lines_max;
    return own == 0 ? left
                    : std::min(left, own - campaign.committing -
                                         calls_.lines(campaign.settings.id).all());
}

/// The number that is shown; a call that goes on by another trunk keeps its own.
std::optional<dnc::Number> Dialing::shown_to(const CampaignRuntime& campaign,
                                             const LeadInHand& hand,
                                             std::optional<AttemptId> failed) {
    const auto keep = failed ? caller_ids_.shown(*failed) : std::nullopt;
    const auto picked =
        caller_ids_.pick(campaign.settings.id, hand.number(), loop_.now().wall, keep);
    const auto* number = std::get_if<dnc::Number>(&picked);
    return number == nullptr ? std::nullopt : std::optional{*number};
}

/// The next lead whose loan lasts; those whose loan ends go back.
std::optional<LeadInHand> Dialing::take_lead(CampaignRuntime& campaign) {
    const auto end = loop_.now().wall + lease_margin;
    std::vector<campaigns::LeadId> over;
    std::optional<LeadInHand> next;
    while (!next && !campaign.ready.empty()) {
        auto hand = std::move(campaign.ready.front());
        campaign.ready.pop_front();
        if (hand.lead.leased_until >= end) {
            next = std::move(hand);
        } else {
            over.push_back(hand.lead.id);
        }
    }
    give_back(std::move(over));
    return next;
}

Dialing::Step Dialing::dial_next(CampaignRuntime& campaign) {
    const auto now = loop_.now();
    if (trunks_.obstacle(campaign.settings.trunks, now.mono)) {
        return Step::stop;
    }
    auto hand = take_lead(campaign);
    if (!hand) {
        return Step::stop;
    }
    auto decision = ask(campaign, *hand);
    if (auto* clearance = std::get_if<dnc::Clearance>(&decision)) {
        const auto shown = shown_to(campaign, *hand);
        if (!shown) { // since may_dial() looked
            campaign.ready.push_front(std::move(*hand));
            return Step::stop;
        }
        auto trunk = trunks_.take(campaign.settings.trunks, hand->tried, now.mono);
        INVARIANT(trunk.has_value()); // there was no obstacle above
        add_draft(campaign, std::move(*hand), std::move(*clearance), std::move(*trunk), *shown);
        return Step::dialed;
    }
    return refused(campaign, std::move(*hand), std::get<dnc::Decision>(std::move(decision)));
}

bool Dialing::fail_over(CampaignId id, LeadInHand hand, AttemptId failed) {
    auto& campaign = campaigns_.at(id);
    const auto now = loop_.now();
    if (!may_dial(campaign) || (hand.agent && !desk_.reserved_for(*hand.agent, failed))) {
        return false;
    }
    auto decision = ask(campaign, hand);
    auto* clearance = std::get_if<dnc::Clearance>(&decision);
    if (clearance == nullptr) {
        loop_.log.add(refusal_row(campaign, hand, std::get<dnc::Decision>(std::move(decision))));
        return false;
    }
    const auto shown = shown_to(campaign, hand, failed);
    if (!shown) {
        return false;
    }
    auto trunk = trunks_.take(campaign.settings.trunks, hand.tried, now.mono);
    if (!trunk) {
        return false;
    }
    hand.failover_of = failed;
    add_draft(campaign, std::move(hand), std::move(*clearance), std::move(*trunk), *shown);
    commit();
    return true;
}

void Dialing::add_draft(CampaignRuntime& campaign, LeadInHand hand, dnc::Clearance clearance,
                        std::string trunk, dnc::Number shown) {
    log_refusals(hand); // phones that came before this one
    const AttemptId id{loop_.make_id()};
    const auto campaign_id = campaign.settings.id;
    if (hand.agent) {
        auto* agent = desk_.find(*hand.agent);
        hand.failover_of ? desk_.goes_on_as(*agent, id) : desk_.reserve(*agent, id, true);
    } else {
        pace_.dial_started(campaign_id, id, hand.group, loop_.now());
    }
    caller_ids_.started(id, campaign_id, shown, trunk);
    gathering_.drafts.push_back({id, hand.lead.id, campaign_id, loop_.run, std::move(clearance),
                                 trunk, shown, hand.failover_of, campaign.settings.seller,
                                 campaign.settings.subject, campaign.settings.purpose,
                                 hand.lead.revocations_seen});
    gathering_.drafted.push_back({campaign_id, std::move(hand), id, std::move(trunk)});
    ++campaign.committing;
    ++campaign.dialed_recently;
    ++drafts_open_;
}

// -- refusals

Dialing::Step Dialing::refused(CampaignRuntime& campaign, LeadInHand hand, dnc::Decision decision) {
    const auto is_ours = [&](const dnc::Reason& reason) { return concerns_all(campaign, reason); };
    if (std::any_of(decision.reasons.begin(), decision.reasons.end(), is_ours)) {
        return system_refusal(campaign, std::move(hand), decision);
    }
    campaign.figures.count_refusal(decision);
    hand.refusals.push_back(refusal_row(campaign, hand, std::move(decision)));
    if (++hand.considered < hand.lead.phones.size()) {
        campaign.ready.push_front(std::move(hand)); // its next phone is asked for next
        return Step::refused;
    }
    // Every phone is refused: the store takes the earliest chance of them all.
    hand.refusals.back().last_phone = true;
    log_refusals(hand);
    return Step::refused;
}

Dialing::Step Dialing::system_refusal(CampaignRuntime& campaign, LeadInHand hand,
                                      const dnc::Decision& decision) {
    const auto now = loop_.now().mono;
    std::vector<Sentence> reasons;
    for (const auto& reason : decision.reasons) {
        if (concerns_all(campaign, reason)) {
            const campaigns::GateWord word{std::string{dnc::to_text(reason.code)}, reason.detail};
            reasons.push_back({"gate_says", {{"reason", word}}});
        }
    }
    auto said = campaigns::together(std::move(reasons), "join.then");
    const auto why = campaigns::english(said);
    auto& logged_at = campaign.refusal_logged_at[why];
    if (logged_at == Monotonic{} || now - logged_at > 60s) {
        // It would be the same row for every lead: one a minute tells the story.
        logged_at = now;
        loop_.log.add(refusal_row(campaign, hand, decision));
        spdlog::warn("campaign {} is not dialing: {}", campaign.settings.name, why);
    }
    campaign.system_refusal = std::move(said);
    campaign.system_refusal_until = now + system_refusal_pause;
    campaign.ready.push_front(std::move(hand));
    return Step::stop;
}

campaigns::GateRefusal Dialing::refusal_row(const CampaignRuntime& campaign, const LeadInHand& hand,
                                            dnc::Decision decision) {
    campaigns::GateRefusal row;
    row.id = loop_.make_id();
    row.at = loop_.now().wall;
    row.campaign = campaign.settings.id;
    row.lead = hand.lead.id;
    row.number = hand.number();
    row.decision = std::move(decision);
    row.last_phone = false;
    return row;
}

void Dialing::log_refusals(LeadInHand& hand) {
    for (auto& row : std::exchange(hand.refusals, {})) {
        loop_.log.add(std::move(row));
    }
}

// -- switches

void Dialing::set_store_ready(bool ready, Sentence why) {
    store_ready_ = ready;
    store_why_ = std::move(why);
    keep();
}

void Dialing::stop() {
    stopping_ = true;
    for (auto& [id, campaign] : campaigns_) {
        return_leads(campaign);
    }
}

std::vector<Sentence> Dialing::common_obstacles(const CampaignRuntime& campaign, Lines lines) {
    std::vector<Sentence> why;
    const auto now = loop_.now();
    const auto add = [&why](bool holds, Sentence text) {
        if (holds) {
            why.push_back(std::move(text));
        }
    };
    const auto add_if = [&why](std::optional<Sentence> text) {
        if (text) {
            why.push_back(std::move(*text));
        }
    };
    add(!campaign.settings.running, {"stopped"});
    add(stopping_, {"engine_stopping"});
    add(!store_ready_, store_why_);
    add(store_ready_ && !opt_outs_.loaded(), {"lists_loading"});
    add(loop_.log.backlog() > db::LogWriter::backlog_max, {"log_waits"});
    add(campaign.system_refusal && now.mono < campaign.system_refusal_until + system_refusal_pause,
        campaign.system_refusal.value_or(Sentence{}));
    add_if(pace_.obstacle(campaign.settings.id));
    add_if(mode_obstacle(campaign));
    add_if(caller_ids_.obstacle(campaign.settings.id, now.wall));
    why.insert(why.end(), campaign.settings.record_obstacles.begin(),
               campaign.settings.record_obstacles.end());
    if (lines == Lines::needed) {
        add(static_cast<int>(calls_.size()) + drafts_open_ >= lines_max_, {"lines_engine"});
        add(campaign.settings.lines_max > 0 && lines_left(campaign) <= 0,
            {"lines_campaign", {{"n", std::int64_t{campaign.settings.lines_max}}}});
        add_if(trunks_.obstacle(campaign.settings.trunks, now.mono));
    }
    return why;
}

std::vector<Sentence> Dialing::obstacles(CampaignRuntime& campaign) {
    using enum campaigns::DialMode;
    auto why = common_obstacles(campaign, Lines::needed);
    const auto mode = campaign.settings.mode;
    const auto agents = desk_.counts(pools_.of(campaign.settings.id));
    if (mode != agentless && agents.signed_in() == 0) {
        why.push_back({"no_agent"});
    } else if (mode != agentless && mode != predictive && agents.ready == 0) {
        why.push_back({"no_agent_ready"});
    }
    if (mode != manual && campaign.ready.empty() && campaign.dry_until) {
        why.push_back({campaign.places_closed ? "leads_closed" : "leads_none"});
    }
    return why;
}

} // namespace dialer::call
