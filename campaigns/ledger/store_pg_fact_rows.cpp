#include "campaigns/ledger/store_fact_rows.hpp"

#include "campaigns/store_session.hpp"
#include "dnc/words.hpp"

namespace campaigns {

const char* const kInsertConsents = R"sql(
INSERT INTO consents (number, grade, sellers, subject, debt, at, expires, evidence, source,
                      recorded_at, recorded_by)
SELECT number, grade, sellers, subject, debt, at, expires, evidence, source, recorded_at,
       recorded_by
FROM json_to_recordset($1::json) AS c (
    number bigint, grade text, sellers text[], subject text, debt text, at timestamptz,
    expires timestamptz, evidence jsonb, source text, recorded_at timestamptz, recorded_by text)
ON CONFLICT DO NOTHING
)sql";

namespace {

Instant instant_of(const pqxx::row& row, const char* column) {
    return instant_from_micros(row[column].as<std::int64_t>());
}

} // namespace

dnc::Consent consent_of_row(const pqxx::row& row) {
    dnc::Consent consent;
    consent.id = row["id"].as<std::int64_t>();
    consent.grade =
        dnc::from_word(dnc::kConsentGrades, row["word"].c_str()).value_or(dnc::ConsentGrade::oral);
    consent.sellers = texts_of(row["sellers"]);
    consent.subject = row["subject"].as<std::string>();
    consent.debt = row["debt"].as<std::string>();
    consent.at = instant_of(row, "at_us");
    if (!row["expires_us"].is_null()) {
        consent.expires = instant_of(row, "expires_us");
    }
    consent.evidence = true; // the table takes no row without its evidence
    return consent;
}

dnc::Revocation revocation_of_row(const pqxx::row& row) {
    return {.id = row["id"].as<std::int64_t>(),
            .at = instant_of(row, "at_us"),
            .means = row["means"].as<std::string>(),
            .scope = dnc::from_word(dnc::kRevocationScopes, row["word"].c_str())
                         .value_or(dnc::RevocationScope::all),
            .seller = row["seller"].as<std::string>(),
            .subject = row["subject"].as<std::string>()};
}

dnc::Reassignment reassignment_of_row(const pqxx::row& row) {
    return {dnc::from_word(dnc::kReassignmentAnswers, row["word"].c_str())
                .value_or(dnc::Reassignment::Answer::no_data),
            instant_of(row, "at_us")};
}

dnc::PastAttempt past_attempt_of_row(const pqxx::row& row) {
    return {.at = instant_of(row, "at_us"),
            .outcome = dnc::from_word(dnc::kPastOutcomes, row["outcome"].c_str())
                           .value_or(dnc::PastOutcome::no_answer),
            .inbound = false,
            .number = dnc::Number{row["number"].as<std::int64_t>()},
            .person = {},
            .seller = row["seller"].as<std::string>(),
            .subject = row["subject"].as<std::string>(),
            .debt = {}};
}

void add_relationship(const pqxx::row& row, PhoneFacts& facts) {
    const auto kind = dnc::from_word(dnc::kRelationshipKinds, row["word"].c_str())
                          .value_or(dnc::Relationship::Kind::inquiry);
    auto& place = kind == dnc::Relationship::Kind::purchase ? facts.purchase : facts.inquiry;
    place = dnc::Relationship{row["id"].as<std::int64_t>(), kind, instant_of(row, "at_us")};
}

void add_fact(std::string_view fact, const pqxx::row& row, PhoneFacts& facts) {
    if (fact == "consent") {
        facts.consents.push_back(consent_of_row(row));
    } else if (fact == "revocation") {
        facts.revocations.push_back(revocation_of_row(row));
    } else if (fact == "relationship") {
        add_relationship(row, facts);
    } else if (fact == "reassigned") {
        facts.reassigned = reassignment_of_row(row);
    }
}

} // namespace campaigns
