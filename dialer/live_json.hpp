#pragma once

// The live figures and an agent's desk as JSON, for the pages.

#include "campaigns/funnel/funnel.hpp"
#include "dialer/agents/desk.hpp"
#include "dialer/call/by_hand.hpp"
#include "dialer/call/call_flow.hpp"
#include "dialer/call/caller_ids.hpp"
#include "dialer/call/campaign_runtime.hpp"
#include "dialer/call/trunk_group.hpp"
#include "dialer/loop/clock.hpp"
#include "dialer/sip/legs.hpp"
#include "dialer/sip/phone_login.hpp"
#include "dnc/abandonment.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dialer {

/// One campaign at a moment, gathered by the engine.
struct LiveCampaign {
    const call::CampaignRuntime* runtime = nullptr;
    call::CallFlow::Lines lines;
    agents::Desk::Counts agents;
    std::string pool;                 ///< empty: its own
    agents::Desk::Counts pool_agents; ///< of all campaigns of the pool
    agents::Desk::Idle idle;          ///< of the pool
    pacing::Explanation pacing;       ///< of the latest decision
    std::vector<pacing::Budget::Standing> budget;
    const dnc::AbandonmentRules* rules = nullptr;    ///< of the budget, limit by limit; may be null
    std::shared_ptr<const campaigns::Funnel> funnel; ///< null: not read yet
    std::vector<call::CallerIds::Standing> caller_ids;
    std::vector<campaigns::Sentence> not_dialing;
};

struct LiveView {
    Stamp at{};
    std::chrono::microseconds clock_shift{};
    std::vector<LiveCampaign> campaigns;
    const std::map<campaigns::AgentId, agents::Agent>* agents = nullptr;
    std::map<campaigns::AgentId, call::CallCard> cards;
    std::map<campaigns::AgentId, const call::Preview*> previews;
    std::vector<call::TrunkGroup::Status> trunks;
    bool store_available = false;
    std::int64_t opt_outs_refused = 0; ///< by the store, so far
    sip::Dropped dropped;
};

/// A pacing decision and what it was made from, for the dial log.
[[nodiscard]] std::string explanation_json(const pacing::Explanation& explanation);

[[nodiscard]] std::string live_json(const LiveView& view);
[[nodiscard]] std::string campaigns_json(const LiveView& view);
[[nodiscard]] std::string agents_json(const LiveView& view);
[[nodiscard]] std::string desk_json(const LiveView& view, const agents::Agent& agent);

/// What a browser needs to register as this user's phone.
[[nodiscard]] std::string phone_login_json(const sip::BrowserPhones& phones,
                                           const std::string& realm, const std::string& user,
                                           const sip::PhoneLogin& login);

/// "2026-11-23T20:00:01.250000Z".
[[nodiscard]] std::string rfc3339(dnc::Instant at);

} // namespace dialer
