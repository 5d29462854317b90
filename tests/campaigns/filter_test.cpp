// Goal: a filter says what it says, whoever reads it; what is wrong is told with its place; nothing
// that is written in it becomes anything but a value.
// Method: tables of texts with their canonical form, of texts with the column of their fault, and
// of leads with the answer; canonical forms of random filters are read again.

#include "campaigns/supply/filter.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

using namespace campaigns;

namespace {

Filter filter_of(const std::string& text) {
    auto read = read_filter(text);
    if (const auto* fault = std::get_if<FilterFault>(&read)) {
        FAIL(text << " -> " << fault->words());
    }
    return std::get<Filter>(read);
}

FilterFault fault_of(const std::string& text) {
    const auto read = read_filter(text);
    if (std::holds_alternative<Filter>(read)) {
        FAIL(text << " was understood as " << std::get<Filter>(read).text());
    }
    return std::get<FilterFault>(read);
}

FilterLead miami() {
    FilterLead lead;
    lead.texts = {{"state", "FL"}, {"postal_code", "33101"}, {"last_outcome", "busy"}};
    lead.numbers = {{"attempts", 2'000'000}, {"days_since_load", 5'000'000}};
    lead.custom = {{"income", " 40000.50 "}, {"Plan type", "Gold"}, {"note", "about 12"}};
    return lead;
}

} // namespace

TEST_CASE("a filter is written again in one way", "[filter]") {
    const auto text = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"  \n ", ""},
        {"state='FL'", "state = \"FL\""},
        {"STATE == \"FL\"", "state = \"FL\""},
        {"attempts<>3", "attempts != 3"},
        {"attempts < 3.50", "attempts < 3.5"},
        {"attempts >= -0", "attempts >= 0"},
        {"state in ('FL','GA') AND attempts<3", "state in (\"FL\", \"GA\") and attempts < 3"},
        {"not (postal_code starts '331')", "not postal_code starts \"331\""},
        {"(state='FL' or state='GA') and attempts<3",
         "(state = \"FL\" or state = \"GA\") and attempts < 3"},
        {"state='FL' or (state='GA' and attempts<3)",
         "state = \"FL\" or state = \"GA\" and attempts < 3"},
        {"not (state='FL' or state='GA')", "not (state = \"FL\" or state = \"GA\")"},
        {"not not state is empty", "not not state is empty"},
        {"custom.income >= 40000", "custom.income >= 40000"},
        {"custom.\"Plan type\" = 'gold'", "custom.\"Plan type\" = \"gold\""},
        {"name contains 'say \"hi\"'", "name contains \"say \"\"hi\"\"\""},
        {"email is not empty", "email is not empty"},
        {"state not in ('FL')", "state not in (\"FL\")"},
        {"city ends 'burg'", "city ends \"burg\""},
    }));
    const auto filter = filter_of(std::get<0>(text));
    CHECK(filter.text() == std::get<1>(text));
    CHECK(filter_of(filter.text()).text() == filter.text());
}

TEST_CASE("a fault is told with its column", "[filter]") {
    const auto text = GENERATE(table<std::string, std::size_t, std::string>({
        {"state", 6, "after a field comes"},
        {"stat = 'FL'", 1, "no field \"stat\""},
        {"state = FL", 9, "with quotes: \"FL\""},
        {"state = 'FL' attempts < 3", 14, "\"and\" or \"or\""},
        {"state = 'FL", 9, "not closed"},
        {"(state = 'FL'", 14, "parenthesis is not closed"},
        {"state = 'FL')", 13, "no open parenthesis"},
        {"attempts < '3'", 12, "without quotes"},
        {"state < 'FL'", 13, "less and greater"},
        {"state = 3", 9, "with quotes"},
        {"attempts starts '3'", 10, "is a number"},
        {"state in ()", 11, "a value"},
        {"state in ('FL' 'GA')", 16, "comma"},
        {"custom = 3", 8, "custom.NAME"},
        {"custom.income in (1, 'x')", 22, "without quotes"},
        {"state = 'FL' and", 17, "too early"},
        {"state ! 'FL'", 7, "!="},
        {"state = 'FL'; drop table leads", 13, "no meaning"},
        {"name = 'M\xC3\xBCller' ; 1", 17, "no meaning"},
        {"attempts < 1234567890123", 12, "12 digits"},
        {"attempts < 3rd", 12, "word cannot begin"},
        {"state is nice", 10, "empty"},
        {"state contains ''", 16, "empty"},
        {"name = 'a\nb'", 8, "line breaks"},
    }));
    const auto fault = fault_of(std::get<0>(text));
    INFO(std::get<0>(text) << " -> " << fault.words());
    CHECK(fault.column == std::get<1>(text));
    CHECK(fault.text.find(std::get<2>(text)) != std::string::npos);
}

