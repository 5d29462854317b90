// Caller ids: proofs, pools, rests, alarms and what became of calls with them.

#include "campaigns/sentence_json.hpp"
#include "campaigns/settings/caller_ids.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <boost/json.hpp>
#include <pqxx/except>
#include <pqxx/transaction>

#include <algorithm>

namespace campaigns {

namespace {

// Dates as days since 1970, as all dates of the store come.
constexpr const char* kNumbers = R"sql(
SELECT number, name, owner, proof, reference, valid_from - date '1970-01-01',
       valid_to - date '1970-01-01', document_sha256, verified,
       (extract(epoch FROM recorded_at) * 1000000)::bigint, recorded_by
FROM caller_ids ORDER BY number
)sql";
constexpr const char* kPut = R"sql(
INSERT INTO caller_ids (number, name, owner, proof, reference, valid_from, valid_to,
                        document_sha256, verified, recorded_at, recorded_by)
VALUES ($1, $2, $3, $4, $5, date '1970-01-01' + $6::integer, date '1970-01-01' + $7::integer, $8,
        $9, $10, $11)
ON CONFLICT (number) DO UPDATE
SET name = excluded.name, owner = excluded.owner, proof = excluded.proof,
    reference = excluded.reference, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, document_sha256 = excluded.document_sha256,
    verified = excluded.verified, recorded_at = excluded.recorded_at,
    recorded_by = excluded.recorded_by
)sql";
constexpr const char* kPools =
    "SELECT campaign_id, number, weight, active FROM campaign_caller_ids ORDER BY 1, 2";
constexpr const char* kPool = "SELECT campaign_id, number, weight, active "
                              "FROM campaign_caller_ids WHERE campaign_id = $1 ORDER BY 2";
constexpr const char* kAssign = R"sql(
INSERT INTO campaign_caller_ids (campaign_id, number, weight, active)
VALUES ($1, $2, $3, $4)
ON CONFLICT (campaign_id, number) DO UPDATE SET weight = excluded.weight, active = excluded.active
)sql";
constexpr const char* kCampaignId = "SELECT id FROM campaigns WHERE name = $1";
constexpr const char* kObstacles = "SELECT * FROM caller_id_obstacles($1, $2)";
constexpr const char* kTell = "SELECT pg_notify('dialer_campaigns', '')";

constexpr const char* kRests = R"sql(
SELECT r.id, r.number, (extract(epoch FROM r.from_at) * 1000000)::bigint,
       (extract(epoch FROM r.until_at) * 1000000)::bigint, r.by_whom, r.why,
       (SELECT count(*) FROM caller_id_rests o
        WHERE o.number = c.number AND o.alarm_id IS NOT NULL
          AND o.from_at > $1::timestamptz - interval '30 days')
FROM caller_ids c
CROSS JOIN LATERAL (SELECT * FROM caller_id_rests r
                    WHERE r.number = c.number ORDER BY r.id DESC LIMIT 1) r
)sql";
constexpr const char* kRest = R"sql(
INSERT INTO caller_id_rests (number, from_at, until_at, by_whom, why, alarm_id)
SELECT number, $2, $3, $4, $5, $6 FROM caller_ids WHERE number = $1
ON CONFLICT DO NOTHING
)sql";
constexpr const char* kResting = R"sql(
SELECT coalesce((SELECT until_at > $2 FROM caller_id_rests WHERE number = $1
                 ORDER BY id DESC LIMIT 1), false)
)sql";
constexpr const char* kAlarm = R"sql(
INSERT INTO caller_id_alarms (id, at, campaign_id, number, trunk, signal, detail, rest_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
)sql";
constexpr const char* kAlarms = R"sql(
SELECT id, (extract(epoch FROM at) * 1000000)::bigint, campaign_id, number, trunk, signal, detail,
       (extract(epoch FROM rest_until) * 1000000)::bigint
FROM caller_id_alarms WHERE $1::bigint IS NULL OR number = $1 ORDER BY id DESC LIMIT $2
)sql";
constexpr const char* kHistory = R"sql(
SELECT number, trunk, sum(calls)::bigint, sum(answered)::bigint, sum(short_calls)::bigint,
       sum(blocked)::bigint
FROM caller_id_days
WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date - 28
  AND day < ($1::timestamptz AT TIME ZONE 'UTC')::date
GROUP BY number, trunk
)sql";
constexpr const char* kCount = R"sql(
INSERT INTO caller_id_days (day, number, trunk, calls, answered, short_calls, blocked)
SELECT date '1970-01-01' + $1::integer, number, trunk, calls, answered, short_calls, blocked
FROM json_to_recordset($2::json) AS c (number bigint, trunk text, calls bigint, answered bigint,
                                       short_calls bigint, blocked bigint)
ORDER BY number, trunk
ON CONFLICT (day, number, trunk) DO UPDATE
SET calls = caller_id_days.calls + excluded.calls,
    answered = caller_id_days.answered + excluded.answered,
    short_calls = caller_id_days.short_calls + excluded.short_calls,
    blocked = caller_id_days.blocked + excluded.blocked
)sql";

