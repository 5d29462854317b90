// Call records: what is missing in them, its repair, and their export.

#include "campaigns/import/source.hpp"
#include "campaigns/records/records.hpp"
#include "campaigns/sentence_json.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr std::chrono::hours kPiece{1};

constexpr const char* kCheck = R"sql(
SELECT checked, faulty FROM check_records_between(first_id_at($1), first_id_at($2), $3)
)sql";
// Months without any attempt are passed over.
constexpr const char* kNextAttempt = R"sql(
SELECT (extract(epoch FROM date_trunc('hour', instant_of_id(min(id)))) * 1000000)::bigint
FROM attempts WHERE id >= first_id_at($1) AND id < first_id_at($2)
)sql";
constexpr const char* kSettings = R"sql(
UPDATE campaigns SET called_party = coalesce($2, called_party),
                     telemarketer = coalesce($3, telemarketer),
                     record_rule = coalesce($4, record_rule)
WHERE name = $1
)sql";
constexpr const char* kTellCampaigns = "SELECT pg_notify('dialer_campaigns', $1)";
constexpr const char* kNoteMessage = R"sql(
INSERT INTO message_files (campaign_id, file_name, sha256, bytes, at, by_whom)
SELECT $1, $2, $3, $4, $5, $6
WHERE $3 IS DISTINCT FROM (SELECT sha256 FROM message_files WHERE campaign_id = $1
                           ORDER BY at DESC, id DESC LIMIT 1)
)sql";
constexpr const char* kRepairs = R"sql(
SELECT r.attempt_id, c.name, r.field, r.text,
       (extract(epoch FROM r.found_at) * 1000000)::bigint AS found_us,
       (extract(epoch FROM v.at) * 1000000)::bigint AS repaired_us, v.by_whom, v.value, v.note
FROM record_repairs r JOIN campaigns c ON c.id = r.campaign_id
LEFT JOIN LATERAL (SELECT * FROM record_repair_values w
                   WHERE w.attempt_id = r.attempt_id AND w.field = r.field
                   ORDER BY w.id DESC LIMIT 1) v ON true
WHERE ($1::text IS NULL OR c.name = $1) AND (NOT $2 OR v.id IS NULL)
ORDER BY r.attempt_id, r.field LIMIT $3
)sql";
constexpr const char* kRepair = R"sql(
INSERT INTO record_repair_values (attempt_id, field, value, note, at, by_whom)
SELECT r.attempt_id, r.field, $3, $4, $5, $6 FROM record_repairs r
WHERE r.attempt_id = $1 AND r.field = $2
)sql";
constexpr const char* kRepairMany = R"sql(
INSERT INTO record_repair_values (attempt_id, field, value, note, at, by_whom)
SELECT r.attempt_id, r.field, $3, $4, $5, $6
FROM open_record_repairs r JOIN campaigns c ON c.id = r.campaign_id
WHERE c.name = $1 AND r.field = $2
)sql";
constexpr const char* kObstacles = "SELECT record_obstacles($1)";
constexpr const char* kFaults = "SELECT field || ': ' || text FROM record_faults($1) ORDER BY 1";

// The repairs of a record are a part of it.
constexpr const char* kDeclare = R"sql(
DECLARE records NO SCROLL CURSOR FOR
SELECT row_to_json(x) FROM (
    SELECT c.*, (SELECT json_agg(json_build_object('field', r.field, 'found_at', r.found_at,
                                                   'value', v.value, 'note', v.note,
                                                   'by', v.by_whom, 'at', v.at)
                                 ORDER BY r.field, v.id)
                 FROM record_repairs r
                 LEFT JOIN record_repair_values v USING (attempt_id, field)
                 WHERE r.attempt_id = c.attempt_id) AS repairs
    FROM call_records c
)sql";
constexpr const char* kFetch = "FETCH 2000 FROM records";

std::optional<std::string> cleaned(const std::optional<std::string>& text) {
    return text ? std::optional{clean_text(*text)} : std::nullopt;
}

std::string required_value(const std::string& value) {
    std::string clean = clean_text(value);
    if (clean.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw StoreRefusal{"a repair needs the value that was missing"};
    }
    return clean;
}

RecordRepair repair_of(const pqxx::row& row) {
    RecordRepair repair;
    repair.attempt = AttemptId{row[0].as<std::int64_t>()};
    repair.campaign = row[1].as<std::string>();
    repair.field = row[2].as<std::string>();
    repair.text = row[3].as<std::string>();
    repair.found_at = instant_from_micros(row[4].as<std::int64_t>());
    if (!row[5].is_null()) {
        repair.repaired_at = instant_from_micros(row[5].as<std::int64_t>());
        repair.by = row[6].as<std::string>();
        repair.value = row[7].as<std::string>();
        repair.note = row[8].as<std::string>();
    }
    return repair;
}

std::vector<std::string> texts(Store& store, const char* statement, std::int64_t id) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<std::string> all;
        for (const pqxx::row& row : work.exec_params(statement, id)) {
            all.push_back(row[0].as<std::string>());
        }
        work.commit();
        return all;
    });
}

