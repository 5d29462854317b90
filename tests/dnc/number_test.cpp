// Goal: what people and spreadsheets write for a number is read as that number or refused with
// the right reason, and no input crashes or takes more than linear time.
// Method: tables of texts, then properties over random numbers and random bytes.

#include "dnc/number.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>
#include <vector>

using dnc::Number;
using dnc::NumberFault;
using dnc::read_number;

namespace {

struct Good {
    std::string_view text;
    std::int64_t e164;
};

struct Bad {
    std::string_view text;
    NumberFault fault;
};

std::optional<Number> number_of(std::string_view text) {
    const auto read = read_number(text);
    const Number* const number = std::get_if<Number>(&read);
    return number == nullptr ? std::nullopt : std::optional{*number};
}

std::optional<NumberFault> fault_of(std::string_view text) {
    const auto read = read_number(text);
    const NumberFault* const fault = std::get_if<NumberFault>(&read);
    return fault == nullptr ? std::nullopt : std::optional{*fault};
}

} // namespace

TEST_CASE("North American numbers are read however they are written", "[number]") {
    const std::vector<Good> table = {
        {"2125550123", 12125550123},
        {"12125550123", 12125550123},
        {"+12125550123", 12125550123},
        {"(212) 555-0123", 12125550123},
        {"212.555.0123 ", 12125550123},
        {"+1 212 555 0123", 12125550123},
        {"1-212-555-0123", 12125550123},
        {"212/555/0123", 12125550123},
        {"[212] 555_0123", 12125550123},
        {"\t212 555 0123\r\n", 12125550123},
        {"tel:+1-212-555-0123", 12125550123},
        {" TEL: 212 555 0123", 12125550123},
        {"'2125550123", 12125550123},
        {"\xE2\x80\x99"
         "2125550123",
         12125550123}, // right single quote
        {"212\xC2\xA0"
         "555\xE2\x80\x93"
         "0123",
         12125550123}, // no-break space, en dash
        {"212\xA0"
         "555 0123",
         12125550123}, // no-break space in Latin-1
        {"212\xE2\x80\x91"
         "555\xE2\x80\x91"
         "0123",
         12125550123},                                         // non-breaking hyphen
        {"\xE2\x80\xAA+12125550123\xE2\x80\xAC", 12125550123}, // direction marks
        {"\xEF\xBB\xBF"
         "2125550123",
         12125550123},                                          // byte order mark
        {"\xEF\xBC\x8B\xEF\xBC\x91 212 555 0123", 12125550123}, // full-width +1
        {"\xEF\xBC\x92\xEF\xBC\x91\xEF\xBC\x92 5550123", 12125550123},
        {"12125550123.0", 12125550123},
        {"2125550123.00", 12125550123},
        {"'2125550123.0", 12125550123},
        {"001 212 555 0123", 12125550123},
        {"011 1 212 555 0123", 12125550123},
        {"9075550199", 19075550199},
    };
    for (const Good& row : table) {
        CAPTURE(row.text);
        CHECK(number_of(row.text) == Number{row.e164});
    }
}

TEST_CASE("numbers abroad need + or 011 or 00 and a country code", "[number]") {
    const std::vector<Good> table = {
        {"+44 20 7946 0123", 442079460123},    {"0039 06 5550 1234", 390655501234},
        {"011 44 20 7946 0123", 442079460123}, {"+49 (30) 555-0123", 49305550123},
        {"+55 11 95550-0123", 5511955500123},  {"+883 5100 0123 456", 88351000123456},
        {"+3585550123", 3585550123},
    };
    for (const Good& row : table) {
        CAPTURE(row.text);
        CHECK(number_of(row.text) == Number{row.e164});
    }
    CHECK(fault_of("442079460123") == NumberFault::too_long);
}

