#include "dialer/db/log_writer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace dialer::db {

using namespace std::chrono_literals;

namespace {

// Long enough to gather a batch at hundreds of calls a second, short beside any human action.
constexpr auto gather_time = 10ms;
constexpr auto retry_time = 250ms;
// A batch is one transaction; a bound keeps it well under the store's statement limit after an
// outage has piled rows up.
constexpr std::size_t batch_rows_max = 4'000;

template <typename Row>
void move_up_to(std::vector<Row>& from, std::vector<Row>& to, std::size_t& room) {
    const auto count = std::min(room, from.size());
    const auto last = from.begin() + static_cast<std::ptrdiff_t>(count);
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(last));
    from.erase(from.begin(), last);
    room -= count;
}

} // namespace

LogWriter::LogWriter(boost::asio::io_context& control, Pool& pool) : pool_{pool}, timer_{control} {}

void LogWriter::add(campaigns::AttemptEvent event) {
    gathering_.events.push_back(std::move(event));
    row_added();
}

void LogWriter::add(campaigns::AttemptResult result) {
    gathering_.results.push_back(std::move(result));
    row_added();
}

void LogWriter::add(campaigns::AgentStateChange change) {
    gathering_.agent_states.push_back(std::move(change));
    row_added();
}

void LogWriter::add(campaigns::GateRefusal refusal) {
    gathering_.refusals.push_back(std::move(refusal));
    row_added();
}

void LogWriter::add(campaigns::Disposition disposition) {
    gathering_.dispositions.push_back(std::move(disposition));
    row_added();
}

void LogWriter::add(campaigns::PacingSample sample) {
    gathering_.pacing_samples.push_back(std::move(sample));
    row_added();
}

void LogWriter::row_added() {
    ++gathering_rows_;
    if (!writing_ && !scheduled_) {
        write_later(gather_time);
    }
}

void LogWriter::write_later(std::chrono::milliseconds delay) {
    scheduled_ = true;
    timer_.expires_after(delay);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            scheduled_ = false;
            write();
        }
    });
}

void LogWriter::write() {
    if (!writing_) {
        auto batch = std::make_shared<campaigns::LogBatch>();
        // Results come last so that an attempt's events are never cut off from a later batch.
        std::size_t room = batch_rows_max;
        move_up_to(gathering_.refusals, batch->refusals, room);
        move_up_to(gathering_.agent_states, batch->agent_states, room);
        move_up_to(gathering_.events, batch->events, room);
        move_up_to(gathering_.results, batch->results, room);
        move_up_to(gathering_.dispositions, batch->dispositions, room);
        move_up_to(gathering_.pacing_samples, batch->pacing_samples, room);
        writing_rows_ = batch_rows_max - room;
        gathering_rows_ -= writing_rows_;
        writing_ = std::move(batch);
    }
    pool_.run([batch = writing_](campaigns::Store& store) { store.write_log(*batch); },
              [this](const StoreResult<Nothing>& result) { written(result); });
}

void LogWriter::written(const StoreResult<Nothing>& result) {
    if (const auto* error = std::get_if<StoreError>(&result)) {
        if (!failing_) {
            spdlog::error("dial log: {} rows wait for the database: {}", backlog(), error->what);
        }
        failing_ = true;
        write_later(retry_time);
        return;
    }
    if (failing_) {
        spdlog::info("dial log: the database takes rows again");
    }
    failing_ = false;
    writing_.reset();
    writing_rows_ = 0;
    if (!gathering_.empty() && !scheduled_) {
        write_later(gather_time);
    }
}

} // namespace dialer::db
