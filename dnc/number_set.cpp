#include "dnc/number_set.hpp"

#include "dnc/number_set_blocks.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace dnc {

namespace {

constexpr std::uint8_t mask_of(std::size_t line) {
    return static_cast<std::uint8_t>(1U << (line % 8));
}

std::size_t count_bits(std::span<const std::uint8_t> bytes) {
    std::size_t count = 0;
    while (bytes.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof(word));
        count += static_cast<std::size_t>(std::popcount(word));
        bytes = bytes.subspan(sizeof(word));
    }
    for (const std::uint8_t byte : bytes) {
        count += static_cast<std::size_t>(std::popcount(byte));
    }
    return count;
}

/// Adds `more` to `bits`; returns how many were new.
std::size_t merge(std::span<std::uint8_t> bits, const NumberBlock& more) {
    const std::size_t before = count_bits(bits);
    for (std::size_t i = 0; i < more.size(); ++i) {
        bits[i] |= more[i];
    }
    return count_bits(bits) - before;
}

} // namespace

// -- FlatSet

std::size_t FlatSet::home_of(std::int64_t value) const {
    // Fibonacci hashing: neighbouring numbers spread over the table.
    const std::uint64_t hash = static_cast<std::uint64_t>(value) * 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(hash >> 32U) & (slots_.size() - 1);
}

