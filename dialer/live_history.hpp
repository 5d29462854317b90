#pragma once

// Lines and free agents of the last ten minutes, so that a page that was just opened has a chart.

#include "dialer/live_json.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace dialer {

/// Samples of the live figures. One thread. Memory: `kept` samples of two numbers a campaign.
class LiveHistory {
public:
    static constexpr std::chrono::seconds step{5};
    static constexpr std::size_t kept = 120;

    /// Takes a sample when the last one is `step` old; whether it did.
    bool add(const LiveView& view);

    /// {"step_s", "at", "agents_free", "campaigns": [{"id", "lines", "agents_free"}]}: lists of one
    /// length, oldest first; null where a campaign was not there yet.
    [[nodiscard]] std::string json() const;

private:
    struct Figures {
        int lines = 0; ///< dialed and not answered yet
        int free = 0;  ///< ready, of the campaign or its pool
    };
    struct Sample {
        dnc::Instant at;
        int free = 0; ///< ready, in whatever campaign
        std::map<campaigns::CampaignId, Figures> campaigns;
    };

    std::deque<Sample> samples_; // oldest first
    std::optional<Monotonic> last_;
};

} // namespace dialer
