#pragma once

// The written form of heads, keys and the lines of an export; campaigns/audit/AUDIT.md is its
// description. Pure.
//
// Every line has exactly one way to be written: what is hashed or signed are the bytes of the line
// as they stand.

#include "campaigns/audit/key.hpp"
#include "campaigns/audit/merkle.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::audit {

/// Leaves of one block of an export: 1 << kBlockLevel.
constexpr int kBlockLevel = 6;
constexpr std::int64_t kBlockLeaves = 1 << kBlockLevel;

/// Lower case, two digits a byte.
template <std::size_t N> [[nodiscard]] std::string hex_of(const std::array<std::uint8_t, N>& bytes);
void append_hex(std::string& out, const std::uint8_t* bytes, std::size_t count);
/// False unless `text` is 2 * count lower-case hexadecimal digits.
[[nodiscard]] bool read_hex(std::string_view text, std::uint8_t* bytes, std::size_t count);

template <std::size_t N>
[[nodiscard]] std::string hex_of(const std::array<std::uint8_t, N>& bytes) {
    std::string out;
    append_hex(out, bytes.data(), N);
    return out;
}

/// A head of the log: what the tree was at an instant.
struct Head {
    std::string log;
    std::int64_t size = 0;
    merkle::Hash root{};
    std::string at;     ///< RFC 3339 in UTC with microseconds
    std::string closes; ///< "2026-11-22": the day (UTC) that it closes; or empty
    std::string key;    ///< id of the key that signs it
};

/// The bytes that are signed.
[[nodiscard]] std::string text_of(const Head& head);
/// nullopt unless `text` is exactly what text_of makes of some head.
[[nodiscard]] std::optional<Head> head_from(std::string_view text);

struct SignedHead {
    Head head;
    Signature signature{};
};

/// How a key was made known: by the key before it, or (no endorsement) by word of mouth.
struct KeyRecord {
    std::string log;
    PublicKey key;
    std::string at;          ///< RFC 3339
    std::string endorsed_by; ///< id of the key that signed this; empty: nobody
    Signature signature{};   ///< of text_of; zero when nobody endorsed it
};

/// The bytes that the endorsing key signs.
[[nodiscard]] std::string text_of(const KeyRecord& key);
[[nodiscard]] std::optional<KeyRecord> key_from(std::string_view text);

/// The first line of an export.
struct Header {
    std::string log;
    std::string made_at;
    std::string from;       ///< of the period asked for; empty: the beginning
    std::string to;         ///< empty: up to the newest head
    std::string filter;     ///< empty: none; else "campaign 4", "number 12125550123", "attempt 17"
    std::int64_t first = 0; ///< leaves first <= leaf < end are spoken of
    std::int64_t end = 0;
    std::int64_t size = 0; ///< of the last head, in whose tree everything is proved
};

/// Makes the lines of an export, in their order: begin, records with rising leaves, end.
class ExportWriter {
public:
    using Sink = std::function<void(std::string_view line)>;
    /// `tree` answers for the leaves of the last head; it and `sink` must outlive the writer.
    ExportWriter(merkle::Subtrees& tree, Sink sink);

    /// `heads` by rising size, the last is the one that proves.
    void begin(const Header& header, const std::vector<KeyRecord>& keys,
               const std::vector<SignedHead>& heads);
    /// The record's bytes, without a line end.
    void add(std::int64_t leaf, std::string_view record);
    void end();

    [[nodiscard]] std::int64_t records() const { return records_; }

private:
    void finish_line(std::string line);
    void flush_block();
    void write_head(const SignedHead& head, const SignedHead* before);

    merkle::Subtrees& tree_;
    Sink sink_;
    merkle::Hasher hasher_;
    merkle::Hash check_{};
    std::int64_t size_ = 0;
    std::int64_t records_ = 0;
    std::int64_t blocks_ = 0;
    std::int64_t block_ = -1;
    std::uint64_t shown_ = 0;
    std::string held_; // lines of the records of the block
};

} // namespace campaigns::audit