/// The slot that holds `value`, or the free one where it belongs.
std::size_t FlatSet::find_slot(std::int64_t value) const {
    std::size_t slot = home_of(value);
    while (slots_[slot] != 0 && slots_[slot] != value) {
        slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
}

void FlatSet::rehash(std::size_t slots) {
    const std::vector<std::int64_t> kept = std::move(owned_);
    const std::span<const std::int64_t> old = slots_;
    owned_ = std::vector<std::int64_t>(slots);
    slots_ = owned_;
    for (const std::int64_t value : old) {
        if (value != 0) {
            slots_[find_slot(value)] = value;
        }
    }
}

bool FlatSet::insert(std::int64_t value) {
    if ((size_ + 1) * 4 > slots_.size() * 3) {
        rehash(std::max<std::size_t>(16, slots_.size() * 2));
    }
    std::int64_t& slot = slots_[find_slot(value)];
    if (slot == value) {
        return false;
    }
    slot = value;
    ++size_;
    return true;
}

bool FlatSet::erase(std::int64_t value) {
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

bool FlatSet::contains(std::int64_t value) const {
    return !slots_.empty() && slots_[find_slot(value)] == value;
}

std::vector<std::int64_t> FlatSet::sorted() const {
    std::vector<std::int64_t> values;
    values.reserve(size_);
    std::copy_if(slots_.begin(), slots_.end(), std::back_inserter(values),
                 [](std::int64_t value) { return value != 0; });
    std::sort(values.begin(), values.end());
    return values;
}

void FlatSet::reserve(std::size_t count) {
    if (count > 0) {
        rehash(std::bit_ceil(std::max<std::size_t>(16, count * 4 / 3 + 1)));
    }
}

void FlatSet::adopt(std::span<std::int64_t> slots, std::size_t size) {
    owned_.clear();
    slots_ = slots;
    size_ = size;
}

// -- Blocks

SparseBlock* NumberSet::Blocks::sparse_block(std::size_t area, std::size_t exchange) {
    std::unique_ptr<AreaTable>& table = sparse[area];
    if (!table) {
        table = std::make_unique<AreaTable>();
    }
    std::unique_ptr<SparseBlock>& block = (*table)[exchange];
    if (!block) {
        if (sparse_blocks[area] + 1U >= kDenseBlocks) {
            make_dense(area);
            return nullptr;
        }
        block = std::make_unique<SparseBlock>();
        ++sparse_blocks[area];
    }
    return block.get();
}

void NumberSet::Blocks::make_dense(std::size_t area) {
    dense_owned[area] = std::make_unique<std::uint8_t[]>(kAreaBytes); // NOLINT: a raw bitmap
    dense[area] = dense_owned[area].get();
    for (std::size_t exchange = 0; exchange < kExchanges; ++exchange) {
        if (const auto& block = (*sparse[area])[exchange]) {
            std::copy(block->lines.begin(), block->lines.end(),
                      dense[area] + exchange * sizeof(NumberBlock));
        }
    }
    sparse[area].reset();
    sparse_blocks[area] = 0;
}

void NumberSet::Blocks::release_block(std::size_t area, std::size_t exchange) {
    (*sparse[area])[exchange].reset();
    if (--sparse_blocks[area] == 0) {
        sparse[area].reset();
    }
}

// -- NumberSet

NumberSet::NumberSet() : blocks_{std::make_unique<Blocks>()} {}
NumberSet::NumberSet(std::unique_ptr<Blocks> blocks) : blocks_{std::move(blocks)} {}
NumberSet::~NumberSet() = default;
NumberSet::NumberSet(NumberSet&&) noexcept = default;
NumberSet& NumberSet::operator=(NumberSet&&) noexcept = default;

bool NumberSet::insert(Number number) {
    const auto place = Blocks::place_of(number.e164);
    if (!place) {
        return number.e164 > 0 && blocks_->others.insert(number.e164);
    }
    const auto put = [this](std::uint8_t& byte, std::size_t line) {
        const bool fresh = (byte & mask_of(line)) == 0;
        byte |= mask_of(line);
        blocks_->nanp_count += fresh ? 1 : 0;
        return fresh;
    };
    if (blocks_->dense[place->area] == nullptr) {
        const std::size_t line = place->line % kLines;
        if (SparseBlock* const block = blocks_->sparse_block(place->area, place->line / kLines)) {
            const bool fresh = put(block->lines[line / 8], line);
            block->count = static_cast<std::uint16_t>(block->count + (fresh ? 1 : 0));
            return fresh;
        }
    }
    return put(blocks_->dense[place->area][place->line / 8], place->line);
}

bool NumberSet::erase(Number number) {
    const auto place = Blocks::place_of(number.e164);
    if (!place) {
        return number.e164 > 0 && blocks_->others.erase(number.e164);
    }
    if (!contains(number)) {
        return false;
    }
    --blocks_->nanp_count;
    const auto clear_bit = [](std::uint8_t& byte, std::size_t line) {
        byte = static_cast<std::uint8_t>(byte & ~mask_of(line));
    };
    if (std::uint8_t* const bits = blocks_->dense[place->area]) {
        clear_bit(bits[place->line / 8], place->line);
        return true;
    }
    const std::size_t exchange = place->line / kLines;
    const std::size_t line = place->line % kLines;
    SparseBlock& block = *(*blocks_->sparse[place->area])[exchange];
    clear_bit(block.lines[line / 8], line);
    if (--block.count == 0) {
        blocks_->release_block(place->area, exchange);
    }
    return true;
}

bool NumberSet::contains(Number number) const {
    const auto place = Blocks::place_of(number.e164);
    if (!place) {
        return number.e164 > 0 && blocks_->others.contains(number.e164);
    }
    if (const std::uint8_t* const bits = blocks_->dense[place->area]) {
        return (bits[place->line / 8] & mask_of(place->line)) != 0;
    }
    const AreaTable* const table = blocks_->sparse[place->area].get();
    const SparseBlock* const block =
        table != nullptr ? (*table)[place->line / kLines].get() : nullptr;
    const std::size_t line = place->line % kLines;
    return block != nullptr && (block->lines[line / 8] & mask_of(line)) != 0;
}

std::size_t NumberSet::size() const {
    return blocks_->nanp_count + blocks_->others.size();
}

std::size_t NumberSet::memory_bytes() const {
    std::size_t bytes = sizeof(Blocks) + blocks_->others.memory_bytes();
    for (std::size_t area = 0; area < kAreaCodes; ++area) {
        bytes += blocks_->dense[area] != nullptr ? kAreaBytes : 0;
        bytes += blocks_->sparse[area] ? sizeof(AreaTable) : 0;
        bytes += blocks_->sparse_blocks[area] * sizeof(SparseBlock);
    }
    return bytes;
}

void NumberSet::insert_block(std::int64_t block, const NumberBlock& lines) {
    constexpr std::int64_t block_max = 1'000'000'000'000'000 / kBlockNumbers; // E.164: 15 digits
    if (block < 0 || block > block_max) {
        return;
    }
    const auto place = Blocks::place_of(block * kBlockNumbers);
    if (!place) {
        for (std::size_t line = 0; line < kLines; ++line) {
            if ((lines[line / 8] & mask_of(line)) != 0) {
                insert({block * kBlockNumbers + static_cast<std::int64_t>(line)});
            }
        }
        return;
    }
    if (count_bits(lines) == 0) {
        return;
    }
    const std::size_t exchange = place->line / kLines;
    if (blocks_->dense[place->area] == nullptr) {
        if (SparseBlock* const sparse = blocks_->sparse_block(place->area, exchange)) {
            const std::size_t fresh = merge(sparse->lines, lines);
            sparse->count = static_cast<std::uint16_t>(sparse->count + fresh);
            blocks_->nanp_count += fresh;
            return;
        }
    }
    std::uint8_t* const first = blocks_->dense[place->area] + exchange * sizeof(NumberBlock);
    blocks_->nanp_count += merge({first, sizeof(NumberBlock)}, lines);
}

namespace {

void each_other_block(const FlatSet& others, const NumberSet::BlockSink& sink) {
    NumberBlock lines{};
    std::size_t count = 0;
    std::int64_t block = 0;
    for (const std::int64_t value : others.sorted()) {
        if (count > 0 && value / kBlockNumbers != block) {
            sink(block, count, lines);
            lines.fill(0);
            count = 0;
        }
        block = value / kBlockNumbers;
        const auto line = static_cast<std::size_t>(value % kBlockNumbers);
        lines[line / 8] |= mask_of(line);
        ++count;
    }
    if (count > 0) {
        sink(block, count, lines);
    }
}

void each_dense_block(const std::uint8_t* bits, std::int64_t first,
                      const NumberSet::BlockSink& sink) {
    NumberBlock lines;
    for (std::size_t exchange = 0; exchange < kExchanges; ++exchange) {
        std::memcpy(lines.data(), bits + exchange * sizeof(lines), sizeof(lines));
        if (const std::size_t count = count_bits(lines); count > 0) {
            sink(first + static_cast<std::int64_t>(exchange), count, lines);
        }
    }
}

} // namespace

void NumberSet::for_each_block(const BlockSink& sink) const {
    for (std::size_t area = 0; area < kAreaCodes; ++area) {
        const auto first = static_cast<std::int64_t>(kNanpFirst / kLines + area * kExchanges);
        if (blocks_->dense[area] != nullptr) {
            each_dense_block(blocks_->dense[area], first, sink);
        } else if (blocks_->sparse[area]) {
            for (std::size_t exchange = 0; exchange < kExchanges; ++exchange) {
                if (const auto& block = (*blocks_->sparse[area])[exchange]) {
                    sink(first + static_cast<std::int64_t>(exchange), block->count, block->lines);
                }
            }
        }
    }
    each_other_block(blocks_->others, sink);
}

} // namespace dnc
