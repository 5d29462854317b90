#pragma once

// Blocking store sessions on threads of their own, so that no loop ever waits for PostgreSQL.

#include "campaigns/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace dialer::db {

/// Why a job has no result.
struct StoreError {
    enum class Kind {
        unavailable, ///< nothing happened; may be tried again
        in_doubt,    ///< the commit may or may not have happened
        refused,     ///< the data forbid it; `what` is for people
    };
    Kind kind = Kind::unavailable;
    std::string what;
};

/// The value of a job that returns nothing.
struct Nothing {};

template <typename T> using StoreResult = std::variant<T, StoreError>;

/// N sessions, one thread each. A lost session is made again by its thread, twice a second, with
/// nothing dialed meanwhile; jobs that meet a lost session fail at once with `unavailable`.
/// Used from the control thread only; `done` is called there. Bounded by `jobs_max` outstanding
/// jobs: above it a job fails at once.
class Pool {
public:
    /// Connects nobody yet: the sessions come up on their threads.
    Pool(boost::asio::io_context& control, std::string dsn, int sessions);
    /// Waits for the jobs that run; those that wait are dropped.
    ~Pool();

    /// Runs `job(Store&)` on the session with the least to do, then `done(StoreResult<R>)` on the
    /// control thread, R being the job's result (Nothing for void). Both may be move-only.
    template <typename Job, typename Done> void run(Job job, Done done);

    /// True when at least one session is connected. Any thread.
    [[nodiscard]] bool available() const { return connected_->load() > 0; }

private:
    class Worker;
    struct Task {
        virtual ~Task() = default;
        /// `store` may be null. True when the session was lost on the way.
        virtual bool run(campaigns::Store* store, Pool& pool) = 0;
    };
    template <typename Job, typename Done> struct JobTask;

    static constexpr int jobs_max = 4096;

    void submit(std::unique_ptr<Task> task);

    boost::asio::io_context& control_;
    std::shared_ptr<std::atomic<int>> connected_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

/// Carries out one job and keeps the error kinds apart. Called on a database thread.
template <typename Job> auto attempt_job(Job& job, campaigns::Store* store) {
    using Raw = std::invoke_result_t<Job&, campaigns::Store&>;
    using Value = std::conditional_t<std::is_void_v<Raw>, Nothing, Raw>;
    using Result = StoreResult<Value>;
    if (store == nullptr) {
        return Result{StoreError{StoreError::Kind::unavailable, "database out of reach"}};
    }
    try {
        if constexpr (std::is_void_v<Raw>) {
            job(*store);
            return Result{Nothing{}};
        } else {
            return Result{job(*store)};
        }
    } catch (const campaigns::StoreUnavailable& error) {
        return Result{StoreError{StoreError::Kind::unavailable, error.what()}};
    } catch (const campaigns::CommitInDoubt& error) {
        return Result{StoreError{StoreError::Kind::in_doubt, error.what()}};
    } catch (const std::exception& error) {
        return Result{StoreError{StoreError::Kind::refused, error.what()}};
    }
}

template <typename Job, typename Done> struct Pool::JobTask final : Pool::Task {
    JobTask(Job j, Done d) : job{std::move(j)}, done{std::move(d)} {}

    bool run(campaigns::Store* store, Pool& pool) override {
        auto result = attempt_job(job, store);
        const auto* error = std::get_if<StoreError>(&result);
        const bool lost = error != nullptr && error->kind != StoreError::Kind::refused;
        boost::asio::post(pool.control_,
                          [done = std::move(done), result = std::move(result)]() mutable {
                              done(std::move(result));
                          });
        return lost;
    }

    Job job;
    Done done;
};

template <typename Job, typename Done> void Pool::run(Job job, Done done) {
    submit(std::make_unique<JobTask<Job, Done>>(std::move(job), std::move(done)));
}

} // namespace dialer::db
