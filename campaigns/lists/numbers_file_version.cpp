#include "campaigns/lists/numbers_file_version.hpp"

#include "campaigns/import/source.hpp"
#include "campaigns/lists/store_pg_lists.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace campaigns {

namespace {

constexpr int kLoadLock = 1'684'630'629; // class of the advisory locks "load of a list"

constexpr auto kFindList =
    "SELECT id, kind, country, region, seller FROM suppression_lists WHERE name = $1";
constexpr auto kListNames =
    "SELECT string_agg(name || ' (' || kind || ')', ', ' ORDER BY name) FROM suppression_lists";
constexpr auto kMakeList = "INSERT INTO suppression_lists (name, kind, country, region, seller) "
                           "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING";
constexpr auto kLock = "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::integer)";
constexpr auto kInForce =
    "SELECT id, as_of, rows, area_codes, coalesce(base_version, id) FROM suppression_versions "
    "WHERE list_id = $1 ORDER BY as_of DESC, id DESC LIMIT 1";
constexpr auto kEarlier = "SELECT id, as_of, rows, area_codes FROM suppression_versions "
                          "WHERE list_id = $1 AND sha256 = $2 AND (as_of = $3::date OR $4) "
                          "AND (after_version IS NOT NULL) = $5 ORDER BY id DESC LIMIT 1";
constexpr auto kNextVersion = "SELECT nextval('suppression_versions_id_seq')";
constexpr auto kTakenOff =
    "SELECT number FROM (SELECT DISTINCT ON (number) number, listed FROM suppression_changes "
    "WHERE list_id = $1 ORDER BY number, id DESC) latest WHERE NOT listed";
constexpr auto kRelist =
    "INSERT INTO suppression_changes (list_id, number, listed, at, source) "
    "SELECT $1, number, true, to_timestamp($3::double precision / 1000000), 'file' "
    "FROM unnest($2::bigint[]) AS number";
constexpr auto kMakeVersion =
    "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source, loaded_at, "
    "after_version, base_version, changes, bad, area_codes) "
    "VALUES ($1, $2, $3::date, $4, $5, $6, to_timestamp($7::double precision / 1000000), $8, $9, "
    "$10, $11, $12::smallint[])";
// What the changes come to: numbers that are listed now and were not, less those the other way
// round, and how many of the numbers are as they were. The last word on a number counts.
constexpr auto kEffect = R"sql(
SELECT coalesce(sum(CASE WHEN listed AND NOT before THEN 1 WHEN before AND NOT listed THEN -1
                         ELSE 0 END), 0),
       count(*) FILTER (WHERE listed = before)
FROM (SELECT DISTINCT ON (number) number, listed,
             suppression_listed($3, number) AS before
      FROM suppression_version_changes WHERE base_version = $1 AND version_id = $2
      ORDER BY number, seq DESC) AS last_word
)sql";

std::optional<std::string> array_text(const std::optional<std::bitset<1000>>& codes) {
    if (!codes) {
        return std::nullopt;
    }
    std::vector<std::int64_t> list;
    for (std::size_t code = 0; code < codes->size(); ++code) {
        if (codes->test(code)) {
            list.push_back(static_cast<std::int64_t>(code));
        }
    }
    return array_of(list);
}

ListVersion::InForce version_of(const pqxx::row& row) {
    ListVersion::InForce version{.version_id = row[0].as<std::int64_t>(),
                                 .as_of = dnc::read_any_date(row[1].as<std::string>()).value(),
                                 .numbers = row[2].as<std::int64_t>(),
                                 .area_codes = {}};
    if (!row[3].is_null()) {
        version.area_codes = area_codes_from_array(row[3].c_str());
    }
    return version;
}

/// What is not said stays as it is.
void require_same(const NumbersRequest& request, std::string_view what, const std::string& asked,
                  const std::string& is) {
    if (!asked.empty() && asked != is) {
        throw StoreRefusal{fmt::format("list \"{}\" exists and its {} is \"{}\"; leave --{} out",
                                       request.list, what, is, what)};
    }
}

} // namespace

