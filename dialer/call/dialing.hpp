#pragma once

// From a lead to a ticket: supply, pacing, gate, trunk and the durable row.

#include "dialer/agents/desk.hpp"
#include "dialer/call/call_flow.hpp"
#include "dialer/call/caller_ids.hpp"
#include "dialer/call/campaign_runtime.hpp"
#include "dialer/call/ledger.hpp"
#include "dialer/call/opt_outs.hpp"
#include "dialer/call/pace.hpp"
#include "dialer/call/trunk_group.hpp"
#include "dnc/gate.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dialer::call {

/// Decides how many lines to dial and brings them to durable rows in groups. Control thread only.
class Dialing {
public:
    struct Parts {
        Loop& loop;
        const dnc::Gate& gate;
        agents::Desk& desk;
        const agents::Pools& pools;
        OptOuts& opt_outs;
        Ledger& ledger;
        TrunkGroup& trunks;
        CallFlow& calls;
        Pace& pace;
        std::map<CampaignId, CampaignRuntime>& campaigns;
        CallerIds& caller_ids;
        const dnc::ZoneDatabase& zones;
        int lines_max = 0;                      ///< over all campaigns
        std::chrono::seconds preview_loan{300}; ///< of a lead that an agent looks at
    };
    explicit Dialing(Parts parts);

    /// Asks pacing and dials what it says. Cheap when there is nothing to do.
    void pump(CampaignId campaign);
    /// A lead whose trunk failed technically, on the next trunk. False when there is none or the
    /// gate no longer allows it.
    bool fail_over(CampaignId campaign, LeadInHand hand, AttemptId failed);
    /// Notes that leads may have become due (import, changed settings).
    void leads_changed();
    /// The database is in reach and dead runs are reconciled: dialing may begin.
    void set_store_ready(bool ready, campaigns::Sentence why);

    // -- calls that an agent dials by hand
    /// Why no call of the campaign can be made now, for people; nothing when one can. Lines that
    /// are all in use, or trunks that are, matter to a call and not to a lead that is shown.
    enum class Lines { needed, ignored };
    [[nodiscard]] std::optional<campaigns::Sentence>
    by_hand_obstacle(const CampaignRuntime& campaign, Lines lines = Lines::needed);
    /// The lead that comes next, which the gate would allow now; leads that it refuses on the way
    /// are logged and go back.
    [[nodiscard]] std::optional<LeadInHand> next_allowed(CampaignRuntime& campaign);
    /// Goes on to the first of the lead's phones that the gate would allow now. False when there is
    /// none: then that is logged, and the lead is no longer in hand.
    [[nodiscard]] bool find_allowed_phone(CampaignRuntime& campaign, LeadInHand& hand);
    /// Asks the gate with authority and dials for `agent`, who must be ready and is reserved. When
    /// the gate refuses, its decision, and `hand` is as before.
    [[nodiscard]] std::optional<dnc::Decision>
    dial_for(agents::Agent& agent, CampaignRuntime& campaign, LeadInHand& hand);
    /// Logs a refusal of a number dialed by hand; its lead goes back untouched.
    void refuse_number(CampaignRuntime& campaign, const LeadInHand& hand, dnc::Decision decision);
    /// Logs the refusal of a lead; its other phones are asked for next.
    void refuse_lead(CampaignRuntime& campaign, LeadInHand hand, dnc::Decision decision);
    /// The agent does not want the lead now: due again after the campaign's pause.
    void put_off(const CampaignRuntime& campaign, const LeadInHand& hand);
    void give_back(std::vector<campaigns::LeadId> leads,
                   std::optional<dnc::Instant> due = std::nullopt);
    /// Why a call that was cleared must not go on ringing, for people; nothing when it may. What
    /// only speaks of us, and caps, in which it has its slot, are no reasons.
    [[nodiscard]] std::optional<std::string> why_illegal(CampaignId campaign,
                                                         const LeadInHand& hand);
    /// How far back past calls are read with each lead.
    [[nodiscard]] std::chrono::days memory() const { return memory_; }

    /// No new line from now on; leads on loan go back.
    void stop();
    /// Gives the campaign's leads back (campaign stopped).
    void return_leads(CampaignRuntime& campaign);

    /// Why the campaign is not dialing now, for people; empty when it is.
    [[nodiscard]] std::vector<campaigns::Sentence> obstacles(CampaignRuntime& campaign);

private:
    struct Drafted {
        CampaignId campaign{};
        LeadInHand hand;
        AttemptId id{};
        std::string trunk;
    };
    /// Drafts on their way into one transaction, with what is needed when it is done.
    struct Group {
        std::vector<campaigns::AttemptDraft> drafts;
        std::vector<Drafted> drafted;
    };
    enum class Step { dialed, refused, stop };

