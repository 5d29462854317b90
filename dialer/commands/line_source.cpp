#include "dialer/commands/line_source.hpp"

#include "dialer/commands/command.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace dialer::commands {

namespace {

constexpr std::size_t kBlock = 64 * 1024;

} // namespace

bool LineSource::next(InputLine& line, const std::function<void()>& before_waiting) {
    for (;;) {
        const std::size_t end = buffer_.find('\n', scanned_);
        if (end != std::string::npos) {
            return take(line, end - begin_, end + 1 - begin_);
        }
        if (buffer_.size() - begin_ > line_max_) {
            skipping_ = true; // it cannot become a line; what there is of it is let go
            begin_ = buffer_.size();
        }
        scanned_ = buffer_.size();
        before_waiting();
        if (!fill()) {
            const std::size_t rest = buffer_.size() - begin_;
            return (rest > 0 || skipping_) && take(line, rest, rest);
        }
    }
}

bool LineSource::take(InputLine& line, std::size_t length, std::size_t with_end) {
    line.number = ++number_;
    line.too_long = std::exchange(skipping_, false) || length > line_max_;
    line.text =
        line.too_long ? std::string_view{} : std::string_view{buffer_}.substr(begin_, length);
    begin_ += with_end;
    scanned_ = begin_;
    return true;
}

bool LineSource::fill() {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    const std::size_t had = buffer_.size();
    buffer_.resize(had + kBlock);
    ssize_t got = 0;
    do {
        got = ::read(descriptor_, buffer_.data() + had, kBlock);
    } while (got < 0 && errno == EINTR);
    buffer_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0) {
        throw CommandError{Exit::failed,
                           std::string{"the input cannot be read: "} + std::strerror(errno)};
    }
    return got > 0;
}

} // namespace dialer::commands
