#pragma once

// The bytes of a file of numbers: the file itself, or the one file in a zip archive.

#include "campaigns/import/source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace campaigns {

/// Read from beginning to end in pieces, in constant memory. Throws SourceError when the file
/// cannot be read, when an archive holds no file or several, and when what is in it is damaged or
/// cut off (its size and checksum are compared at the end).
class NumbersSource {
public:
    explicit NumbersSource(std::string path);
    ~NumbersSource();
    NumbersSource(const NumbersSource&) = delete;
    NumbersSource& operator=(const NumbersSource&) = delete;

    /// The next piece, at most 64 KiB; empty at the end. Valid until the next call.
    [[nodiscard]] std::string_view read();
    /// Of what read() gives in all.
    [[nodiscard]] std::uint64_t size() const;
    /// Of the file as it lies on disk, archive and all; reads it once.
    [[nodiscard]] const std::string& sha256() const { return sha256_; }
    /// Throws SourceError when the file on disk is not what it was at the beginning.
    void check_unchanged();

private:
    struct Archive;
    SourceFile file_;
    std::string sha256_;
    std::unique_ptr<Archive> archive_; // null: the file itself is read
};

} // namespace campaigns
