// Where Dialing gets its leads from, and how it gives them back.

#include "campaigns/funnel/hours.hpp"
#include "campaigns/supply/callbacks.hpp"
#include "campaigns/supply/filter_store.hpp"
#include "campaigns/supply/supply.hpp"
#include "dialer/call/dialing.hpp"
#include "dialer/loop/invariant.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr std::chrono::seconds lease_time{60};
// How long "no lead is due" is believed when nothing notifies us.
constexpr auto dry_time = 1s;
// A callback becomes due without a word; hot leads are told.
constexpr auto urgent_time = 1s;
constexpr int urgent_max = 10;
// Leads held beyond what the next second needs are leads that other engines cannot have.
constexpr int lease_min = 20;
constexpr int lease_max = 1000;
constexpr auto keep_time = 1s;
// While a changed filter is brought to the leads; other work of the database goes in between.
constexpr auto keep_soon = 20ms;
// Places are read again even if nobody told that leads came.
constexpr auto places_age_max = 60s;

/// Whether a place that may not be called now opens by itself. If not, the gate tells each of its
/// leads so, and they stop waiting.
bool is_closed(const campaigns::PlaceHours& hours) {
    if (hours.open) {
        return false;
    }
    const auto code = dnc::reason_from_text(hours.code);
    return !code || dnc::scope_of(*code) == dnc::ReasonScope::time;
}

std::size_t count_of(const std::optional<campaigns::Declarations>& declared) {
    return declared ? 1 + declared->emergencies.size() + declared->holidays.size() : 0;
}

} // namespace

struct Dialing::Supplied {
    campaigns::Leased leased;
};

/// Owned by the control thread, used by one lease at a time on a thread of the database.
struct Dialing::Whereabouts {
    Whereabouts(const dnc::Gate& gate, const dnc::ZoneDatabase& zones,
                const campaigns::Campaign& campaign,
                const std::optional<campaigns::Declarations>& declared)
        : settings{campaign}, declarations{count_of(declared)}, hours{gate, zones, campaign,
                                                                      declared} {}

    /// Its answers hold for this campaign as well.
    [[nodiscard]] bool serves(const campaigns::Campaign& campaign,
                              const std::optional<campaigns::Declarations>& declared) const {
        return settings.mode == campaign.mode && settings.purpose == campaign.purpose &&
               settings.preview_limit == campaign.preview_limit &&
               settings.preview_then == campaign.preview_then && settings.hours == campaign.hours &&
               settings.ring_max == campaign.ring_max &&
               settings.atds_profile == campaign.atds_profile && declarations == count_of(declared);
    }

    std::vector<std::int32_t> closed(Store& store, dnc::Instant now, std::uint64_t changes) {
        if (!read_at || changes != seen_changes || now - *read_at > places_age_max) {
            places = campaigns::places_of_leads(store);
            read_at = now;
            seen_changes = changes;
        }
        std::vector<std::int32_t> closed;
        for (const auto& place : places) {
            if (is_closed(hours.ask(place, now))) {
                closed.push_back(place.id);
            }
        }
        return closed; // sorted, as places are
    }

    campaigns::Campaign settings;
    std::size_t declarations;
    campaigns::HoursOf hours;
    std::vector<campaigns::PlaceSample> places;
    std::optional<dnc::Instant> read_at;
    std::uint64_t seen_changes = 0;
};

/// Leads that are held for the next second: a few for each agent, and what is being dialed.
int Dialing::leads_enough(const CampaignRuntime& campaign) const {
    using enum campaigns::DialMode;
    const auto mode = campaign.settings.mode;
    const auto rate = static_cast<int>(campaign.dial_rate_per_s);
    if (mode == manual) {
        return 0; // agents bring their numbers
    }
    if (mode == preview) {
        return 2 * desk_.counts(campaign.settings.id).ready;
    }
    if (mode == agentless) {
        return std::clamp(2 * rate, lease_min, lease_max);
    }
    const auto agents = desk_.counts(pools_.of(campaign.settings.id)).signed_in();
    return agents == 0 ? 0 : std::clamp(rate + 2 * agents, lease_min, lease_max);
}

bool Dialing::nobody_is_there(const CampaignRuntime& campaign) const {
    return !agentless(campaign) && desk_.counts(pools_.of(campaign.settings.id)).signed_in() == 0;
}

void Dialing::lease_when_low(CampaignRuntime& campaign) {
    if (nobody_is_there(campaign)) {
        return return_leads(campaign); // to whoever else dials them, or to the next who signs in
    }
    const auto now = loop_.now();
    const bool dry = campaign.dry_until && now.mono < *campaign.dry_until;
    const auto enough = leads_enough(campaign);
    if (campaign.leasing || dry || static_cast<int>(campaign.ready.size()) * 2 > enough ||
        enough == 0) {
        return;
    }
    campaign.urgent_at = now.mono + urgent_time; // this lease brings them first
    lease(campaign, enough - static_cast<int>(campaign.ready.size()), 0);
}

/// Hot leads and callbacks do not wait until the leads at hand are used up.
void Dialing::lease_urgent(CampaignRuntime& campaign) {
    const auto now = loop_.now().mono;
    const auto enough = leads_enough(campaign);
    if (campaign.leasing || enough == 0 || (campaign.urgent_at && now < *campaign.urgent_at)) {
        return;
    }
    campaign.urgent_at = now + urgent_time;
    lease(campaign, std::min(enough, urgent_max), campaigns::kUrgent);
}

std::shared_ptr<Dialing::Whereabouts> Dialing::whereabouts(const CampaignRuntime& campaign) {
    auto& known = whereabouts_[campaign.settings.id];
    if (!known || !known->serves(campaign.settings, ledger_.declared())) {
        known = std::make_shared<Whereabouts>(gate_, zones_, campaign.settings, ledger_.declared());
    }
    return known;
}

