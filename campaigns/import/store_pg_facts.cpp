// What an import asks about numbers: who has them, and what the ledger and the log know of them.

#include "campaigns/import/lookups.hpp"
#include "campaigns/import/store_imports.hpp"
#include "campaigns/ledger/store_fact_rows.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <fmt/format.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <numeric>
#include <utility>

namespace campaigns {

namespace {

// Bitmaps of up to so many numbers are read at once: a second at most, some megabytes.
constexpr std::int64_t kReadAtOnceMax = 1'000'000;
// So many phones are read over to find those of one seller.
constexpr std::int64_t kReadOverMax = 4'000'000;

constexpr const char* kCampaigns =
    "SELECT id FROM campaigns WHERE id = $1 OR ($2 AND same_party(seller, $3)) ORDER BY id";
constexpr const char* kLeadsThere =
    "SELECT coalesce(sum(rows_accepted), 0)::bigint, "
    "(SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'lead_phones'::regclass) "
    "FROM lists WHERE campaign_id = ANY($1::bigint[])";

constexpr const char* kTaken = R"sql(
SELECT p.number, p.lead_id, l.list_id, s.file_name, c.name, p.campaign_id = $2 AS in_campaign,
       $4 <> '' AND s.source = $4 AS in_list,
       l.status NOT IN ('exhausted', 'finished', 'by_hand') AND s.status <> 'undone' AS in_company
FROM lead_phones p
JOIN leads l ON l.id = p.lead_id JOIN lists s ON s.id = l.list_id
JOIN campaigns c ON c.id = p.campaign_id
WHERE p.number = ANY($1::bigint[]) AND p.campaign_id = ANY($3::bigint[])
ORDER BY p.number, in_campaign DESC, in_list DESC, in_company DESC, p.lead_id
)sql";

// As many as there may be, and no more, is counted.
constexpr const char* kKnownCount = R"sql(
SELECT (SELECT count(*) FROM (SELECT FROM consents LIMIT $1) a)
     + (SELECT count(*) FROM (SELECT FROM revocations LIMIT $1) a)
     + (SELECT count(*) FROM (SELECT FROM relationships LIMIT $1) a)
     + (SELECT count(*) FROM (SELECT FROM reassigned_answers LIMIT $1) a)
     + (SELECT count(*) FROM (SELECT FROM attempts
                              WHERE id >= first_id_at($2::timestamptz) LIMIT $1) a)
)sql";
constexpr const char* kKnownCursor =
    "DECLARE numbers NO SCROLL CURSOR FOR "
    "SELECT number FROM consents UNION ALL SELECT number FROM revocations UNION ALL "
    "SELECT number FROM relationships UNION ALL SELECT number FROM reassigned_answers UNION ALL "
    "SELECT number FROM attempts WHERE id >= first_id_at({}::timestamptz)";
constexpr const char* kTakenCursor = "DECLARE numbers NO SCROLL CURSOR FOR SELECT number "
                                     "FROM lead_phones WHERE campaign_id = ANY({}::bigint[])";

constexpr const char* kConsents = R"sql(
SELECT number, id, grade AS word, sellers, subject, debt,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us,
       (extract(epoch FROM expires) * 1000000)::bigint AS expires_us
FROM consents WHERE number = ANY($1::bigint[]) ORDER BY id
)sql";
constexpr const char* kRevocations = R"sql(
SELECT number, id, means, scope AS word, seller, subject,
       (extract(epoch FROM at) * 1000000)::bigint AS at_us
