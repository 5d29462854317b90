#include "dnc/facts_value.hpp"

#include <optional>
#include <utility>

namespace dnc::facts_json {

namespace {

// -- consents

/// What shows that a consent was given. Both members are needed; others may stand beside them.
struct EvidenceParts {
    bool form = false;
    bool timestamp = false;
};

void read_evidence_part(const Value& value, EvidenceParts& parts) {
    const boost::json::string* const text = value.json().if_string();
    const bool empty = value.is_null() || (text != nullptr && text->empty());
    if (empty) {
        return;
    }
    if (value.spot().name == "form") {
        parts.form = !value.text().empty();
    } else if (value.spot().name == "timestamp") {
        static_cast<void>(value.instant_or_date());
        parts.timestamp = true;
    }
}

void read_evidence(const Value& value, Consent& consent) {
    const boost::json::object* const object = value.json().if_object();
    if (object == nullptr) {
        value.fail("must be an object", "write {\"form\": ..., \"timestamp\": ...}");
        return;
    }
    EvidenceParts parts;
    for (const boost::json::key_value_pair& pair : *object) {
        const Spot spot{&value.spot(), {pair.key().data(), pair.key().size()}, {}};
        read_evidence_part(Value{pair.value(), spot, value.reading()}, parts);
    }
    consent.evidence = parts.form && parts.timestamp;
}

void read_sellers(const Value& value, Consent& consent) {
    const boost::json::array* const array = value.json().if_array();
    if (array == nullptr || array->size() > kEntriesMax) {
        value.fail("must be a list of at most 4096 texts", "write [\"...\"]");
        return;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        const Spot spot{&value.spot(), {}, i};
        consent.sellers.push_back(Value{(*array)[i], spot, value.reading()}.text());
    }
}

constexpr Members<Consent, 7> kConsent{{
    {"grade", [](const Value& value, Consent& out) { out.grade = value.word(kConsentGrades); },
     Need::required},
    {"sellers", read_sellers},
    {"subject", [](const Value& value, Consent& out) { out.subject = value.text(); }},
    {"debt", [](const Value& value, Consent& out) { out.debt = value.text(); }},
    {"at", [](const Value& value, Consent& out) { out.at = value.instant_or_date(); },
     Need::required},
    {"expires", [](const Value& value, Consent& out) { out.expires = value.instant_or_date(); }},
    {"evidence", read_evidence},
}};

// -- revocations, relationship

constexpr Members<Revocation, 5> kRevocation{{
    {"at", [](const Value& value, Revocation& out) { out.at = value.instant_or_date(); },
     Need::required},
    {"means", [](const Value& value, Revocation& out) { out.means = value.text(); }},
    {"scope",
     [](const Value& value, Revocation& out) { out.scope = value.word(kRevocationScopes); },
     Need::required},
    {"seller", [](const Value& value, Revocation& out) { out.seller = value.text(); }},
    {"subject", [](const Value& value, Revocation& out) { out.subject = value.text(); }},
}};

constexpr Members<Relationship, 2> kRelationship{{
    {"kind",
     [](const Value& value, Relationship& out) { out.kind = value.word(kRelationshipKinds); },
     Need::required},
    {"at",
     [](const Value& value, Relationship& out) {
         out.at = value.instant_or_date();
         if (value.is_plain_date()) {
             out.on = value.date();
         }
     },
     Need::required},
}};

// -- attempts

// A plain date would not do for `at`: caps are counted to the second.
constexpr Members<PastAttempt, 9> kAttempt{{
    {"at", [](const Value& value, PastAttempt& out) { out.at = value.instant(); }, Need::required},
    {"outcome",
     [](const Value& value, PastAttempt& out) { out.outcome = value.word(kPastOutcomes); },
     Need::required},
    {"direction",
     [](const Value& value, PastAttempt& out) { out.inbound = value.word(kDirections); }},
    {"person", [](const Value& value, PastAttempt& out) { out.person = value.text(); }},
    {"seller", [](const Value& value, PastAttempt& out) { out.seller = value.text(); }},
    {"subject", [](const Value& value, PastAttempt& out) { out.subject = value.text(); }},
    {"debt", [](const Value& value, PastAttempt& out) { out.debt = value.text(); }},
    {"number",
     [](const Value& value, PastAttempt& out) { out.number = read_number_member(value); }},
    // Read for its form alone: caps hold whatever number was shown.
    {"caller_id", [](const Value& value, PastAttempt&) { static_cast<void>(value.text()); }},
}};

// -- emergencies, proclaimed holidays

/// "NY" out of " us-ny": regions are compared with those of packs.
std::string read_region(const Value& value) {
    std::string text = value.text();
    std::string region;
    for (const char c : text) {
        if (c != ' ' && c != '\t') {
            region.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        }
    }
    if (region.size() > 3 && region[2] == '-') {
        region.erase(0, 3);
    }
    if (region.empty()) {
        value.fail("is empty", "write the code of a state or province, like \"NY\"");
    }
    return region;
}

constexpr Members<Emergency, 3> kEmergency{{
    {"region", [](const Value& value, Emergency& out) { out.region = read_region(value); },
     Need::required},
    {"from", [](const Value& value, Emergency& out) { out.from = value.instant_or_date(); },
     Need::required},
    {"to", [](const Value& value, Emergency& out) { out.to = value.instant_or_date(); }},
}};

void check_emergency(const Value& value, Emergency& emergency) {
    if (emergency.to && *emergency.to <= emergency.from) {
        value.fail("ends before it begins", "mend from or to");
    }
}

constexpr Members<ProclaimedHoliday, 2> kHoliday{{
    {"region", [](const Value& value, ProclaimedHoliday& out) { out.region = read_region(value); },
     Need::required},
    {"date", [](const Value& value, ProclaimedHoliday& out) { out.date = value.date(); },
     Need::required},
}};

// -- lists

struct ListEntry {
    ListAnswer answer;
    bool says_listed = false;
};

void read_as_of(const Value& value, ListEntry& out) {
    out.answer.as_of = value.date();
}

void read_listed(const Value& value, ListEntry& out) {
    out.answer.listed = value.flag();
    out.says_listed = true;
}

constexpr Members<ListEntry, 3> kListEntry{{
    {"as_of", read_as_of},
    {"listed", read_listed},
    {"subscribed",
     [](const Value& value, ListEntry& out) { out.answer.subscribed = value.flag(); }},
}};

/// null: not on it, as of the call.
ListAnswer read_list_answer(const Value& value, std::string_view name) {
    ListEntry entry;
    if (value.is_null()) {
        entry.answer.as_of = std::chrono::floor<std::chrono::days>(value.reading().at);
    } else {
        read_object(value, kListEntry, entry);
        if (!entry.says_listed && !value.reading().assume_clear) {
            value.fail("does not say whether the number is listed", "add \"listed\"");
        }
    }
    entry.answer.name = name;
    return entry.answer;
}

constexpr Members<CompanyListing, 3> kCompany{{
    {"listed_at",
     [](const Value& value, CompanyListing& out) { out.listed_at = value.instant_or_date(); }},
    {"seller", [](const Value& value, CompanyListing& out) { out.seller = value.text(); }},
    {"listed", [](const Value& value, CompanyListing& out) { out.listed = value.flag(); }},
}};

/// The request is there when its time is; an empty object says that there is none.
void read_company(const Value& value, ListFacts& out) {
    CompanyListing listing;
    if (!value.is_null()) {
        const boost::json::object* const object = value.json().if_object();
        listing.listed = object != nullptr && !object->empty();
        read_object(value, kCompany, listing);
    }
    out.company = std::move(listing);
}

constexpr Members<Reassignment, 2> kReassigned{{
    {"answer",
     [](const Value& value, Reassignment& out) { out.answer = value.word(kReassignmentAnswers); },
     Need::required},
    {"queried_at",
     [](const Value& value, Reassignment& out) { out.queried_at = value.instant_or_date(); }},
}};

/// null: there is no answer, since nobody asked.
void read_reassigned(const Value& value, ListFacts& out) {
    if (value.is_null()) {
        out.reassigned_never_asked = true;
        return;
    }
    Reassignment reassignment;
    read_object(value, kReassigned, reassignment);
    out.reassigned = reassignment;
}

constexpr Members<ListFacts, 7> kLists{{
    {"national",
     [](const Value& value, ListFacts& out) { out.national = read_list_answer(value, "national"); },
     Need::nullable},
    {"state",
     [](const Value& value, ListFacts& out) { out.state = read_list_answer(value, "state"); },
     Need::nullable},
    {"preference",
     [](const Value& value, ListFacts& out) {
         out.preference = read_list_answer(value, "preference");
     },
     Need::nullable},
    {"litigator",
     [](const Value& value, ListFacts& out) {
         out.litigator = read_list_answer(value, "litigator");
     },
     Need::nullable},
    {"other",
     [](const Value& value, ListFacts& out) { out.other = read_list_answer(value, "other"); },
     Need::nullable},
    {"company", read_company, Need::nullable},
    {"reassigned", read_reassigned, Need::nullable},
}};

} // namespace

std::vector<Consent> read_consents(const Value& value) {
    return read_list(value, kConsent);
}

std::vector<Revocation> read_revocations(const Value& value) {
    return read_list(value, kRevocation);
}

std::optional<Relationship> read_relationship(const Value& value) {
    if (value.is_null()) {
        return std::nullopt;
    }
    Relationship relationship;
    read_object(value, kRelationship, relationship);
    return relationship;
}

std::vector<PastAttempt> read_attempts(const Value& value) {
    return read_list(value, kAttempt);
}

std::vector<Emergency> read_emergencies(const Value& value) {
    return read_list(value, kEmergency, check_emergency);
}

std::vector<ProclaimedHoliday> read_proclaimed_holidays(const Value& value) {
    return read_list(value, kHoliday);
}

void read_lists(const Value& value, ListFacts& lists) {
    if (!value.is_null()) {
        read_object(value, kLists, lists);
        return;
    }
    lists.national = read_list_answer(value, "national");
    lists.state = read_list_answer(value, "state");
    lists.preference = read_list_answer(value, "preference");
    lists.litigator = read_list_answer(value, "litigator");
    lists.other = read_list_answer(value, "other");
    lists.company = CompanyListing{};
    lists.reassigned_never_asked = true;
}

} // namespace dnc::facts_json
