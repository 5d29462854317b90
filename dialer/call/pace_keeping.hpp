#pragma once

// What pacing must not forget: reads it from the store at start, and writes it.

#include "dialer/call/campaign_runtime.hpp"
#include "dialer/call/pace.hpp"
#include "dialer/loop/loop.hpp"

#include <functional>
#include <map>
#include <string>

namespace dialer::call {

/// Reads the answers of the last days and what was learnt before a campaign is dialed; writes what
/// was learnt once a minute and at the end; samples explanations into the dial log. Control thread
/// only.
class PaceKeeping {
public:
    /// `to_json` makes the text of a sample.
    using ToJson = std::function<std::string(const pacing::Explanation&)>;
    PaceKeeping(Loop& loop, Pace& pace, std::map<campaigns::CampaignId, CampaignRuntime>& campaigns,
                ToJson to_json);

    /// At each beat of the loop.
    void tick();
    /// At the end, and never before what was learnt earlier has been read.
    void save_all();
    /// Writes of save_all are not yet done.
    [[nodiscard]] bool saving() const { return saves_open_ > 0; }

private:
    struct Kept {
        bool loading = false;
        bool learnt_loaded = false; ///< before that, nothing may replace what is stored
        Monotonic retry_at{};
        Monotonic saved_at{};
        Monotonic sampled_at{};
        pacing::Explanation sampled;
    };
    struct Read {
        std::vector<campaigns::DayAnswers> days;
        std::string learnt;
    };

    void read(campaigns::CampaignId id, Kept& kept, const Pace::HistoryWanted& wanted);
    void was_read(campaigns::CampaignId id, const std::string& zone,
                  const db::StoreResult<Read>& result);
    void save(campaigns::CampaignId id, Kept& kept);
    void sample(const CampaignRuntime& campaign, Kept& kept, Stamp now);

    Loop& loop_;
    Pace& pace_;
    std::map<campaigns::CampaignId, CampaignRuntime>& campaigns_;
    ToJson to_json_;
    std::map<campaigns::CampaignId, Kept> kept_;
    int saves_open_ = 0;
};

} // namespace dialer::call
