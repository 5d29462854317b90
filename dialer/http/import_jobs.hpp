#pragma once

// Imports that people started from a page: one after the other, on a thread of their own, with
// progress to look at.
//
// What an import did is the store's to say (campaigns/import/imports.hpp); a job is only this
// engine's word about one that it was asked for. A job that ends early leaves nothing half-loaded.

#include "campaigns/import/import.hpp"
#include "dialer/http/uploads.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace dialer::http {

class Control;

/// What is to be imported. `request.path` is the upload's and need not be set.
struct ImportOrder {
    Upload upload;
    campaigns::ImportRequest request;
};

struct ImportJob {
    enum class State {
        queued,
        running,
        done,      ///< `summary` says what came of it
        refused,   ///< the file as a whole; `error` begins with file and line
        failed,    ///< for a reason that is not in the file; nothing was kept
        cancelled, ///< nothing was kept
    };
    std::int64_t id = 0;
    std::string campaign;
    std::string file_name;
    std::string by;
    campaigns::Instant asked_at{};
    State state = State::queued;
    campaigns::ImportProgress progress;
    std::string error;
    std::optional<campaigns::ImportSummary> summary;
};
[[nodiscard]] std::string_view to_text(ImportJob::State state);

/// All methods may be called from any thread.
class ImportJobs {
public:
    static constexpr std::size_t kWaitingMax = 32;
    static constexpr std::size_t kRemembered = 200; ///< ended jobs beyond this are forgotten

    /// `control` must outlive it.
    explicit ImportJobs(Control& control);
    /// Cancels what runs and drops what waits.
    ~ImportJobs();
    ImportJobs(const ImportJobs&) = delete;
    ImportJobs& operator=(const ImportJobs&) = delete;

    /// The job's id; nothing when too many wait already.
    [[nodiscard]] std::optional<std::int64_t> add(ImportOrder order);
    [[nodiscard]] std::optional<ImportJob> find(std::int64_t id) const;
    /// Newest first.
    [[nodiscard]] std::vector<ImportJob> all() const;
    /// False when it is over, or there is no such job. A running one ends at its next progress.
    bool cancel(std::int64_t id);

private:
    struct Waiting {
        std::int64_t id = 0;
        ImportOrder order;
    };

    void run();
    void carry_out(Waiting waiting);
    void import_one(const Waiting& waiting);
    void end(std::int64_t id, ImportJob::State state, std::string error);
    void forget_old();

    Control& control_;
    mutable std::mutex mutex_; // guards everything below
    std::condition_variable changed_;
    std::deque<Waiting> waiting_;
    std::map<std::int64_t, ImportJob> jobs_;
    std::int64_t last_id_ = 0;
    std::optional<std::int64_t> cancel_running_;
    bool stop_ = false;
    std::thread thread_; // made last
};

} // namespace dialer::http
