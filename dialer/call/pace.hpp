#pragma once

// How fast to dial: tells pacing what happens to agents and calls, and asks it.
//
// Pacing knows campaigns, agents and calls by keys alone and no time zones. Here desk changes and
// the stages of a call become its events, civil days of the campaign's jurisdiction begin, and the
// answers of earlier days are added from the dial log. Without those answers known, nothing may be
// dialed: what the law still allows would be a guess.

#include "campaigns/types.hpp"
#include "dialer/agents/desk.hpp"
#include "dialer/agents/pools.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/abandonment.hpp"
#include "dnc/places.hpp"
#include "dnc/zones.hpp"
#include "pacing/pacer.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace dialer::call {

/// One pacer for each pool of agents. Control thread only; reads no clock. Memory: a small record
/// an open call and a signed-in agent, a count a day and campaign.
class Pace {
public:
    struct Parts {
        const agents::Pools& pools;
        const dnc::AreaCodes& area_codes;
        const dnc::ZoneDatabase& zones;
        std::map<std::string, dnc::AbandonmentRules> rules; ///< by jurisdiction
        std::chrono::seconds window_close{}; ///< when dialing ends on a day, in the rules' zone
        int lines_max = 0;                   ///< over all campaigns
        /// Every event, with the name of the file that its pool's day belongs into.
        std::function<void(const std::shared_ptr<const std::string>& file, const pacing::Event&)>
            record;
    };
    explicit Pace(Parts parts);
    ~Pace();

    // -- campaigns
    /// A campaign is new or its settings changed. Its pool must have been put into Pools.
    void set_campaign(const campaigns::Campaign& settings, Stamp now);
    /// Begins the civil days that have begun.
    void tick(Stamp now);
    /// Another carrier or list: what was learnt may be stale.
    void supply_changed(campaigns::CampaignId campaign, Stamp now);

    /// What must be read from the store before the campaign may be dialed; nothing when it has been
    /// or when the jurisdiction has no rules.
    struct HistoryWanted {
        std::string zone;
        dnc::Instant from;
    };
    [[nodiscard]] std::optional<HistoryWanted> history_wanted(campaigns::CampaignId campaign,
                                                              Stamp now) const;
    void add_history(campaigns::CampaignId campaign, const std::string& zone,
                     const std::vector<campaigns::DayAnswers>& days, Stamp now);
    /// False when the text is damaged or of another version: the campaign starts anew.
    [[nodiscard]] bool load(campaigns::CampaignId campaign, const std::string& learnt);
    [[nodiscard]] std::string save(campaigns::CampaignId campaign) const;
    /// Free agents that an answered call of the campaign must leave for other campaigns' calls.
    [[nodiscard]] int kept_from(campaigns::CampaignId campaign) const;
    /// Why the campaign must not be dialed for the law's sake; for people.
    [[nodiscard]] std::optional<campaigns::Sentence> obstacle(campaigns::CampaignId campaign) const;

    // -- agents
    /// The agent's state has changed.
    void agent_changed(const agents::Agent& agent, agents::AgentState from, Stamp now);
    void wrap_up_ending(campaigns::AgentId agent, std::chrono::seconds in, Stamp now);

    // -- calls that pacing asked for; all others are unknown here and change nothing but counts
    [[nodiscard]] pacing::Group group_of(const campaigns::Campaign& settings,
                                         const campaigns::Lead& lead, dnc::Number number,
                                         Stamp now) const;
    void dial_started(campaigns::CampaignId campaign, campaigns::AttemptId call,
                      const pacing::Group& group, Stamp now);
    void ringing(campaigns::AttemptId call, Stamp now);
    void answered(campaigns::AttemptId call, Stamp now);
    void ended(campaigns::AttemptId call, Stamp now);
    void cancelled(campaigns::AttemptId call, Stamp now);
    /// Counts for the law whatever was known of the call: also an answer that crossed our CANCEL.
    void abandoned(campaigns::CampaignId campaign, campaigns::AttemptId call, Stamp now);
    /// An agent found a machine on a call that had counted as a person's.
    struct Machine {
        campaigns::CampaignId campaign{};
        campaigns::AttemptId call{};
        dnc::Instant answered_at{};
        bool by_hand = false; ///< pacing had not asked for the call
    };
    void machine(const Machine& found, Stamp now);

