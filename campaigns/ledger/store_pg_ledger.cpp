// The ledger: consents, revocations, relationships, and what authorities declare.

#include "campaigns/ledger/store_fact_rows.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/words.hpp"

#include <boost/json.hpp>
#include <pqxx/transaction>

namespace campaigns {

namespace {

namespace json = boost::json;

constexpr const char* kAddRelationships = R"sql(
INSERT INTO relationships (number, seller, kind, at, proof, source, recorded_at, recorded_by)
SELECT number, seller, kind, at, proof, source, recorded_at, recorded_by
FROM json_to_recordset($1::json) AS b (
    number bigint, seller text, kind text, at timestamptz, proof jsonb, source text,
    recorded_at timestamptz, recorded_by text)
ON CONFLICT DO NOTHING
)sql";

constexpr const char* kAddRevocation = R"sql(
INSERT INTO revocations (request_id, number, at, means, scope, seller, subject, deadline,
                         recorded_at, recorded_by, attempt_id)
VALUES (nullif($1::bigint, 0), $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11::bigint, 0))
ON CONFLICT (request_id) DO NOTHING
)sql";

constexpr const char* kAddEmergency = R"sql(
INSERT INTO emergencies (region, from_at, to_at, source, reviewer, recorded_at, recorded_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING id
)sql";
constexpr const char* kEndEmergency = R"sql(
INSERT INTO emergency_ends (emergency_id, to_at, source, reviewer, recorded_at, recorded_by)
SELECT id, $2, $3, $4, $5, $6 FROM emergencies WHERE id = $1
)sql";
constexpr const char* kEmergencies = R"sql(
SELECT e.id, e.region, e.source, e.reviewer, e.recorded_by,
       (extract(epoch FROM e.from_at) * 1000000)::bigint AS from_us,
       (extract(epoch FROM coalesce(ended.to_at, e.to_at)) * 1000000)::bigint AS to_us,
       (extract(epoch FROM e.recorded_at) * 1000000)::bigint AS recorded_us
FROM emergencies e
LEFT JOIN LATERAL (SELECT to_at FROM emergency_ends
                   WHERE emergency_id = e.id ORDER BY id DESC LIMIT 1) ended ON true
ORDER BY e.id
)sql";

constexpr const char* kAddHoliday = R"sql(
INSERT INTO proclaimed_holidays (region, date, source, reviewer, recorded_at, recorded_by)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
)sql";
constexpr const char* kHolidays = R"sql(
SELECT region, date - date '1970-01-01' AS day, source, reviewer, recorded_by,
       (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_us
FROM proclaimed_holidays ORDER BY date, region
)sql";

constexpr const char* kRevocationColumns = R"sql(
SELECT id, coalesce(request_id, 0) AS request, number, means, scope AS word, seller, subject,
       deadline - date '1970-01-01' AS deadline, recorded_by, coalesce(attempt_id, 0) AS attempt,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us,
       (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_us
FROM revocations )sql";
constexpr const char* kRevocationsAfter = "WHERE id > $1 ORDER BY id LIMIT 10000";
constexpr const char* kRevocationsOfNumber = "WHERE number = $1 ORDER BY id";
constexpr const char* kLastRevocation = "SELECT coalesce(max(id), 0) FROM revocations";

constexpr const char* kConsentsOfNumber = R"sql(
SELECT id, grade AS word, sellers, subject, debt, evidence::text, source, recorded_by,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us,
       (extract(epoch FROM expires) * 1000000)::bigint AS expires_us,
       (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_us
FROM consents WHERE number = $1 ORDER BY at, id
)sql";
constexpr const char* kRelationshipsOfNumber = R"sql(
SELECT id, seller, kind, proof::text, source, recorded_by,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us,
       (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_us
FROM relationships WHERE number = $1 ORDER BY at, id
)sql";

json::array texts_json(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) {
        array.push_back(json::string{clean_text(text)});
    }
    return array;
}

/// The object that the text holds; StoreRefusal when it holds none.
json::object object_of(const std::string& text, const char* what) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object() || text.find("\\u0000") != std::string::npos) {
        throw StoreRefusal{std::string{what} + " is no JSON object"};
    }
    return std::move(value.as_object());
}