    [[nodiscard]] bool may_dial(const CampaignRuntime& campaign) const;
    [[nodiscard]] std::optional<campaigns::Sentence>
    mode_obstacle(const CampaignRuntime& campaign) const;
    [[nodiscard]] std::vector<campaigns::Sentence> common_obstacles(const CampaignRuntime& campaign,
                                                                    Lines lines);
    [[nodiscard]] pacing::Plan plan(const CampaignRuntime& campaign);
    [[nodiscard]] int leads_enough(const CampaignRuntime& campaign) const;
    [[nodiscard]] bool nobody_is_there(const CampaignRuntime& campaign) const;
    [[nodiscard]] bool agentless(const CampaignRuntime& campaign) const;
    Step dial_next(CampaignRuntime& campaign);
    [[nodiscard]] std::optional<LeadInHand> take_lead(CampaignRuntime& campaign);
    void add_draft(CampaignRuntime& campaign, LeadInHand hand, dnc::Clearance clearance,
                   std::string trunk, dnc::Number shown);
    [[nodiscard]] std::optional<dnc::Number> shown_to(const CampaignRuntime& campaign,
                                                      const LeadInHand& hand,
                                                      std::optional<AttemptId> failed = {});
    [[nodiscard]] int lines_left(const CampaignRuntime& campaign) const;
    Step refused(CampaignRuntime& campaign, LeadInHand hand, dnc::Decision decision);
    campaigns::GateRefusal refusal_row(const CampaignRuntime& campaign, const LeadInHand& hand,
                                       dnc::Decision decision);
    void log_refusals(LeadInHand& hand);
    Step system_refusal(CampaignRuntime& campaign, LeadInHand hand, const dnc::Decision& decision);
    dnc::CallFacts facts_of(const CampaignRuntime& campaign, const LeadInHand& hand) const;
    std::variant<dnc::Clearance, dnc::Decision> ask(const CampaignRuntime& campaign,
                                                    const LeadInHand& hand) const;
    [[nodiscard]] std::variant<dnc::Clearance, dnc::Decision>
    in_own_hours(const CampaignRuntime& campaign,
                 std::variant<dnc::Clearance, dnc::Decision> answer) const;
    [[nodiscard]] std::optional<std::string> why_illegal(const dnc::CallFacts& facts);
    [[nodiscard]] bool concerns_all(const CampaignRuntime& campaign,
                                    const dnc::Reason& reason) const;

    struct Supplied;
    struct Whereabouts;
    void lease_when_low(CampaignRuntime& campaign);
    void lease_urgent(CampaignRuntime& campaign);
    void lease(CampaignRuntime& campaign, int count, int level_min);
    void note_lists(CampaignRuntime& campaign, const std::vector<campaigns::Lead>& leads);
    void leased(CampaignId id, int level_min, db::StoreResult<Supplied> result);
    void take_in(CampaignRuntime& campaign, std::vector<campaigns::Lead> leads);
    [[nodiscard]] std::shared_ptr<Whereabouts> whereabouts(const CampaignRuntime& campaign);
    void keep();

    void commit();
    void committed(Group group, campaigns::Commitment commitment);
    void went_out(Drafted& drafted, campaigns::AttemptTicket ticket, dnc::Instant decided_at);
    void refused_by_store(const Drafted& drafted, const dnc::Clearance& clearance,
                          const std::vector<campaigns::DraftRefusal>& refusals);
    [[nodiscard]] dnc::Reason reason_of(const campaigns::DraftRefusal& refusal) const;
    void not_committed(Group group, const db::StoreError& error);
    void look_up(Group group);
    void resolve_doubt(const Group& group, const std::vector<AttemptId>& found);
    void not_sent(const Drafted& drafted, const std::string& why);
    void take_back(Drafted drafted);
    void no_call(const Drafted& drafted);

    Loop& loop_;
    const dnc::Gate& gate_;
    agents::Desk& desk_;
    const agents::Pools& pools_;
    OptOuts& opt_outs_;
    Ledger& ledger_;
    TrunkGroup& trunks_;
    CallFlow& calls_;
    Pace& pace_;
    std::map<CampaignId, CampaignRuntime>& campaigns_;
    CallerIds& caller_ids_;
    const dnc::ZoneDatabase& zones_;
    int lines_max_;
    std::chrono::seconds preview_loan_;
    /// Where each rule stands, by its id.
    struct RulePlace {
        dnc::PackLevel level{};
        std::optional<dnc::Jurisdiction> jurisdiction;
        std::string cite;
    };
    std::map<std::string, RulePlace, std::less<>> rules_;
    std::chrono::days memory_;
    std::chrono::days line_data_max_;
    dnc::Judgement judgement_; ///< scratch of why_illegal()
    bool store_ready_ = false;
    campaigns::Sentence store_why_{"store_wait"};
    bool stopping_ = false;
    Group gathering_;
    int drafts_open_ = 0;             ///< made, and neither a call nor given up yet
    std::vector<pacing::Group> next_; ///< scratch of plan()
    bool committing_ = false;         ///< a group is under way, or its fate is being looked up
    boost::asio::steady_timer doubt_timer_;
    /// What is known of the places of each campaign's leads. A lease has it while it is under way.
    std::map<CampaignId, std::shared_ptr<Whereabouts>> whereabouts_;
    std::uint64_t leads_changes_ = 0; ///< counts up; new places may have come with them
    boost::asio::steady_timer keep_timer_;
    bool keeping_ = false;
};

} // namespace dialer::call
