#pragma once

// A set of telephone numbers that holds a national registry and answers in one memory access.

#include "dnc/number.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace dnc {

/// Ten thousand numbers that differ in their last four digits, a bit each: bit i % 8 of byte i / 8
/// is the number ending in i. Stores and files hold numbers in this form too.
inline constexpr std::int64_t kBlockNumbers = 10'000;
using NumberBlock = std::array<std::uint8_t, kBlockNumbers / 8>;

/// A set of numbers as bitmaps, one bit a number. A NANP area code with few numbers is held as
/// blocks of 10,000 made when first used, one with many as a single bitmap of 1.25 MB, so that a
/// full national registry costs about 440 MB and an empty one nothing; other countries are in a
/// hash set of 11 to 32 bytes a number. Single writer, or immutable once shared. A moved-from set
/// may only be assigned to or destroyed.
class NumberSet {
public:
    NumberSet();
    ~NumberSet();
    NumberSet(NumberSet&&) noexcept;
    NumberSet& operator=(NumberSet&&) noexcept;

    /// True when the number was not there before. A number below 1 is no number: never held.
    bool insert(Number number);
    /// True when the number was there.
    bool erase(Number number);
    [[nodiscard]] bool contains(Number number) const;
    [[nodiscard]] std::size_t size() const;
    /// With what is mapped from a file and may be shared with other processes.
    [[nodiscard]] std::size_t memory_bytes() const;

    /// Adds the numbers block * 10,000 + i for each bit i. What is no number is left out.
    void insert_block(std::int64_t block, const NumberBlock& lines);
    /// Each block that holds a number, in ascending order of countries' numbers apart from NANP
    /// ones, which come first; `count` is 1 or more.
    using BlockSink =
        std::function<void(std::int64_t block, std::size_t count, const NumberBlock& lines)>;
    void for_each_block(const BlockSink& sink) const;

    struct Blocks; ///< known to number_set*.cpp only
    explicit NumberSet(std::unique_ptr<Blocks> blocks);
    [[nodiscard]] const Blocks& blocks() const { return *blocks_; }

private:
    std::unique_ptr<Blocks> blocks_;
};

} // namespace dnc
