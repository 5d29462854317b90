#include "dialer/http/import_jobs.hpp"

#include "campaigns/import/source.hpp"
#include "campaigns/store.hpp"
#include "dialer/http/control.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace dialer::http {

namespace {

/// Thrown out of an import's progress, which ends it without a trace.
struct Cancelled : std::exception {};

bool is_over(ImportJob::State state) {
    return state != ImportJob::State::queued && state != ImportJob::State::running;
}

} // namespace

std::string_view to_text(ImportJob::State state) {
    constexpr std::array<std::string_view, 6> kNames{"queued",  "running", "done",
                                                     "refused", "failed",  "cancelled"};
    return kNames.at(static_cast<std::size_t>(state));
}

ImportJobs::ImportJobs(Control& control) : control_{control}, thread_{[this] { run(); }} {}

ImportJobs::~ImportJobs() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

std::optional<std::int64_t> ImportJobs::add(ImportOrder order) {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() >= kWaitingMax) {
        return std::nullopt;
    }
    ImportJob job;
    job.id = ++last_id_;
    job.campaign = order.request.campaign;
    job.file_name = order.upload.name;
    job.by = order.request.actor.name;
    job.asked_at = order.request.actor.at;
    job.progress.bytes_total = order.upload.bytes;
    jobs_.emplace(job.id, std::move(job));
    waiting_.push_back({last_id_, std::move(order)});
    changed_.notify_all();
    return last_id_;
}

std::optional<ImportJob> ImportJobs::find(std::int64_t id) const {
    const std::lock_guard lock{mutex_};
    const auto found = jobs_.find(id);
    return found == jobs_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<ImportJob> ImportJobs::all() const {
    const std::lock_guard lock{mutex_};
    std::vector<ImportJob> jobs;
    std::ranges::transform(jobs_, std::back_inserter(jobs),
                           [](const auto& entry) { return entry.second; });
    std::ranges::reverse(jobs);
    return jobs;
}

bool ImportJobs::cancel(std::int64_t id) {
    const std::lock_guard lock{mutex_};
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || is_over(found->second.state)) {
        return false;
    }
    if (found->second.state == ImportJob::State::queued) {
        std::erase_if(waiting_, [id](const Waiting& waiting) { return waiting.id == id; });
        found->second.state = ImportJob::State::cancelled;
    } else {
        cancel_running_ = id;
    }
    return true;
}

void ImportJobs::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
        if (stop_) {
            return;
        }
        auto waiting = std::move(waiting_.front());
        waiting_.pop_front();
        jobs_.at(waiting.id).state = ImportJob::State::running;
        cancel_running_.reset();
        lock.unlock();
        carry_out(std::move(waiting));
        lock.lock();
        forget_old();
    }
}

void ImportJobs::carry_out(Waiting waiting) {
    const auto id = waiting.id;
    try {
        import_one(waiting);
    } catch (const Cancelled&) {
        end(id, ImportJob::State::cancelled, "Cancelled; nothing was kept.");
    } catch (const campaigns::SourceError& error) {
        end(id, ImportJob::State::failed, error.what());
    } catch (const campaigns::StoreRefusal& refusal) {
        end(id, ImportJob::State::failed, refusal.what());
    } catch (const campaigns::CommitInDoubt&) {
        end(id, ImportJob::State::failed,
            "The database was lost at the last moment. Import the file again: it is done at most "
            "once.");
    } catch (const campaigns::StoreUnavailable&) {
        end(id, ImportJob::State::failed,
            "The database is out of reach; nothing was kept. Import the file again.");
    } catch (const std::exception& error) {
        end(id, ImportJob::State::failed,
            "The import failed, and nothing was kept: " + std::string{error.what()});
    }
}

void ImportJobs::import_one(const Waiting& waiting) {
    auto store = control_.open_store();
    const auto& world = control_.world();
    const campaigns::ImportRules rules{world.gate, world.places, world.zones, world.lists_cache};
    auto request = waiting.order.request;
    request.path = waiting.order.upload.file->path().string();
    request.file_name = waiting.order.upload.name;
    request.rules = &rules;
    const auto on_progress = [this, id = waiting.id](const campaigns::ImportProgress& progress) {
        const std::lock_guard lock{mutex_};
        if (stop_ || cancel_running_ == id) {
            throw Cancelled{};
        }
        jobs_.at(id).progress = progress;
    };
    auto answer = campaigns::import_leads(store, request, on_progress);
    if (auto* const fault = std::get_if<campaigns::ImportFault>(&answer)) {
        return end(waiting.id, ImportJob::State::refused, std::move(fault->text));
    }
    const std::lock_guard lock{mutex_};
    auto& job = jobs_.at(waiting.id);
    job.summary = std::move(std::get<campaigns::ImportSummary>(answer));
    job.progress.bytes_read = job.progress.bytes_total;
    job.progress.rows = job.summary->rows;
    job.state = ImportJob::State::done;
}

void ImportJobs::end(std::int64_t id, ImportJob::State state, std::string error) {
    const std::lock_guard lock{mutex_};
    auto& job = jobs_.at(id);
    job.state = state;
    job.error = std::move(error);
}

void ImportJobs::forget_old() {
    for (auto job = jobs_.begin(); jobs_.size() > kRemembered && job != jobs_.end();) {
        job = is_over(job->second.state) ? jobs_.erase(job) : std::next(job);
    }
}

} // namespace dialer::http