std::string json_of(const std::vector<ConsentRecord>& consents) {
    json::array rows;
    for (const ConsentRecord& row : consents) {
        const dnc::Consent& consent = row.consent;
        rows.push_back({{"number", row.number.e164},
                        {"grade", dnc::to_word(dnc::kConsentGrades, consent.grade)},
                        {"sellers", texts_json(consent.sellers)},
                        {"subject", clean_text(consent.subject)},
                        {"debt", clean_text(consent.debt)},
                        {"at", to_rfc3339(consent.at)},
                        {"expires", consent.expires ? json::value(to_rfc3339(*consent.expires))
                                                    : json::value(nullptr)},
                        {"evidence", object_of(row.evidence, "the evidence of a consent")},
                        {"source", clean_text(row.recorded.source)},
                        {"recorded_at", to_rfc3339(row.recorded.at)},
                        {"recorded_by", clean_text(row.recorded.by)}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<RelationshipRecord>& relationships) {
    json::array rows;
    for (const RelationshipRecord& row : relationships) {
        rows.push_back({{"number", row.number.e164},
                        {"seller", clean_text(row.seller)},
                        {"kind", dnc::to_word(dnc::kRelationshipKinds, row.relationship.kind)},
                        {"at", to_rfc3339(row.relationship.at)},
                        {"proof", object_of(row.proof, "the proof of a relationship")},
                        {"source", clean_text(row.recorded.source)},
                        {"recorded_at", to_rfc3339(row.recorded.at)},
                        {"recorded_by", clean_text(row.recorded.by)}});
    }
    return json::serialize(rows);
}

std::string date_text(std::chrono::year_month_day date) {
    return to_rfc3339(std::chrono::sys_days{date}).substr(0, 10);
}

std::chrono::year_month_day date_of(const pqxx::field& days) {
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{days.as<int>()}}};
}

Recording recording_of(const pqxx::row& row, std::string source = {}) {
    return {.at = instant_from_micros(row["recorded_us"].as<std::int64_t>()),
            .by = row["recorded_by"].as<std::string>(),
            .source = std::move(source)};
}

RevocationRecord revocation_of(const pqxx::row& row) {
    return {.id = row["id"].as<std::int64_t>(),
            .request = row["request"].as<std::int64_t>(),
            .number = dnc::Number{row["number"].as<std::int64_t>()},
            .revocation = revocation_of_row(row),
            .deadline = date_of(row["deadline"]),
            .recorded = recording_of(row),
            .attempt = row["attempt"].as<std::int64_t>()};
}

ConsentRecord consent_of(const pqxx::row& row, dnc::Number number) {
    return {.number = number,
            .consent = consent_of_row(row),
            .evidence = row["evidence"].as<std::string>(),
            .recorded = recording_of(row, row["source"].as<std::string>())};
}

RelationshipRecord relationship_of(const pqxx::row& row, dnc::Number number) {
    return {.number = number,
            .seller = row["seller"].as<std::string>(),
            .relationship = {row["id"].as<std::int64_t>(),
                             dnc::from_word(dnc::kRelationshipKinds, row["kind"].c_str())
                                 .value_or(dnc::Relationship::Kind::inquiry),
                             instant_from_micros(row["at_us"].as<std::int64_t>())},
            .proof = row["proof"].as<std::string>(),
            .recorded = recording_of(row, row["source"].as<std::string>())};
}

EmergencyRecord emergency_of(const pqxx::row& row) {
    EmergencyRecord record;
    record.id = row["id"].as<std::int64_t>();
    record.emergency.region = row["region"].as<std::string>();
    record.emergency.from = instant_from_micros(row["from_us"].as<std::int64_t>());
    if (!row["to_us"].is_null()) {
        record.emergency.to = instant_from_micros(row["to_us"].as<std::int64_t>());
    }
    record.declared = {row["source"].as<std::string>(), row["reviewer"].as<std::string>(),
                       recording_of(row)};
    return record;
}

/// Inserts rows in bulk; what is there already is left as it is.
template <typename Row>
Recorded add_rows(Store::Session& session, const char* insert, const std::vector<Row>& rows) {
    return guarded(session, [&] {
        pqxx::work work{session.connection};
        const auto added =
            static_cast<std::int64_t>(work.exec_params(insert, json_of(rows)).affected_rows());
        work.commit();
        return Recorded{added, static_cast<std::int64_t>(rows.size()) - added};
    });
}

} // namespace

Recorded Store::add_consents(const std::vector<ConsentRecord>& consents) {
    return add_rows(*session_, kInsertConsents, consents);
}

Recorded Store::add_relationships(const std::vector<RelationshipRecord>& relationships) {
    return add_rows(*session_, kAddRelationships, relationships);
}

