#include "dialer/call/pacing_log.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;

namespace {

// How long lines may wait: a look at a file of today is at most this much behind.
constexpr auto write_time = 500ms;
// Pools whose day is over: their files are closed when a new one is opened beyond this.
constexpr std::size_t files_max = 64;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

} // namespace

/// The files that are open, by name. Of the writing thread.
class PacingLog::Files {
public:
    explicit Files(std::string folder) : folder_{std::move(folder)} {}

    /// False when the line is lost.
    bool write(const std::string& name, const std::string& line) {
        auto found = open_.find(name);
        if (found == open_.end()) {
            if (open_.size() >= files_max) {
                open_.clear();
            }
            const auto path = fmt::format("{}/{}.jsonl", folder_, name);
            found = open_.emplace(name, File{std::fopen(path.c_str(), "ae")}).first;
        }
        auto* file = found->second.get();
        if (file != nullptr && std::fwrite(line.data(), 1, line.size(), file) == line.size()) {
            return true;
        }
        complain(name);
        open_.erase(found); // tried again with the next line
        return false;
    }

    bool flush() {
        bool good = true;
        for (auto& [name, file] : open_) {
            if (file && std::fflush(file.get()) != 0) {
                complain(name);
                good = false;
            }
        }
        return good;
    }

private:
    void complain(const std::string& name) {
        if (!std::exchange(complained_, true)) {
            spdlog::error("pacing events are lost: {}/{}.jsonl: {}", folder_, name,
                          std::strerror(errno));
        }
    }

    std::string folder_;
    std::map<std::string, File> open_;
    bool complained_ = false;
};

PacingLog::PacingLog(std::string folder) : folder_{std::move(folder)} {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error || access(folder_.c_str(), W_OK | X_OK) != 0) {
        throw std::runtime_error{fmt::format("pacing.event_log: cannot write into {}: {}", folder_,
                                             error ? error.message() : std::strerror(errno))};
    }
    thread_ = std::thread{[this] { work(); }};
}

PacingLog::~PacingLog() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    more_.notify_one();
    thread_.join();
}

void PacingLog::add(std::shared_ptr<const std::string> file, const pacing::Event& event) {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() >= waiting_max) {
        if (dropped_.fetch_add(1) == 0) {
            spdlog::error("pacing events are dropped: the disk is too slow for them");
        }
        return;
    }
    waiting_.push_back({std::move(file), event});
}

/// What came since the last time; false when it is over and nothing is left.
bool PacingLog::take(std::vector<Entry>& entries) {
    std::unique_lock lock{mutex_};
    more_.wait_for(lock, write_time, [this] { return stopping_; });
    entries.swap(waiting_);
    return !stopping_ || !entries.empty();
}

void PacingLog::work() {
    Files files{folder_};
    std::vector<Entry> entries;
    while (take(entries)) {
        for (const auto& entry : entries) {
            if (!files.write(*entry.file, pacing::to_line(entry.event) + "\n")) {
                dropped_.fetch_add(1);
            }
        }
        files.flush();
        entries.clear();
    }
}

} // namespace dialer::call
