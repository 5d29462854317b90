#pragma once

// The pqxx session behind Store, for the files that speak SQL: store_pg*.cpp and the import.

#include "campaigns/store.hpp"

#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/notification>
#include <pqxx/result_iterator.hxx>
#include <pqxx/transaction>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace campaigns {

/// Collects the names of the channels that fired.
class ChannelReceiver final : public pqxx::notification_receiver {
public:
    ChannelReceiver(pqxx::connection& connection, const std::string& channel,
                    std::set<std::string>& fired)
        : pqxx::notification_receiver{connection, channel}, fired_{fired} {}

    void operator()(const std::string& /*payload*/, int /*backend*/) override {
        fired_.insert(channel());
    }

private:
    std::set<std::string>& fired_;
};

/// Made for the engine's short statements: they end after 10 s at the latest, and joins go through
/// indexes, so that a plan made while the tables were empty stays right when they are not. Work on
/// many rows calls allow_bulk first.
struct Store::Session {
    explicit Session(const std::string& dsn);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    pqxx::connection connection;
    // Refusals come as exceptions; libpqxx would also print them on stderr.
    pqxx::quiet_errorhandler quiet{connection};
    std::optional<RunId> own_run; ///< whose advisory lock this session holds
    std::set<std::string> fired;
    std::vector<std::unique_ptr<ChannelReceiver>> receivers;
};

/// Lifts the statement time limit and gives the planner its joins back, for this transaction.
void allow_bulk(pqxx::transaction_base& transaction);

/// Holds off the reconciliation of the run until the transaction ends; StoreRefusal when the run is
/// not open.
void hold_open(pqxx::transaction_base& transaction, RunId run);

/// Says for this transaction who changes settings and when, for setting_changes and the audit
/// chain.
void act_as(pqxx::transaction_base& transaction, const Actor& actor);

/// Throws the store's exception for the pqxx exception being handled.
[[noreturn]] void throw_store_error(const Store::Session& session);

/// Runs `work` and lets no pqxx exception out: a lost connection is StoreUnavailable, one lost in
/// COMMIT is CommitInDoubt, a refusal of the database is StoreRefusal.
template <typename Work> auto guarded(const Store::Session& session, Work&& work) {
    try {
        return work();
    } catch (const pqxx::pqxx_exception&) {
        throw_store_error(session);
    }
}

/// For columns written by PostgreSQL as microseconds since 1970.
[[nodiscard]] inline Instant instant_from_micros(std::int64_t micros) {
    return Instant{std::chrono::microseconds{micros}};
}

/// "{1,2,3}", a PostgreSQL array.
template <typename Ids> [[nodiscard]] std::string array_of(const Ids& ids) {
    std::string text = "{";
    for (const auto id : ids) {
        if (text.size() > 1) {
            text += ',';
        }
        text += std::to_string(static_cast<std::int64_t>(id));
    }
    return text + "}";
}

/// A PostgreSQL array of texts, and back.
[[nodiscard]] std::string text_array(const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> texts_of(const pqxx::field& field);

/// SQL: what the attempt `a` with its result `r` (or none) was to the called person; the word of
/// a dnc::PastOutcome.
extern const char* const kOutcomeOfAttempt;

/// Fills in what the ledger knows about the leads' phones, and the calls since `since`. A constant
/// number of look-ups by index, however many leads and whatever the tables hold.
void add_facts(pqxx::transaction_base& transaction, CampaignId campaign, std::vector<Lead>& leads,
               Instant since);

/// Each store_pg file names its statements; they are prepared on the server at first use.
void prepare_attempts(pqxx::connection& connection);
void prepare_by_hand(pqxx::connection& connection);
void prepare_engine(pqxx::connection& connection);
void prepare_facts(pqxx::connection& connection);
void prepare_ledger(pqxx::connection& connection);
void prepare_log(pqxx::connection& connection);
void prepare_lists(pqxx::connection& connection);

/// Throws StoreRefusal unless exactly this program's migrations are applied.
void check_schema(pqxx::connection& connection);

} // namespace campaigns