FROM revocations WHERE number = ANY($1::bigint[]) ORDER BY id
)sql";
constexpr const char* kRelationships = R"sql(
SELECT number, id, kind AS word, (extract(epoch FROM at) * 1000000)::bigint AS at_us
FROM relationships WHERE number = ANY($1::bigint[]) AND same_party(seller, $2) ORDER BY at, id
)sql";
constexpr const char* kReassigned = R"sql(
SELECT number, answer AS word, (extract(epoch FROM queried_at) * 1000000)::bigint AS at_us
FROM reassigned_answers WHERE number = ANY($1::bigint[])
ORDER BY queried_at, answer = 'yes', answer = 'no_data'
)sql";
constexpr const char* kPast = R"sql(
SELECT a.number, a.seller, a.subject, (extract(epoch FROM a.at) * 1000000)::bigint AS at_us,
)sql";
constexpr const char* kPastFrom = R"sql( AS outcome
FROM attempts a LEFT JOIN attempt_results r ON r.attempt_id = a.id
WHERE a.number = ANY($1::bigint[]) AND a.at >= $2
  AND a.id >= first_id_at($2::timestamptz - interval '1 day')
ORDER BY a.at, a.id
)sql";

constexpr const char* kLeadIds = "SELECT min(id), max(id) FROM "
                                 "(SELECT nextval('leads_id_seq') AS id "
                                 "FROM generate_series(1, $1::bigint)) taken";

dnc::NumberSet read_numbers(Store::Session& session, const std::string& cursor) {
    dnc::NumberSet numbers;
    pqxx::work work{session.connection};
    allow_bulk(work);
    work.exec(cursor);
    for (;;) {
        const auto rows = work.exec("FETCH 50000 FROM numbers");
        for (const auto& row : rows) {
            numbers.insert(dnc::Number{row[0].as<std::int64_t>()});
        }
        if (rows.empty()) {
            break;
        }
    }
    work.commit();
    return numbers;
}

void add_consent(const pqxx::row& row, PhoneFacts& facts) {
    facts.consents.push_back(consent_of_row(row));
}

void add_revocation(const pqxx::row& row, PhoneFacts& facts) {
    facts.revocations.push_back(revocation_of_row(row));
}

void add_reassigned(const pqxx::row& row, PhoneFacts& facts) {
    facts.reassigned = reassignment_of_row(row);
}

void add_past(const pqxx::row& row, NumberFacts& facts) {
    facts.past.push_back(past_attempt_of_row(row));
}

} // namespace

ImportLookups::Taken numbers_taken(pqxx::transaction_base& work,
                                   const std::vector<std::int64_t>& numbers,
                                   const NumberScope& scope,
                                   const std::vector<std::int64_t>& campaigns) {
    ImportLookups::Taken taken;
    for (const pqxx::row& row :
         work.exec_params(kTaken, array_of(numbers), static_cast<std::int64_t>(scope.campaign),
                          array_of(campaigns), clean_text(scope.source))) {
        NumberTaken found{.lead = row["lead_id"].as<std::int64_t>(),
                          .list = row["list_id"].as<std::int64_t>(),
                          .file = row["file_name"].as<std::string>(),
                          .campaign = row["name"].as<std::string>(),
                          .in_campaign = row["in_campaign"].as<bool>(),
                          .in_list = row["in_list"].as<bool>(),
                          .in_company = row["in_company"].as<bool>()};
        const bool counts = found.in_campaign || (scope.dedupe.list && found.in_list) ||
                            (scope.dedupe.company && found.in_company);
        if (counts) {
            taken.emplace(row["number"].as<std::int64_t>(), std::move(found));
        }
    }
    return taken;
}

ImportLookups::ImportLookups(Store& store, NumberScope scope)
    : store_{store}, scope_{std::move(scope)} {
    guarded(store_.session(), [this] {
        find_campaigns();
        learn_taken();
        learn_known();
    });
}

void ImportLookups::find_campaigns() {
    pqxx::nontransaction work{store_.session().connection};
    // A source's lists may be in any campaign of the seller, as the company's leads are.
    const bool company = scope_.dedupe.company || (scope_.dedupe.list && !scope_.source.empty());
    for (const auto& row : work.exec_params(kCampaigns, static_cast<std::int64_t>(scope_.campaign),
                                            company, clean_text(scope_.seller))) {
        campaigns_.push_back(row[0].as<std::int64_t>());
    }
}

