// The session: connecting, what a lost connection means, and notifications.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

namespace campaigns {

namespace {

// Time limit and joins: see the comment above Store::Session. One plan for all arguments: to plan
// the look-ups in twenty months' partitions anew takes ten times as long as they take.
constexpr const char* kSessionSettings = "SET statement_timeout = '10s';"
                                         "SET idle_in_transaction_session_timeout = '60s';"
                                         "SET client_min_messages = warning;"
                                         "SET timezone = 'UTC';"
                                         "SET enable_seqscan = off;"
                                         "SET enable_hashjoin = off;"
                                         "SET enable_mergejoin = off;"
                                         "SET plan_cache_mode = force_generic_plan;"
                                         "SET jit = off";

constexpr const char* kBulkSettings = "SET LOCAL statement_timeout = 0;"
                                      "SET LOCAL idle_in_transaction_session_timeout = 0;"
                                      "SET LOCAL enable_seqscan = on;"
                                      "SET LOCAL enable_hashjoin = on;"
                                      "SET LOCAL enable_mergejoin = on;"
                                      "SET LOCAL plan_cache_mode = auto";

constexpr std::array<const char*, 4> kChannels{"dialer_suppression", "dialer_campaigns",
                                               "dialer_leads", "dialer_ledger"};

/// Adds a setting to a libpq connection string or URI unless it is there already.
std::string with_setting(const std::string& dsn, const std::string& name,
                         const std::string& value) {
    if (dsn.find(name + "=") != std::string::npos) {
        return dsn;
    }
    const bool uri = dsn.rfind("postgres://", 0) == 0 || dsn.rfind("postgresql://", 0) == 0;
    if (!uri) {
        return dsn + " " + name + "=" + value;
    }
    return dsn + (dsn.find('?') == std::string::npos ? "?" : "&") + name + "=" + value;
}

std::string with_our_settings(std::string dsn) {
    // A server that went away without a word must not hold a thread for the kernel's 15 minutes.
    dsn = with_setting(dsn, "connect_timeout", "5");
    dsn = with_setting(dsn, "tcp_user_timeout", "15000");
    return with_setting(dsn, "application_name", "dialer");
}

/// SQLSTATE classes after which the transaction did not happen and trying again makes sense:
/// connection, rollback (deadlock), resources, operator intervention and time limit.
bool is_passing(std::string_view sqlstate) {
    constexpr std::array<std::string_view, 4> classes{"08", "40", "53", "57"};
    return std::find(classes.begin(), classes.end(), sqlstate.substr(0, 2)) != classes.end() ||
           sqlstate == "25P03"; // idle_in_transaction_session_timeout
}

/// The first line of PostgreSQL's message without its "ERROR:  ".
std::string first_line(std::string_view message) {
    constexpr std::string_view prefix = "ERROR:";
    if (message.substr(0, prefix.size()) == prefix) {
        message.remove_prefix(prefix.size());
    }
    message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
    return std::string{message.substr(0, message.find('\n'))};
}

} // namespace

Store::Session::Session(const std::string& dsn) : connection{with_our_settings(dsn)} {
    // A session that came back by itself would come back without its advisory lock and its LISTEN.
    // Later versions of libpqxx never reconnect and have no such call.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    pqxx::nontransaction work{connection};
    work.exec(kSessionSettings);
}

void throw_store_error(const Store::Session& session) {
    try {
        throw;
    } catch (const pqxx::in_doubt_error& error) {
        throw CommitInDoubt{first_line(error.what())};
    } catch (const pqxx::broken_connection& error) {
        throw StoreUnavailable{first_line(error.what())};
    } catch (const pqxx::sql_error& error) {
        if (!session.connection.is_open() || is_passing(error.sqlstate())) {
            throw StoreUnavailable{first_line(error.what())};
        }
        throw StoreRefusal{first_line(error.what())};
    } catch (const pqxx::pqxx_exception& error) {
        if (!session.connection.is_open()) {
            throw StoreUnavailable{first_line(error.base().what())};
        }
        throw std::runtime_error{"store: " + std::string{error.base().what()}};
    }
}

void act_as(pqxx::transaction_base& transaction, const Actor& actor) {
    transaction.exec_params("SELECT set_config('dialer.by', $1, true), "
                            "set_config('dialer.at', $2, true)",
                            clean_text(actor.name), to_rfc3339(actor.at));
}

void allow_bulk(pqxx::transaction_base& transaction) {
    transaction.exec(kBulkSettings);
}

std::string text_array(const std::vector<std::string>& texts) {
    std::string array = "{";
    for (const std::string& text : texts) {
        array += array.size() > 1 ? ",\"" : "\"";
        for (const char c : clean_text(text)) {
            if (c == '"' || c == '\\') {
                array += '\\';
            }
            array += c;
        }
        array += '"';
    }
    return array + "}";
}

std::vector<std::string> texts_of(const pqxx::field& field) {
    std::vector<std::string> texts;
    pqxx::array_parser parser = field.as_array();
    for (auto [junction, text] = parser.get_next(); junction != pqxx::array_parser::done;
         std::tie(junction, text) = parser.get_next()) {
        if (junction == pqxx::array_parser::string_value) {
            texts.push_back(text);
        }
    }
    return texts;
}

Store::Store(const std::string& dsn) {
    try {
        session_ = std::make_unique<Session>(dsn);
    } catch (const pqxx::pqxx_exception& error) {
        throw StoreUnavailable{first_line(error.base().what())};
    }
    guarded(*session_, [this] {
        check_schema(session_->connection);
        prepare_engine(session_->connection);
        prepare_attempts(session_->connection);
        prepare_by_hand(session_->connection);
        prepare_facts(session_->connection);
        prepare_ledger(session_->connection);
        prepare_log(session_->connection);
        prepare_lists(session_->connection);
    });
}

Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

void Store::listen() {
    guarded(*session_, [this] {
        if (!session_->receivers.empty()) {
            return;
        }
        for (const char* channel : kChannels) {
            session_->receivers.push_back(
                std::make_unique<ChannelReceiver>(session_->connection, channel, session_->fired));
        }
    });
}

std::vector<std::string> Store::wait_for_notifications(std::chrono::milliseconds limit) {
    return guarded(*session_, [this, limit] {
        // What fired while another statement ran was delivered then: waiting now would hold it
        // back.
        if (session_->fired.empty()) {
            const auto micros =
                std::max(std::chrono::microseconds{limit}, std::chrono::microseconds{0});
            const auto seconds = std::chrono::floor<std::chrono::seconds>(micros);
            session_->connection.await_notification(seconds.count(), (micros - seconds).count());
        }
        const std::set<std::string> fired = std::exchange(session_->fired, {});
        return std::vector<std::string>(fired.begin(), fired.end());
    });
}

} // namespace campaigns
