#include "campaigns/import_list.hpp"

#include "campaigns/store_session.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>

#include <tuple>
#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kBatchRows = 20'000;
constexpr int kImportLock = 1'684'630'628; // class of the advisory locks "import of a campaign"

constexpr auto kFindCampaign = "SELECT id FROM campaigns WHERE name = $1";
constexpr auto kCampaignNames = "SELECT string_agg(name, ', ' ORDER BY name) FROM campaigns";
constexpr auto kLock = "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::integer)";
constexpr auto kFindList = "SELECT id, rows_read, rows_accepted, rows_refused FROM lists "
                           "WHERE campaign_id = $1 AND sha256 = $2";
constexpr auto kFindReasons = "SELECT reason, refused, count(*) FROM import_refusals "
                              "WHERE list_id = $1 GROUP BY reason, refused";
constexpr auto kNumbersCursor = "DECLARE numbers NO SCROLL CURSOR FOR "
                                "SELECT number FROM lead_phones WHERE campaign_id = {}";
constexpr auto kMakeList = "INSERT INTO lists (campaign_id, file_name, sha256) VALUES ($1, $2, $3) "
                           "RETURNING id";
constexpr auto kLeadIds = "SELECT nextval('leads_id_seq') FROM generate_series(1, $1::integer)";
constexpr auto kCounts = "UPDATE lists SET rows_read = $2, rows_accepted = $3, rows_refused = $4 "
                         "WHERE id = $1";
// For people only: the gate asks again before every call. The import holds its campaign's lock, so
// the ids between its first and last lead that are of this campaign are its own.
//
// Written for a planner that is wrong: rows of an open transaction are no rows to ANALYZE, so both
// lead tables may count as empty, and a join of them, or with the changes, was seen to compare each
// row with each. Here every number is looked up by itself: its last change on each list, or else
// the version in force. (The sum keeps the planner from walking all changes backwards instead.)
constexpr auto kListedNow = R"sql(
WITH lists AS MATERIALIZED (
    SELECT l.id, (SELECT v.id FROM suppression_versions v WHERE v.list_id = l.id
                  ORDER BY v.as_of DESC, v.id DESC LIMIT 1) AS version
    FROM suppression_lists l
)
SELECT count(DISTINCT p.lead_id) FROM lead_phones p
WHERE p.campaign_id = $1 AND p.lead_id BETWEEN $2 AND $3
  AND EXISTS (SELECT FROM lists WHERE coalesce(
      (SELECT c.listed FROM suppression_changes c
       WHERE c.list_id = lists.id AND c.number = p.number ORDER BY c.id + 0 DESC LIMIT 1),
      suppression_listed(lists.version, p.number)))
)sql";

std::string custom_json(const LeadRow& lead) {
    boost::json::object object;
    for (const auto& [header, text] : lead.custom) {
        object.emplace(header, text);
    }
    return boost::json::serialize(object);
}

} // namespace

class ImportList::Impl {
public:
    Impl(Store& store, const std::string& campaign)
        : session_{store.session()}, work_{session_.connection} {
        allow_bulk(work_);
        const auto found = work_.exec_params(kFindCampaign, campaign);
        if (found.empty()) {
            throw StoreRefusal{unknown_campaign(campaign)};
        }
        campaign_id_ = found[0][0].as<std::int64_t>();
        work_.exec_params(kLock, kImportLock, campaign_id_);
    }

    std::optional<ImportSummary> earlier(const std::string& sha256) {
        const auto found = work_.exec_params(kFindList, campaign_id_, sha256);
        if (found.empty()) {
            return std::nullopt;
        }
        ImportSummary summary;
        summary.already_imported = true;
        summary.sha256 = sha256;
        summary.list_id = found[0][0].as<std::int64_t>();
        summary.rows = found[0][1].as<std::int64_t>();
        summary.accepted = found[0][2].as<std::int64_t>();
        summary.refused = found[0][3].as<std::int64_t>();
        for (const auto& row : work_.exec_params(kFindReasons, summary.list_id)) {
            auto& counts =
                row[1].as<bool>() ? summary.refused_by_reason : summary.warnings_by_reason;
            counts[row[0].as<std::string>()] = row[2].as<std::int64_t>();
        }
        return summary;
    }

    dnc::NumberSet campaign_numbers() {
        dnc::NumberSet numbers;
        work_.exec(fmt::format(kNumbersCursor, campaign_id_));
        for (;;) {
            const auto rows = work_.exec("FETCH 50000 FROM numbers");
            for (const auto& row : rows) {
                numbers.insert(dnc::Number{row[0].as<std::int64_t>()});
            }
            if (rows.empty()) {
                break;
            }
        }
        work_.exec("CLOSE numbers");
        return numbers;
    }

    void begin(const std::string& file_name, const std::string& sha256) {
        list_id_ =
            work_.exec_params1(kMakeList, campaign_id_, file_name, sha256)[0].as<std::int64_t>();
    }

