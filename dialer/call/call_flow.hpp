#pragma once

// The life of customer calls after their attempt is durable: ring, answer, bridge, message, end.

#include "dialer/agents/desk.hpp"
#include "dialer/call/call.hpp"
#include "dialer/call/opt_outs.hpp"
#include "dialer/call/pace.hpp"
#include "dialer/call/trunk_group.hpp"

#include <deque>
#include <functional>
#include <map>
#include <unordered_map>

namespace dialer::call {

using campaigns::AgentId;
using campaigns::AttemptId;
using campaigns::CampaignId;

/// What the rest of the loop learns from the calls.
struct CallEvents {
    /// A line is free again or a call was answered: pacing must be asked again.
    std::function<void(CampaignId)> changed;
    /// The trunk failed technically before anybody was alerted: try the next one. False when that
    /// is not possible; then the lead goes back.
    std::function<bool(CampaignId, LeadInHand, AttemptId failed)> fail_over;
    /// The call is over, with its final word.
    std::function<void(const campaigns::AttemptResult&)> ended;
};

/// All customer calls. Control thread only.
class CallFlow {
public:
    struct Parts {
        Loop& loop;
        agents::Desk& desk;
        const agents::Pools& pools;
        OptOuts& opt_outs;
        TrunkGroup& trunks;
        Pace& pace;
        std::map<CampaignId, CampaignRuntime>& campaigns;
    };
    CallFlow(Parts parts, CallEvents events);

    /// Spends the ticket on an INVITE.
    void start(CampaignId campaign, LeadInHand hand, campaigns::AttemptTicket ticket);

    // -- from signalling and media
    [[nodiscard]] bool owns(LegId leg) const { return calls_.contains(leg); }
    void on(const sip::Ringing& event);
    void on(const sip::Challenged& event);
    void on(const sip::Answered& event);
    void on(const sip::Failed& event);
    void on(const sip::MediaChanged& event);
    void on(const sip::Ended& event);
    void on(const media::Bridged& event);
    void on(const media::FirstAudio& event);
    void on(const media::Digit& event);
    void on(const media::Silent& event);
    void on(const media::ClipStarted& event);
    void on(const media::ClipEnded& event);

    // -- from agents and people
    /// An agent became free: whoever has waited longest for one of the pool is connected.
    void serve_waiting(agents::PoolId pool);
    /// The agent's line is gone with this call on it or on the way to it.
    void agent_line_lost(AttemptId attempt, const std::string& why);
    /// The agent ends the customer's call; one that he dialed and that still rings ends as soon as
    /// the law allows. False when there is none.
    bool hang_up_by_agent(AgentId agent);
    /// The agent said that the call he had was answered by a machine.
    void found_machine(AgentId agent);
    /// Gives up to `count` calls of the campaign, those that have rung longest first, and none
    /// before the legal ring time.
    void give_up(CampaignId campaign, int count);
    /// The number came onto a company list: what is not yet connected is ended, as far as the list
    /// is its seller's.
    void cancel_number(dnc::Number number);
    /// Asks about calls that are not connected yet whether they may go on, and ends those about
    /// which it is told why not: of one number, or a share of those that nobody has answered (the
    /// `slice`-th of `slices`).
    using WhyNot = std::function<std::optional<std::string>(CampaignId, const LeadInHand&)>;
    void review(dnc::Number number, const WhyNot& why_not);
    void review(std::size_t slice, std::size_t slices, const WhyNot& why_not);
    /// Nobody will be free: gives up what has not been answered, as soon as the law allows.
    void release_lines(CampaignId campaign, const std::string& why);
    /// Ends everything, for shutdown.
    void hang_up_all();

    // -- figures
    struct Lines {
        int dialing = 0;
        int ringing = 0;
        int waiting = 0;
        int connecting = 0;
        int bridged = 0;
        int message = 0;
        int ending = 0;
        [[nodiscard]] int unanswered() const { return dialing + ringing; }
        [[nodiscard]] int all() const {
            return dialing + ringing + waiting + connecting + bridged + message + ending;
        }
    };
    [[nodiscard]] const Lines& lines(CampaignId campaign) { return lines_[campaign]; }
    [[nodiscard]] std::size_t size() const { return calls_.size(); }
    [[nodiscard]] std::optional<CallCard> card(AgentId agent) const;

private:
    Call* find(LegId leg);
    Call* find(AttemptId attempt);
    CampaignRuntime& runtime(const Call& call) { return campaigns_.at(call.campaign); }
    void move(Call& call, CallState to);
    void log_event(Call& call, dnc::Instant at, std::string kind, std::string detail = {});
    void limit(Call& call, std::chrono::milliseconds delay, void (CallFlow::*passed)(Call&));
    void hang_up(Call& call, std::string by, std::optional<campaigns::Outcome> wanted = {});

    bool connect_agent(Call& call, agents::PoolId pool);
    void connect(Call& call, agents::Agent& agent);
    void show_card(const Call& call, AgentId agent);
    void dialed_by_hand(Call& call);
    void meet(Call& call);
    void play_message(Call& call);
    [[nodiscard]] bool rings(LegId leg);
    [[nodiscard]] bool opted_out(const Call& call);
    void release(Call& call, const std::string& why);
    void review(const std::vector<LegId>& legs, const WhyNot& why_not);
    void abandoned(Call& call);
    void wait_for_agent(Call& call);
    void leave_waiting(const Call& call);
    void free_agent(Call& call);
    void opt_out_by_key(Call& call, dnc::Instant at);
    void finish(Call& call, campaigns::Outcome outcome, Stamp at, std::string ended_by);
    void finish_answered(Call& call, Stamp at, const std::string& ended_by);
    void answered_too_late(Call& call, Stamp at);
    [[nodiscard]] bool try_fail_over(Call& call, const sip::Failed& event);

    // What happens when the limit of a state has passed.
    void no_progress(Call& call);
    void rung_out(Call& call);
    void nobody_came(Call& call);
    void message_over(Call& call);
    void unneeded(Call& call);

    Loop& loop_;
    agents::Desk& desk_;
    const agents::Pools& pools_;
    OptOuts& opt_outs_;
    TrunkGroup& trunks_;
    Pace& pace_;
    std::map<CampaignId, CampaignRuntime>& campaigns_;
    CallEvents events_;
    std::unordered_map<LegId, std::unique_ptr<Call>> calls_;
    std::unordered_map<AttemptId, LegId> by_attempt_;
    std::unordered_multimap<std::int64_t, LegId> by_number_;
    std::map<agents::PoolId, std::deque<LegId>> waiting_;
    std::map<CampaignId, std::deque<LegId>> rang_; ///< in order of ringing; some ring no more
    std::map<CampaignId, Lines> lines_;
    std::map<AgentId, CallCard> cards_;
};

} // namespace dialer::call
