#include "campaigns/import/list.hpp"

#include "campaigns/import/imports.hpp"
#include "campaigns/import/store_imports.hpp"
#include "campaigns/import/store_phones.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <utility>

namespace campaigns {

namespace {

namespace json = boost::json;

constexpr int kImportLock = 1'684'630'628; // class of the advisory locks "import of a campaign"
constexpr int kRunningLock =
    1'684'630'640;                         // "this import lives", by import_running() of the schema
constexpr int kSellerLock = 1'684'630'641; // "import for a seller"
// They wait for the numbers of their rows, and are larger than those.
constexpr std::size_t kConsentsInRun = 16'000;

constexpr auto kCampaignNames = "SELECT string_agg(name, ', ' ORDER BY name) FROM campaigns";
constexpr auto kFindList = "SELECT id FROM lists WHERE campaign_id = $1 AND sha256 = $2 "
                           "AND status <> 'undone'";
constexpr auto kFindImport = "SELECT id FROM imports WHERE list_id = $1 ORDER BY id DESC LIMIT 1";
constexpr auto kOldCounts =
    "SELECT rows_read, rows_accepted, rows_refused FROM lists WHERE id = $1";
constexpr auto kOldReasons = "SELECT reason, refused, count(*) FROM import_refusals "
                             "WHERE list_id = $1 GROUP BY reason, refused";

constexpr auto kMakeImport =
    "INSERT INTO imports (campaign_id, file_name, bytes, sha256, source, by_whom, started_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
constexpr auto kLockSession = "SELECT pg_advisory_lock($1, ($2::bigint % 2147483647)::integer)";
constexpr auto kUnlockSession = "SELECT pg_advisory_unlock($1, ($2::bigint % 2147483647)::integer)";
constexpr auto kLock = "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::integer)";
constexpr auto kLockSeller = "SELECT pg_advisory_xact_lock($1, hashtext(lower(btrim($2))))";

constexpr auto kListId = "SELECT nextval('lists_id_seq')";
constexpr auto kMakeList =
    "INSERT INTO lists (id, campaign_id, file_name, sha256, source, status, imported_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr auto kCounts = "UPDATE lists SET rows_read = $2, rows_accepted = $3, rows_refused = $4 "
                         "WHERE id = $1";
// Each of its leads was taken out again: its file is welcome another time.
constexpr auto kNoList = "UPDATE lists SET status = 'undone' WHERE id = $1";
constexpr auto kEndImport =
    "UPDATE imports SET list_id = nullif($2::bigint, 0), ended_at = $3, status = $4, rows = $5, "
    "accepted = $6, refused = $7, consents = $8, refusals = $9, warnings = $10, columns = $11, "
    "notices = $12, scrub = nullif($13::jsonb, 'null'), error = $14 WHERE id = $1";
constexpr auto kDropImport =
    "UPDATE imports SET status = $2, error = $3, ended_at = $4 WHERE id = $1";
constexpr auto kRemember = R"sql(
INSERT INTO import_sources (name, columns, headers, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE
SET columns = excluded.columns, headers = excluded.headers, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by
WHERE import_sources.columns <> excluded.columns
   OR NOT (import_sources.headers @> excluded.headers AND
           import_sources.headers <@ excluded.headers)
)sql";

std::string counts_json(const std::map<std::string, std::int64_t>& counts) {
    json::object object;
    for (const auto& [reason, count] : counts) {
        object.emplace(reason, count);
    }
    return json::serialize(object);
}

std::string choices_json(const std::vector<ColumnChoice>& choices) {
    json::array array;
    for (const auto& [field, column] : choices) {
        array.push_back(json::object{{"field", field}, {"column", column}});
    }
    return json::serialize(array);
}

} // namespace

class ImportList::Impl {
public:
    Impl(Store& store, const ImportRequest& request, std::string sha256, std::uint64_t bytes,
         std::size_t phones_in_run)
        : store_{store}, session_{store.session()}, request_{request}, sha256_{std::move(sha256)},
          bytes_{bytes}, phones_in_run_{phones_in_run} {
        const auto all = store.campaigns();
        const auto found = std::find_if(all.begin(), all.end(), [&](const Campaign& one) {
            return one.name == request.campaign;
        });
        if (found == all.end()) {
            throw StoreRefusal{unknown_campaign()};
        }
        campaign_ = *found;
    }