void Dialing::lease(CampaignRuntime& campaign, int count, int level_min) {
    campaign.leasing = true;
    const auto now = loop_.now().wall;
    const bool read_first = campaign.settings.mode == campaigns::DialMode::preview;
    campaigns::LeaseWish wish{.campaign = campaign.settings.id,
                              .run = loop_.run,
                              .count = count,
                              .now = now,
                              .until = now + (read_first ? preview_loan_ : lease_time),
                              .memory = memory_,
                              .closed_places = {},
                              .level_min = level_min};
    loop_.pool.run(
        [wish = std::move(wish), places = whereabouts(campaign),
         changes = leads_changes_](Store& store) mutable {
            wish.closed_places = places->closed(store, wish.now, changes);
            return Supplied{campaigns::lease_supply(store, wish)};
        },
        [this, id = campaign.settings.id, level_min](StoreResult<Supplied> result) {
            leased(id, level_min, std::move(result));
        });
}

void Dialing::leased(CampaignId id, int level_min, StoreResult<Supplied> result) {
    auto& campaign = campaigns_.at(id);
    campaign.leasing = false;
    auto* supplied = std::get_if<Supplied>(&result);
    const bool all_levels = level_min == 0;
    if (supplied == nullptr) {
        spdlog::error("lease of leads failed: {}", std::get<StoreError>(result).what);
    }
    if (supplied != nullptr && all_levels) {
        campaign.places_closed = supplied->leased.closed;
    }
    if (supplied == nullptr || supplied->leased.leads.empty()) {
        if (all_levels) {
            campaign.dry_until = loop_.now().mono + dry_time;
        }
        return;
    }
    auto& leads = supplied->leased.leads;
    if (all_levels) {
        campaign.dry_until.reset();
        note_lists(campaign, leads);
    }
    take_in(campaign, std::move(leads));
    if (!campaign.settings.running || stopping_) {
        return return_leads(campaign);
    }
    pump(id);
}

/// Urgent ones go before all that is there but other urgent ones.
void Dialing::take_in(CampaignRuntime& campaign, std::vector<campaigns::Lead> leads) {
    auto& ready = campaign.ready;
    auto front = std::find_if(ready.begin(), ready.end(), [](const LeadInHand& hand) {
        return hand.lead.priority < campaigns::kUrgent;
    });
    auto place = front - ready.begin();
    for (auto& lead : leads) {
        INVARIANT(!lead.phones.empty()); // the store gives no lead without a number
        LeadInHand hand;
        hand.lead = std::move(lead);
        hand.group = pace_.group_of(campaign.settings, hand.lead, hand.number(), loop_.now());
        if (hand.lead.priority >= campaigns::kUrgent) {
            ready.insert(ready.begin() + place++, std::move(hand));
        } else {
            ready.push_back(std::move(hand));
        }
    }
}

/// People of a list that has just begun need not answer like those of the lists before.
void Dialing::note_lists(CampaignRuntime& campaign, const std::vector<campaigns::Lead>& leads) {
    std::set<campaigns::ListId> lists;
    for (const auto& lead : leads) {
        lists.insert(lead.list);
    }
    const bool any_known = std::any_of(lists.begin(), lists.end(), [&](campaigns::ListId list) {
        return campaign.lists.contains(list);
    });
    if (!campaign.lists.empty() && !any_known) {
        pace_.supply_changed(campaign.settings.id, loop_.now());
    }
    campaign.lists = std::move(lists);
}

void Dialing::leads_changed() {
    ++leads_changes_;
    for (auto& [id, campaign] : campaigns_) {
        campaign.dry_until.reset();
        campaign.urgent_at.reset();
    }
}

void Dialing::return_leads(CampaignRuntime& campaign) {
    if (campaign.ready.empty()) {
        return;
    }
    std::vector<campaigns::LeadId> leads;
    for (const auto& hand : std::exchange(campaign.ready, {})) {
        leads.push_back(hand.lead.id);
    }
    give_back(std::move(leads));
    campaign.dry_until.reset();
}

void Dialing::give_back(std::vector<campaigns::LeadId> leads, std::optional<dnc::Instant> due) {
    if (leads.empty()) {
        return;
    }
    loop_.pool.run(
        [run = loop_.run, leads, due](Store& store) { store.return_leads(run, leads, due); },
        [](const StoreResult<db::Nothing>& result) {
            if (const auto* error = std::get_if<StoreError>(&result)) {
                // Their loan ends by itself.
                spdlog::warn("leads not given back: {}", error->what);
            }
        });
}

// -- what is kept up beside dialing

/// Callbacks whose agents did not take them, and leads that a changed filter parks or brings back.
void Dialing::keep() {
    if (!store_ready_ || stopping_ || keeping_) {
        return;
    }
    keeping_ = true;
    loop_.pool.run(
        [now = loop_.now().wall](Store& store) {
            campaigns::open_callbacks(store, now);
            return campaigns::sweep_filters(store, now);
        },
        [this](const StoreResult<campaigns::FilterSweep>& result) {
            keeping_ = false;
            const auto* sweep = std::get_if<campaigns::FilterSweep>(&result);
            if (sweep == nullptr) {
                spdlog::warn("the supply was not looked after: {}",
                             std::get<StoreError>(result).what);
            }
            keep_timer_.expires_after(sweep == nullptr || sweep->done ? keep_time : keep_soon);
            keep_timer_.async_wait([this](boost::system::error_code error) {
                if (!error) {
                    keep();
                }
            });
        });
}

} // namespace dialer::call
