#include "dnc/abandonment.hpp"

#include "dnc/pack_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace dnc {

namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::int64_t kDenominatorMax = 1'000'000;

struct PeriodName {
    std::string_view name;
    AbandonmentPeriod period;
    bool has_days;
};

constexpr std::array<PeriodName, 4> kPeriods{{
    {"successive_days", AbandonmentPeriod::successive_days, true},
    {"trailing_days", AbandonmentPeriod::trailing_days, true},
    {"calendar_month", AbandonmentPeriod::calendar_month, false},
    {"day", AbandonmentPeriod::day, false},
}};

/// "US" or "CA-QC": ISO 3166.
bool is_jurisdiction(std::string_view text) {
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto upper_or_digit = [&](char c) { return upper(c) || (c >= '0' && c <= '9'); };
    if (text.size() < 2 || !upper(text[0]) || !upper(text[1])) {
        return false;
    }
    const std::string_view region = text.substr(2);
    return region.empty() || (region[0] == '-' && region.size() >= 2 && region.size() <= 4 &&
                              std::all_of(region.begin() + 1, region.end(), upper_or_digit));
}

const PeriodName& read_period(const PackNode& node) {
    const std::string name =
        node.text_of({kPeriods[0].name, kPeriods[1].name, kPeriods[2].name, kPeriods[3].name});
    return *std::find_if(kPeriods.begin(), kPeriods.end(),
                         [&name](const PeriodName& period) { return period.name == name; });
}

/// [3, 100]. Compared in integers, hence the bound.
void read_cap(const PackNode& node, AbandonmentLimit& limit) {
    const std::vector<PackNode> parts = node.elements();
    if (parts.size() != 2) {
        node.field().refuse("must be [numerator, denominator]");
    }
    limit.cap_denominator = parts[1].integer(1, kDenominatorMax);
    limit.cap_numerator = parts[0].integer(0, kDenominatorMax);
    if (limit.cap_numerator >= limit.cap_denominator) {
        node.field().refuse("must be a share below one");
    }
}

AbandonmentLimit read_limit(const PackNode& node, std::set<std::string>& ids) {
    node.allow_only(
        {"id", "period", "days", "cap", "cite", "effective", "status", "confidence", "note"});
    if (!ids.insert(node.member("id").text()).second) {
        node.member("id").field().refuse("comes twice");
    }
    AbandonmentLimit limit;
    const PeriodName& period = read_period(node.member("period"));
    limit.period = period.period;
    if (period.has_days) {
        limit.days = static_cast<int>(node.member("days").integer(1, kAbandonmentDaysMax));
    } else if (node.has("days")) {
        node.member("days").field().refuse("has no meaning with this period");
    }
    read_cap(node.member("cap"), limit);
    limit.cite = node.member("cite").text();
    check_effective(node.member("effective"));
    static_cast<void>(node.member("status").text_of({"in_force", "proposed_repeal"}));
    limit.confidence = node.member("confidence").text_of({"V", "S", "K", "P"});
    return limit;
}

/// Two limits over one period would leave open which one holds.
void refuse_same_period(const std::vector<AbandonmentLimit>& limits, const PackNode& node) {
    const AbandonmentLimit& last = limits.back();
    const bool again =
        std::any_of(limits.begin(), limits.end() - 1, [&last](const AbandonmentLimit& limit) {
            return limit.period == last.period && limit.days == last.days;
        });
    if (again) {
        node.member("period").field().refuse("has a limit already");
    }
}

AbandonmentRules read_jurisdiction(const PackNode& node, std::set<std::string>& ids) {
    node.allow_only({"jurisdiction", "zone", "zone_why", "limits"});
    AbandonmentRules rules;
    rules.jurisdiction = node.member("jurisdiction").text();
    if (!is_jurisdiction(rules.jurisdiction)) {
        node.member("jurisdiction").field().refuse("must be a code like \"US\" or \"CA-QC\"");
    }
    rules.zone = node.member("zone").text();
    static_cast<void>(node.member("zone_why").text());
    for (const PackNode& limit : node.member("limits").elements()) {
        rules.limits.push_back(read_limit(limit, ids));
        refuse_same_period(rules.limits, limit);
    }
    return rules;
}

} // namespace

std::map<std::string, AbandonmentRules> parse_abandonment_rules(std::string_view text,
                                                                const std::string& file) {
    boost::system::error_code error;
    const boost::json::value document =
        boost::json::parse(boost::json::string_view{text.data(), text.size()}, error);
    if (error) {
        throw std::runtime_error{file + ": is no valid JSON: " + error.message()};
    }
    const PackNode pack{document, PackField{file, ""}};
    pack.allow_only(
        {"schema", "pack", "version", "reviewed", "confidence_key", "counted", "jurisdictions"});
    static_cast<void>(pack.member("schema").integer(kSchema, kSchema));
    static_cast<void>(pack.member("pack").text_of({"abandonment"}));
    static_cast<void>(pack.member("version").text());
    static_cast<void>(pack.member("reviewed").date());
    std::map<std::string, AbandonmentRules> by_jurisdiction;
    std::set<std::string> ids;
    for (const PackNode& node : pack.member("jurisdictions").elements()) {
        AbandonmentRules rules = read_jurisdiction(node, ids);
        const std::string jurisdiction = rules.jurisdiction;
        if (!by_jurisdiction.emplace(jurisdiction, std::move(rules)).second) {
            node.member("jurisdiction").field().refuse("comes twice");
        }
    }
    return by_jurisdiction;
}

} // namespace dnc