    ~Impl() {
        work_.reset();
        release();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::optional<ImportSummary> earlier() {
        std::int64_t list = 0;
        std::int64_t import = 0;
        {
            pqxx::nontransaction work{session_.connection};
            const auto found = work.exec_params(kFindList, campaign_id(), sha256_);
            if (found.empty()) {
                return std::nullopt;
            }
            list = found[0][0].as<std::int64_t>();
            const auto told = work.exec_params(kFindImport, list);
            if (told.empty()) {
                return of_older_program(work, list);
            }
            import = told[0][0].as<std::int64_t>();
        }
        const ImportRecord record = find_import(store_, import);
        ImportSummary summary;
        summary.already_imported = true;
        summary.import_id = import;
        summary.sha256 = sha256_;
        summary.list_id = list;
        summary.rows = record.rows;
        summary.accepted = record.accepted;
        summary.refused = record.refused;
        summary.consents = record.consents;
        summary.refused_by_reason = record.refused_by_reason;
        summary.warnings_by_reason = record.warnings_by_reason;
        summary.columns = record.columns;
        summary.held = record.status == "held";
        summary.scrub = record.scrub;
        return summary;
    }

    bool begin() {
        {
            pqxx::work work{session_.connection};
            import_id_ =
                work.exec_params1(kMakeImport, campaign_id(), clean_text(request_.file_name),
                                  static_cast<std::int64_t>(bytes_), sha256_,
                                  clean_text(request_.source), clean_text(request_.actor.name),
                                  at())[0]
                    .as<std::int64_t>();
            work.exec_params(kLockSession, kRunningLock, import_id_);
            locked_ = true;
            work.commit();
        }
        work_ = std::make_unique<pqxx::work>(session_.connection);
        allow_bulk(*work_);
        act_as(*work_, request_.actor);
        // Always in this order: who waits for the campaign holds the seller already.
        if (request_.dedupe.company || (request_.dedupe.list && !request_.source.empty())) {
            work_->exec_params(kLockSeller, kSellerLock, clean_text(campaign_.seller));
        }
        work_->exec_params(kLock, kImportLock, campaign_id());
        if (!work_->exec_params(kFindList, campaign_id(), sha256_).empty()) {
            drop("refused", "another import of the same file was faster");
            return false;
        }
        list_id_ = work_->exec1(kListId)[0].as<std::int64_t>();
        writer_.emplace(request_, campaign_, import_id_, list_id_);
        return true;
    }

    void write(const ImportBatch& batch) {
        if (batch.accepted > 0 && !list_made_) {
            work_->exec_params(kMakeList, list_id_, campaign_id(), clean_text(request_.file_name),
                               sha256_, clean_text(request_.source),
                               request_.hold ? "loading" : "active", at());
            list_made_ = true;
        }
        copy_lines(*work_, "import_refusals", kCopiedFindingColumns, batch.findings);
        copy_lines(*work_, "leads", kCopiedLeadColumns, batch.leads);
        phones_.insert(phones_.end(), batch.phones.begin(), batch.phones.end());
        consents_.insert(consents_.end(), batch.consents.begin(), batch.consents.end());
        if (phones_.size() >= phones_in_run_ || consents_.size() >= kConsentsInRun) {
            write_run();
        }
    }

    Overtaken finish() {
        write_run();
        return writer_->overtaken();
    }

    void commit(ImportSummary& summary, const ColumnMap& columns) {
        summary.import_id = import_id_;
        summary.consents = consents_added_;
        const bool any = summary.accepted > 0;
        summary.list_id = any ? list_id_ : 0;
        summary.held = any && request_.hold;
        if (list_made_) {
            work_->exec_params(kCounts, list_id_, summary.rows, summary.accepted, summary.refused);
        }
        if (any) {
            work_->exec_params("SELECT pg_notify('dialer_leads', $1)",
                               std::to_string(campaign_id()));
        } else if (list_made_) {
            work_->exec_params0(kNoList, list_id_);
        }
        work_->exec_params(kEndImport, import_id_, summary.list_id, at(),
                           !any           ? "refused"
                           : summary.held ? "held"
                                          : "done",
                           summary.rows, summary.accepted, summary.refused, summary.consents,
                           counts_json(summary.refused_by_reason),
                           counts_json(summary.warnings_by_reason),
                           json::serialize(json::value_from(summary.columns)),
                           json::serialize(json::value_from(summary.notices)),
                           to_json(summary.scrub), any ? "" : "no row was accepted");
        if (any && !request_.source.empty()) {
            work_->exec_params(kRemember, clean_text(request_.source),
                               choices_json(choices_of(columns)), text_array(columns.headers), at(),
                               clean_text(request_.actor.name));
        }
        work_->commit();
        work_.reset();
        release();
    }

    void drop(const std::string& status, const std::string& error) {
        work_.reset();
        if (import_id_ != 0) {
            pqxx::work work{session_.connection};
            work.exec_params0(kDropImport, import_id_, status, clean_text(error), at());
            work.commit();
        }
        release();
    }

    [[nodiscard]] const Store::Session& session() const { return session_; }
    [[nodiscard]] const Campaign& campaign() const { return campaign_; }
    [[nodiscard]] std::int64_t import_id() const { return import_id_; }
    [[nodiscard]] LeadFrame frame() const { return {campaign_id(), list_id_, request_.hold}; }
    [[nodiscard]] const std::string& dsn() const { return session_.connection.options(); }

private:
    [[nodiscard]] std::int64_t campaign_id() const {
        return static_cast<std::int64_t>(campaign_.id);
    }
    [[nodiscard]] std::string at() const { return to_rfc3339(request_.actor.at); }

    std::string unknown_campaign() {
        pqxx::nontransaction work{session_.connection};
        const auto names = work.exec1(kCampaignNames);
        const std::string known = names[0].is_null() ? "" : names[0].as<std::string>();
        return fmt::format("there is no campaign \"{}\"; {}", request_.campaign,
                           known.empty() ? "make it first with: dialer campaign create"
                                         : "the campaigns are " + known);
    }

    /// A list that came in before imports had rows of their own.
    ImportSummary of_older_program(pqxx::transaction_base& work, std::int64_t list) const {
        ImportSummary summary;
        summary.already_imported = true;
        summary.sha256 = sha256_;
        summary.list_id = list;
        const auto counts = work.exec_params1(kOldCounts, list);
        summary.rows = counts[0].as<std::int64_t>();
        summary.accepted = counts[1].as<std::int64_t>();
        summary.refused = counts[2].as<std::int64_t>();
        for (const auto& row : work.exec_params(kOldReasons, list)) {
            auto& reasons =
                row[1].as<bool>() ? summary.refused_by_reason : summary.warnings_by_reason;
            reasons[row[0].as<std::string>()] = row[2].as<std::int64_t>();
        }
        return summary;
    }

    void write_run() {
        writer_->write(*work_, phones_);
        // As of any row that is refused: what it says of its number is not on record.
        std::erase_if(consents_, [this](const ConsentRecord& consent) {
            return writer_->lost(consent.number);
        });
        consents_added_ += add_consents(*work_, consents_);
        consents_.clear();
    }

    /// The session may live on in an engine: it must not keep the lock of an import that is over.
    void release() {
        if (!std::exchange(locked_, false) || !session_.connection.is_open()) {
            return;
        }
        try {
            pqxx::nontransaction work{session_.connection};
            work.exec_params(kUnlockSession, kRunningLock, import_id_);
        } catch (const pqxx::pqxx_exception&) {
            // The session is gone, and the lock with it.
            return;
        }
    }

    Store& store_;
    Store::Session& session_;
    const ImportRequest& request_;
    std::string sha256_;
    std::uint64_t bytes_;
    std::size_t phones_in_run_;
    Campaign campaign_;
    std::int64_t import_id_ = 0;
    bool locked_ = false; // the session holds the lock of this import
    std::unique_ptr<pqxx::work> work_;
    std::int64_t list_id_ = 0;
    bool list_made_ = false;
    std::optional<ImportPhones> writer_;
    std::vector<PhoneRow> phones_;
    std::vector<ConsentRecord> consents_;
    std::int64_t consents_added_ = 0;
};

ImportList::ImportList(Store& store, const ImportRequest& request, std::string sha256,
                       std::uint64_t bytes, std::size_t phones_in_run)
    : impl_{guarded(store.session(), [&] {
          return std::make_unique<Impl>(store, request, std::move(sha256), bytes, phones_in_run);
      })} {}

ImportList::~ImportList() = default;

std::optional<ImportSummary> ImportList::earlier() {
    return guarded(impl_->session(), [&] { return impl_->earlier(); });
}

bool ImportList::begin() {
    return guarded(impl_->session(), [&] { return impl_->begin(); });
}

const Campaign& ImportList::campaign() const {
    return impl_->campaign();
}

std::int64_t ImportList::import_id() const {
    return impl_->import_id();
}

LeadFrame ImportList::frame() const {
    return impl_->frame();
}

const std::string& ImportList::dsn() const {
    return impl_->dsn();
}

void ImportList::write(const ImportBatch& batch) {
    guarded(impl_->session(), [&] { impl_->write(batch); });
}

Overtaken ImportList::finish() {
    return guarded(impl_->session(), [&] { return impl_->finish(); });
}

void ImportList::commit(ImportSummary& summary, const ColumnMap& columns) {
    guarded(impl_->session(), [&] { impl_->commit(summary, columns); });
}

void ImportList::drop(const std::string& status, const std::string& error) {
    guarded(impl_->session(), [&] { impl_->drop(status, error); });
}

} // namespace campaigns
