#include "dialer/call/dialing.hpp"

#include "dialer/loop/invariant.hpp"
#include "pacing/pacing.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr auto lease_time = 60s;
// A lead whose loan ends soon is not dialed: the row could find the lease gone.
constexpr auto lease_margin = 5s;
// How long "no lead is due" is believed when nothing notifies us.
constexpr auto dry_time = 1s;
// A decision older than this is not acted upon; the gate would have to be asked again.
constexpr auto clearance_age_max = 2s;
constexpr auto system_refusal_pause = 1s;
constexpr auto doubt_retry_time = 500ms;
// Leads held beyond what the next second needs are leads that other engines cannot have.
constexpr int lease_min = 20;
constexpr int lease_max = 1000;
constexpr std::size_t group_max = 500;

/// Refusals that speak of us, not of the lead: they would refuse every lead.
bool is_system_side(dnc::ReasonCode code) {
    using enum dnc::ReasonCode;
    return code == list_missing || code == list_stale || code == feed_stale || code == tzdb_stale;
}

pacing::Mode pacing_mode(campaigns::DialMode mode) {
    return mode == campaigns::DialMode::ratio ? pacing::Mode::ratio : pacing::Mode::progressive;
}

} // namespace

Dialing::Dialing(Parts parts)
    : loop_{parts.loop}, gate_{parts.gate}, desk_{parts.desk}, opt_outs_{parts.opt_outs},
      trunks_{parts.trunks}, calls_{parts.calls}, campaigns_{parts.campaigns},
      lines_max_{parts.lines_max}, doubt_timer_{parts.loop.context} {}

void Dialing::pump(CampaignId id) {
    auto& campaign = campaigns_.at(id);
    calls_.serve_waiting(id);
    if (!may_dial(campaign)) {
        return;
    }
    int wanted = lines_wanted(campaign);
    while (wanted > 0 && !campaign.ready.empty()) {
        const auto step = dial_next(campaign);
        if (step == Step::stop) {
            break;
        }
        wanted -= step == Step::dialed ? 1 : 0;
    }
    lease_when_low(campaign);
    commit();
}

bool Dialing::may_dial(const CampaignRuntime& campaign) const {
    return campaign.settings.running && store_ready_ && !stopping_ && opt_outs_.loaded() &&
           loop_.log.backlog() <= db::LogWriter::backlog_max &&
           loop_.now().mono >= campaign.system_refusal_until;
}

int Dialing::lines_wanted(const CampaignRuntime& campaign) {
    const auto id = campaign.settings.id;
    const auto agents = desk_.counts(id);
    const auto& lines = calls_.lines(id);
    pacing::State state;
    state.mode = pacing_mode(campaign.settings.mode);
    state.lines_per_agent = campaign.settings.lines_per_agent;
    state.agents_free = agents.ready;
    state.agents_busy = agents.reserved + agents.talking + agents.wrap_up;
    state.lines_in_flight = lines.unanswered() + campaign.committing;
    state.answered_waiting = lines.waiting;
    const auto room = lines_max_ - static_cast<int>(calls_.size() + gathering_.drafts.size());
    return std::min(pacing::plan(state, loop_.now().wall).dial, std::max(0, room));
}

Dialing::Step Dialing::dial_next(CampaignRuntime& campaign) {
    const auto now = loop_.now();
    if (trunks_.obstacle(campaign.settings.trunks, now.mono)) {
        return Step::stop;
    }
    auto hand = std::move(campaign.ready.front());
    campaign.ready.pop_front();
    if (hand.lead.leased_until < now.wall + lease_margin) {
        return Step::refused; // the loan ends by itself; the store gives the lead out again
    }
    auto decision = gate_.clear(facts_of(campaign, hand), opt_outs_.snapshot(), now.wall);
    if (auto* clearance = std::get_if<dnc::Clearance>(&decision)) {
        auto trunk = trunks_.take(campaign.settings.trunks, hand.tried, now.mono);
        INVARIANT(trunk.has_value()); // there was no obstacle above
        add_draft(campaign, std::move(hand), std::move(*clearance), std::move(*trunk));
        return Step::dialed;
    }
    return refused(campaign, std::move(hand), std::get<dnc::Decision>(std::move(decision)));
}

dnc::Facts Dialing::facts_of(const CampaignRuntime& campaign, const LeadInHand& hand) const {
    dnc::Facts facts;
    facts.number = hand.number();
    facts.seller = campaign.settings.seller;
    facts.address_region = hand.lead.address_region;
    return facts;
}

