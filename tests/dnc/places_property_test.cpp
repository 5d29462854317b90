// Goal: whatever the number and the address are, evidence only adds places, the answer depends on
// nothing else, and finding it takes no memory.
// Method: properties over generated numbers and addresses, turned tables, hostile text, and a count
// of allocations.

#include "dnc/places.hpp"
#include "tests/common/allocations.hpp"
#include "tests/dnc/places_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using dnc::Address;
using dnc::Number;
using dnc::Place;
using dnc::Places;
using namespace dnc_tests;

namespace {

rc::Gen<std::string> address_text() {
    return rc::gen::oneOf(
        rc::gen::arbitrary<std::string>(),
        rc::gen::element<std::string>("", "FL", "TX", "Kentucky", "ON", "NSW", "SP", "XX", "AE",
                                      "US-TN", "97914", "32401", "M5V 2T6", "2138", "69900-000",
                                      "US", "CA", "GB", "BR", "Narnia", "PR", "United States"));
}

rc::Gen<Number> any_number() {
    return rc::gen::map(
        rc::gen::oneOf(rc::gen::inRange<std::int64_t>(12'000'000'000, 20'000'000'000),
                       rc::gen::inRange<std::int64_t>(20'000'000'000, 999'999'999'999),
                       rc::gen::inRange<std::int64_t>(0, 20'000'000),
                       rc::gen::arbitrary<std::int64_t>()),
        [](std::int64_t value) { return Number{value}; });
}

rc::Gen<Address> any_address() {
    return rc::gen::build<Address>(rc::gen::set(&Address::country, address_text()),
                                   rc::gen::set(&Address::region, address_text()),
                                   rc::gen::set(&Address::county, address_text()),
                                   rc::gen::set(&Address::postal_code, address_text()));
}

template <class Value> bool sorted_once(const std::vector<Value>& values) {
    return std::is_sorted(values.begin(), values.end()) &&
           std::adjacent_find(values.begin(), values.end()) == values.end();
}

template <class Value>
bool contains(const std::vector<Value>& whole, const std::vector<Value>& part) {
    return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

} // namespace

TEST_CASE("an address takes no zone and no law away from the number", "[places][property]") {
    CHECK(rc::check([] {
        const Number number = *any_number();
        const Address address = *any_address();
        const Place alone = places().find(number, {});
        const Place both = places().find(number, address);
        RC_ASSERT(contains(both.zones, alone.zones));
        RC_ASSERT(contains(both.jurisdictions, alone.jurisdictions));
        RC_ASSERT(both.of_number == alone.of_number);
        RC_ASSERT(both.kind == alone.kind);
        RC_ASSERT(alone.zones_known || !both.zones_known);
        RC_ASSERT(sorted_once(both.zones));
        RC_ASSERT(sorted_once(both.jurisdictions));
    }));
}

TEST_CASE("a postal code takes no law away from the region", "[places][property]") {
    CHECK(rc::check([] {
        const Number number = *any_number();
        Address address = *any_address();
        const Place with = places().find(number, address);
        address.postal_code.clear();
        const Place without = places().find(number, address);
        if (address.country.empty() || !address.region.empty()) {
            RC_ASSERT(contains(with.jurisdictions, without.jurisdictions));
        }
    }));
}

TEST_CASE("the answer does not depend on what was asked before", "[places][property]") {
    CHECK(rc::check([] {
        Place reused = places().find(*any_number(), *any_address());
        const Number number = *any_number();
        const Address address = *any_address();
        places().find(number, address, reused);
        const Place fresh = places().find(number, address);
        RC_ASSERT(reused.zones == fresh.zones);
        RC_ASSERT(reused.jurisdictions == fresh.jurisdictions);
        RC_ASSERT(reused.of_number == fresh.of_number);
        RC_ASSERT(reused.kind == fresh.kind);
        RC_ASSERT(reused.zones_known == fresh.zones_known);
        RC_ASSERT(reused.area_code == fresh.area_code);
    }));
}

TEST_CASE("the order of the tables' rows changes nothing", "[places]") {
    dnc::Geography turned = geography();
    std::reverse(turned.world.countries.begin(), turned.world.countries.end());
    std::reverse(turned.world.regions.begin(), turned.world.regions.end());
    std::reverse(turned.world.numbers.begin(), turned.world.numbers.end());
    std::reverse(turned.world.postal.begin(), turned.world.postal.end());
    const Places other{turned, zones()};
    const std::vector<Address> addresses = {{},
                                            in_state("KY", "41011"),
                                            in_state("Atlantis"),
                                            in_country("BR", "AM"),
                                            in_country("PR")};
    for (std::int64_t number = 12'015'550'100; number < 13'000'000'000; number += 70'000'007) {
        for (const Number each : {Number{number}, Number{number * 3}}) {
            for (const Address& address : addresses) {
                const Place a = places().find(each, address);
                const Place b = other.find(each, address);
                REQUIRE(a.zones == b.zones);
                REQUIRE(a.jurisdictions == b.jurisdictions);
                REQUIRE(a.kind == b.kind);
            }
        }
    }
}

TEST_CASE("text of any length and kind is read as an address", "[places]") {
    const std::string long_text(1'000'000, 'A');
    const std::string zeros(5, '\0');
    for (const std::string& text : {long_text, zeros, std::string{"\xC3"}, std::string{"\xFF\xFE"},
                                    std::string(100, '9'), std::string{"--------"}}) {
        const Place place = places().find(
            kNewYork, {.country = text, .region = text, .county = text, .postal_code = text});
        CHECK(has_all(zone_names(place), words("America/New_York")));
    }
}

TEST_CASE("finding a place allocates nothing once the answer's vectors have grown", "[places]") {
    const std::vector<Number> numbers = {kNewYork, kUnknown,    kLondon,
                                         kToronto, Number{911}, Number{61491570006}};
    const std::vector<Address> addresses = {{},
                                            in_state("Atlantis", "90210"),
                                            in_country("United States", "kentucky", "41011"),
                                            in_state("ON", "M5V 2T6"),
                                            in_country("AU", "NSW", "2880"),
                                            in_country("Narnia")};
    Place place;
    const auto ask_all = [&] {
        for (const Number number : numbers) {
            for (const Address& address : addresses) {
                places().find(number, address, place);
            }
        }
    };
    ask_all();
    const long before = test_support::allocations();
    ask_all();
    CHECK(test_support::allocations() == before);
}
