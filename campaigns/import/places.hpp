#pragma once

// The places of leads, each held once: what `leads.place` names.

#include "campaigns/store.hpp"
#include "dnc/facts.hpp"
#include "dnc/places.hpp"
#include "dnc/zones.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace campaigns {

/// "US,US-FL|America/Chicago,America/New_York"; a question mark at the end when some zones of it
/// are not known.
[[nodiscard]] std::string place_key(const dnc::Place& place, const dnc::ZoneDatabase& zones);

/// Ids of places, remembered by area code and address. One thread; memory is bounded. A new place
/// is stored in a transaction of its own, so that nobody waits for the caller's.
class PlaceIds {
public:
    /// `store` is a session without an open transaction whenever find() is called.
    PlaceIds(Store& store, const dnc::Places& places, const dnc::ZoneDatabase& zones);
    ~PlaceIds();
    PlaceIds(const PlaceIds&) = delete;
    PlaceIds& operator=(const PlaceIds&) = delete;

    struct Found {
        std::int32_t place = 0; ///< id in the table `places`
        /// Equal for numbers and addresses that no rule of the gate can tell apart by where they
        /// are: one place, kind of number, area code and county.
        std::uint32_t whereabouts = 0;
    };
    [[nodiscard]] Found find(dnc::Number number, const dnc::Address& address);
    [[nodiscard]] std::string key_of(std::int32_t place) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// Looks up the place of leads that have none yet (dialed by hand, or imported by an older
/// program), at most `leads_max` of them. Returns how many it has filled; 0 when all have one.
std::int64_t fill_places(Store& store, const dnc::Places& places, const dnc::ZoneDatabase& zones,
                         int leads_max);

} // namespace campaigns