class ListVersion::Impl {
public:
    Impl(Store& store, const NumbersRequest& request)
        : session_{store.session()}, work_{session_.connection}, request_{request} {
        allow_bulk(work_);
        find_list();
        work_.exec_params(kLock, kLoadLock, list_id_);
        if (const auto version = work_.exec_params(kInForce, list_id_); !version.empty()) {
            in_force_ = version_of(version[0]);
            base_ = version[0][4].as<std::int64_t>();
        }
    }

    std::optional<InForce> earlier(const std::string& sha256, std::chrono::year_month_day as_of,
                                   bool any_date) {
        const auto found = work_.exec_params(kEarlier, list_id_, sha256, dnc::date_text(as_of),
                                             any_date || grows(), request_.after.has_value());
        return found.empty() ? std::nullopt : std::optional{version_of(found[0])};
    }

    void begin() {
        version_id_ = work_.exec1(kNextVersion)[0].as<std::int64_t>();
        if (request_.after) {
            stream_ = std::make_unique<pqxx::stream_to>(
                work_, "suppression_version_changes",
                std::vector<std::string>{"base_version", "version_id", "seq", "number", "listed",
                                         "at"});
            return;
        }
        if (grows() && in_force_) {
            read_full_version(work_, base_, numbers_);
            read_version_changes(
                work_, base_, base_, in_force_->version_id, [this](ListChange change) {
                    change.listed ? numbers_.insert(change.number) : numbers_.erase(change.number);
                });
        }
        if (grows()) {
            for (const auto& row : work_.exec_params(kTakenOff, list_id_)) {
                taken_off_.insert(row[0].as<std::int64_t>());
            }
        }
    }

    std::int64_t add(dnc::Number first, std::int32_t count) {
        std::int64_t fresh = 0;
        for (std::int64_t e164 = first.e164; e164 < first.e164 + count; ++e164) {
            if (!taken_off_.empty() && taken_off_.erase(e164) > 0) {
                relisted_.push_back(e164);
            }
            fresh += numbers_.insert({e164}) ? 1 : 0;
        }
        return fresh;
    }

    void change(dnc::Number number, bool listed, std::optional<dnc::Instant> at) {
        ++changes_;
        *stream_ << std::make_tuple(base_, version_id_, changes_, number.e164, listed,
                                    at ? std::optional{to_rfc3339(*at)} : std::nullopt);
    }

    Committed commit(const std::string& sha256, std::chrono::year_month_day as_of,
                     std::int64_t bad) {
        Committed committed{.version_id = version_id_};
        std::optional<std::int64_t> after;
        std::optional<std::int64_t> base;
        if (request_.after) {
            stream_->complete();
            stream_.reset();
            const auto effect =
                work_.exec_params1(kEffect, base_, version_id_, in_force_->version_id);
            committed.numbers = in_force_->numbers + effect[0].as<std::int64_t>();
            committed.void_changes = effect[1].as<std::int64_t>();
            after = in_force_->version_id;
            base = base_;
        } else {
            write_blocks();
            committed.numbers = static_cast<std::int64_t>(numbers_.size());
        }
        const std::int64_t micros = request_.at.time_since_epoch().count();
        const auto codes = array_text(request_.after ? in_force_->area_codes : request_.area_codes);
        work_.exec_params0(kMakeVersion, version_id_, list_id_, dnc::date_text(as_of), sha256,
                           committed.numbers, file_name(request_.path), micros, after, base,
                           changes_, bad, codes);
        // Last, because writers of changes take turns until they commit, and opt-outs must not
        // wait for a long load.
        if (!relisted_.empty()) {
            work_.exec_params0(kRelist, list_id_, array_of(relisted_), micros);
        }
        work_.commit();
        return committed;
    }

    [[nodiscard]] const Store::Session& session() const { return session_; }
    [[nodiscard]] dnc::ListKind kind() const { return kind_; }
    [[nodiscard]] const std::string& country() const { return country_; }
    [[nodiscard]] const std::optional<InForce>& in_force() const { return in_force_; }
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(numbers_.size()); }

