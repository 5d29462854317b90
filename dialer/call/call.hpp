#pragma once

// One customer call from its ticket to its result.

#include "dialer/agents/pools.hpp"
#include "dialer/call/campaign_runtime.hpp"
#include "dialer/leg.hpp"
#include "dialer/sdp/sdp.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>

namespace dialer::call {

/// A telemarketing call is not given up before this much ringing. 47 CFR 64.1200(a)(6)
inline constexpr std::chrono::seconds ring_min{15};

/// Where a call stands.
///
///   dialing --18x--> ringing --2xx--> connecting --media--> bridged --BYE--> (result)
///      |                |    \                                 |
///      |                |     `-2xx, no agent-> waiting --2 s--+-> message --> (result)
///      `---- 2xx -------'                          `-- agent free -> connecting
///   any state --hang_up--> ending --final response or BYE--> (result)
///
/// Without agents (agentless mode) a 2xx leads straight to the message.
enum class CallState { dialing, ringing, waiting, connecting, bridged, message, ending };

/// State of one attempt whose INVITE is out. Owned by CallFlow; control thread only.
struct Call {
    campaigns::AttemptId attempt{};
    LegId leg{};
    campaigns::CampaignId campaign{};
    LeadInHand hand;
    dnc::Number number;
    std::string trunk;
    sdp::Audio offer;
    CallState state = CallState::dialing;
    int events = 0; ///< next seq of the attempt's events
    std::optional<Stamp> ringing;
    std::optional<Stamp> answered;
    bool agentless = false;                   ///< hears the message and nobody else
    agents::PoolId pool{};                    ///< whose agents it waits for, while waiting
    std::optional<campaigns::AgentId> agent;  ///< while connecting and bridged; from the start when
                                              ///< he dialed it by hand
    bool on_hold = false;                     ///< the far end holds us
    std::optional<campaigns::Outcome> wanted; ///< what a CANCEL of ours shall be called
    std::string ended_by;                     ///< set when we end the call
    campaigns::AttemptResult result;
    std::unique_ptr<boost::asio::steady_timer> timer; ///< the one limit of the state it is in
    int limits = 0;                                   ///< serial of that limit
};

/// What an agent's desk shows of a call, kept through the wrap-up.
struct CallCard {
    campaigns::AttemptId attempt{};
    campaigns::CampaignId campaign{};
    dnc::Number number;
    std::string name;
    std::string region;
    std::optional<dnc::Instant> answered_at;
    std::optional<dnc::Instant> bridged_at;
    bool machine = false; ///< the agent said so
};

} // namespace dialer::call
