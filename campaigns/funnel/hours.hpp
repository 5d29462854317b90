#pragma once

// Whether a place may be called now, by one campaign: the gate asked once for all leads there.
//
// An estimate for people and for the choice of leads, never a permission: the gate decides on every
// single call, with all that is known of the person.

#include "campaigns/ledger/ledger.hpp"
#include "campaigns/sentence.hpp"
#include "campaigns/types.hpp"
#include "dnc/gate.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

/// A row of `places`: a number and an address that lie in it.
struct PlaceSample {
    std::int32_t id = 0;
    std::string key; ///< "US,US-FL|America/Chicago,America/New_York"
    std::vector<std::string> zones;
    dnc::Number number;
    dnc::Address address;
};

struct PlaceHours {
    bool open = true;
    std::optional<Instant> opens_at;  ///< when closed; empty: by itself never
    std::optional<Instant> closes_at; ///< when open; empty: not within a day
    std::string code; ///< why it is closed: "HOURS_STATE", "campaign_hours"; empty when open
    Sentence words;   ///< the same as a sentence
};

/// Asks the gate about places for one campaign and remembers each answer until it changes. Holds
/// references to gate and zones and copies of the rest; memory: one entry a place. Not thread-safe.
class HoursOf {
public:
    /// The campaign's own hours hold beside those of the law. `declared` empty: emergencies and
    /// proclaimed holidays are taken for none.
    HoursOf(const dnc::Gate& gate, const dnc::ZoneDatabase& zones, const Campaign& campaign,
            std::optional<Declarations> declared = std::nullopt);

    /// Place 0, which nobody has looked up, is never closed.
    [[nodiscard]] const PlaceHours& ask(const PlaceSample& place, Instant at);

    [[nodiscard]] const dnc::ZoneDatabase& zones() const { return zones_; }

private:
    struct Answer {
        Instant from{};
        Instant to{}; ///< half-open: as long as it holds
        PlaceHours hours;
    };

    [[nodiscard]] dnc::CallFacts facts_of(const PlaceSample& place) const;
    [[nodiscard]] PlaceHours judge(const dnc::CallFacts& facts, Instant at);
    [[nodiscard]] bool is_open(const dnc::CallFacts& facts, Instant at);
    [[nodiscard]] std::optional<Instant> opening(const dnc::CallFacts& facts, Instant at);
    [[nodiscard]] std::optional<Instant> closing(const dnc::CallFacts& facts, Instant at);

    const dnc::Gate& gate_;
    const dnc::ZoneDatabase& zones_;
    Campaign campaign_;
    std::optional<Declarations> declared_;
    std::map<std::int32_t, Answer> answers_;
    dnc::Judgement judgement_;
};

} // namespace campaigns
