#include "dialer/call/funnel_keeping.hpp"

#include "campaigns/import/places.hpp"
#include "dialer/call/campaign_runtime.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <variant>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::CampaignId;

namespace {

constexpr auto running_interval = 1s;
constexpr auto stopped_interval = 5s;
// An emergency that was declared meanwhile shows after this; the gate acts on it at once.
constexpr auto making_age_max = 60s;
// After a read, a pause of so many times as long.
constexpr int pause_factor = 4;
// Leads of one read that are told their place.
constexpr int placed_max = 500;

} // namespace

FunnelKeeping::FunnelKeeping(Loop& loop, db::Pool& office, const dnc::Gate& gate,
                             const dnc::Places& places, const dnc::ZoneDatabase& zones)
    : loop_{loop}, office_{office}, gate_{gate}, places_{places}, zones_{zones} {}

void FunnelKeeping::tick(const std::map<CampaignId, CampaignRuntime>& campaigns,
                         const std::optional<campaigns::Declarations>& declared) {
    const Monotonic now = loop_.now().mono;
    if (reading_ || now < next_ || !office_.available()) {
        return;
    }
    const CampaignRuntime* oldest = nullptr;
    Monotonic oldest_at = Monotonic::max();
    for (const auto& [id, campaign] : campaigns) {
        const Monotonic at = kept_[id].read_at;
        const auto interval = campaign.settings.running ? running_interval : stopped_interval;
        if ((at == Monotonic{} || at + interval <= now) && at < oldest_at) {
            oldest = &campaign;
            oldest_at = at;
        }
    }
    if (oldest != nullptr) {
        read(*oldest, declared);
    }
}

void FunnelKeeping::read(const CampaignRuntime& campaign,
                         const std::optional<campaigns::Declarations>& declared) {
    const auto now = loop_.now();
    const CampaignId id = campaign.settings.id;
    Kept& kept = kept_[id];
    if (!kept.making || kept.made_at + making_age_max < now.mono) {
        kept.making = std::make_shared<Making>(
            Making{campaign.settings, {gate_, zones_, campaign.settings, declared}});
        kept.made_at = now.mono;
    }
    kept.read_at = now.mono;
    reading_ = true;
    office_.run(
        [this, id, at = now.wall, making = kept.making](campaigns::Store& store) {
            // Numbers dialed by hand, and leads of older programs, come without one.
            campaigns::fill_places(store, places_, zones_, placed_max);
            campaigns::fold_lead_counts(store, at);
            return campaigns::make_funnel(making->settings, campaigns::funnel_counts(store, id, at),
                                          making->hours, at);
        },
        [this, id, began = now.mono](db::StoreResult<campaigns::Funnel> result) {
            read_done(id, began, std::move(result));
        });
}

void FunnelKeeping::read_done(CampaignId id, Monotonic began,
                              db::StoreResult<campaigns::Funnel> result) {
    const Monotonic now = loop_.now().mono;
    reading_ = false;
    next_ = now + pause_factor * (now - began);
    if (auto* const funnel = std::get_if<campaigns::Funnel>(&result)) {
        kept_[id].funnel = std::make_shared<const campaigns::Funnel>(std::move(*funnel));
        return;
    }
    const auto& error = std::get<db::StoreError>(result);
    next_ = std::max(next_, now + stopped_interval);
    if (error.kind == db::StoreError::Kind::refused) {
        spdlog::warn("the funnel of campaign {} cannot be read: {}", static_cast<std::int64_t>(id),
                     error.what);
    }
}

void FunnelKeeping::changed(CampaignId campaign) {
    Kept& kept = kept_[campaign];
    kept.making.reset();
    kept.read_at = Monotonic{};
}

std::shared_ptr<const campaigns::Funnel> FunnelKeeping::find(CampaignId id) const {
    const auto found = kept_.find(id);
    return found == kept_.end() ? nullptr : found->second.funnel;
}

} // namespace dialer::call
