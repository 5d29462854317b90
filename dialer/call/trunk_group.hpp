#pragma once

// Which trunk takes the next call: rate, channel and health limits. Pure.

#include "campaigns/sentence.hpp"
#include "dialer/sip/legs.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::call {

/// Calls per second as a token bucket that holds a tenth of a second's worth (at least one), so
/// that a carrier sees no burst above its limit; channels as a plain count. Control thread.
class TrunkGroup {
public:
    explicit TrunkGroup(const std::vector<sip::Trunk>& trunks);

    /// Takes a channel and a token of the first trunk of `preferred` (all, in order of the
    /// configuration, when empty) that is up, has both, and is not in `tried`.
    [[nodiscard]] std::optional<std::string> take(const std::vector<std::string>& preferred,
                                                  const std::vector<std::string>& tried,
                                                  Monotonic now);
    /// Gives the channel back when the call is over.
    void release(std::string_view name);

    void set_health(std::string_view name, bool up, std::string why);
    /// Holds the trunk back until `until` (503 with Retry-After, RFC 3261 21.5.4).
    void hold_back(std::string_view name, Monotonic until);

    struct Status {
        std::string name;
        bool up = false;
        std::string why;
        int lines = 0;
        double calls_per_second = 0; ///< over the last few seconds
    };
    [[nodiscard]] std::vector<Status> status(Monotonic now);

    /// Nothing when a trunk of `preferred` could take a call, else why not, for people.
    [[nodiscard]] std::optional<campaigns::Sentence>
    obstacle(const std::vector<std::string>& preferred, Monotonic now);

    /// What the trunks of `preferred` would still take at this moment.
    struct Room {
        int channels = 0; ///< of trunks that are up and not held back
        int calls = 0;    ///< that their calls per second allow now
    };
    [[nodiscard]] Room room(const std::vector<std::string>& preferred, Monotonic now);

private:
    struct State {
        std::string name;
        double rate_max = 1;
        int channels_max = 1;
        bool up = false; // until the first health report says otherwise
        std::string why = "not probed yet";
        int lines = 0;
        double tokens = 1;
        Monotonic refilled_at{};
        Monotonic held_until{};
        double taken_smoothed = 0; // calls, decaying; see status()
        Monotonic smoothed_at{};
    };

    State* find(std::string_view name);
    static void refill(State& trunk, Monotonic now);
    static void decay(State& trunk, Monotonic now);
    static std::optional<campaigns::Sentence> obstacle_of(const State& trunk, Monotonic now);
    std::vector<State*> candidates(const std::vector<std::string>& preferred);

    std::vector<State> trunks_;
};

} // namespace dialer::call
