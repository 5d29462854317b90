#include "dnc/pack_read.hpp"

#include "dnc/json_text.hpp"
#include "dnc/sha256.hpp"
#include "dnc/time_text.hpp"
#include "dnc/zone_release.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>
#include <variant>

namespace dnc {

namespace pack_read {

namespace {

constexpr int kSchema = 1;

/// Capital letters, with `digits` also digits.
bool is_code(std::string_view text, std::size_t shortest, std::size_t longest, bool digits) {
    return text.size() >= shortest && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [digits](char c) {
               return (c >= 'A' && c <= 'Z') || (digits && c >= '0' && c <= '9');
           });
}

Jurisdiction read_jurisdiction(const PackNode& node) {
    node.allow_only({"country", "region"});
    Jurisdiction jurisdiction;
    const PackNode country = node.member("country");
    const std::string country_code = country.text();
    if (!is_code(country_code, 2, 2, false)) {
        country.field().refuse("must be a code like \"US\"");
    }
    std::copy(country_code.begin(), country_code.end(), jurisdiction.country.begin());
    if (const auto region = node.maybe("region")) {
        const std::string region_code = region->text();
        if (!is_code(region_code, 1, 3, true)) {
            region->field().refuse("must be a code like \"FL\"");
        }
        std::copy(region_code.begin(), region_code.end(), jurisdiction.region.begin());
    }
    return jurisdiction;
}

/// Levels say where a pack holds: a state's in a region, a country's in a country.
void check_level(const PackNode& node, const Pack& pack) {
    const bool has_region = pack.jurisdiction && pack.jurisdiction->region[0] != '\0';
    if (pack.level == PackLevel::state && !has_region) {
        node.field().member("jurisdiction").refuse("needs a region at level state");
    }
    const bool whole_country =
        pack.level == PackLevel::federal || pack.level == PackLevel::national;
    if (whole_country && (!pack.jurisdiction || has_region)) {
        node.field()
            .member("jurisdiction")
            .refuse("must be a country, without a region, at this level");
    }
}

Effective read_effective(const PackNode& node) {
    const std::vector<PackNode> ends = node.elements();
    if (ends.size() != 2) {
        node.field().refuse("must be [from, to], with null for no end");
    }
    Effective effective;
    if (!ends[0].is_null()) {
        effective.from = ends[0].date();
    }
    if (!ends[1].is_null()) {
        effective.to = ends[1].date();
    }
    if (effective.from && effective.to && *effective.to <= *effective.from) {
        node.field().refuse("ends before it begins");
    }
    return effective;
}

/// A proposal has no date yet, and a waiver has two.
void check_status(const PackNode& status, const Rule& rule) {
    if (rule.status == RuleStatus::proposed_repeal && rule.effective.to) {
        status.field().refuse("says that a repeal is proposed, but effective has an end");
    }
    if (rule.status == RuleStatus::waived && (!rule.effective.from || !rule.effective.to)) {
        status.field().refuse("of a waiver needs both dates in effective");
    }
}

Rule read_rule(const PackNode& node) {
    Rule rule;
    rule.body = read_body(node);
    rule.id = read_id(node.member("id"));
    rule.cite = node.member("cite").text();
    rule.confidence = node.member("confidence").text_of({"V", "S", "K", "P"});
    rule.effective = read_effective(node.member("effective"));
    rule.status = node.member("status").word(kRuleStatuses);
    check_status(node.member("status"), rule);
    if (const auto note = node.maybe("note")) {
        rule.note = note->text();
    }
    if (const auto when = node.maybe("when")) {
        rule.when = read_condition(*when);
    }
    if (const auto lifts = node.maybe("lift_by")) {
        rule.lift_by = read_lifts(*lifts, node.member("kind").text());
    }
    return rule;
}

std::vector<Rule> read_rules(const PackNode& list) {
    std::vector<Rule> rules;
    std::set<std::string> ids;
    for (const PackNode& node : list.elements()) {
        if (rules.size() == kRulesMax) {
            node.field().refuse("is one too many");
        }
        rules.push_back(read_rule(node));
        if (!ids.insert(rules.back().id).second) {
            node.member("id").field().refuse("comes twice");
        }
    }
    return rules;
}

GoldenCase read_case(const PackNode& node) {
    node.allow_only({"name", "facts", "assume_clear", "verdict", "codes", "until"});
    GoldenCase golden;
    golden.name = node.member("name").text();
    static_cast<void>(node.member("facts").keys()); // an object, which facts_json reads
    golden.facts_json = node.member("facts").to_json();
    golden.verdict = node.member("verdict").text_of({"allow", "deny", "defer"});
    if (const auto assume = node.maybe("assume_clear")) {
        golden.assume_clear = assume->flag();
    }
    if (const auto codes = node.maybe("codes")) {
        for (const PackNode& code : codes->list()) {
            golden.codes.push_back(code.text());
        }
    }
    if (golden.codes.empty() != (golden.verdict == "allow")) {
        node.field().member("codes").refuse("must name reasons exactly when the call is refused");
    }
    if (const auto until = node.maybe("until")) {
        golden.until = until->text();
        if (golden.verdict != "defer" || !read_instant(golden.until)) {
            until->field().refuse("must be a time like \"2026-11-23T13:00:00Z\", of a deferral");
        }
    }
    return golden;
}

std::vector<GoldenCase> read_cases(const PackNode& list) {
    std::vector<GoldenCase> cases;
    std::set<std::string> names;
    for (const PackNode& node : list.list()) {
        if (cases.size() == kCasesMax) {
            node.field().refuse("is one too many");
        }
        cases.push_back(read_case(node));
        if (!names.insert(cases.back().name).second) {
            node.member("name").field().refuse("comes twice");
        }
    }
    return cases;
}

Pack read_pack(const PackNode& node) {
    node.allow_only({"schema", "pack", "version", "level", "jurisdiction", "min_tzdb", "reviewed",
                     "rules", "cases"});
    static_cast<void>(node.member("schema").integer(kSchema, kSchema));
    Pack pack;
    pack.id = read_id(node.member("pack"));
    pack.version = read_id(node.member("version"));
    pack.level = node.member("level").word(kPackLevels);
    if (const auto jurisdiction = node.maybe("jurisdiction")) {
        pack.jurisdiction = read_jurisdiction(*jurisdiction);
    }
    check_level(node, pack);
    if (const auto release = node.maybe("min_tzdb")) {
        pack.min_tzdb = release->text();
        if (!read_zone_release(pack.min_tzdb)) {
            release->field().refuse("must be a release of the tz database like \"2026b\"");
        }
    }
    pack.reviewed = date_text(std::chrono::year_month_day{node.member("reviewed").date()});
    pack.rules = read_rules(node.member("rules"));
    if (const auto cases = node.maybe("cases")) {
        pack.cases = read_cases(*cases);
    }
    return pack;
}

} // namespace

bool has_calendar(const Pack& pack, std::string_view id) {
    return std::any_of(pack.rules.begin(), pack.rules.end(), [id](const Rule& rule) {
        return rule.id == id && std::holds_alternative<CalendarRule>(rule.body);
    });
}

void refuse_calendar(const Pack& pack, std::size_t rule) {
    PackField{pack.file, "rules"}
        .element(rule)
        .member("calendar")
        .refuse("names no rule of kind calendar");
}

} // namespace pack_read

Pack parse_pack(std::string_view text, const std::string& file) {
    const PackField place{file, ""};
    if (text.size() > pack_read::kPackBytesMax) {
        place.refuse("is larger than 1 MiB");
    }
    boost::json::value document;
    std::string why;
    if (!parse_json(text, {}, document, why)) {
        place.refuse(why);
    }
    Pack pack = pack_read::read_pack({document, place});
    pack.file = file;
    pack.sha256 = sha256_hex(text);
    for (std::size_t i = 0; i < pack.rules.size(); ++i) {
        const auto* const window = std::get_if<WindowRule>(&pack.rules[i].body);
        const bool own = window != nullptr && !window->calendar.empty() &&
                         window->calendar.find('/') == std::string::npos;
        if (own && !pack_read::has_calendar(pack, window->calendar)) {
            pack_read::refuse_calendar(pack, i);
        }
    }
    return pack;
}

} // namespace dnc
