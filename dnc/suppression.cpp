#include "dnc/suppression.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace dnc {

namespace {

constexpr std::int64_t kNanpFirst = 12'000'000'000; // +1 200 000 0000
constexpr std::int64_t kNanpLast = 19'999'999'999;  // +1 999 999 9999
constexpr std::size_t kAreaCodes = 800;             // 200 .. 999
constexpr std::size_t kExchanges = 1000;            // per area code
constexpr std::size_t kLines = 10'000;              // per exchange
constexpr std::size_t kWordBits = 64;

/// One exchange: a bit for each of its 10,000 lines.
struct Block {
    std::array<std::uint64_t, (kLines + kWordBits - 1) / kWordBits> words{};
    std::uint32_t count = 0;
};

/// One area code: its exchanges, each made when first used.
using AreaTable = std::array<std::unique_ptr<Block>, kExchanges>;

/// Where the bit of a NANP number lies.
struct Place {
    std::size_t area;
    std::size_t exchange;
    std::size_t word;
    std::uint64_t mask;
};

std::optional<Place> place_of(Number number) {
    if (number.e164 < kNanpFirst || number.e164 > kNanpLast) {
        return std::nullopt;
    }
    const auto position = static_cast<std::size_t>(number.e164 - kNanpFirst);
    const std::size_t line = position % kLines;
    return Place{position / (kExchanges * kLines), position / kLines % kExchanges, line / kWordBits,
                 std::uint64_t{1} << (line % kWordBits)};
}

/// Positive integers by open addressing with linear probing. Deleting shifts later entries back,
/// so that no tombstones pile up under opt-outs that come and go.
class FlatSet {
public:
    bool insert(std::int64_t value) {
        if ((size_ + 1) * 4 > slots_.size() * 3) {
            grow();
        }
        std::int64_t& slot = slots_[find_slot(value)];
        if (slot == value) {
            return false;
        }
        slot = value;
        ++size_;
        return true;
    }

    bool erase(std::int64_t value) {
        if (slots_.empty()) {
            return false;
        }
        std::size_t hole = find_slot(value);
        if (slots_[hole] != value) {
            return false;
        }
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
            // An entry may move into the hole unless its home lies between the hole and itself.
            const std::size_t home = home_of(slots_[next]);
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                slots_[hole] = slots_[next];
                hole = next;
            }
        }
        slots_[hole] = 0;
        --size_;
        return true;
    }

    [[nodiscard]] bool contains(std::int64_t value) const {
        return !slots_.empty() && slots_[find_slot(value)] == value;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t memory_bytes() const { return slots_.size() * sizeof(slots_[0]); }

private:
    [[nodiscard]] std::size_t home_of(std::int64_t value) const {
        // Fibonacci hashing: neighbouring numbers spread over the table.
        const std::uint64_t hash = static_cast<std::uint64_t>(value) * 0x9E3779B97F4A7C15ULL;
        return static_cast<std::size_t>(hash >> 32U) & (slots_.size() - 1);
    }

    /// The slot that holds `value`, or the free one where it belongs.
    [[nodiscard]] std::size_t find_slot(std::int64_t value) const {
        std::size_t slot = home_of(value);
        while (slots_[slot] != 0 && slots_[slot] != value) {
            slot = (slot + 1) & (slots_.size() - 1);
        }
        return slot;
    }

    void grow() {
        std::vector<std::int64_t> old = std::exchange(
            slots_, std::vector<std::int64_t>(std::max<std::size_t>(16, slots_.size() * 2)));
        for (const std::int64_t value : old) {
            if (value != 0) {
                slots_[find_slot(value)] = value;
            }
        }
    }

    std::vector<std::int64_t> slots_; // a power of two of them; 0 is free
    std::size_t size_ = 0;
};

} // namespace

// A look-up reads the area code's table, 6 KB in all and therefore cached, then the pointer to
// the exchange and the word in its block: two loads that may miss the cache.
struct NumberSet::Blocks {
    std::array<std::unique_ptr<AreaTable>, kAreaCodes> areas;
    FlatSet others;
    std::size_t nanp_count = 0;
    std::size_t table_count = 0;
    std::size_t block_count = 0;

    Block& block_for(const Place& place) {
        std::unique_ptr<AreaTable>& table = areas[place.area];
        if (!table) {
            table = std::make_unique<AreaTable>();
            ++table_count;
        }
        std::unique_ptr<Block>& block = (*table)[place.exchange];
        if (!block) {
            block = std::make_unique<Block>();
            ++block_count;
        }
        return *block;
    }

    [[nodiscard]] Block* find_block(const Place& place) const {
        const std::unique_ptr<AreaTable>& table = areas[place.area];
        return table ? (*table)[place.exchange].get() : nullptr;
    }
};

NumberSet::NumberSet() : blocks_{std::make_unique<Blocks>()} {}
NumberSet::~NumberSet() = default;
NumberSet::NumberSet(NumberSet&&) noexcept = default;
NumberSet& NumberSet::operator=(NumberSet&&) noexcept = default;

bool NumberSet::insert(Number number) {
    const std::optional<Place> place = place_of(number);
    if (!place) {
        return number.e164 > 0 && blocks_->others.insert(number.e164);
    }
    Block& block = blocks_->block_for(*place);
    if ((block.words[place->word] & place->mask) != 0) {
        return false;
    }
    block.words[place->word] |= place->mask;
    ++block.count;
    ++blocks_->nanp_count;
    return true;
}

bool NumberSet::erase(Number number) {
    const std::optional<Place> place = place_of(number);
    if (!place) {
        return number.e164 > 0 && blocks_->others.erase(number.e164);
    }
    Block* const block = blocks_->find_block(*place);
    if (block == nullptr || (block->words[place->word] & place->mask) == 0) {
        return false;
    }
    block->words[place->word] &= ~place->mask;
    --blocks_->nanp_count;
    if (--block->count == 0) {
        (*blocks_->areas[place->area])[place->exchange].reset();
        --blocks_->block_count;
    }
    return true;
}

bool NumberSet::contains(Number number) const {
    const std::optional<Place> place = place_of(number);
    if (!place) {
        return number.e164 > 0 && blocks_->others.contains(number.e164);
    }
    const Block* const block = blocks_->find_block(*place);
    return block != nullptr && (block->words[place->word] & place->mask) != 0;
}

std::size_t NumberSet::size() const {
    return blocks_->nanp_count + blocks_->others.size();
}

std::size_t NumberSet::memory_bytes() const {
    return sizeof(Blocks) + blocks_->table_count * sizeof(AreaTable) +
           blocks_->block_count * sizeof(Block) + blocks_->others.memory_bytes();
}

} // namespace dnc