TEST_CASE("what cannot be dialed is refused with its reason", "[number]") {
    using namespace std::string_view_literals;
    const std::vector<Bad> table = {
        {"", NumberFault::empty},
        {"  \t ", NumberFault::empty},
        {"\xC2\xA0", NumberFault::empty},
        {"'", NumberFault::empty},
        {"--", NumberFault::empty},
        {"+", NumberFault::not_a_number},
        {"n/a", NumberFault::not_a_number},
        {"1-800-FLOWERS", NumberFault::not_a_number},
        {"1.2125550123E+10", NumberFault::not_a_number},
        {"1,21E+10", NumberFault::not_a_number},
        {"212 555 0123 x123", NumberFault::not_a_number},
        {"212-555-0123 ext. 5", NumberFault::not_a_number},
        {"212-555-0123#5", NumberFault::not_a_number},
        {"212-555-0123,,5", NumberFault::not_a_number},
        {"212-555-0123; 212-555-0124", NumberFault::not_a_number},
        {"212-555-0123 212-555-0124", NumberFault::not_a_number},
        {"2125550123/2125550124", NumberFault::not_a_number},
        {"+44 (0)20 7946 0123", NumberFault::not_a_number},
        {"212+5550123", NumberFault::not_a_number},
        {"++12125550123", NumberFault::not_a_number},
        {"212'5550123", NumberFault::not_a_number},
        {"212555\0"
         "0123"sv,
         NumberFault::not_a_number},
        {"\0"sv, NumberFault::not_a_number},
        {"\xFF\xFE"
         "2125550123",
         NumberFault::not_a_number},
        {"212555012\xC3", NumberFault::not_a_number},
        {"\xF0\x9F\x93\x9E 2125550123", NumberFault::not_a_number}, // a picture of a telephone
        {"\xD9\xA2\xD9\xA1\xD9\xA2"
         "5550123",
         NumberFault::not_a_number},
        {"5550123", NumberFault::too_short},
        {"+1 212 555 012", NumberFault::too_short},
        {"+44 20 7", NumberFault::too_short},
        {"212 555 01234", NumberFault::too_long},
        {"+1 212 555 01234", NumberFault::too_long},
        {"+44 2079 4601 2345 678", NumberFault::too_long},
        {"212-555-0123 / 0124", NumberFault::too_long},
        {"0125550123", NumberFault::bad_area_code},
        {"1125550123", NumberFault::bad_area_code},
        {"9115550123", NumberFault::bad_area_code},
        {"1 011 555 0123", NumberFault::bad_area_code},
        {"2120550123", NumberFault::bad_exchange},
        {"2121550123", NumberFault::bad_exchange},
        {"2129110123", NumberFault::bad_exchange},
        {"+210 5550123", NumberFault::unknown_country},
        {"+999 5550123", NumberFault::unknown_country},
        {"00 0 5550 12345", NumberFault::unknown_country},
    };
    for (const Bad& row : table) {
        CAPTURE(row.text);
        CHECK(fault_of(row.text) == row.fault);
    }
}

