#include "campaigns/numbers_file_version.hpp"

#include "campaigns/store_session.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace campaigns {

namespace {

constexpr int kLoadLock = 1'684'630'629; // class of the advisory locks "load of a list"

constexpr auto kFindList = "SELECT id, kind FROM suppression_lists WHERE name = $1";
constexpr auto kListNames =
    "SELECT string_agg(name || ' (' || kind || ')', ', ' ORDER BY name) FROM suppression_lists";
constexpr auto kMakeList = "INSERT INTO suppression_lists (name, kind) VALUES ($1, $2) "
                           "ON CONFLICT (name) DO NOTHING";
constexpr auto kLock = "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::integer)";
constexpr auto kInForce = "SELECT id, as_of, rows FROM suppression_versions WHERE list_id = $1 "
                          "ORDER BY as_of DESC, id DESC LIMIT 1";
constexpr auto kEarlier =
    "SELECT id, as_of, rows FROM suppression_versions "
    "WHERE list_id = $1 AND sha256 = $2 AND (as_of = $3::date OR $4) ORDER BY id DESC LIMIT 1";
constexpr auto kNextVersion = "SELECT nextval('suppression_versions_id_seq')";
constexpr auto kNumbersCursor = "DECLARE numbers NO SCROLL CURSOR FOR "
                                "SELECT number FROM suppression_numbers WHERE version_id = {}";
constexpr auto kTakeOver = "INSERT INTO suppression_numbers (version_id, number) "
                           "SELECT $2, number FROM suppression_numbers WHERE version_id = $1";
constexpr auto kTakenOff =
    "SELECT number FROM (SELECT DISTINCT ON (number) number, listed FROM suppression_changes "
    "WHERE list_id = $1 ORDER BY number, id DESC) latest WHERE NOT listed";
constexpr auto kRelist =
    "INSERT INTO suppression_changes (list_id, number, listed, at, source) "
    "SELECT $1, number, true, to_timestamp($3::double precision / 1000000), 'file' "
    "FROM unnest($2::bigint[]) AS number";
constexpr auto kMakeVersion =
    "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source, loaded_at) "
    "VALUES ($1, $2, $3::date, $4, $5, $6, to_timestamp($7::double precision / 1000000))";

ListVersion::InForce version_of(const pqxx::row& row) {
    return {.version_id = row[0].as<std::int64_t>(),
            .as_of = read_date(row[1].as<std::string>()).value(),
            .numbers = row[2].as<std::int64_t>()};
}

} // namespace

class ListVersion::Impl {
public:
    Impl(Store& store, const std::string& list, std::optional<dnc::ListKind> kind)
        : session_{store.session()}, work_{session_.connection} {
        allow_bulk(work_);
        if (kind) {
            work_.exec_params0(kMakeList, list, std::string{to_text(*kind)});
        }
        const auto found = work_.exec_params(kFindList, list);
        if (found.empty()) {
            throw StoreRefusal{unknown_list(list)};
        }
        list_id_ = found[0][0].as<std::int64_t>();
        kind_ = list_kind_from_text(found[0][1].as<std::string>()).value();
        if (kind && *kind != kind_) {
            throw StoreRefusal{fmt::format("list \"{}\" exists and is of kind {}; leave --kind out",
                                           list, to_text(kind_))};
        }
        work_.exec_params(kLock, kLoadLock, list_id_);
        if (const auto version = work_.exec_params(kInForce, list_id_); !version.empty()) {
            in_force_ = version_of(version[0]);
        }
    }

    std::optional<InForce> earlier(const std::string& sha256, std::chrono::year_month_day as_of) {
        const auto found = work_.exec_params(kEarlier, list_id_, sha256, to_text(as_of), grows());
        return found.empty() ? std::nullopt : std::optional{version_of(found[0])};
    }

    void begin() {
        version_id_ = work_.exec1(kNextVersion)[0].as<std::int64_t>();
        if (grows() && in_force_) {
            read_in_force();
            work_.exec_params0(kTakeOver, in_force_->version_id, version_id_);
        }
        if (grows()) {
            for (const auto& row : work_.exec_params(kTakenOff, list_id_)) {
                taken_off_.insert(row[0].as<std::int64_t>());
            }
        }
        stream_ = std::make_unique<pqxx::stream_to>(
            work_, "suppression_numbers", std::vector<std::string>{"version_id", "number"});
    }

