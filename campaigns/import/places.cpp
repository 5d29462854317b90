// Places of leads: this file speaks SQL for the table `places`.

#include "campaigns/import/places.hpp"

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <fmt/format.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <vector>

namespace campaigns {

namespace {

constexpr std::size_t kRemembered = 200'000; // combinations of area code and address
constexpr int kPremiumExchange = 976;        // makes a number another kind of line, in dnc/places

constexpr const char* kMakePlace = R"sql(
INSERT INTO places (key, jurisdictions, zones, number, country, region, county, postal_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (key) DO NOTHING
)sql";
constexpr const char* kFindPlace = "SELECT id FROM places WHERE key = $1";

constexpr const char* kWithoutPlace = R"sql(
SELECT l.id, p.number, l.country, l.region, l.county, l.postal_code
FROM leads l JOIN lead_phones p ON p.lead_id = l.id AND p.position = 0
WHERE l.place = 0
LIMIT $1
)sql";
// A lead that is on loan has its row in another hand; it is filled the next time.
constexpr const char* kFill = R"sql(
WITH free AS MATERIALIZED (
    SELECT l.id FROM leads l WHERE l.id = ANY($1::bigint[]) AND l.place = 0
    ORDER BY l.id FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE leads l SET place = given.place
FROM unnest($1::bigint[], $2::integer[]) AS given (id, place), free
WHERE l.id = given.id AND free.id = l.id
)sql";

std::string jurisdiction_text(const dnc::Jurisdiction& place) {
    std::string text{place.country.data(), place.country.size()};
    std::string region{place.region.data(), place.region.size()};
    region.erase(std::find(region.begin(), region.end(), '\0'), region.end());
    return region.empty() ? text : text + "-" + region;
}

std::vector<std::string> jurisdictions_of(const std::vector<dnc::Jurisdiction>& all) {
    std::vector<std::string> texts;
    std::transform(all.begin(), all.end(), std::back_inserter(texts), jurisdiction_text);
    return texts;
}

std::vector<std::string> zones_of(const dnc::Place& place, const dnc::ZoneDatabase& zones) {
    std::vector<std::string> names;
    for (const dnc::ZoneId zone : place.zones) {
        names.emplace_back(zones.name(zone));
    }
    std::sort(names.begin(), names.end());
    return names;
}

void append_joined(std::string& out, const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        out += (i == 0 ? "" : ",") + texts[i];
    }
}

} // namespace

std::string place_key(const dnc::Place& place, const dnc::ZoneDatabase& zones) {
    std::string key;
    append_joined(key, jurisdictions_of(place.jurisdictions));
    key += '|';
    append_joined(key, zones_of(place, zones));
    return place.zones_known ? key : key + '?';
}

class PlaceIds::Impl {
public:
    Impl(Store& store, const dnc::Places& places, const dnc::ZoneDatabase& zones)
        : store_{store}, places_{places}, zones_{zones} {}

    Found find(dnc::Number number, const dnc::Address& address) {
        set_likeness(number, address);
        if (const auto known = by_address_.find(likeness_); known != by_address_.end()) {
            return known->second;
        }
        places_.find(number, address, place_);
        const std::string key = place_key(place_, zones_);
        const Found found{intern(key, number, address), whereabouts(key, address)};
        if (by_address_.size() >= kRemembered) {
            by_address_.clear();
        }
        by_address_.emplace(likeness_, found);
        return found;
    }

    std::string key_of(std::int32_t place) const {
        const auto found = std::find_if(ids_.begin(), ids_.end(),
                                        [&](const auto& known) { return known.second == place; });
        return found == ids_.end() ? std::string{} : found->first;
    }

private:
    /// What dnc::Places looks at: of a NANP number the area code and whether it is a premium one,
    /// of others all digits.
    void set_likeness(dnc::Number number, const dnc::Address& address) {
        const auto code = dnc::area_code(number);
        const bool premium = number.e164 / 10'000 % 1000 == kPremiumExchange;
        likeness_ =
            code ? std::to_string(*code) + (premium ? "!" : "") : std::to_string(number.e164);
        for (const std::string* text :
             {&address.country, &address.region, &address.county, &address.postal_code}) {
            likeness_ += '|';
            likeness_ += *text;
        }
    }

    std::uint32_t whereabouts(const std::string& key, const dnc::Address& address) {
        std::string all = fmt::format("{}|{}|{}|{}|", key, static_cast<int>(place_.kind),
                                      place_.area_code, address.county);
        append_joined(all, jurisdictions_of(place_.of_number));
        if (whereabouts_.size() >= kRemembered) {
            whereabouts_.clear();
        }
        return whereabouts_.try_emplace(all, ++last_whereabouts_).first->second;
    }

    std::int32_t intern(const std::string& key, dnc::Number number, const dnc::Address& address) {
        const auto known = ids_.find(key);
        if (known != ids_.end()) {
            return known->second;
        }
        const std::int32_t id = guarded(store_.session(), [&] {
            pqxx::nontransaction work{store_.session().connection};
            auto found = work.exec_params(kFindPlace, key);
            if (found.empty()) {
                work.exec_params(kMakePlace, key,
                                 text_array(jurisdictions_of(place_.jurisdictions)),
                                 text_array(zones_of(place_, zones_)), number.e164,
                                 clean_text(address.country), clean_text(address.region),
                                 clean_text(address.county), clean_text(address.postal_code));
                found = work.exec_params(kFindPlace, key);
            }
            return found[0][0].as<std::int32_t>();
        });
        ids_.emplace(key, id);
        return id;
    }

    Store& store_;
    const dnc::Places& places_;
    const dnc::ZoneDatabase& zones_;
    std::unordered_map<std::string, Found> by_address_;
    std::unordered_map<std::string, std::uint32_t> whereabouts_;
    std::unordered_map<std::string, std::int32_t> ids_; // as many as there are places
    std::uint32_t last_whereabouts_ = 0;
    std::string likeness_;
    dnc::Place place_;
};

PlaceIds::PlaceIds(Store& store, const dnc::Places& places, const dnc::ZoneDatabase& zones)
    : impl_{std::make_unique<Impl>(store, places, zones)} {}
PlaceIds::~PlaceIds() = default;

PlaceIds::Found PlaceIds::find(dnc::Number number, const dnc::Address& address) {
    return impl_->find(number, address);
}

std::string PlaceIds::key_of(std::int32_t place) const {
    return impl_->key_of(place);
}

std::int64_t fill_places(Store& store, const dnc::Places& places, const dnc::ZoneDatabase& zones,
                         int leads_max) {
    Store::Session& session = store.session();
    const pqxx::result rows = guarded(session, [&] {
        pqxx::nontransaction work{session.connection};
        return work.exec_params(kWithoutPlace, leads_max);
    });
    if (rows.empty()) {
        return 0;
    }
    PlaceIds ids{store, places, zones};
    std::vector<std::int64_t> leads;
    std::vector<std::int32_t> found;
    for (const pqxx::row& row : rows) {
        const dnc::Address address{.country = row["country"].as<std::string>(),
                                   .region = row["region"].as<std::string>(),
                                   .county = row["county"].as<std::string>(),
                                   .postal_code = row["postal_code"].as<std::string>()};
        leads.push_back(row["id"].as<std::int64_t>());
        found.push_back(ids.find(dnc::Number{row["number"].as<std::int64_t>()}, address).place);
    }
    return guarded(session, [&] {
        pqxx::work work{session.connection};
        const auto filled = work.exec_params(kFill, array_of(leads), array_of(found));
        work.commit();
        return static_cast<std::int64_t>(filled.affected_rows());
    });
}

} // namespace campaigns
