#pragma once

// Lines of standard input, read within bounds and without waiting for more than the peer has sent.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace dialer::commands {

/// One line of the input.
struct InputLine {
    std::string_view text;  ///< without its end; valid until the next call
    std::size_t number = 0; ///< from 1
    bool too_long = false;  ///< then `text` is empty and the line was passed over
};

/// Reads a file descriptor. Memory: the longest line allowed and one block.
class LineSource {
public:
    LineSource(int descriptor, std::size_t line_max)
        : descriptor_{descriptor}, line_max_{line_max} {}

    /// False at the end of the input; a last line without end counts as one. Calls `before_waiting`
    /// each time before it asks the system for more. Throws CommandError when reading fails.
    bool next(InputLine& line, const std::function<void()>& before_waiting);

private:
    bool take(InputLine& line, std::size_t length, std::size_t with_end);
    bool fill();

    int descriptor_;
    std::size_t line_max_;
    std::string buffer_;
    std::size_t begin_ = 0;   // of what was not yet taken
    std::size_t scanned_ = 0; // no line end before it
    std::size_t number_ = 0;
    bool skipping_ = false; // inside a line that is too long
};

} // namespace dialer::commands