bool Dialing::fail_over(CampaignId id, LeadInHand hand, AttemptId failed) {
    auto& campaign = campaigns_.at(id);
    const auto now = loop_.now();
    if (!may_dial(campaign)) {
        return false;
    }
    auto decision = gate_.clear(facts_of(campaign, hand), opt_outs_.snapshot(), now.wall);
    auto* clearance = std::get_if<dnc::Clearance>(&decision);
    if (clearance == nullptr) {
        loop_.log.add(refusal_row(campaign, hand, std::get<dnc::Decision>(std::move(decision))));
        return false;
    }
    auto trunk = trunks_.take(campaign.settings.trunks, hand.tried, now.mono);
    if (!trunk) {
        return false;
    }
    hand.failover_of = failed;
    add_draft(campaign, std::move(hand), std::move(*clearance), std::move(*trunk));
    commit();
    return true;
}

void Dialing::add_draft(CampaignRuntime& campaign, LeadInHand hand, dnc::Clearance clearance,
                        std::string trunk) {
    log_refusals(hand); // phones that came before this one
    const AttemptId id{loop_.make_id()};
    const auto campaign_id = campaign.settings.id;
    gathering_.drafts.push_back({id, hand.lead.id, campaign_id, loop_.run, std::move(clearance),
                                 trunk, campaign.settings.caller_id, hand.failover_of});
    gathering_.drafted.push_back({campaign_id, std::move(hand), id, std::move(trunk)});
    ++campaign.committing;
    ++campaign.dialed_recently;
}

// -- refusals

Dialing::Step Dialing::refused(CampaignRuntime& campaign, LeadInHand hand, dnc::Decision decision) {
    const auto is_ours = [](const dnc::Reason& reason) { return is_system_side(reason.code); };
    if (std::any_of(decision.reasons.begin(), decision.reasons.end(), is_ours)) {
        return system_refusal(campaign, std::move(hand), decision);
    }
    for (const auto& reason : decision.reasons) {
        ++campaign.figures.refused[std::string{dnc::to_text(reason.code)}];
    }
    hand.refusals.push_back(refusal_row(campaign, hand, std::move(decision)));
    if (++hand.considered < hand.lead.phones.size()) {
        campaign.ready.push_front(std::move(hand)); // its next phone is asked for next
        return Step::refused;
    }
    // Every phone is refused. The one that becomes legal first decides when the lead is due again;
    // the lead is blocked only when none ever does.
    auto decides = std::min_element(
        hand.refusals.begin(), hand.refusals.end(), [](const auto& left, const auto& right) {
            const auto never = dnc::Instant::max();
            return left.decision.until.value_or(never) < right.decision.until.value_or(never);
        });
    decides->last_phone = true;
    log_refusals(hand);
    return Step::refused;
}

