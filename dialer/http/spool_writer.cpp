#include "dialer/http/spool_writer.hpp"

#include <stdexcept>

namespace dialer::http {

std::shared_ptr<SpoolFile> SpoolWriter::finish() {
    out_.close();
    if (!out_) {
        throw std::runtime_error{"the answer cannot be written to " + file_->path().string() +
                                 "; is the disk full?"};
    }
    return file_;
}

} // namespace dialer::http
