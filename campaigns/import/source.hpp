#pragma once

// A file being read in pieces, and its SHA-256: what an import or a number list comes from.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// The file cannot be read, or is not the file it was a moment ago. The text is for people.
struct SourceError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// SHA-256 over pieces. Throws std::runtime_error when the crypto library has none.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::string_view bytes);
    /// 64 hexadecimal digits; nothing may be added afterwards.
    [[nodiscard]] std::string hex();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// One regular file, read from its beginning. Throws SourceError.
class SourceFile {
public:
    explicit SourceFile(std::string path);

    /// The next piece, at most 64 KiB; empty at the end. Valid until the next call.
    [[nodiscard]] std::string_view read();
    /// Back to the beginning.
    void rewind();

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    struct Closer {
        void operator()(std::FILE* file) const;
    };

    std::string path_;
    std::unique_ptr<std::FILE, Closer> file_;
    std::uint64_t size_ = 0;
    std::vector<char> buffer_;
};

/// Reads the whole file once, then rewinds it.
[[nodiscard]] std::string hash_of(SourceFile& file);

/// A file as it was when it was hashed.
struct SourceState {
    std::string path;
    std::string sha256;
    std::uint64_t size = 0;
    std::int64_t changed_ns = 0; ///< of its content or its place, by the system
    std::uint64_t inode = 0;

    /// Whether it is the same file with the same content still, as far as the system knows.
    [[nodiscard]] bool is_unchanged() const;
};
/// Reads the whole file once. Throws SourceError.
[[nodiscard]] SourceState state_of(const std::string& path);

/// The last part of a path.
[[nodiscard]] std::string file_name(const std::string& path);

} // namespace campaigns
