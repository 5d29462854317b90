#include "dnc/pack_read.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace dnc::pack_read {

namespace {

constexpr std::size_t kIdMax = 64;
constexpr int kAreaCodeMin = 200;
constexpr int kAreaCodeMax = 999;
constexpr int kLiftDaysMax = 3660;
constexpr int kLiftMonthsMax = 120;

/// Kinds that refuse, and of which something can lift the refusal.
constexpr std::array<std::string_view, 7> kLiftable{"window", "emergency", "frequency", "consent",
                                                    "list",   "line",      "reassigned"};

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void read_relationship(const PackNode& node, Lift& lift) {
    node.allow_only({"purchase_months", "inquiry_months"});
    if (const auto months = node.maybe("purchase_months")) {
        lift.purchase_months = months->small(1, kLiftMonthsMax);
    }
    if (const auto months = node.maybe("inquiry_months")) {
        lift.inquiry_months = months->small(1, kLiftMonthsMax);
    }
    if (!lift.purchase_months && !lift.inquiry_months) {
        node.field().refuse("must have purchase_months or inquiry_months");
    }
}

void read_consent(const PackNode& node, const std::string& kind, Lift& lift) {
    if (const auto grade = node.maybe("consent")) {
        lift.consent = grade->word(kConsentGrades);
    }
    if (const auto days = node.maybe("within_days")) {
        lift.consent_within_days = days->small(1, kLiftDaysMax);
        if (!lift.consent) {
            days->field().refuse("has no meaning without consent");
        }
    }
    if (const auto after = node.maybe("after_listing")) {
        lift.consent_after_listing = after->set();
        if (!lift.consent || kind != "list") {
            after->field().refuse("has a meaning only with consent, and for a list");
        }
    }
}

Lift read_lift(const PackNode& node, const std::string& kind) {
    node.allow_only(
        {"consent", "within_days", "after_listing", "relationship", "agent_guaranteed"});
    if (node.keys().empty()) {
        node.field().refuse("must say what lifts the rule");
    }
    Lift lift;
    read_consent(node, kind, lift);
    if (const auto relationship = node.maybe("relationship")) {
        read_relationship(*relationship, lift);
    }
    if (const auto guaranteed = node.maybe("agent_guaranteed")) {
        lift.agent_guaranteed = guaranteed->set();
    }
    return lift;
}

} // namespace

Condition read_condition(const PackNode& node) {
    node.allow_only({"purpose", "line", "voice", "robocall", "automation", "npas", "counties"});
    if (node.keys().empty()) {
        node.field().refuse("must say for which calls, or be left out");
    }
    Condition condition;
    if (const auto purposes = node.maybe("purpose")) {
        condition.purposes = purposes->words(kPurposes);
    }
    if (const auto lines = node.maybe("line")) {
        condition.lines = lines->words(kLineTypes);
    }
    if (const auto voices = node.maybe("voice")) {
        condition.voices = voices->words(kVoices);
    }
    if (const auto robocall = node.maybe("robocall")) {
        condition.robocall = robocall->set();
    }
    if (const auto automation = node.maybe("automation")) {
        condition.automation = automation->word(kAutomations);
    }
    if (const auto npas = node.maybe("npas")) {
        condition.npas = read_area_codes(*npas);
    }
    if (const auto counties = node.maybe("counties")) {
        condition.counties = read_texts(*counties);
    }
    return condition;
}

std::vector<Lift> read_lifts(const PackNode& node, const std::string& kind) {
    if (std::find(kLiftable.begin(), kLiftable.end(), kind) == kLiftable.end()) {
        node.field().refuse("has no meaning for a rule of kind " + kind);
    }
    std::vector<Lift> lifts;
    for (const PackNode& element : node.elements()) {
        lifts.push_back(read_lift(element, kind));
    }
    return lifts;
}

std::vector<int> read_area_codes(const PackNode& node) {
    std::vector<int> codes;
    for (const PackNode& element : node.elements()) {
        const int code = element.small(kAreaCodeMin, kAreaCodeMax);
        if (std::find(codes.begin(), codes.end(), code) != codes.end()) {
            element.field().refuse("comes twice");
        }
        codes.push_back(code);
    }
    return codes;
}

std::vector<std::string> read_texts(const PackNode& node) {
    std::vector<std::string> texts;
    for (const PackNode& element : node.elements()) {
        std::string text = element.text();
        if (std::find(texts.begin(), texts.end(), text) != texts.end()) {
            element.field().refuse("comes twice");
        }
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string read_id(const PackNode& node) {
    std::string id = node.text();
    const bool plain = id.size() <= kIdMax && std::all_of(id.begin(), id.end(), [](char c) {
                           return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
                       });
    if (!plain) {
        node.field().refuse("must be at most 64 letters, digits, '-', '.' or '_'");
    }
    return id;
}

std::string read_zone_name(const PackNode& node) {
    std::string name = node.text();
    const bool plain =
        name.size() <= kIdMax && is_letter_or_digit(name.front()) &&
        name.find("..") == std::string::npos && std::all_of(name.begin(), name.end(), [](char c) {
            return is_letter_or_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
        });
    if (!plain) {
        node.field().refuse("must be the name of a zone like \"America/Chicago\"");
    }
    return name;
}

} // namespace dnc::pack_read
