#pragma once

// Writes the dial log in batches, in order, and keeps every row until it is durable.

#include "campaigns/store.hpp"
#include "dialer/db/pool.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>

namespace dialer::db {

/// Rows gather for a few milliseconds and go out as one transaction; one batch is in flight at a
/// time, so rows become durable in the order in which they happened. A batch that meets a lost
/// database is kept and repeated (the store makes repeats harmless). Control thread only.
class LogWriter {
public:
    LogWriter(boost::asio::io_context& control, Pool& pool);

    void add(campaigns::AttemptEvent event);
    void add(campaigns::AttemptResult result);
    void add(campaigns::AgentStateChange change);
    void add(campaigns::GateRefusal refusal);
    void add(campaigns::Disposition disposition);
    void add(campaigns::PacingSample sample);

    /// Rows not yet durable. Above `backlog_max` the engine must stop dialing.
    [[nodiscard]] std::size_t backlog() const { return gathering_rows_ + writing_rows_; }
    static constexpr std::size_t backlog_max = 50'000;

private:
    void row_added();
    void write();
    void written(const StoreResult<Nothing>& result);
    void write_later(std::chrono::milliseconds delay);

    Pool& pool_;
    boost::asio::steady_timer timer_;
    campaigns::LogBatch gathering_;
    std::size_t gathering_rows_ = 0;
    std::shared_ptr<const campaigns::LogBatch> writing_; // null: nothing in flight
    std::size_t writing_rows_ = 0;
    bool scheduled_ = false;
    bool failing_ = false;
};

} // namespace dialer::db