std::string conditions(pqxx::transaction_base& work, const RecordQuery& query) {
    std::string where = " WHERE true";
    if (query.campaign) {
        where += " AND c.campaign = " + work.quote(clean_text(*query.campaign));
    }
    // By id: it tells the months that need not be read.
    if (query.from) {
        where += " AND c.attempt_id >= first_id_at(" + work.quote(to_rfc3339(*query.from)) + ")";
    }
    if (query.to) {
        where += " AND c.attempt_id < first_id_at(" + work.quote(to_rfc3339(*query.to)) + ")";
    }
    if (query.number) {
        where += " AND c.called_number = " + work.quote(dnc::to_e164(*query.number));
    }
    where += " ORDER BY c.attempt_id";
    if (query.limit > 0) {
        where += " LIMIT " + std::to_string(query.limit);
    }
    return where + ") x";
}

} // namespace

CheckedRecords check_records(Store& store, Instant from, Instant to, Instant now) {
    CheckedRecords all;
    while (from < to) {
        const bool more = guarded(store.session(), [&] {
            pqxx::work work{store.session().connection};
            allow_bulk(work);
            const auto next = work.exec_params1(kNextAttempt, to_rfc3339(from), to_rfc3339(to))[0];
            if (next.is_null()) {
                return false;
            }
            from = std::max(from, instant_from_micros(next.as<std::int64_t>()));
            const Instant end = std::min(to, Instant{from + kPiece});
            const auto row =
                work.exec_params1(kCheck, to_rfc3339(from), to_rfc3339(end), to_rfc3339(now));
            all.checked += row[0].as<std::int64_t>();
            all.faulty += row[1].as<std::int64_t>();
            work.commit();
            from = end;
            return true;
        });
        if (!more) {
            break;
        }
    }
    return all;
}

void set_record_settings(Store& store, const std::string& campaign, const RecordSettings& settings,
                         const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        const auto done =
            work.exec_params(kSettings, clean_text(campaign), cleaned(settings.called_party),
                             cleaned(settings.telemarketer), cleaned(settings.rule));
        if (done.affected_rows() == 0) {
            throw StoreRefusal{"there is no campaign named \"" + clean_text(campaign, 200) + "\""};
        }
        work.exec_params(kTellCampaigns, clean_text(campaign));
        work.commit();
    });
}

bool note_message_file(Store& store, CampaignId campaign, const std::string& path,
                       const Actor& actor) {
    SourceFile file{path};
    const std::string sha256 = hash_of(file);
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto done = work.exec_params(
            kNoteMessage, static_cast<std::int64_t>(campaign), clean_text(file_name(path)), sha256,
            static_cast<std::int64_t>(file.size()), to_rfc3339(actor.at), clean_text(actor.name));
        work.commit();
        return done.affected_rows() > 0;
    });
}

std::vector<RecordRepair> record_repairs(Store& store, const RepairQuery& query) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<RecordRepair> repairs;
        for (const pqxx::row& row :
             work.exec_params(kRepairs, cleaned(query.campaign), query.open_only, query.limit)) {
            repairs.push_back(repair_of(row));
        }
        work.commit();
        return repairs;
    });
}

void repair_record(Store& store, AttemptId attempt, const std::string& field,
                   const std::string& value, const std::string& note, const Actor& actor) {
    const std::string given = required_value(value);
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto done =
            work.exec_params(kRepair, static_cast<std::int64_t>(attempt), clean_text(field), given,
                             clean_text(note), to_rfc3339(actor.at), clean_text(actor.name));
        if (done.affected_rows() == 0) {
            throw StoreRefusal{"the record of that call does not lack \"" + clean_text(field, 60) +
                               "\""};
        }
        work.exec_params(kTellCampaigns, "");
        work.commit();
    });
}

std::int64_t repair_records(Store& store, const std::string& campaign, const std::string& field,
                            const std::string& value, const std::string& note, const Actor& actor) {
    const std::string given = required_value(value);
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        const auto done =
            work.exec_params(kRepairMany, clean_text(campaign), clean_text(field), given,
                             clean_text(note), to_rfc3339(actor.at), clean_text(actor.name));
        work.exec_params(kTellCampaigns, clean_text(campaign));
        work.commit();
        return static_cast<std::int64_t>(done.affected_rows());
    });
}

std::vector<Sentence> record_obstacles(Store& store, CampaignId campaign) {
    return sentences_from_json(texts(store, kObstacles, static_cast<std::int64_t>(campaign)));
}

std::vector<std::string> record_faults(Store& store, AttemptId attempt) {
    return texts(store, kFaults, static_cast<std::int64_t>(attempt));
}

std::int64_t export_call_records(Store& store, const RecordQuery& query,
                                 const std::function<void(std::string_view json)>& sink) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        work.exec(kDeclare + conditions(work, query));
        std::int64_t count = 0;
        for (auto rows = work.exec(kFetch); !rows.empty(); rows = work.exec(kFetch)) {
            for (const pqxx::row& row : rows) {
                sink({row[0].c_str(), row[0].size()});
                ++count;
            }
        }
        work.commit();
        return count;
    });
}

} // namespace campaigns
