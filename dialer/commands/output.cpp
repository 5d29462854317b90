#include "dialer/commands/output.hpp"

#include "dialer/commands/command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace dialer::commands {

Output::Output(std::string path) : path_{std::move(path)} {
    if (!path_.empty()) {
        file_.reset(std::fopen(partial().c_str(), "wb"));
        if (!file_) {
            throw CommandError{Exit::failed,
                               fmt::format("{}: cannot be written; name another --out", path_)};
        }
    }
}

Output::~Output() {
    if (file_) {
        file_.reset();
        std::error_code ignored; // The export failed and says so.
        std::filesystem::remove(partial(), ignored);
    }
}

void Output::write(std::string_view text) {
    std::FILE* to = file_ ? file_.get() : stdout;
    if (std::fwrite(text.data(), 1, text.size(), to) != text.size()) {
        throw CommandError{Exit::failed, "the export cannot be written; is the disk full?"};
    }
}

void Output::publish() {
    if (std::fflush(file_ ? file_.get() : stdout) != 0) {
        throw CommandError{Exit::failed, "the export cannot be written; is the disk full?"};
    }
    if (file_) {
        std::filesystem::rename(partial(), path_);
        file_.reset();
    }
}

} // namespace dialer::commands
