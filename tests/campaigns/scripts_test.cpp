// Goal: scripts are filled in with the lead's fields and show what is missing; forms and answers
// are checked before anything is stored.
// Method: values by hand; random scripts never lose text outside of marks.

#include "campaigns/records/retention.hpp"
#include "campaigns/records/scripts.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace campaigns;

namespace {

const LeadFields kLead{{"name", "Ana Miller"}, {"city", ""}, {"custom.policy", "<b>7</b>"}};

std::string rendered(std::string_view text) {
    return render_script(text, kLead).text;
}

std::vector<FormField> form_of(const char* json) {
    auto form = read_form(json);
    if (const auto* fault = std::get_if<FormFault>(&form)) {
        FAIL(fault->text);
    }
    return std::get<std::vector<FormField>>(form);
}

std::string fault_of(const char* json) {
    const auto form = read_form(json);
    const auto* fault = std::get_if<FormFault>(&form);
    return fault == nullptr ? "" : fault->text;
}

std::string faults(const std::vector<FormField>& form, std::string_view answers) {
    std::string all;
    for (const AnswerFault& fault : check_answers(form, answers)) {
        all += fault.field + ":" + fault.text + "\n";
    }
    return all;
}

} // namespace

TEST_CASE("marks become the lead's fields, as they are", "[scripts]") {
    CHECK(rendered("Hello {{name}}!") == "Hello Ana Miller!");
    CHECK(rendered("{{ name }}{{name}}") == "Ana MillerAna Miller");
    CHECK(rendered("policy {{custom.policy}}") == "policy <b>7</b>"); // escaping is the page's
    CHECK(rendered("in {{city}}.") == "in .");
    CHECK(rendered("") == "");
}

TEST_CASE("what is missing is seen", "[scripts]") {
    const RenderedScript script = render_script("{{debt}} and {{agent}} and {{debt}}", kLead);
    CHECK(script.text == "[debt?] and [agent?] and [debt?]");
    CHECK(script.unknown == std::vector<std::string>{"debt", "agent"});
}

TEST_CASE("braces that are no marks stay", "[scripts]") {
    for (const char* const text : {"{name}", "{{", "{{name", "}}", "a {{ b", "{{name}", "{}{}{}"}) {
        CHECK(rendered(text) == text);
    }
    CHECK(rendered("{{{{name}}") == "{{name}}");
    CHECK(rendered("{{a {{name}}") == "{{a Ana Miller");
    CHECK(rendered("{{" + std::string(200, 'x') + "}}") == "{{" + std::string(200, 'x') + "}}");
}

TEST_CASE("any text is rendered, and what is outside of marks is kept", "[scripts]") {
    std::minstd_rand random{17};
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (std::size_t size = random() % 40; size > 0; --size) {
            text += "{}a n"[random() % 5];
        }
        CAPTURE(text);
        const std::string out = rendered(text);
        CHECK(std::count(out.begin(), out.end(), '\n') == 0);
        static_cast<void>(script_warnings(text));
        if (text.find("{{") == std::string::npos) {
            CHECK(out == text);
        }
    }
}

TEST_CASE("a script warns of names that no lead has", "[scripts]") {
    CHECK(script_warnings("{{name}} {{first_name}} {{custom.any}}").empty());
    CHECK(script_warnings("{{custom.any}}", {"policy"}).size() == 1);
    CHECK(script_warnings("{{custom.policy}}", {"policy"}).empty());
    const auto warnings = script_warnings("{{nmae}} {{nmae}} {{open");
    REQUIRE(warnings.size() == 2);
    CHECK_THAT(warnings[0], Catch::Contains("\"nmae\""));
    CHECK_THAT(warnings[1], Catch::Contains("without"));
}

TEST_CASE("a form is read whole or not at all", "[scripts]") {
    const auto form = form_of(R"([{"name":"plan","label":"Which plan?","type":"choice",
        "choices":["A"," B "],"required":true},{"name":"age","type":"number"}])");
    REQUIRE(form.size() == 2);
    CHECK(form[0].choices == std::vector<std::string>{"A", "B"});
    CHECK(form[1].label == "age");
    CHECK(form_of(form_json(form).c_str()).size() == 2);
    CHECK(form_of("[]").empty());
    CHECK_THAT(fault_of("{}"), Catch::Contains("list"));
    CHECK_THAT(fault_of("[1]"), Catch::Contains("field 1"));
    CHECK_THAT(fault_of(R"([{"name":"a","type":"text"},{"name":"a","type":"text"}])"),
               Catch::Contains("two fields"));
    CHECK_THAT(fault_of(R"([{"name":"a b","type":"text"}])"), Catch::Contains("letters"));
    CHECK_THAT(fault_of(R"([{"name":"a","type":"colour"}])"), Catch::Contains("type"));
    CHECK_THAT(fault_of(R"([{"name":"a","type":"text","requierd":true}])"),
               Catch::Contains("requierd"));
    CHECK_THAT(fault_of(R"([{"name":"a","type":"choice"}])"), Catch::Contains("choices"));
    CHECK_THAT(fault_of(R"([{"name":"a","type":"text","choices":["x"]}])"),
               Catch::Contains("no choice"));
    CHECK_THAT(fault_of("[{\"name\":"), Catch::Contains("JSON"));
}

TEST_CASE("answers are checked against their form", "[scripts]") {
    const auto form = form_of(R"([{"name":"plan","type":"choice","choices":["A","B"],
        "required":true},{"name":"age","type":"number"},{"name":"born","type":"date"},
        {"name":"agreed","type":"flag"},{"name":"note","type":"text"}])");
    CHECK(faults(form, R"({"plan":"A","age":41,"born":"1985-02-28","agreed":true,"note":"x"})") ==
          "");
    CHECK(faults(form, R"({"plan":"B","note":null,"born":""})") == "");
    CHECK(faults(form, "{}") == "plan:must be answered\n");
    CHECK(faults(form, R"({"plan":"C","age":"41","born":"2026-02-30","agreed":"yes","x":1})") ==
          "plan:must be one of those offered\nage:must be a number, without quotes\n"
          "born:must be a date like 2026-11-22\nagreed:must be true or false\n"
          "x:is no field of the form\n");
    CHECK(faults(form, R"({"plan":"A","note":")" + std::string(10'001, 'x') + "\"}") ==
          "note:is longer than 10,000 bytes\n");
    CHECK_THAT(faults(form, "[]"), Catch::Contains("object"));
    CHECK_THAT(faults(form, "{"), Catch::Contains("JSON"));
}

TEST_CASE("records are kept as long as the longest rule says, and never less than five years",
          "[retention]") {
    using namespace std::chrono;
    const Instant now{sys_days{November / 22 / 2026}};
    const auto rule = [](int years, std::optional<sys_days> from) {
        dnc::Rule made;
        made.id = "R-" + std::to_string(years);
        made.cite = "Law";
        made.effective.from = from;
        made.body = dnc::RecordRule{{}, years};
        return made;
    };
    CHECK(retention_terms({}, now).front().keep_years == 5);
    dnc::Pack pack;
    pack.rules = {rule(3, std::nullopt), rule(10, sys_days{January / 1 / 2020}),
                  rule(20, sys_days{January / 1 / 2030})};
    for (const RetentionTerm& term : retention_terms(std::vector{pack}, now)) {
        CHECK(term.keep_years == 10);
        CHECK(term.source == "R-10 (Law)");
    }
}