    void add(LeadRow lead) {
        leads_.push_back(std::move(lead));
        if (leads_.size() == kBatchRows) {
            flush_leads();
        }
    }

    void add(RowFinding finding, bool refused) {
        findings_.emplace_back(std::move(finding), refused);
        if (findings_.size() == kBatchRows) {
            flush_findings();
        }
    }

    void commit(ImportSummary& summary) {
        flush_leads();
        flush_findings();
        work_.exec_params0(kCounts, list_id_, summary.rows, summary.accepted, summary.refused);
        summary.list_id = list_id_;
        summary.listed_now =
            work_.exec_params1(kListedNow, campaign_id_, first_lead_, last_lead_)[0]
                .as<std::int64_t>();
        work_.exec_params("SELECT pg_notify('dialer_leads', $1)", std::to_string(campaign_id_));
        work_.commit();
    }

    [[nodiscard]] const Store::Session& session() const { return session_; }

private:
    std::string unknown_campaign(const std::string& campaign) {
        const auto names = work_.exec1(kCampaignNames);
        const std::string known = names[0].is_null() ? "" : names[0].as<std::string>();
        return fmt::format("there is no campaign \"{}\"; {}", campaign,
                           known.empty() ? "make it first with: dialer campaign create"
                                         : "the campaigns are " + known);
    }

    void flush_leads() {
        if (leads_.empty()) {
            return;
        }
        const auto ids = work_.exec_params(kLeadIds, static_cast<int>(leads_.size()));
        if (first_lead_ == 0) {
            first_lead_ = ids.front()[0].as<std::int64_t>();
        }
        last_lead_ = ids.back()[0].as<std::int64_t>();
        write_leads(ids);
        write_phones(ids);
        leads_.clear();
    }

    void write_leads(const pqxx::result& ids) {
        pqxx::stream_to stream{work_, "leads",
                               std::vector<std::string>{"id", "campaign_id", "list_id",
                                                        "external_id", "name", "region",
                                                        "postal_code", "email", "custom"}};
        pqxx::result::size_type i = 0;
        for (const LeadRow& lead : leads_) {
            stream << std::make_tuple(ids[i++][0].as<std::int64_t>(), campaign_id_, list_id_,
                                      lead.external_id, lead.name, lead.region, lead.postal_code,
                                      lead.email, custom_json(lead));
        }
        stream.complete();
    }

    void write_phones(const pqxx::result& ids) {
        pqxx::stream_to stream{
            work_, "lead_phones",
            std::vector<std::string>{"lead_id", "position", "campaign_id", "number"}};
        pqxx::result::size_type i = 0;
        for (const LeadRow& lead : leads_) {
            const auto id = ids[i++][0].as<std::int64_t>();
            int position = 0;
            for (const dnc::Number number : lead.phones) {
                stream << std::make_tuple(id, position++, campaign_id_, number.e164);
            }
        }
        stream.complete();
    }

    void flush_findings() {
        pqxx::stream_to stream{work_, "import_refusals",
                               std::vector<std::string>{"list_id", "line", "reason", "field",
                                                        "value", "advice", "refused"}};
        for (const auto& [finding, refused] : findings_) {
            stream << std::make_tuple(list_id_, finding.line, finding.reason, finding.field,
                                      finding.value, finding.advice, refused);
        }
        stream.complete();
        findings_.clear();
    }

    Store::Session& session_;
    pqxx::work work_;
    std::int64_t campaign_id_ = 0;
    std::int64_t list_id_ = 0;
    std::int64_t first_lead_ = 0; ///< of this import; 0: none yet
    std::int64_t last_lead_ = 0;
    std::vector<LeadRow> leads_;
    std::vector<std::pair<RowFinding, bool>> findings_;
};

ImportList::ImportList(Store& store, const std::string& campaign)
    : impl_{guarded(store.session(), [&] { return std::make_unique<Impl>(store, campaign); })} {}

ImportList::~ImportList() = default;

std::optional<ImportSummary> ImportList::earlier(const std::string& sha256) {
    return guarded(impl_->session(), [&] { return impl_->earlier(sha256); });
}

dnc::NumberSet ImportList::campaign_numbers() {
    return guarded(impl_->session(), [&] { return impl_->campaign_numbers(); });
}

void ImportList::begin(const std::string& file_name, const std::string& sha256) {
    guarded(impl_->session(), [&] { impl_->begin(file_name, sha256); });
}

void ImportList::add(LeadRow lead) {
    guarded(impl_->session(), [&] { impl_->add(std::move(lead)); });
}

void ImportList::add(RowFinding finding, bool refused) {
    guarded(impl_->session(), [&] { impl_->add(std::move(finding), refused); });
}

void ImportList::commit(ImportSummary& summary) {
    guarded(impl_->session(), [&] { impl_->commit(summary); });
}

} // namespace campaigns