Dialing::Step Dialing::system_refusal(CampaignRuntime& campaign, LeadInHand hand,
                                      const dnc::Decision& decision) {
    const auto now = loop_.now().mono;
    std::string why;
    for (const auto& reason : decision.reasons) {
        if (is_system_side(reason.code)) {
            why += (why.empty() ? "" : "; ") + reason.detail;
        }
    }
    auto& logged_at = campaign.refusal_logged_at[why];
    if (logged_at == Monotonic{} || now - logged_at > 60s) {
        // It would be the same row for every lead: one a minute tells the story.
        logged_at = now;
        loop_.log.add(refusal_row(campaign, hand, decision));
        spdlog::warn("campaign {} is not dialing: {}", campaign.settings.name, why);
    }
    campaign.system_refusal = std::move(why);
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

// -- supply

void Dialing::lease_when_low(CampaignRuntime& campaign) {
    const auto now = loop_.now();
    const bool dry = campaign.dry_until && now.mono < *campaign.dry_until;
    const auto agents = desk_.counts(campaign.settings.id);
    if (campaign.leasing || dry || agents.signed_in() == 0) {
        return;
    }
    const auto enough = std::clamp(
        static_cast<int>(campaign.dial_rate_per_s) + 2 * agents.signed_in(), lease_min, lease_max);
    if (static_cast<int>(campaign.ready.size()) * 2 > enough) {
        return;
    }
    campaign.leasing = true;
    const auto id = campaign.settings.id;
    const auto count = enough - static_cast<int>(campaign.ready.size());
    loop_.pool.run(
        [id, run = loop_.run, count, now](Store& store) {
            return store.lease_leads(id, run, count, now.wall, now.wall + lease_time);
        },
        [this, id](StoreResult<std::vector<campaigns::Lead>> result) {
            leased(id, std::move(result));
        });
}

void Dialing::leased(CampaignId id, StoreResult<std::vector<campaigns::Lead>> result) {
    auto& campaign = campaigns_.at(id);
    campaign.leasing = false;
    auto* leads = std::get_if<std::vector<campaigns::Lead>>(&result);
    if (leads == nullptr) {
        spdlog::error("lease of leads failed: {}", std::get<StoreError>(result).what);
    }
    if (leads == nullptr || leads->empty()) {
        campaign.dry_until = loop_.now().mono + dry_time;
        return;
    }
    campaign.dry_until.reset();
    for (auto& lead : *leads) {
        INVARIANT(!lead.phones.empty()); // the store exhausts a lead with its last number
        LeadInHand hand;
        hand.lead = std::move(lead);
        campaign.ready.push_back(std::move(hand));
    }
    if (!campaign.settings.running || stopping_) {
        return return_leads(campaign);
    }
    pump(id);
}

void Dialing::leads_changed() {
    for (auto& [id, campaign] : campaigns_) {
        campaign.dry_until.reset();
    }
}

void Dialing::return_leads(CampaignRuntime& campaign) {
    std::vector<campaigns::LeadId> leads;
    for (const auto& hand : std::exchange(campaign.ready, {})) {
        leads.push_back(hand.lead.id);
    }
    give_back(std::move(leads));
}

void Dialing::give_back(std::vector<campaigns::LeadId> leads) {
    if (leads.empty()) {
        return;
    }
    loop_.pool.run([run = loop_.run, leads](Store& store) { store.return_leads(run, leads); },
                   [](const StoreResult<db::Nothing>& result) {
                       if (const auto* error = std::get_if<StoreError>(&result)) {
                           // Their loan ends by itself.
                           spdlog::warn("leads not given back: {}", error->what);
                       }
                   });
}

// -- the durable row

void Dialing::commit() {
    if (committing_ || gathering_.drafts.empty()) {
        return;
    }
    // Whatever gathers while one transaction runs goes into the next one: group commit.
    committing_ = true;
    auto group = std::make_shared<Group>();
    if (gathering_.drafts.size() <= group_max) {
        std::swap(*group, gathering_);
    } else {
        for (std::size_t i = 0; i < group_max; ++i) {
            group->drafts.push_back(std::move(gathering_.drafts[i]));
            group->drafted.push_back(std::move(gathering_.drafted[i]));
        }
        gathering_.drafts.erase(gathering_.drafts.begin(), gathering_.drafts.begin() + group_max);
        gathering_.drafted.erase(gathering_.drafted.begin(),
                                 gathering_.drafted.begin() + group_max);
    }
    loop_.pool.run([group](Store& store) { return store.commit_attempts(group->drafts); },
                   [this, group](StoreResult<std::vector<campaigns::AttemptTicket>> result) {
                       auto* tickets = std::get_if<std::vector<campaigns::AttemptTicket>>(&result);
                       if (tickets == nullptr) {
                           return not_committed(std::move(*group), std::get<StoreError>(result));
                       }
                       committing_ = false;
                       committed(std::move(*group), std::move(*tickets));
                       commit();
                   });
}

void Dialing::committed(Group group, std::vector<campaigns::AttemptTicket> tickets) {
    const auto now = loop_.now().wall;
    auto ticket = tickets.begin();
    for (std::size_t i = 0; i < group.drafted.size(); ++i) {
        auto& drafted = group.drafted[i];
        --campaigns_.at(drafted.campaign).committing;
        if (ticket == tickets.end() || ticket->id() != drafted.id) {
            trunks_.release(drafted.trunk); // the lease was gone: no row, no call
            if (drafted.hand.failover_of) {
                give_back({drafted.hand.lead.id});
            }
            continue;
        }
        const auto decided_at = group.drafts[i].clearance.decided_at();
        if (opt_outs_.listed_by_company(ticket->number())) {
            not_sent(drafted, "opted out before the INVITE");
        } else if (now - decided_at > clearance_age_max) {
            not_sent(drafted, "the decision was too old when the row became durable");
        } else if (stopping_) {
            not_sent(drafted, "the engine is stopping");
        } else {
            calls_.start(drafted.campaign, std::move(drafted.hand), std::move(*ticket));
        }
        ++ticket;
    }
}

void Dialing::not_committed(Group group, const StoreError& error) {
    spdlog::error("{} attempts not committed: {}", group.drafted.size(), error.what);
    if (error.kind == StoreError::Kind::in_doubt) {
        return look_up(std::move(group));
    }
    resolve_doubt(group, {});
}

/// The commit may have happened. Nothing is sent; the rows that exist are closed as `not_sent`.
void Dialing::look_up(Group group) {
    auto shared = std::make_shared<Group>(std::move(group));
    std::vector<AttemptId> ids;
    for (const auto& drafted : shared->drafted) {
        ids.push_back(drafted.id);
    }
    loop_.pool.run([ids](Store& store) { return store.find_attempts(ids); },
                   [this, shared](StoreResult<std::vector<AttemptId>> result) {
                       if (auto* found = std::get_if<std::vector<AttemptId>>(&result)) {
                           return resolve_doubt(*shared, *found);
                       }
                       doubt_timer_.expires_after(doubt_retry_time);
                       doubt_timer_.async_wait([this, shared](boost::system::error_code error) {
                           if (!error) {
                               look_up(std::move(*shared));
                           }
                       });
                   });
}

void Dialing::resolve_doubt(const Group& group, const std::vector<AttemptId>& found) {
    for (const auto& drafted : group.drafted) {
        --campaigns_.at(drafted.campaign).committing;
        if (std::find(found.begin(), found.end(), drafted.id) != found.end()) {
            not_sent(drafted, "the database was lost while the row was committed");
        } else {
            take_back(drafted);
        }
    }
    committing_ = false;
    commit();
}

/// The row exists, the INVITE will never leave.
void Dialing::not_sent(const Drafted& drafted, const std::string& why) {
    trunks_.release(drafted.trunk);
    const auto now = loop_.now().wall;
    loop_.log.add(campaigns::AttemptEvent{drafted.id, 0, now, "not_sent", why});
    campaigns::AttemptResult result;
    result.attempt = drafted.id;
    result.lead = drafted.hand.lead.id;
    result.outcome = campaigns::Outcome::not_sent;
    result.ended_at = now;
    result.ended_by = "engine";
    loop_.log.add(std::move(result));
    auto& figures = campaigns_.at(drafted.campaign).figures;
    ++figures.outcomes[static_cast<std::size_t>(campaigns::Outcome::not_sent)];
}

/// No row exists. The lead is still on loan to us, or waits in `dialing` after a failed trunk.
void Dialing::take_back(Drafted drafted) {
    trunks_.release(drafted.trunk);
    auto& campaign = campaigns_.at(drafted.campaign);
    if (drafted.hand.failover_of) {
        return give_back({drafted.hand.lead.id});
    }
    campaign.ready.push_front(std::move(drafted.hand));
}

// -- switches

void Dialing::set_store_ready(bool ready, std::string why) {
    store_ready_ = ready;
    store_why_ = std::move(why);
}

void Dialing::stop() {
    stopping_ = true;
    for (auto& [id, campaign] : campaigns_) {
        return_leads(campaign);
    }
}

std::vector<std::string> Dialing::obstacles(CampaignRuntime& campaign) {
    std::vector<std::string> why;
    const auto now = loop_.now();
    const auto agents = desk_.counts(campaign.settings.id);
    const auto add = [&why](bool holds, std::string text) {
        if (holds) {
            why.push_back(std::move(text));
        }
    };
    add(!campaign.settings.running, "the campaign is stopped");
    add(stopping_, "the engine is stopping");
    add(!store_ready_, store_why_);
    add(store_ready_ && !opt_outs_.loaded(), "the suppression lists are being loaded");
    add(loop_.log.backlog() > db::LogWriter::backlog_max, "the dial log waits for the database");
    add(campaign.system_refusal && now.mono < campaign.system_refusal_until + system_refusal_pause,
        campaign.system_refusal.value_or(""));
    add(agents.signed_in() == 0, "no agent is signed in");
    add(agents.signed_in() > 0 && agents.ready == 0, "no agent is ready");
    add(campaign.ready.empty() && campaign.dry_until.has_value(), "no lead is due");
    if (auto obstacle = trunks_.obstacle(campaign.settings.trunks, now.mono)) {
        why.push_back(std::move(*obstacle));
    }
    return why;
}

} // namespace dialer::call