    bool add(dnc::Number number) {
        if (taken_off_.erase(number.e164) > 0) {
            relisted_.push_back(number.e164);
        }
        if (!numbers_.insert(number)) {
            return false;
        }
        *stream_ << std::make_tuple(version_id_, number.e164);
        return true;
    }

    std::int64_t commit(const std::string& source, const std::string& sha256,
                        std::chrono::year_month_day as_of, dnc::Instant at) {
        stream_->complete();
        const std::int64_t micros = at.time_since_epoch().count();
        work_.exec_params0(kMakeVersion, version_id_, list_id_, to_text(as_of), sha256,
                           static_cast<std::int64_t>(numbers_.size()), source, micros);
        // Last, because writers of changes take turns until they commit, and opt-outs must not
        // wait for a long load.
        if (!relisted_.empty()) {
            work_.exec_params0(kRelist, list_id_, array_of(relisted_), micros);
        }
        work_.commit();
        return version_id_;
    }

    [[nodiscard]] const Store::Session& session() const { return session_; }
    [[nodiscard]] dnc::ListKind kind() const { return kind_; }
    [[nodiscard]] const std::optional<InForce>& in_force() const { return in_force_; }
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(numbers_.size()); }

private:
    [[nodiscard]] bool grows() const { return kind_ == dnc::ListKind::company; }

    std::string unknown_list(const std::string& list) {
        return fmt::format("there is no list \"{}\"; make it with --kind national, company or "
                           "other; the lists are {}",
                           list, work_.exec1(kListNames)[0].as<std::string>("none"));
    }

    void read_in_force() {
        work_.exec(fmt::format(kNumbersCursor, in_force_->version_id));
        for (;;) {
            const auto rows = work_.exec("FETCH 50000 FROM numbers");
            for (const auto& row : rows) {
                numbers_.insert(dnc::Number{row[0].as<std::int64_t>()});
            }
            if (rows.empty()) {
                break;
            }
        }
        work_.exec("CLOSE numbers");
    }

    Store::Session& session_;
    pqxx::work work_;
    std::int64_t list_id_ = 0;
    dnc::ListKind kind_ = dnc::ListKind::other;
    std::optional<InForce> in_force_;
    std::int64_t version_id_ = 0;
    dnc::NumberSet numbers_;
    std::unordered_set<std::int64_t> taken_off_; // last word of the changes: not listed
    std::vector<std::int64_t> relisted_;         // of those, what the file lists again
    std::unique_ptr<pqxx::stream_to> stream_;    // before work_ in destruction: it must end first
};

ListVersion::ListVersion(Store& store, const std::string& list, std::optional<dnc::ListKind> kind)
    : impl_{guarded(store.session(), [&] { return std::make_unique<Impl>(store, list, kind); })} {}

ListVersion::~ListVersion() = default;

dnc::ListKind ListVersion::kind() const {
    return impl_->kind();
}

const std::optional<ListVersion::InForce>& ListVersion::in_force() const {
    return impl_->in_force();
}

std::optional<ListVersion::InForce> ListVersion::earlier(const std::string& sha256,
                                                         std::chrono::year_month_day as_of) {
    return guarded(impl_->session(), [&] { return impl_->earlier(sha256, as_of); });
}

void ListVersion::begin() {
    guarded(impl_->session(), [&] { impl_->begin(); });
}

bool ListVersion::add(dnc::Number number) {
    return guarded(impl_->session(), [&] { return impl_->add(number); });
}

std::int64_t ListVersion::size() const {
    return impl_->size();
}

std::int64_t ListVersion::commit(const std::string& source, const std::string& sha256,
                                 std::chrono::year_month_day as_of, dnc::Instant at) {
    return guarded(impl_->session(), [&] { return impl_->commit(source, sha256, as_of, at); });
}

} // namespace campaigns