private:
    [[nodiscard]] bool grows() const { return kind_ == dnc::ListKind::company; }

    void find_list() {
        const bool national = request_.kind == dnc::ListKind::national;
        if (request_.kind) {
            // A registry is some country's; that one was the only one for long.
            const std::string country =
                request_.country.empty() && national ? "US" : request_.country;
            work_.exec_params0(kMakeList, request_.list, std::string{to_text(*request_.kind)},
                               country, request_.region, request_.seller);
        }
        const auto found = work_.exec_params(kFindList, request_.list);
        if (found.empty()) {
            throw StoreRefusal{unknown_list()};
        }
        list_id_ = found[0][0].as<std::int64_t>();
        kind_ = list_kind_from_text(found[0][1].as<std::string>()).value();
        country_ = found[0][2].as<std::string>();
        if (request_.kind && *request_.kind != kind_) {
            throw StoreRefusal{fmt::format("list \"{}\" exists and is of kind {}; leave --kind out",
                                           request_.list, to_text(kind_))};
        }
        require_same(request_, "country", request_.country, country_);
        require_same(request_, "region", request_.region, found[0][3].as<std::string>());
        require_same(request_, "seller", request_.seller, found[0][4].as<std::string>());
    }

    std::string unknown_list() {
        return fmt::format("there is no list \"{}\"; make it with --kind national, company, state, "
                           "preference, litigator, wireless, ported, landline or other; the lists "
                           "are {}",
                           request_.list, work_.exec1(kListNames)[0].as<std::string>("none"));
    }

    void write_blocks() {
        pqxx::stream_to rows{work_, "suppression_blocks",
                             std::vector<std::string>{"version_id", "block", "few", "many"}};
        numbers_.for_each_block(
            [&](std::int64_t block, std::size_t count, const dnc::NumberBlock& lines) {
                const BlockColumns columns = columns_of(count, lines);
                rows << std::make_tuple(version_id_, block, columns.few, columns.many);
            });
        rows.complete();
    }

    Store::Session& session_;
    pqxx::work work_;
    const NumbersRequest& request_;
    std::int64_t list_id_ = 0;
    dnc::ListKind kind_ = dnc::ListKind::other;
    std::string country_;
    std::optional<InForce> in_force_;
    std::int64_t base_ = 0; // the full version that the one in force rests on
    std::int64_t version_id_ = 0;
    std::int64_t changes_ = 0;
    dnc::NumberSet numbers_;
    std::unordered_set<std::int64_t> taken_off_; // last word of the changes: not listed
    std::vector<std::int64_t> relisted_;         // of those, what the file lists again
    std::unique_ptr<pqxx::stream_to> stream_;    // before work_ in destruction: it must end first
};

ListVersion::ListVersion(Store& store, const NumbersRequest& request)
    : impl_{guarded(store.session(), [&] { return std::make_unique<Impl>(store, request); })} {}

ListVersion::~ListVersion() = default;

dnc::ListKind ListVersion::kind() const {
    return impl_->kind();
}

const std::string& ListVersion::country() const {
    return impl_->country();
}

const std::optional<ListVersion::InForce>& ListVersion::in_force() const {
    return impl_->in_force();
}

std::optional<ListVersion::InForce>
ListVersion::earlier(const std::string& sha256, std::chrono::year_month_day as_of, bool any_date) {
    return guarded(impl_->session(), [&] { return impl_->earlier(sha256, as_of, any_date); });
}

void ListVersion::begin() {
    guarded(impl_->session(), [&] { impl_->begin(); });
}

std::int64_t ListVersion::add(dnc::Number first, std::int32_t count) {
    return impl_->add(first, count);
}

void ListVersion::change(dnc::Number number, bool listed, std::optional<dnc::Instant> at) {
    guarded(impl_->session(), [&] { impl_->change(number, listed, at); });
}

std::int64_t ListVersion::size() const {
    return impl_->size();
}

ListVersion::Committed ListVersion::commit(const std::string& sha256,
                                           std::chrono::year_month_day as_of, std::int64_t bad) {
    return guarded(impl_->session(), [&] { return impl_->commit(sha256, as_of, bad); });
}

} // namespace campaigns
