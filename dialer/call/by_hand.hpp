#pragma once

// Calls that agents dial themselves: leads shown to them first (preview), numbers (manual), and
// their own callbacks in every mode.

#include "campaigns/supply/callbacks.hpp"
#include "dialer/call/dialing.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dialer::call {

/// What a ready agent of a preview campaign looks at.
struct Preview {
    LeadInHand hand;
    campaigns::CampaignId campaign{};
    Stamp since{};
    bool renewing = false; ///< the loan is being made longer
    std::string callback;  ///< what was noted when it was agreed; not empty for callbacks alone
};

/// When the engine decides for the agent who looks, by the settings of his campaign; nullopt:
/// never.
[[nodiscard]] std::optional<Stamp> decides_at(const Preview& preview,
                                              const campaigns::Campaign& campaign);

/// Each ready agent of a preview campaign holds one lead on loan that the gate would allow; it goes
/// back when he stops being ready, and is dialed or skipped for him when the campaign limits the
/// look and he has decided nothing. What is dialed passes the gate with authority, and is connected
/// to the agent who dialed. A callback of his own comes first: it is shown where agents dial, and
/// dialed for him where the engine does. Control thread only. Memory: one lead an agent.
class ByHand {
public:
    /// Leads are shown on loans of `loan`, which are renewed as long as an agent looks.
    ByHand(Loop& loop, agents::Desk& desk, Dialing& dialing, OptOuts& opt_outs,
           std::map<CampaignId, CampaignRuntime>& campaigns, std::chrono::seconds loan);

    /// Shows leads to the campaign's ready agents who have none, and looks after the others'.
    void pump(CampaignId campaign);
    /// An agent's state has changed.
    void agent_changed(const agents::Agent& agent);
    /// Gives everything back and shows nothing more.
    void stop();

    // -- requests of agents
    void dial(AgentId agent, const http::Done& done);
    void skip(AgentId agent, const std::string& reason, const http::Done& done);
    void dial_number(AgentId agent, const std::string& number, const std::string& region,
                     http::Done done);

    /// nullptr when the agent is shown nothing.
    [[nodiscard]] const Preview* preview(AgentId agent) const;

private:
    /// The request of a ready agent of a campaign in `mode`, or why it cannot be carried out.
    struct Asked {
        agents::Agent* agent = nullptr;
        CampaignRuntime* campaign = nullptr;
    };
    [[nodiscard]] std::variant<Asked, http::Refused> asked(AgentId id, campaigns::DialMode mode);
    [[nodiscard]] std::variant<Asked, http::Refused> asked_about_preview(AgentId id);

    void show(agents::Agent& agent, CampaignRuntime& campaign);
    void look_for_callbacks();
    /// True when the agent's own callback is being fetched for him.
    bool offer_callback(const agents::Agent& agent, const CampaignRuntime& campaign);
    void callback_leased(AgentId agent, const std::string& note,
                         db::StoreResult<std::optional<campaigns::Lead>> result);
    void show_or_dial(agents::Agent& agent, CampaignRuntime& campaign, LeadInHand hand,
                      const std::string& note);
    void withdraw(AgentId agent);
    /// Dials what is shown to the agent; why the gate refused. Nothing is shown to him afterwards.
    std::optional<dnc::Decision> dial_shown(agents::Agent& agent, CampaignRuntime& campaign);
    /// Puts off what is shown to the agent. `why` ends the log's line.
    void skip_shown(const agents::Agent& agent, const CampaignRuntime& campaign,
                    const std::string& why);
    /// The time to look is over: what the campaign wants is done, once it can be.
    void decide_for(AgentId agent, CampaignRuntime& campaign);
    void note(const agents::Agent& agent, std::string reason);
    void renew(AgentId agent, Preview& preview);
    void renewed(AgentId agent, CampaignId campaign,
                 const db::StoreResult<campaigns::Lead>& result);
    void number_leased(AgentId agent, db::StoreResult<campaigns::Lead> result,
                       const http::Done& done);

    Loop& loop_;
    agents::Desk& desk_;
    Dialing& dialing_;
    OptOuts& opt_outs_;
    std::map<CampaignId, CampaignRuntime>& campaigns_;
    std::chrono::seconds loan_;
    std::map<AgentId, Preview> previews_;
    std::map<AgentId, campaigns::DueCallback> due_; ///< the next one of each agent
    std::set<AgentId> fetching_;                    ///< whose callback is being leased
    bool looking_ = false;
    Monotonic look_at_{};
    bool stopping_ = false;
};

} // namespace dialer::call
