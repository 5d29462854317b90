#pragma once

// What a NumberSet is made of, for number_set.cpp and for the file it is mapped from.

#include "dnc/number_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dnc {

inline constexpr std::uint64_t kNanpFirst = 12'000'000'000; // +1 200 000 0000
inline constexpr std::size_t kAreaCodes = 800;              // 200 .. 999
inline constexpr std::size_t kExchanges = 1000;             // per area code
inline constexpr std::size_t kLines = kBlockNumbers;        // per exchange
inline constexpr std::size_t kAreaLines = kExchanges * kLines;
inline constexpr std::size_t kAreaBytes = kAreaLines / 8; // 1.25 MB
inline constexpr std::size_t kNanpNumbers = kAreaCodes * kAreaLines;
/// An area code with so many blocks becomes one bitmap, which costs two fifths more at that point
/// and saves every later look-up one access to memory.
inline constexpr std::size_t kDenseBlocks = 700;

/// Positive integers by open addressing with linear probing. Deleting shifts later entries back,
/// so that no tombstones pile up under opt-outs that come and go. The slots may lie in a mapped
/// file until the set grows.
class FlatSet {
public:
    FlatSet() = default;
    FlatSet(const FlatSet&) = delete;
    FlatSet& operator=(const FlatSet&) = delete;

    bool insert(std::int64_t value);
    bool erase(std::int64_t value);
    [[nodiscard]] bool contains(std::int64_t value) const;
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t memory_bytes() const { return slots_.size_bytes(); }
    [[nodiscard]] std::vector<std::int64_t> sorted() const;

    /// Room for `count` values without growing; for an empty set.
    void reserve(std::size_t count);
    /// Takes a table as it was made by another set. It must outlive this one.
    void adopt(std::span<std::int64_t> slots, std::size_t size);
    [[nodiscard]] std::span<const std::int64_t> slots() const { return slots_; }

private:
    [[nodiscard]] std::size_t home_of(std::int64_t value) const;
    [[nodiscard]] std::size_t find_slot(std::int64_t value) const;
    void rehash(std::size_t slots);

    std::span<std::int64_t> slots_;   // a power of two of them; 0 is free
    std::vector<std::int64_t> owned_; // empty while slots_ is somebody else's
    std::size_t size_ = 0;
};

/// The bits of one exchange.
struct SparseBlock {
    NumberBlock lines{};
    std::uint16_t count = 0; ///< 1 .. 10,000
};

/// One area code with few exchanges, each made when first used.
using AreaTable = std::array<std::unique_ptr<SparseBlock>, kExchanges>;

// A look-up reads the pointer to the area code's bitmap, 6 KB of them in all and therefore cached,
// and then one byte: a single load that may miss the cache. In an area code with few numbers it is
// the table of exchanges and then the block.
struct NumberSet::Blocks {
    /// Where the bit of a NANP number lies.
    struct Place {
        std::size_t area;
        std::size_t line; ///< within the area code
    };
    [[nodiscard]] static std::optional<Place> place_of(std::int64_t e164) {
        const auto position = static_cast<std::uint64_t>(e164) - kNanpFirst;
        if (position >= kNanpNumbers) {
            return std::nullopt;
        }
        return Place{position / kAreaLines, position % kAreaLines};
    }

    /// The exchange's block, made when it is not there; nullptr once the area code is dense.
    SparseBlock* sparse_block(std::size_t area, std::size_t exchange);
    /// Turns an area code into one bitmap.
    void make_dense(std::size_t area);
    void release_block(std::size_t area, std::size_t exchange);

    std::array<std::uint8_t*, kAreaCodes> dense{};                       // owned or mapped
    std::array<std::unique_ptr<AreaTable>, kAreaCodes> sparse;           // where not dense
    std::array<std::unique_ptr<std::uint8_t[]>, kAreaCodes> dense_owned; // NOLINT: a raw bitmap
    std::array<std::uint16_t, kAreaCodes> sparse_blocks{};
    std::size_t nanp_count = 0;
    FlatSet others;
    std::shared_ptr<void> mapping; // keeps what is mapped alive
};

} // namespace dnc