    // -- decisions
    [[nodiscard]] pacing::Plan decide(campaigns::CampaignId campaign, Stamp now,
                                      const pacing::Room& room,
                                      std::span<const pacing::Group> next);
    [[nodiscard]] pacing::Explanation explain(campaigns::CampaignId campaign) const;
    [[nodiscard]] std::vector<pacing::Budget::Standing>
    standings(campaigns::CampaignId campaign) const;
    /// Whose limits those are, in their order; null: none for the jurisdiction.
    [[nodiscard]] const dnc::AbandonmentRules* rules(campaigns::CampaignId campaign) const;

private:
    struct Pool {
        pacing::Pacer pacer;
        std::shared_ptr<const std::string> file; ///< of the event log, without folder and ending
    };
    struct Campaign {
        campaigns::Campaign settings;
        agents::PoolId pool{};
        const dnc::AbandonmentRules* rules = nullptr; ///< null: none for the jurisdiction
        std::optional<dnc::ZoneId> zone;              ///< of the rules
        pacing::Day today = 0;
        pacing::Day first_day = 0;
        bool first_day_known = false; ///< a call was made
        bool history_known = false;
        std::map<pacing::Day, pacing::Count> counts; ///< what the pacer was told, by day
    };
    struct Open {
        campaigns::CampaignId campaign{};
        agents::PoolId pool{}; ///< where it was dialed
    };
    struct Signed {
        agents::PoolId pool{};
        campaigns::CampaignId campaign{};
        pacing::EventKind state{};
    };

    [[nodiscard]] pacing::Instant at(Stamp now) const;
    [[nodiscard]] pacing::Settings settings_of(const Campaign& campaign) const;
    [[nodiscard]] pacing::Day day_of(const Campaign& campaign, dnc::Instant at) const;
    [[nodiscard]] const pacing::Pacer* pacer_of(campaigns::CampaignId campaign) const;
    void find_rules(Campaign& campaign);
    void find_first_day(Campaign& campaign) const;
    void admit(campaigns::CampaignId id, Campaign& campaign, const std::string& learnt, Stamp now);
    void begin_day(campaigns::CampaignId id, Campaign& campaign, Stamp now);
    void move_agents(campaigns::CampaignId campaign, agents::PoolId to, Stamp now);
    void emit(agents::PoolId pool, const pacing::Event& event);
    void emit_agent(agents::PoolId pool, pacing::EventKind kind, campaigns::AgentId agent,
                    Stamp now, campaigns::AttemptId call = {});
    void emit_call(const Open& open, pacing::EventKind kind, campaigns::AttemptId call, Stamp now);
    std::optional<Open> close(campaigns::AttemptId call);
    void enters(const agents::Agent& agent, Stamp now);
    void talks(const agents::Agent& agent, const Signed& signed_in, Stamp now);
    void count(campaigns::CampaignId campaign, pacing::Day day, pacing::Count count,
               bool told_by_event);
    void count_for_all(campaigns::CampaignId campaign, pacing::Day day, pacing::Count added,
                       bool told_by_event);

    const agents::Pools& pools_;
    const dnc::ZoneDatabase& zones_;
    dnc::Places places_;
    std::map<std::string, dnc::AbandonmentRules> rules_;
    std::chrono::seconds window_close_;
    int lines_max_;
    std::function<void(const std::shared_ptr<const std::string>&, const pacing::Event&)> record_;
    std::optional<Stamp> anchor_; ///< ties the monotonic clock to the wall clock
    std::map<agents::PoolId, Pool> pacers_;
    std::map<campaigns::CampaignId, Campaign> campaigns_;
    std::unordered_map<campaigns::AttemptId, Open> open_;
    std::map<campaigns::AgentId, Signed> agents_;
    std::int64_t looked_at_s_ = 0; ///< the wall clock's second in which days were looked at
};

} // namespace dialer::call