bool Store::add_revocation(const RevocationRecord& record) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const dnc::Revocation& revocation = record.revocation;
        const auto done =
            work.exec_params(kAddRevocation, record.request, record.number.e164,
                             to_rfc3339(revocation.at), clean_text(revocation.means),
                             std::string{dnc::to_word(dnc::kRevocationScopes, revocation.scope)},
                             clean_text(revocation.seller), clean_text(revocation.subject),
                             date_text(record.deadline), to_rfc3339(record.recorded.at),
                             clean_text(record.recorded.by), record.attempt);
        work.commit();
        return done.affected_rows() == 1;
    });
}

std::int64_t Store::add_emergency(const EmergencyRecord& record) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const dnc::Emergency& emergency = record.emergency;
        const auto to =
            emergency.to ? std::optional{to_rfc3339(*emergency.to)} : std::optional<std::string>{};
        const auto row = work.exec_params1(
            kAddEmergency, clean_text(emergency.region), to_rfc3339(emergency.from), to,
            clean_text(record.declared.source), clean_text(record.declared.reviewer),
            to_rfc3339(record.declared.recorded.at), clean_text(record.declared.recorded.by));
        const auto id = row[0].as<std::int64_t>();
        work.commit();
        return id;
    });
}

void Store::end_emergency(std::int64_t id, Instant to, const Declared& declared) {
    guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const auto done =
            work.exec_params(kEndEmergency, id, to_rfc3339(to), clean_text(declared.source),
                             clean_text(declared.reviewer), to_rfc3339(declared.recorded.at),
                             clean_text(declared.recorded.by));
        if (done.affected_rows() == 0) {
            throw StoreRefusal{"there is no emergency " + std::to_string(id)};
        }
        work.commit();
    });
}

std::vector<EmergencyRecord> Store::emergencies() {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        std::vector<EmergencyRecord> records;
        for (const pqxx::row& row : work.exec(kEmergencies)) {
            records.push_back(emergency_of(row));
        }
        work.commit();
        return records;
    });
}

bool Store::add_holiday(const HolidayRecord& record) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const auto done = work.exec_params(
            kAddHoliday, clean_text(record.holiday.region), date_text(record.holiday.date),
            clean_text(record.declared.source), clean_text(record.declared.reviewer),
            to_rfc3339(record.declared.recorded.at), clean_text(record.declared.recorded.by));
        work.commit();
        return done.affected_rows() == 1;
    });
}

std::vector<HolidayRecord> Store::proclaimed_holidays() {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        std::vector<HolidayRecord> records;
        for (const pqxx::row& row : work.exec(kHolidays)) {
            records.push_back({{row["region"].as<std::string>(), date_of(row["day"])},
                               {row["source"].as<std::string>(), row["reviewer"].as<std::string>(),
                                recording_of(row)}});
        }
        work.commit();
        return records;
    });
}

Declarations Store::declarations() {
    Declarations declared;
    for (EmergencyRecord& record : emergencies()) {
        declared.emergencies.push_back(std::move(record.emergency));
    }
    for (HolidayRecord& record : proclaimed_holidays()) {
        declared.holidays.push_back(std::move(record.holiday));
    }
    return declared;
}

std::vector<RevocationRecord> Store::revocations(std::int64_t after_id) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        std::vector<RevocationRecord> records;
        for (const pqxx::row& row : work.exec_prepared("revocations_after", after_id)) {
            records.push_back(revocation_of(row));
        }
        work.commit();
        return records;
    });
}

std::int64_t Store::last_revocation() {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const auto last = work.exec1(kLastRevocation)[0].as<std::int64_t>();
        work.commit();
        return last;
    });
}

NumberLedger Store::ledger_of(dnc::Number number) {
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        NumberLedger ledger;
        for (const pqxx::row& row : work.exec_params(kConsentsOfNumber, number.e164)) {
            ledger.consents.push_back(consent_of(row, number));
        }
        const std::string revocations = std::string{kRevocationColumns} + kRevocationsOfNumber;
        for (const pqxx::row& row : work.exec_params(revocations, number.e164)) {
            ledger.revocations.push_back(revocation_of(row));
        }
        for (const pqxx::row& row : work.exec_params(kRelationshipsOfNumber, number.e164)) {
            ledger.relationships.push_back(relationship_of(row, number));
        }
        work.commit();
        return ledger;
    });
}

void prepare_ledger(pqxx::connection& connection) {
    connection.prepare("revocations_after", std::string{kRevocationColumns} + kRevocationsAfter);
}

} // namespace campaigns
