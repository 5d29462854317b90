#pragma once

// Which number a called person is shown: by right, by place, by turns, and never one that rests.
// Pure.

#include "campaigns/settings/caller_ids.hpp"
#include "campaigns/types.hpp"
#include "dialer/call/caller_ids_watch.hpp"
#include "dnc/places.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace dialer::call {

/// Chooses caller ids and watches how calls with them end. Deterministic: the same calls in the
/// same order with the same seed are shown the same numbers. Control thread only. Memory: a few
/// hundred bytes for each number and trunk, and for each call that is open.
class CallerIds {
public:
    explicit CallerIds(dnc::Places places, std::uint64_t seed = 0);

    // -- settings
    /// What the store has now; calls that are open and what was learnt of them stay.
    void set_book(campaigns::CallerIdBook book);
    void set_campaign(const campaigns::Campaign& settings);

    // -- choosing
    /// The number to show. Among those that may be shown, the nearest to the called person as far
    /// as the campaign looks at that (same area code, same state, same zone, same country, any);
    /// among these, by weight: the one that this person has always been shown (sticky), else the
    /// one whose turn it is. `keep`: the number of an earlier attempt of the same call, if it is
    /// still to be had. The alternative says why there is none.
    [[nodiscard]] std::variant<dnc::Number, campaigns::Sentence>
    pick(campaigns::CampaignId campaign, dnc::Number called, dnc::Instant now,
         std::optional<dnc::Number> keep = std::nullopt);
    /// Why pick() has nothing for any call of the campaign, for people; nothing when it has.
    [[nodiscard]] std::optional<campaigns::Sentence> obstacle(campaigns::CampaignId campaign,
                                                              dnc::Instant now) const;

    // -- what became of calls
    void started(campaigns::AttemptId attempt, campaigns::CampaignId campaign, dnc::Number shown,
                 std::string trunk);
    /// The call was never made.
    void forget(campaigns::AttemptId attempt);
    /// What the attempt was shown as, while it is open.
    [[nodiscard]] std::optional<dnc::Number> shown(campaigns::AttemptId attempt) const;
    /// The call is over. Alarms have no id yet; a number that one of them sends to rest rests at
    /// once.
    [[nodiscard]] std::vector<campaigns::CallerIdAlarm>
    ended(const campaigns::AttemptResult& result, dnc::Instant now);
    /// What was counted since this was asked last.
    [[nodiscard]] std::map<campaigns::CallerIdKey, campaigns::CallerIdCounts> take_counts();

    // -- for people
    struct Standing {
        dnc::Number number;
        campaigns::CallerIdProof proof = campaigns::CallerIdProof::declared;
        int weight = 1;
        bool usable = true;
        campaigns::Sentence why; ///< when it is not usable
        std::optional<dnc::Instant> resting_until;
        campaigns::CallerIdCounts today; ///< since the engine started
        double answer_rate_usual = 0;    ///< of its own history; 0: not known yet
    };
    /// Of the campaign's pool, or of its one number.
    [[nodiscard]] std::vector<Standing> standing(campaigns::CampaignId campaign,
                                                 dnc::Instant now) const;

private:
    struct Settings {
        dnc::Number caller_id; ///< shown when there is no pool
        campaigns::CallerIdMatch match = campaigns::CallerIdMatch::area;
        bool sticky = true;
        campaigns::CallerIdSignals signals = campaigns::CallerIdSignals::rest;
        std::chrono::seconds rest{};
    };
    struct Candidate {
        dnc::Number number;
        int weight = 1;
        dnc::Place place;
        double pass = 0; ///< of its turns: grows by 1 / weight with each
    };
    struct Campaign {
        Settings settings;
        bool pooled = false;
        std::vector<Candidate> candidates; ///< by number
    };
    struct Open {
        campaigns::CampaignId campaign{};
        campaigns::CallerIdKey key;
    };
    struct Watched {
        CallerIdWatch watch;
        campaigns::CallerIdCounts today;
    };

    void fill(campaigns::CampaignId id, Campaign& campaign);
    [[nodiscard]] bool usable(dnc::Number number, dnc::Instant now) const;
    [[nodiscard]] std::optional<campaigns::Sentence> why_not(dnc::Number number,
                                                             dnc::Instant now) const;
    [[nodiscard]] double weight_now(const Candidate& candidate, dnc::Instant now) const;
    Candidate& by_turn(std::vector<Candidate*>& equals, dnc::Instant now) const;
    Candidate& by_person(std::vector<Candidate*>& equals, dnc::Number called,
                         dnc::Instant now) const;
    Watched& watched(const campaigns::CallerIdKey& key);
    [[nodiscard]] bool others_too(const Campaign& campaign,
                                  const campaigns::CallerIdKey& key) const;
    campaigns::CallerIdAlarm alarm_of(const Open& open, const CallerIdWatch::Alarm& found,
                                      dnc::Instant now);

    dnc::Places places_;
    std::uint64_t seed_;
    bool loaded_ = false;
    campaigns::CallerIdBook book_;
    std::map<campaigns::CampaignId, Campaign> campaigns_;
    std::map<campaigns::CallerIdKey, Watched> watched_;
    std::unordered_map<campaigns::AttemptId, Open> open_;
    std::map<campaigns::CallerIdKey, campaigns::CallerIdCounts> counted_;
};

} // namespace dialer::call
