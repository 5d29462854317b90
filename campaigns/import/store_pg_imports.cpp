// The list of imports: what came of each, accepting, undoing, refused rows; sources and their
// columns.

#include "campaigns/files/csv_write.hpp"
#include "campaigns/import/imports.hpp"
#include "campaigns/import/store_imports.hpp"
#include "campaigns/ledger/store_fact_rows.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/words.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <pqxx/nontransaction>
#include <pqxx/tablewriter>
#include <pqxx/transaction>

#include <utility>

namespace campaigns {

namespace {

namespace json = boost::json;

constexpr std::size_t kConsentsAtOnce = 2'000;

constexpr const char* kColumns = R"sql(
SELECT i.id, i.campaign_id, c.name AS campaign, coalesce(i.list_id, 0) AS list_id, i.file_name,
       i.bytes, i.sha256, i.source, i.by_whom,
       (extract(epoch FROM i.started_at) * 1000000)::bigint AS started_us,
       (extract(epoch FROM i.ended_at) * 1000000)::bigint AS ended_us,
       CASE WHEN i.status = 'running' AND NOT import_running(i.id) THEN 'broken'
            ELSE i.status END AS status,
       i.rows, i.accepted, i.refused, i.consents, i.refusals, i.warnings, i.columns, i.notices,
       coalesce(i.scrub, 'null') AS scrub, i.error,
       (extract(epoch FROM i.undone_at) * 1000000)::bigint AS undone_us, i.undone_by,
       i.taken_back, i.kept
FROM imports i JOIN campaigns c ON c.id = i.campaign_id
)sql";
constexpr const char* kNewest = "WHERE ($1 = '' OR c.name = $1) AND ($2 = 0 OR i.id < $2) "
                                "ORDER BY i.id DESC LIMIT $3";
constexpr const char* kOne = "WHERE i.id = $1";

constexpr const char* kState =
    "SELECT status, coalesce(list_id, 0), campaign_id FROM imports WHERE id = $1 FOR UPDATE";
// As an import takes it, so that no other one looks at numbers that come or go.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1684630628, "
                              "($1::bigint % 2147483647)::integer)";
constexpr const char* kAcceptLeads = "UPDATE leads SET status = 'ready', stop_reason = '' "
                                     "WHERE list_id = $1 AND status = 'held' "
                                     "AND stop_reason = 'held'";
constexpr const char* kAcceptList = "UPDATE lists SET status = 'active' WHERE id = $1";
constexpr const char* kAccept = "UPDATE imports SET status = 'done' WHERE id = $1";
constexpr const char* kTakeBack = "SELECT taken, dialed FROM take_back_list($1, $2)";
constexpr const char* kUndo = "UPDATE imports SET status = 'undone', undone_at = $2, "
                              "undone_by = $3, taken_back = $4, kept = $5 WHERE id = $1";

constexpr const char* kRefusedCursor =
    "DECLARE findings NO SCROLL CURSOR FOR SELECT line, refused, reason, field, value, advice "
    "FROM import_refusals WHERE import_id = {} ORDER BY line";

constexpr const char* kSources = R"sql(
SELECT name, columns, headers, changed_by,
       (extract(epoch FROM changed_at) * 1000000)::bigint AS changed_us
FROM import_sources WHERE $1 = '' OR name = $1 ORDER BY name
)sql";

std::map<std::string, std::int64_t> counts_of(const pqxx::field& field) {
    std::map<std::string, std::int64_t> counts;
    const json::value value = json::parse(field.c_str());
    for (const auto& [reason, count] : value.as_object()) {
        counts.emplace(reason, count.as_int64());
    }
    return counts;
}

std::vector<std::string> list_of(const pqxx::field& field) {
    return json::value_to<std::vector<std::string>>(json::parse(field.c_str()));
}

std::optional<Instant> instant_of(const pqxx::field& field) {
    return field.is_null() ? std::nullopt
                           : std::optional{instant_from_micros(field.as<std::int64_t>())};
}