void ImportLookups::learn_taken() {
    std::int64_t leads = 0;
    std::int64_t phones = 0;
    {
        pqxx::nontransaction work{store_.session().connection};
        const auto row = work.exec_params1(kLeadsThere, array_of(campaigns_));
        leads = row[0].as<std::int64_t>();
        phones = row[1].as<std::int64_t>();
    }
    any_taken_ = leads > 0;
    taken_all_ = leads > kReadAtOnceMax || phones > kReadOverMax;
    if (any_taken_ && !taken_all_) {
        taken_ = read_numbers(store_.session(),
                              fmt::format(kTakenCursor, "'" + array_of(campaigns_) + "'"));
    }
}

void ImportLookups::learn_known() {
    const std::string since = to_rfc3339(scope_.now - scope_.memory - std::chrono::days{1});
    std::int64_t known = 0;
    {
        pqxx::nontransaction work{store_.session().connection};
        known = work.exec_params1(kKnownCount, kReadAtOnceMax + 1, since)[0].as<std::int64_t>();
    }
    any_known_ = known > 0;
    known_all_ = known > kReadAtOnceMax;
    if (any_known_ && !known_all_) {
        known_ = read_numbers(store_.session(), fmt::format(kKnownCursor, "'" + since + "'"));
    }
}

std::vector<std::int64_t> ImportLookups::asked(const std::vector<dnc::Number>& numbers, bool all,
                                               const dnc::NumberSet& some) const {
    std::vector<std::int64_t> asked;
    for (const dnc::Number number : numbers) {
        if (all || some.contains(number)) {
            asked.push_back(number.e164);
        }
    }
    return asked;
}

ImportLookups::Taken ImportLookups::taken(const std::vector<dnc::Number>& numbers) {
    const auto wanted =
        any_taken_ ? asked(numbers, taken_all_, taken_) : std::vector<std::int64_t>{};
    if (wanted.empty()) {
        return {};
    }
    return guarded(store_.session(), [&] {
        pqxx::nontransaction work{store_.session().connection};
        return numbers_taken(work, wanted, scope_, campaigns_);
    });
}

ImportLookups::Facts ImportLookups::facts(const std::vector<dnc::Number>& numbers) {
    Facts facts;
    const auto wanted =
        any_known_ ? asked(numbers, known_all_, known_) : std::vector<std::int64_t>{};
    if (wanted.empty()) {
        return facts;
    }
    const std::string array = array_of(wanted);
    guarded(store_.session(), [&] {
        pqxx::nontransaction work{store_.session().connection};
        const auto each = [&](const pqxx::result& rows, const auto& add) {
            for (const pqxx::row& row : rows) {
                add(row, facts[row["number"].as<std::int64_t>()]);
            }
        };
        const auto ledger = [&](void (*add)(const pqxx::row&, PhoneFacts&)) {
            return [add](const pqxx::row& row, NumberFacts& of) { add(row, of.ledger); };
        };
        each(work.exec_params(kRevocations, array), ledger(&add_revocation));
        each(work.exec_params(kConsents, array), ledger(&add_consent));
        each(work.exec_params(kRelationships, array, clean_text(scope_.seller)),
             ledger(&add_relationship));
        each(work.exec_params(kReassigned, array), ledger(&add_reassigned));
        each(work.exec_params(std::string{kPast} + kOutcomeOfAttempt + kPastFrom, array,
                              to_rfc3339(scope_.now - scope_.memory)),
             &add_past);
    });
    return facts;
}

std::vector<std::int64_t> ImportLookups::lead_ids(std::size_t count) {
    std::vector<std::int64_t> ids(count);
    if (count == 0) {
        return ids;
    }
    guarded(store_.session(), [&] {
        pqxx::nontransaction work{store_.session().connection};
        for (;;) {
            const auto row = work.exec_params1(kLeadIds, static_cast<std::int64_t>(count));
            const auto first = row[0].as<std::int64_t>();
            // Another session may have taken ids in between: then these are left unused.
            if (row[1].as<std::int64_t>() - first + 1 == static_cast<std::int64_t>(count)) {
                std::iota(ids.begin(), ids.end(), first);
                return;
            }
        }
    });
    return ids;
}

} // namespace campaigns
