#pragma once

// Keeps the funnels of all campaigns fresh for the wallboard, at a bounded cost.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "dialer/loop/loop.hpp"
#include "dnc/gate.hpp"
#include "dnc/places.hpp"
#include "dnc/zones.hpp"

#include <map>
#include <memory>
#include <optional>

namespace dialer::call {

struct CampaignRuntime;

/// Reads one funnel at a time: those of running campaigns once a second, of stopped ones every five
/// seconds, and all of them less often when reading takes long, so that it never takes more than a
/// fifth of one session. Control thread only; the work is done on a database thread.
class FunnelKeeping {
public:
    /// `office`: sessions that nobody's call waits for. Gate, places and zones outlive them.
    FunnelKeeping(Loop& loop, db::Pool& office, const dnc::Gate& gate, const dnc::Places& places,
                  const dnc::ZoneDatabase& zones);

    /// At each beat of the loop.
    void tick(const std::map<campaigns::CampaignId, CampaignRuntime>& campaigns,
              const std::optional<campaigns::Declarations>& declared);
    /// The campaign's settings have changed: its hours are asked for again, at once.
    void changed(campaigns::CampaignId campaign);

    /// Null until it was read once.
    [[nodiscard]] std::shared_ptr<const campaigns::Funnel> find(campaigns::CampaignId id) const;

private:
    /// What one campaign's funnel is made with; in one thread's hands at a time.
    struct Making {
        campaigns::Campaign settings;
        campaigns::HoursOf hours;
    };
    struct Kept {
        std::shared_ptr<Making> making; ///< null: the settings have changed
        Monotonic made_at{};            ///< of `making`
        std::shared_ptr<const campaigns::Funnel> funnel;
        Monotonic read_at{};
    };

    void read(const CampaignRuntime& campaign,
              const std::optional<campaigns::Declarations>& declared);
    void read_done(campaigns::CampaignId id, Monotonic began,
                   db::StoreResult<campaigns::Funnel> result);

    Loop& loop_;
    db::Pool& office_;
    const dnc::Gate& gate_;
    const dnc::Places& places_;
    const dnc::ZoneDatabase& zones_;
    std::map<campaigns::CampaignId, Kept> kept_;
    bool reading_ = false;
    Monotonic next_{};
};

} // namespace dialer::call
