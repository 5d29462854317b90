#pragma once

// An answer that is written into a file while it is made, so that it may be longer than memory.

#include "dialer/http/message.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace dialer::http {

/// One thread. The file is gone when neither this nor the answer holds it.
class SpoolWriter {
public:
    /// Throws std::runtime_error when the folder cannot be written.
    explicit SpoolWriter(const std::string& folder)
        : file_{std::make_shared<SpoolFile>(folder)}, out_{file_->path(),
                                                           std::ios::binary | std::ios::trunc} {}

    void write(std::string_view bytes) {
        out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    /// The whole file. Throws std::runtime_error when it could not be written, as on a full disk.
    [[nodiscard]] std::shared_ptr<SpoolFile> finish();

private:
    std::shared_ptr<SpoolFile> file_;
    std::ofstream out_;
};

} // namespace dialer::http