ImportRecord record_of(const pqxx::row& row) {
    ImportRecord record;
    record.id = row["id"].as<std::int64_t>();
    record.campaign = CampaignId{row["campaign_id"].as<std::int64_t>()};
    record.campaign_name = row["campaign"].as<std::string>();
    record.list_id = row["list_id"].as<std::int64_t>();
    record.file_name = row["file_name"].as<std::string>();
    record.bytes = row["bytes"].as<std::int64_t>();
    record.sha256 = row["sha256"].as<std::string>();
    record.source = row["source"].as<std::string>();
    record.by = row["by_whom"].as<std::string>();
    record.started_at = instant_of(row["started_us"]).value_or(Instant{});
    record.ended_at = instant_of(row["ended_us"]);
    record.status = row["status"].as<std::string>();
    record.rows = row["rows"].as<std::int64_t>();
    record.accepted = row["accepted"].as<std::int64_t>();
    record.refused = row["refused"].as<std::int64_t>();
    record.consents = row["consents"].as<std::int64_t>();
    record.refused_by_reason = counts_of(row["refusals"]);
    record.warnings_by_reason = counts_of(row["warnings"]);
    record.columns = list_of(row["columns"]);
    record.notices = list_of(row["notices"]);
    record.scrub = scrub_from_json(row["scrub"].c_str());
    record.error = row["error"].as<std::string>();
    record.undone_at = instant_of(row["undone_us"]);
    record.undone_by = row["undone_by"].as<std::string>();
    record.taken_back = row["taken_back"].as<std::int64_t>();
    record.kept = row["kept"].as<std::int64_t>();
    return record;
}

StoreRefusal no_such_import(std::int64_t id) {
    return StoreRefusal{
        fmt::format("there is no import {}; list them with: dialer import list", id)};
}

/// An import that is about to change, with its campaign's lock held.
struct Found {
    std::string status;
    std::int64_t list = 0;
    std::int64_t campaign = 0;
};

Found lock_import(pqxx::transaction_base& work, std::int64_t id) {
    const auto campaign = work.exec_params("SELECT campaign_id FROM imports WHERE id = $1", id);
    if (campaign.empty()) {
        throw no_such_import(id);
    }
    work.exec_params(kLock, campaign[0][0].as<std::int64_t>());
    const auto row = work.exec_params1(kState, id);
    return {row[0].as<std::string>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>()};
}

void append_finding(std::string& out, const pqxx::row& row) {
    out += row["line"].c_str();
    out += row["refused"].as<bool>() ? ",refused" : ",warning";
    for (const char* column : {"reason", "field", "value", "advice"}) {
        out += ',';
        csv::append_cell(out, row[column].c_str());
    }
    out += '\n';
}

ImportSource source_of(const pqxx::row& row) {
    ImportSource source;
    source.name = row["name"].as<std::string>();
    const json::value columns = json::parse(row["columns"].c_str());
    for (const json::value& one : columns.as_array()) {
        source.columns.emplace_back(json::value_to<std::string>(one.as_object().at("field")),
                                    json::value_to<std::string>(one.as_object().at("column")));
    }
    source.headers = texts_of(row["headers"]);
    source.changed_at = instant_of(row["changed_us"]).value_or(Instant{});
    source.changed_by = row["changed_by"].as<std::string>();
    return source;
}

json::array texts_json(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) {
        array.push_back(json::string{clean_text(text)});
    }
    return array;
}

json::object to_row(const ConsentRecord& record) {
    const dnc::Consent& consent = record.consent;
    return {{"number", record.number.e164},
            {"grade", dnc::to_word(dnc::kConsentGrades, consent.grade)},
            {"sellers", texts_json(consent.sellers)},
            {"subject", clean_text(consent.subject)},
            {"debt", clean_text(consent.debt)},
            {"at", to_rfc3339(consent.at)},
            {"expires",
             consent.expires ? json::value(to_rfc3339(*consent.expires)) : json::value(nullptr)},
            {"evidence", json::parse(record.evidence)},
            {"source", clean_text(record.recorded.source)},
            {"recorded_at", to_rfc3339(record.recorded.at)},
            {"recorded_by", clean_text(record.recorded.by)}};
}

} // namespace

void copy_lines(pqxx::transaction_base& work, const std::string& table, std::string_view columns,
                const std::string& lines) {
    if (lines.empty()) {
        return;
    }
    const std::vector<std::string> names{std::string{columns}};
    // The stream that is not deprecated formats each field by itself, at three times the cost.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pqxx::tablewriter writer{work, table, names.begin(), names.end()};
    writer.write_raw_line(lines);
    writer.complete();
#pragma GCC diagnostic pop
}

