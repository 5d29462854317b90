#pragma once

// A progress bar on stderr, for commands that read long files at a terminal.

#include "campaigns/import/import.hpp"
#include "dialer/loop/clock.hpp"

#include <optional>

namespace dialer::commands {

/// Draws at most ten times a second, and nothing when stderr is no terminal. The line is wiped
/// when the bar goes.
class ProgressBar {
public:
    explicit ProgressBar(bool quiet);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void show(const campaigns::ImportProgress& progress);

private:
    void draw(const campaigns::ImportProgress& progress, Monotonic now);

    bool visible_;
    Clock clock_;
    Monotonic began_;
    std::optional<Monotonic> drawn_;
};

} // namespace dialer::commands
