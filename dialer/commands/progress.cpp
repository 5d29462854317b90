#include "dialer/commands/progress.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

namespace dialer::commands {

namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::chrono::milliseconds kRedrawAfter{100};

} // namespace

ProgressBar::ProgressBar(bool quiet)
    : visible_{!quiet && ::isatty(STDERR_FILENO) == 1}, began_{clock_.now().mono} {}

ProgressBar::~ProgressBar() {
    if (drawn_) {
        std::fputs("\r\x1b[K", stderr); // ECMA-48 EL: erase to the end of the line.
        std::fflush(stderr);
    }
}

void ProgressBar::show(const campaigns::ImportProgress& progress) {
    if (!visible_) {
        return;
    }
    const Monotonic now = clock_.now().mono;
    if (!drawn_ || now - *drawn_ >= kRedrawAfter) {
        draw(progress, now);
        drawn_ = now;
    }
}

void ProgressBar::draw(const campaigns::ImportProgress& progress, Monotonic now) {
    const double share = progress.bytes_total == 0 ? 1.0
                                                   : static_cast<double>(progress.bytes_read) /
                                                         static_cast<double>(progress.bytes_total);
    const auto filled =
        std::min(kBarWidth, static_cast<std::size_t>(share * static_cast<double>(kBarWidth)));
    const std::chrono::duration<double> elapsed = now - began_;
    const double rate = static_cast<double>(progress.rows) / std::max(elapsed.count(), 0.001);
    const double left_s = share > 0 ? elapsed.count() * std::max(1 - share, 0.0) / share : 0;
    fmt::print(stderr, "\r[{}{}] {:3.0f} %  {} rows  {:.0f} rows/s  {:.0f} s left\x1b[K",
               std::string(filled, '#'), std::string(kBarWidth - filled, ' '),
               std::min(share, 1.0) * 100, progress.rows, rate, left_s);
    std::fflush(stderr);
}

} // namespace dialer::commands