std::int64_t add_consents(pqxx::transaction_base& work,
                          const std::vector<ConsentRecord>& consents) {
    std::int64_t added = 0;
    for (auto begin = consents.begin(); begin != consents.end();) {
        json::array rows;
        for (; begin != consents.end() && rows.size() < kConsentsAtOnce; ++begin) {
            rows.push_back(to_row(*begin));
        }
        added += static_cast<std::int64_t>(
            work.exec_params(kInsertConsents, json::serialize(rows)).affected_rows());
    }
    return added;
}

std::vector<ImportRecord> list_imports(Store& store, const std::string& campaign, int limit,
                                       std::int64_t before) {
    return guarded(store.session(), [&] {
        pqxx::nontransaction work{store.session().connection};
        std::vector<ImportRecord> records;
        for (const pqxx::row& row : work.exec_params(std::string{kColumns} + kNewest,
                                                     clean_text(campaign), before, limit)) {
            records.push_back(record_of(row));
        }
        return records;
    });
}

ImportRecord find_import(Store& store, std::int64_t id) {
    return guarded(store.session(), [&] {
        pqxx::nontransaction work{store.session().connection};
        const auto found = work.exec_params(std::string{kColumns} + kOne, id);
        if (found.empty()) {
            throw no_such_import(id);
        }
        return record_of(found[0]);
    });
}

ImportRecord accept_import(Store& store, std::int64_t id, const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        act_as(work, actor);
        const Found found = lock_import(work, id);
        if (found.status == "done") {
            return;
        }
        if (found.status != "held") {
            throw StoreRefusal{
                fmt::format("import {} is {} and waits for nobody to accept it", id, found.status)};
        }
        work.exec_params0(kAcceptList, found.list);
        work.exec_params0(kAcceptLeads, found.list);
        work.exec_params0(kAccept, id);
        work.exec_params("SELECT pg_notify('dialer_leads', $1)", std::to_string(found.campaign));
        work.commit();
    });
    return find_import(store, id);
}

ImportRecord undo_import(Store& store, std::int64_t id, const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        act_as(work, actor);
        const Found found = lock_import(work, id);
        if (found.status == "undone") {
            return;
        }
        if (found.list == 0) {
            throw StoreRefusal{fmt::format("import {} took no lead; there is nothing to undo", id)};
        }
        const auto row = work.exec_params1(kTakeBack, found.list, to_rfc3339(actor.at));
        work.exec_params0(kUndo, id, to_rfc3339(actor.at), clean_text(actor.name),
                          row[0].as<std::int64_t>(), row[1].as<std::int64_t>());
        work.exec_params("SELECT pg_notify('dialer_leads', $1)", std::to_string(found.campaign));
        work.commit();
    });
    return find_import(store, id);
}

void refused_rows(Store& store, std::int64_t id,
                  const std::function<void(std::string_view)>& sink) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        if (work.exec_params("SELECT FROM imports WHERE id = $1", id).empty()) {
            throw no_such_import(id);
        }
        work.exec(fmt::format(kRefusedCursor, id));
        sink("line,result,reason,field,value,what_to_do\n");
        for (;;) {
            const auto rows = work.exec("FETCH 2000 FROM findings");
            std::string text;
            for (const pqxx::row& row : rows) {
                append_finding(text, row);
            }
            if (rows.empty()) {
                break;
            }
            sink(text);
        }
        work.commit();
    });
}

std::vector<ImportSource> import_sources(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::nontransaction work{store.session().connection};
        std::vector<ImportSource> sources;
        for (const pqxx::row& row : work.exec_params(kSources, "")) {
            sources.push_back(source_of(row));
        }
        return sources;
    });
}

std::optional<ImportSource> find_source(Store& store, const std::string& name) {
    if (name.empty()) {
        return std::nullopt;
    }
    return guarded(store.session(), [&]() -> std::optional<ImportSource> {
        pqxx::nontransaction work{store.session().connection};
        const auto found = work.exec_params(kSources, clean_text(name));
        return found.empty() ? std::nullopt : std::optional{source_of(found[0])};
    });
}

} // namespace campaigns
