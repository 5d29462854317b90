#include "dnc/pack_read.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace dnc::pack_read {

namespace {

using std::chrono::days;
using std::chrono::milliseconds;

constexpr int kSpanDaysMax = 366;
constexpr std::int64_t kSpanSecondsMax = seconds{days{kSpanDaysMax}}.count();
constexpr int kLimitMax = 100'000;
constexpr int kBusinessDaysMax = 60;
constexpr int kAgeDaysMax = 3660;
constexpr int kAgeMonthsMax = 120;
constexpr int kFeedSecondsMax = 3600;
constexpr int kGraceDaysMax = 365;
constexpr int kRingSecondsMax = 120;
constexpr int kRingsMax = 20;
constexpr int kAbandonmentDaysMax = 62; // pacing looks back over two months
constexpr int kShareMax = 1'000'000;
constexpr int kConnectMillisecondsMax = 60'000;
constexpr int kKeepYearsMax = 100;
constexpr std::size_t kHolidaysMax = 512;

RuleBody read_window_body(const PackNode& rule) {
    return read_window(rule);
}

RuleBody read_calendar(const PackNode& rule) {
    CalendarRule calendar;
    for (const PackNode& day : rule.member("days").elements()) {
        if (calendar.days.size() == kHolidaysMax) {
            day.field().refuse("is one too many");
        }
        calendar.days.push_back(read_holiday(day));
    }
    if (const auto proclaimed = rule.maybe("proclaimed")) {
        calendar.proclaimed = proclaimed->flag();
    }
    return calendar;
}

RuleBody read_emergency(const PackNode&) {
    return EmergencyRule{};
}

// -- frequency

void read_sliding(const PackNode& node, FrequencyRule& rule) {
    rule.span = FrequencyRule::Span::sliding;
    rule.length = seconds{node.integer(1, kSpanSecondsMax)};
}

void read_consecutive(const PackNode& node, FrequencyRule& rule) {
    rule.span = FrequencyRule::Span::consecutive_days;
    rule.days = node.small(1, kSpanDaysMax);
}

void read_calendar_span(const PackNode& node, FrequencyRule& rule) {
    rule.span = node.text_of({"day", "month"}) == "day" ? FrequencyRule::Span::calendar_day
                                                        : FrequencyRule::Span::calendar_month;
}

struct SpanForm {
    std::string_view name;
    void (*read)(const PackNode& node, FrequencyRule& rule);
};

constexpr std::array<SpanForm, 3> kSpans{{{"sliding_s", read_sliding},
                                          {"consecutive_days", read_consecutive},
                                          {"calendar", read_calendar_span}}};

void read_span(const PackNode& node, FrequencyRule& rule) {
    int found = 0;
    for (const SpanForm& span : kSpans) {
        if (const auto member = node.maybe(span.name)) {
            span.read(*member, rule);
            ++found;
        }
    }
    if (found != 1) {
        node.field().refuse("must have exactly one of: sliding_s, consecutive_days, calendar");
    }
}

RuleBody read_frequency(const PackNode& node) {
    FrequencyRule rule;
    rule.keys = node.member("keys").words(kCapKeys);
    read_span(node, rule);
    const auto limit = node.maybe("limit");
    const auto after = node.maybe("after");
    if (limit.has_value() == after.has_value()) {
        node.field().refuse("must have either limit or after");
    }
    if (limit) {
        rule.limit = limit->small(1, kLimitMax);
    } else {
        rule.after = after->words(kPastOutcomes);
        if (const auto calendar = node.maybe("calendar")) {
            calendar->field().refuse("has no meaning with after");
        }
    }
    if (const auto inbound = node.maybe("inbound_counts")) {
        rule.inbound_counts = inbound->flag();
    }
    return rule;
}

// -- consent, revocation

RuleBody read_consent(const PackNode& node) {
    return ConsentRule{node.member("need").word(kConsentGrades)};
}

RuleBody read_revocation(const PackNode& node) {
    RevocationRule rule;
    rule.all_matters = node.member("scope").text_of({"matter", "all"}) == "all";
    if (const auto deadline = node.maybe("deadline_business_days")) {
        rule.deadline_business_days = deadline->small(0, kBusinessDaysMax);
    }
    return rule;
}

// -- lists, lines

RuleBody read_list(const PackNode& node) {
    ListRule rule;
    rule.list = node.member("list").word(kListNames);
    if (const auto age = node.maybe("max_age_days")) {
        rule.max_age_days = age->small(1, kAgeDaysMax);
    }
    if (const auto age = node.maybe("max_age_months")) {
        rule.max_age_months = age->small(1, kAgeMonthsMax);
        if (rule.max_age_days) {
            age->field().refuse("has no place beside max_age_days");
        }
    }
    if (const auto required = node.maybe("required")) {
        rule.required = required->flag();
    }
    if (const auto subscription = node.maybe("subscription")) {
        rule.subscription = subscription->flag();
    }
    if (const auto age = node.maybe("feed_max_age_s")) {
        rule.feed_max_age = seconds{age->small(1, kFeedSecondsMax)};
    }
    return rule;
}

/// What `deny` of a line rule may name: a type of line, or what the numbering plan says.
struct LineWord {
    std::string_view name;
    void (*add)(LineRule& rule);
};

constexpr std::array<LineWord, 5> kLineWords{{
    {"protected", [](LineRule& rule) { rule.deny.push_back(LineType::protected_line); }},
    {"wireless", [](LineRule& rule) { rule.deny.push_back(LineType::wireless); }},
    {"non_geographic", [](LineRule& rule) { rule.non_geographic = true; }},
    {"premium", [](LineRule& rule) { rule.premium = true; }},
    {"emergency", [](LineRule& rule) { rule.emergency = true; }},
}};

void read_denied_lines(const PackNode& node, LineRule& rule) {
    for (const std::string& name : read_texts(node)) {
        const auto* const word =
            std::find_if(kLineWords.begin(), kLineWords.end(),
                         [&name](const LineWord& candidate) { return candidate.name == name; });
        if (word == kLineWords.end()) {
            node.field().refuse("has \"" + name +
                                "\", which is none of: protected, wireless, non_geographic, "
                                "premium, emergency");
        }
        word->add(rule);
    }
}

RuleBody read_line(const PackNode& node) {
    LineRule rule;
    if (const auto deny = node.maybe("deny")) {
        read_denied_lines(*deny, rule);
    }
    if (const auto need = node.maybe("need_known")) {
        rule.need_known = need->set();
    }
    if (!node.has("deny") && !rule.need_known) {
        node.field().refuse("must have deny or need_known");
    }
    return rule;
}

RuleBody read_port(const PackNode& node) {
    return PortRule{node.member("grace_days").small(0, kGraceDaysMax)};
}

RuleBody read_reassigned(const PackNode& node) {
    ReassignedRule rule;
    if (const auto required = node.maybe("required")) {
        rule.required = required->flag();
    }
    if (const auto age = node.maybe("max_age_days")) {
        rule.max_age_days = age->small(1, kAgeDaysMax);
    }
    if (const auto denies = node.maybe("no_data_denies")) {
        rule.no_data_denies = denies->flag();
    }
    return rule;
}

// -- for the engine, pacing and the log

RuleBody read_ring(const PackNode& node) {
    RingRule rule;
    if (const auto time = node.maybe("min_s")) {
        rule.min_ring = seconds{time->small(1, kRingSecondsMax)};
    }
    if (const auto rings = node.maybe("min_rings")) {
        rule.min_rings = rings->small(1, kRingsMax);
    }
    if (!node.has("min_s") && !node.has("min_rings")) {
        node.field().refuse("must have min_s or min_rings");
    }
    return rule;
}

/// [3, 100]: a share below one, compared in integers.
void read_cap(const PackNode& node, AbandonmentRule& rule) {
    const std::vector<PackNode> parts = node.elements();
    if (parts.size() != 2) {
        node.field().refuse("must be [numerator, denominator]");
    }
    rule.cap_numerator = parts[0].integer(0, kShareMax);
    rule.cap_denominator = parts[1].integer(1, kShareMax);
    if (rule.cap_numerator >= rule.cap_denominator) {
        node.field().refuse("must be a share below one");
    }
}

RuleBody read_abandonment(const PackNode& node) {
    AbandonmentRule rule;
    rule.period = node.member("period").text_of(
        {"successive_days", "trailing_days", "calendar_month", "day"});
    const bool counts_days = rule.period == "successive_days" || rule.period == "trailing_days";
    if (counts_days) {
        rule.days = node.member("days").small(1, kAbandonmentDaysMax);
    } else if (const auto given = node.maybe("days")) {
        given->field().refuse("has no meaning with this period");
    }
    read_cap(node.member("cap"), rule);
    rule.zone = read_zone_name(node.member("zone"));
    if (const auto within = node.maybe("connect_within_ms")) {
        rule.connect_within = milliseconds{within->small(1, kConnectMillisecondsMax)};
    }
    return rule;
}

RuleBody read_caller_id(const PackNode& node) {
    return CallerIdRule{node.member("owned").set()};
}

RuleBody read_record(const PackNode& node) {
    RecordRule rule;
    if (const auto fields = node.maybe("fields")) {
        rule.fields = read_texts(*fields);
    }
    if (const auto years = node.maybe("keep_years")) {
        rule.keep_years = years->small(1, kKeepYearsMax);
    }
    if (!node.has("fields") && !node.has("keep_years")) {
        node.field().refuse("must have fields or keep_years");
    }
    return rule;
}

// -- the table of kinds

struct Kind {
    std::string_view name;
    std::initializer_list<std::string_view> members; ///< beside those of every rule
    RuleBody (*read)(const PackNode& rule);
};

const std::array<Kind, 14>& kinds() {
    static const std::array<Kind, 14> table{{
        {"window", {"days", "calendar", "also_zones", "ring_guard"}, read_window_body},
        {"calendar", {"days", "proclaimed"}, read_calendar},
        {"emergency", {}, read_emergency},
        {"frequency",
         {"keys", "limit", "after", "sliding_s", "consecutive_days", "calendar", "inbound_counts"},
         read_frequency},
        {"consent", {"need"}, read_consent},
        {"revocation", {"scope", "deadline_business_days"}, read_revocation},
        {"list",
         {"list", "max_age_days", "max_age_months", "required", "subscription", "feed_max_age_s"},
         read_list},
        {"line", {"deny", "need_known"}, read_line},
        {"port", {"grace_days"}, read_port},
        {"reassigned", {"required", "max_age_days", "no_data_denies"}, read_reassigned},
        {"ring", {"min_s", "min_rings"}, read_ring},
        {"abandonment", {"period", "days", "cap", "zone", "connect_within_ms"}, read_abandonment},
        {"caller_id", {"owned"}, read_caller_id},
        {"record", {"fields", "keep_years"}, read_record},
    }};
    return table;
}

constexpr std::array<std::string_view, 9> kOfEveryRule{
    "id", "kind", "cite", "effective", "status", "confidence", "note", "when", "lift_by"};

void refuse_unknown(const PackNode& rule, const Kind& kind) {
    for (const std::string& key : rule.keys()) {
        const bool known =
            std::find(kOfEveryRule.begin(), kOfEveryRule.end(), key) != kOfEveryRule.end() ||
            std::find(kind.members.begin(), kind.members.end(), key) != kind.members.end();
        if (!known) {
            rule.member(key).field().refuse("is not known for a rule of kind " +
                                            std::string{kind.name});
        }
    }
}

} // namespace

RuleBody read_body(const PackNode& rule) {
    const PackNode name = rule.member("kind");
    const std::string text = name.text();
    for (const Kind& kind : kinds()) {
        if (kind.name == text) {
            refuse_unknown(rule, kind);
            return kind.read(rule);
        }
    }
    name.field().refuse("is no kind of rule that is known here");
}

} // namespace dnc::pack_read
