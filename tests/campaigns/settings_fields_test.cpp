// Goal: every setting of a campaign is checked by name before the store is asked, and templates are
// data that cannot hold what a campaign could not.
// Method: tables of values; the templates that come with the program; broken JSON.

#include "campaigns/settings/fields.hpp"
#include "campaigns/settings/templates.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <set>

using namespace campaigns;
using Catch::Matchers::Contains;

TEST_CASE("each field has names of its own and a usual value that is allowed", "[settings]") {
    std::set<std::string_view> names;
    for (const CampaignField& field : campaign_fields()) {
        CAPTURE(field.name);
        CHECK(names.insert(field.name).second);
        CHECK(find_campaign_field(field.name) == &field);
        CHECK(find_campaign_field(field.option) == &field);
        const bool required =
            field.name == "name" || field.name == "seller" || field.name == "caller_id";
        CHECK(fault_of(field, field.usual).has_value() == required);
    }
    CHECK(find_campaign_field("id") == nullptr);
    CHECK(find_campaign_field("") == nullptr);
}

TEST_CASE("what is out of its range is refused by its option", "[settings]") {
    const std::vector<std::pair<const char*, const char*>> wrong{
        {"mode", "fast"},
        {"mode", ""},
        {"lines_per_agent", "nan"},
        {"lines_per_agent", "11"},
        {"lines_per_agent_max", "0.5"},
        {"lines_max", "-1"},
        {"lines_max", "1e3"},
        {"priority", "101"},
        {"priority", "1.5"},
        {"priority", ""},
        {"share", "0"},
        {"share", "inf"},
        {"ring_max_s", "14"},
        {"ring_max_s", "99999999999999999999"},
        {"running", "yes"},
        {"caller_id", "12"},
        {"caller_id", "1.2125E+10"},
        {"jurisdiction", "us"},
        {"jurisdiction", "USA"},
        {"jurisdiction", "US-"},
        {"name", ""},
        {"name", "   "},
        {"seller", ""},
        {"calling_hours", "mon"},
        {"caller_id_rest_s", "1"}};
    for (const auto& [name, value] : wrong) {
        CAPTURE(name, value);
        const auto fault = settings_fault({{name, value}}, "ratio");
        REQUIRE(fault);
        CHECK_THAT(*fault, Contains("--" + std::string{find_campaign_field(name)->option}));
    }
    CHECK(settings_fault({{"colour", "red"}}, ""));
}

TEST_CASE("lines for each agent need the mode that has them", "[settings]") {
    CHECK(settings_fault({{"lines_per_agent", "2"}}, "predictive"));
    CHECK_FALSE(settings_fault({{"lines_per_agent", "2"}}, "ratio"));
    CHECK_FALSE(settings_fault({{"lines_per_agent", "2"}, {"mode", "ratio"}}, "predictive"));
    CHECK(settings_fault({{"mode", "preview"}, {"lines_per_agent", "2"}}, "ratio"));
}

TEST_CASE("names of trunks with commas survive", "[settings]") {
    const std::vector<std::string> plain{"a", "b c"};
    const std::vector<std::string> odd{"a, the first", "b"};
    CHECK(split_texts(join_texts(plain)) == plain);
    CHECK(split_texts(join_texts(odd)) == odd);
    CHECK(split_texts(" a ,, b,") == std::vector<std::string>{"a", "b"});
    CHECK(split_texts("").empty());
}

TEST_CASE("the templates of the program are whole", "[settings][templates]") {
    const std::string path = DIALER_SOURCE_DIR "/campaigns/templates/campaigns.json";
    std::ifstream file{path};
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto templates = parse_templates(text, path);
    std::set<std::string> names;
    for (const auto& one : templates) {
        names.insert(one.name);
        CHECK_FALSE(one.note.empty());
    }
    CHECK(names.contains("us-sales"));
    CHECK(names.contains("us-survey"));
    CHECK(names.contains("uk-sales"));
}

TEST_CASE("a template that cannot be used is told by name", "[settings][templates]") {
    const auto with = [](const std::string& settings) {
        return R"({"templates":[{"name":"t","title":"T","note":"n","settings":)" + settings + "}]}";
    };
    CHECK(parse_templates(with("{}"), "f").size() == 1);
    for (const std::string& text :
         {std::string{}, std::string{"[]"}, std::string{"{\"templates\":[1]}"},
          std::string{"{\"templates\":[{}]}"}, with("[]"), with(R"({"ring_max_s":5})"),
          with(R"({"colour":"red"})"), with(R"({"seller":"x"})"), with(R"({"mode":null})"),
          with(R"({"calling_hours":"noon"})"), with(R"({"lines_per_agent":2})")}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(parse_templates(text, "f"), Contains("f: "));
    }
}
