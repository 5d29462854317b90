#pragma once

// Calls that agents dial themselves: leads shown to them first (preview), and numbers (manual).

#include "dialer/call/dialing.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dialer::call {

/// What a ready agent of a preview campaign looks at.
struct Preview {
    LeadInHand hand;
    campaigns::CampaignId campaign{};
    Stamp since{};
    bool renewing = false; ///< the loan is being made longer
};

/// Each ready agent of a preview campaign holds one lead on loan that the gate would allow; it goes
/// back when he stops being ready. What is dialed passes the gate with authority, and is connected
/// to the agent who dialed. Control thread only. Memory: one lead an agent.
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

    void show(agents::Agent& agent, CampaignRuntime& campaign);
    void withdraw(AgentId agent);
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
    bool stopping_ = false;
};

} // namespace dialer::call