std::optional<int> day_number(const std::optional<std::chrono::sys_days>& day) {
    return day ? std::optional{static_cast<int>(day->time_since_epoch().count())} : std::nullopt;
}

std::optional<std::chrono::sys_days> day_of(const pqxx::field& field) {
    return field.is_null()
               ? std::nullopt
               : std::optional{std::chrono::sys_days{std::chrono::days{field.as<int>()}}};
}

std::vector<CallerId> read_numbers(pqxx::transaction_base& work) {
    std::vector<CallerId> numbers;
    for (const pqxx::row& row : work.exec(kNumbers)) {
        CallerId& one = numbers.emplace_back();
        one.number = {row[0].as<std::int64_t>()};
        one.name = row[1].as<std::string>();
        one.owner = row[2].as<std::string>();
        one.proof = caller_id_proof_from_text(row[3].c_str()).value_or(CallerIdProof::declared);
        one.reference = row[4].as<std::string>();
        one.valid_from = day_of(row[5]);
        one.valid_to = day_of(row[6]);
        one.document_sha256 = row[7].as<std::string>();
        one.verified = row[8].as<bool>();
        one.recorded_at = instant_from_micros(row[9].as<std::int64_t>());
        one.recorded_by = row[10].as<std::string>();
    }
    return numbers;
}

PooledCallerId pooled_of(const pqxx::row& row) {
    return {{row[1].as<std::int64_t>()}, row[2].as<int>(), row[3].as<bool>()};
}

CallerIdRest rest_of(const pqxx::row& row) {
    CallerIdRest rest;
    rest.id = row[0].as<std::int64_t>();
    rest.number = {row[1].as<std::int64_t>()};
    rest.from = instant_from_micros(row[2].as<std::int64_t>());
    rest.until = instant_from_micros(row[3].as<std::int64_t>());
    rest.by = row[4].as<std::string>();
    rest.why = row[5].as<std::string>();
    return rest;
}

CallerIdCounts counts_of(const pqxx::row& row) {
    return {row[2].as<std::int64_t>(), row[3].as<std::int64_t>(), row[4].as<std::int64_t>(),
            row[5].as<std::int64_t>()};
}

std::int64_t campaign_id(pqxx::transaction_base& work, const std::string& name) {
    const pqxx::result rows = work.exec_params(kCampaignId, clean_text(name));
    if (rows.empty()) {
        throw StoreRefusal{"there is no campaign named \"" + name + "\""};
    }
    return rows[0][0].as<std::int64_t>();
}

void check_proof(const CallerId& caller_id) {
    const bool paper = caller_id.proof != CallerIdProof::declared;
    if (paper && (caller_id.reference.empty() || caller_id.owner.empty())) {
        throw StoreRefusal{"a proof has an owner and a reference: the number of the contract or "
                           "of the assignment"};
    }
    const bool ends =
        caller_id.proof == CallerIdProof::contract || caller_id.proof == CallerIdProof::letter;
    if (ends && !(caller_id.valid_from && caller_id.valid_to)) {
        throw StoreRefusal{"a contract or letter holds for a period: give its first and last day "
                           "(16 CFR 310.5)"};
    }
    if (caller_id.valid_from && caller_id.valid_to && *caller_id.valid_to < *caller_id.valid_from) {
        throw StoreRefusal{"the period ends before it begins"};
    }
    if (caller_id.verified && caller_id.document_sha256.empty()) {
        throw StoreRefusal{"what was compared with a document has the document's SHA-256"};
    }
}

void add_rest(pqxx::transaction_base& work, const CallerIdRest& rest,
              std::optional<std::int64_t> alarm) {
    const auto done =
        work.exec_params(kRest, rest.number.e164, to_rfc3339(rest.from), to_rfc3339(rest.until),
                         clean_text(rest.by), clean_text(rest.why), alarm);
    if (done.affected_rows() == 0 && !alarm) {
        throw StoreRefusal{"caller id " + dnc::to_e164(rest.number) + " is not on record"};
    }
}

} // namespace

CallerIdBook caller_id_book(Store& store, Instant now) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        CallerIdBook book;
        for (CallerId& one : read_numbers(work)) {
            book.numbers.emplace(one.number, std::move(one));
        }
        for (const pqxx::row& row : work.exec(kPools)) {
            book.pools[CampaignId{row[0].as<std::int64_t>()}].push_back(pooled_of(row));
        }
        for (const pqxx::row& row : work.exec_params(kRests, to_rfc3339(now))) {
            CallerIdRest rest = rest_of(row);
            book.rested_lately[rest.number] = row[6].as<int>();
            book.rests.emplace(rest.number, std::move(rest));
        }
        for (const pqxx::row& row : work.exec_params(kHistory, to_rfc3339(now))) {
            book.history[{{row[0].as<std::int64_t>()}, row[1].as<std::string>()}] = counts_of(row);
        }
        work.commit();
        return book;
    });
}