TEST_CASE("a field of 100 KB is refused like any other", "[number]") {
    CHECK(fault_of(std::string(100'000, '5')) == NumberFault::too_long);
    CHECK(fault_of("+" + std::string(100'000, '4')) == NumberFault::too_long);
    CHECK(fault_of(std::string(100'000, ' ')) == NumberFault::empty);
    CHECK(fault_of(std::string(100'000, '(')) == NumberFault::empty);
    CHECK(fault_of(std::string(100'000, '\0')) == NumberFault::not_a_number);
    CHECK(number_of(std::string(100'000, '-') + "2125550123") == Number{12125550123});
}

TEST_CASE("an area code that no table knows is still a number", "[number]") {
    for (int code = 200; code <= 999; ++code) {
        const bool service = code % 100 == 11;
        const auto fault = fault_of(std::to_string(code) + "5550123");
        CAPTURE(code);
        CHECK(fault == (service ? std::optional{NumberFault::bad_area_code} : std::nullopt));
    }
}

TEST_CASE("only numbers of country code 1 have an area code", "[number]") {
    CHECK(dnc::area_code({12125550123}) == 212);
    CHECK(dnc::area_code({12000000000}) == 200);
    CHECK(dnc::area_code({19999999999}) == 999);
    CHECK_FALSE(dnc::area_code({11999999999}));
    CHECK_FALSE(dnc::area_code({20000000000}));
    CHECK_FALSE(dnc::area_code({442079460123}));
    CHECK_FALSE(dnc::area_code({0}));
    CHECK_FALSE(dnc::area_code({-12125550123}));
}

TEST_CASE("every fault has a sentence of its own", "[number]") {
    const std::vector<NumberFault> all = {NumberFault::empty,          NumberFault::not_a_number,
                                          NumberFault::too_short,      NumberFault::too_long,
                                          NumberFault::bad_area_code,  NumberFault::bad_exchange,
                                          NumberFault::unknown_country};
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(explain(all[i]).ends_with('.'));
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            CHECK(explain(all[i]) != explain(all[j]));
        }
    }
}

TEST_CASE("a number written as E.164 is read back as itself", "[number][property]") {
    CHECK(rc::check([] {
        const auto npa = *rc::gen::inRange(200, 1000);
        const auto exchange = *rc::gen::inRange(200, 1000);
        RC_PRE(npa % 100 != 11 && exchange % 100 != 11);
        const Number number{(1000 + npa) * std::int64_t{10'000'000} + exchange * 10'000 +
                            *rc::gen::inRange(0, 10'000)};
        RC_ASSERT(number_of(to_e164(number)) == number);
        RC_ASSERT(number_of(to_e164(number).substr(2)) == number);
    }));
    CHECK(rc::check([] {
        const auto country = *rc::gen::elementOf(std::vector<int>{44, 49, 33, 61, 52, 358, 972});
        const auto rest = *rc::gen::inRange<std::int64_t>(100'000'000, 9'999'999'999);
        const Number number{std::stoll(std::to_string(country) + std::to_string(rest))};
        RC_ASSERT(number_of(to_e164(number)) == number);
    }));
}

TEST_CASE("any bytes are either a number in range or a fault", "[number][property]") {
    CHECK(rc::check([](const std::string& text) {
        if (const auto number = number_of(text)) {
            RC_ASSERT(number->e164 >= 10'000'000);
            RC_ASSERT(number->e164 <= 999'999'999'999'999);
            RC_ASSERT(number_of(to_e164(*number)) == number);
        }
    }));
    CHECK(rc::check([] {
        const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(
            std::string{"0123456789012345678901234567890123456789+-().' \xC2\xA0"}));
        if (const auto number = number_of(text)) {
            RC_ASSERT(number_of(to_e164(*number)) == number);
        }
    }));
}

TEST_CASE("short numbers and services are read where the gate must judge them", "[number]") {
    const auto dialed = [](std::string_view text) -> std::optional<std::int64_t> {
        const auto read = dnc::read_dialed_number(text);
        const Number* const number = std::get_if<Number>(&read);
        return number == nullptr ? std::nullopt : std::optional{number->e164};
    };
    const std::vector<Good> table = {
        {"911", 911},
        {"9-1-1", 911},
        {"988", 988},
        {"+1911", 911},
        {"+1 988", 988},
        {"112", 112},
        {"+44999", 44999},
        {"116123", 116123},
        {"9115550100", 19115550100},
        {"+1 911 555 0100", 19115550100},
        {"1-211-555-0100", 12115550100},
        {"2125550123", 12125550123},
        {"+442079460123", 442079460123},
    };
    for (const Good& row : table) {
        CAPTURE(row.text);
        CHECK(dialed(row.text) == row.e164);
    }
    const std::vector<Bad> refused = {
        {"", NumberFault::empty},
        {"91", NumberFault::too_short},
        {"+1", NumberFault::too_short},
        {"5550123", NumberFault::too_short},
        {"112555012", NumberFault::too_short},
        {"1125550100", NumberFault::bad_area_code},
        {"0115550100", NumberFault::bad_area_code},
        {"2129110100", NumberFault::bad_exchange},
        {"911x", NumberFault::not_a_number},
        {"+2105550100100", NumberFault::unknown_country},
    };
    for (const Bad& row : refused) {
        const auto read = dnc::read_dialed_number(row.text);
        CAPTURE(row.text);
        REQUIRE(std::holds_alternative<NumberFault>(read));
        CHECK(std::get<NumberFault>(read) == row.fault);
    }
    // Lists still refuse them.
    CHECK(fault_of("911") == NumberFault::too_short);
    CHECK(fault_of("+1911") == NumberFault::too_short);
    CHECK(fault_of("9115550100") == NumberFault::bad_area_code);
    CHECK(dnc::to_e164(Number{911}) == "911");
    CHECK(dnc::to_e164(Number{12125550123}) == "+12125550123");
}

TEST_CASE("what a list may hold is read the same for the gate", "[number][property]") {
    CHECK(rc::check([](const std::string& text) {
        const auto strict = number_of(text);
        const auto read = dnc::read_dialed_number(text);
        if (strict) {
            RC_ASSERT(std::get<Number>(read) == *strict);
        }
    }));
}
