#pragma once

// Where the rows of an export go.

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace dialer::commands {

/// Stdout, or a file that gets its name when it is complete: half an export helps nobody.
class Output {
public:
    /// `path` empty: stdout. Throws CommandError when the file cannot be written.
    explicit Output(std::string path);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Throws CommandError when the disk is full.
    void write(std::string_view text);
    /// Ends it and gives the file its name. Throws like write().
    void publish();

private:
    struct Closer {
        // The stream was flushed when that mattered.
        void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
    };
    [[nodiscard]] std::string partial() const { return path_ + ".partial"; }

    std::string path_;
    std::unique_ptr<std::FILE, Closer> file_;
};

} // namespace dialer::commands