TEST_CASE("a filter has an end", "[filter]") {
    CHECK_THAT(fault_of(std::string(5000, ' ')).text, Catch::Contains("longer than 4000"));
    CHECK_THAT(fault_of(std::string(100, '(')).text, Catch::Contains("nested"));
    std::string nots;
    for (int i = 0; i < 100; ++i) {
        nots += "not ";
    }
    CHECK_THAT(fault_of(nots + "state is empty").text, Catch::Contains("nested"));
    std::string many = "attempts in (1";
    for (int i = 0; i < 300; ++i) {
        many += ",1";
    }
    CHECK_THAT(fault_of(many + ")").text, Catch::Contains("too many"));
    CHECK_THAT(fault_of("name = '\xFF'").text, Catch::Contains("UTF-8"));
    CHECK_THAT(fault_of(std::string("name = 'a\0b'", 12)).text, Catch::Contains("UTF-8"));
}

TEST_CASE("a filter lets through what it says", "[filter]") {
    const auto answer = GENERATE(table<std::string, bool>({
        {"", true},
        {"state = 'fl'", true},
        {"state != 'GA'", true},
        {"state in (\"GA\", \"Fl\")", true},
        {"state not in (\"GA\", \"Fl\")", false},
        {"postal_code starts '331' and attempts < 3", true},
        {"postal_code ends '01'", true},
        {"postal_code contains '999'", false},
        {"attempts >= 2 and attempts <= 2", true},
        {"attempts > 2", false},
        {"custom.income >= 40000.5", true},
        {"custom.income > 40000.5", false},
        {"custom.income in (1, 40000.5)", true},
        {"custom.\"Plan type\" = 'GOLD'", true},
        {"custom.\"plan type\" = 'GOLD'", false}, // names of columns are taken as they are
        {"custom.note > 0", false},               // no number
        {"custom.note != 12", true},
        {"custom.nothing is empty", true},
        {"custom.nothing = ''", true},
        {"custom.nothing < 5", false},
        {"not custom.nothing < 5", true},
        {"days_since_attempt is empty", true},
        {"days_since_attempt > 3", false},
        {"email is not empty", false},
        {"state = 'GA' or state = 'FL' and attempts = 2", true},
        {"(state = 'GA' or state = 'FL') and attempts = 3", false},
        {"not (state = 'FL' and last_outcome = 'busy')", false},
    }));
    INFO(std::get<0>(answer));
    CHECK(lets_through(filter_of(std::get<0>(answer)), miami()) == std::get<1>(answer));
}

TEST_CASE("only filters that look at the time move", "[filter]") {
    CHECK_FALSE(filter_of("").moves());
    CHECK_FALSE(filter_of("attempts < 3 and custom.days_since_load > 1").moves());
    CHECK(filter_of("state = 'FL' or not days_since_attempt < 2").moves());
}

TEST_CASE("what is quoted stays a quoted literal in SQL", "[filter]") {
    const auto sql = sql_of(filter_of("name = \"x' OR true; --\" or custom.\"a'b\" > 1"), "'now'");
    CHECK(sql.find("'x'' or true; --'") != std::string::npos);
    CHECK(sql.find("->> 'a''b'") != std::string::npos);
}

TEST_CASE("any text is understood or refused", "[filter]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random{seed};
    const std::vector<std::string> words{"state",      "attempts", "custom.x", "custom.\"y z\"",
                                         "=",          "!=",       "<",        "in",
                                         "(",          ")",        ",",        "'FL'",
                                         "\"a\"\"b\"", "3",        "-1.5",     "and",
                                         "or",         "not",      "is",       "empty",
                                         "starts",     "contains", "\xC3\xA9", "9999999999999",
                                         "'"};
    int understood = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto n = random() % 9; n > 0; --n) {
            text += words[random() % words.size()] + " ";
        }
        const auto read = read_filter(text);
        if (const auto* filter = std::get_if<Filter>(&read)) {
            ++understood;
            INFO(text);
            CHECK(filter_of(filter->text()).text() == filter->text());
            static_cast<void>(lets_through(*filter, miami()));
        }
    }
    CHECK(understood > 100);
}
