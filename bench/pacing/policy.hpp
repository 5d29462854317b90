#pragma once

// What decides how many lines to dial: the pacing core, or a rule of another system.

#include "pacing/event.hpp"
#include "pacing/pacer.hpp"
#include "pacing/types.hpp"

#include <span>
#include <string>

namespace pacing_sim {

/// One pool of agents' decisions. Told of everything that can be seen, never of what will happen.
///
/// Owned by one run; keeps what it has learnt from day to day. Asked after every event when
/// `at_events()`, and on a tick of 250 ms anyway; rules with slower clocks of their own answer 0
/// in between.
class Policy {
public:
    Policy() = default;
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    virtual ~Policy() = default;

    virtual void on(const pacing::Event& event) = 0;
    /// `next` are the leads at hand in dialing order; at most that many can be dialed.
    virtual pacing::Plan decide(pacing::CampaignId campaign, pacing::Instant now,
                                const pacing::Room& room, std::span<const pacing::Group> next) = 0;
    [[nodiscard]] virtual bool at_events() const { return false; }
    /// Free agents that an answered call of the campaign must leave for others.
    [[nodiscard]] virtual int kept_from(pacing::CampaignId /*campaign*/) const { return 0; }
    /// One line about what it has come to, for people; may be empty.
    [[nodiscard]] virtual std::string note() const { return {}; }
};

} // namespace pacing_sim