void put_caller_id(Store& store, const CallerId& caller_id, const Actor& actor) {
    check_proof(caller_id);
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        work.exec_params(kPut, caller_id.number.e164, clean_text(caller_id.name),
                         clean_text(caller_id.owner), std::string{to_text(caller_id.proof)},
                         clean_text(caller_id.reference), day_number(caller_id.valid_from),
                         day_number(caller_id.valid_to), caller_id.document_sha256,
                         caller_id.verified, to_rfc3339(actor.at), clean_text(actor.name));
        work.exec(kTell);
        work.commit();
    });
}

std::vector<CallerId> caller_ids(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        auto numbers = read_numbers(work);
        work.commit();
        return numbers;
    });
}

void assign_caller_id(Store& store, const std::string& campaign, const PooledCallerId& pooled,
                      const Actor& actor) {
    if (pooled.weight < 1 || pooled.weight > 100) {
        throw StoreRefusal{"a weight lies between 1 and 100"};
    }
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        const auto id = campaign_id(work, campaign);
        try {
            work.exec_params(kAssign, id, pooled.number.e164, pooled.weight, pooled.active);
        } catch (const pqxx::foreign_key_violation&) {
            throw StoreRefusal{"caller id " + dnc::to_e164(pooled.number) +
                               " is not on record; add it with its proof first"};
        }
        work.exec(kTell);
        work.commit();
    });
}

std::vector<PooledCallerId> caller_id_pool(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<PooledCallerId> pool;
        for (const pqxx::row& row : work.exec_params(kPool, campaign_id(work, campaign))) {
            pool.push_back(pooled_of(row));
        }
        work.commit();
        return pool;
    });
}

std::vector<Sentence> caller_id_obstacles(Store& store, const std::string& campaign, Instant at) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<std::string> obstacles;
        for (const pqxx::row& row :
             work.exec_params(kObstacles, campaign_id(work, campaign), to_rfc3339(at))) {
            obstacles.push_back(row[0].as<std::string>());
        }
        work.commit();
        return sentences_from_json(obstacles);
    });
}

void rest_caller_id(Store& store, dnc::Number number, Instant until, const std::string& why,
                    const Actor& actor) {
    if (until <= actor.at) {
        throw StoreRefusal{"a rest ends later than now"};
    }
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        add_rest(work, {0, number, actor.at, until, actor.name, why}, std::nullopt);
        work.exec(kTell);
        work.commit();
    });
}

bool wake_caller_id(Store& store, dnc::Number number, const Actor& actor) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        if (!work.exec_params1(kResting, number.e164, to_rfc3339(actor.at))[0].as<bool>()) {
            return false;
        }
        add_rest(work, {0, number, actor.at, actor.at, actor.name, "woken up"}, std::nullopt);
        work.exec(kTell);
        work.commit();
        return true;
    });
}

void add_caller_id_alarm(Store& store, const CallerIdAlarm& alarm) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto until =
            alarm.rest_until ? std::optional{to_rfc3339(*alarm.rest_until)} : std::nullopt;
        work.exec_params(kAlarm, alarm.id, to_rfc3339(alarm.at),
                         static_cast<std::int64_t>(alarm.campaign), alarm.number.e164,
                         clean_text(alarm.trunk), alarm.signal, clean_text(alarm.detail), until);
        if (alarm.rest_until) {
            add_rest(work, {0, alarm.number, alarm.at, *alarm.rest_until, "engine", alarm.detail},
                     alarm.id);
        }
        work.exec(kTell);
        work.commit();
    });
}

std::vector<CallerIdAlarm> caller_id_alarms(Store& store, std::optional<dnc::Number> number,
                                            int limit) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto wanted = number ? std::optional{number->e164} : std::nullopt;
        std::vector<CallerIdAlarm> alarms;
        for (const pqxx::row& row : work.exec_params(kAlarms, wanted, std::clamp(limit, 1, 1000))) {
            CallerIdAlarm& alarm = alarms.emplace_back();
            alarm.id = row[0].as<std::int64_t>();
            alarm.at = instant_from_micros(row[1].as<std::int64_t>());
            alarm.campaign = CampaignId{row[2].as<std::int64_t>()};
            alarm.number = {row[3].as<std::int64_t>()};
            alarm.trunk = row[4].as<std::string>();
            alarm.signal = row[5].as<std::string>();
            alarm.detail = row[6].as<std::string>();
            if (!row[7].is_null()) {
                alarm.rest_until = instant_from_micros(row[7].as<std::int64_t>());
            }
        }
        work.commit();
        return alarms;
    });
}

void add_caller_id_counts(Store& store, std::chrono::sys_days day,
                          const std::map<CallerIdKey, CallerIdCounts>& counts) {
    boost::json::array rows;
    for (const auto& [key, count] : counts) {
        rows.push_back({{"number", key.number.e164},
                        {"trunk", clean_text(key.trunk)},
                        {"calls", count.calls},
                        {"answered", count.answered},
                        {"short_calls", count.short_calls},
                        {"blocked", count.blocked}});
    }
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        work.exec_params(kCount, *day_number(day), boost::json::serialize(rows));
        work.commit();
    });
}

} // namespace campaigns
