#include "tests/dnc/packs_support.hpp"

#include <stdexcept>

namespace dnc_tests {

namespace {

std::chrono::seconds clock(std::string_view text) {
    const auto digits = [text](std::size_t at) { return text[at] - '0'; };
    return std::chrono::hours{digits(0) * 10 + digits(1)} +
           std::chrono::minutes{digits(3) * 10 + digits(4)};
}

} // namespace

std::chrono::sys_days day(std::string_view text) {
    return std::chrono::floor<std::chrono::days>(utc(std::string{text} + " 00:00:00"));
}

dnc::Jurisdiction where(std::string_view text) {
    dnc::Jurisdiction jurisdiction;
    jurisdiction.country = {text.at(0), text.at(1)};
    for (std::size_t i = 3; i < text.size(); ++i) {
        jurisdiction.region.at(i - 3) = text[i];
    }
    return jurisdiction;
}

dnc::Rule rule(std::string id, dnc::RuleBody body) {
    dnc::Rule made;
    made.cite = "the law of " + id;
    made.id = std::move(id);
    made.confidence = "V";
    made.body = std::move(body);
    return made;
}

dnc::Pack pack(std::string id, dnc::PackLevel level, std::string_view jurisdiction,
               std::vector<dnc::Rule> rules) {
    dnc::Pack made;
    made.id = std::move(id);
    made.version = "1";
    made.sha256 = "00";
    made.file = made.id + ".json";
    made.level = level;
    if (!jurisdiction.empty()) {
        made.jurisdiction = where(jurisdiction);
    }
    made.rules = std::move(rules);
    return made;
}

dnc::Pack federal(std::vector<dnc::Rule> rules) {
    return pack("us-fed", dnc::PackLevel::federal, "US", std::move(rules));
}

dnc::Pack state(std::string_view region, std::vector<dnc::Rule> rules) {
    return pack("us-" + std::string{region}, dnc::PackLevel::state, "US-" + std::string{region},
                std::move(rules));
}

std::vector<dnc::Interval> hours(std::initializer_list<std::string_view> hours) {
    std::vector<dnc::Interval> made;
    for (const auto* at = hours.begin(); at != hours.end(); at += 2) {
        made.push_back({clock(at[0]), clock(at[1])});
    }
    return made;
}

dnc::WindowRule every_day(std::initializer_list<std::string_view> list) {
    dnc::WindowRule window;
    window.weekdays.fill(hours(list));
    return window;
}

dnc::Gate gate_of(std::vector<dnc::Pack> packs) {
    return dnc::Gate{dnc::PackSet{std::move(packs)}, shipped_places(), system_zones()};
}

dnc::CallFacts call_to(dnc::Number number) {
    dnc::CallFacts facts;
    facts.number = number;
    facts.seller = "Acme";
    facts.line_type = dnc::LineType::landline;
    facts.consents.emplace();
    facts.revocations.emplace();
    facts.relationship.emplace();
    facts.attempts.emplace();
    facts.emergencies.emplace();
    facts.proclaimed_holidays.emplace();
    facts.lists.company.emplace();
    return facts;
}

dnc::Consent consent(dnc::ConsentGrade grade, dnc::Instant at) {
    dnc::Consent made;
    made.id = 41;
    made.grade = grade;
    made.sellers = {"Acme"};
    made.at = at;
    made.evidence = true;
    return made;
}

std::string outcome(const dnc::Decision& decision) {
    std::string text{to_text(decision.verdict)};
    for (const dnc::Reason& reason : decision.reasons) {
        text += ' ';
        text += to_text(reason.code);
    }
    return text;
}

} // namespace dnc_tests
