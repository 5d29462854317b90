#include "campaigns/import/seen.hpp"

#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kFirstSlots = 1024;

// The finalizer of SplitMix64: numbers of one exchange differ in few low bits.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31U);
}

} // namespace

SeenNumbers::SeenNumbers() : entries_(kFirstSlots) {}

std::size_t SeenNumbers::slot_of(std::int64_t number) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t slot = mix(static_cast<std::uint64_t>(number)) & mask;
    while (entries_[slot].number != 0 && entries_[slot].number != number) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

std::int64_t SeenNumbers::line_of(dnc::Number number) const {
    const Entry& entry = entries_[slot_of(number.e164)];
    return entry.number == 0 ? 0 : entry.line;
}

void SeenNumbers::insert(dnc::Number number, std::int64_t line) {
    if ((used_ + 1) * 4 > entries_.size() * 3) {
        grow();
    }
    Entry& entry = entries_[slot_of(number.e164)];
    if (entry.number == 0) {
        entry = {number.e164, line};
        ++used_;
    }
}

void SeenNumbers::grow() {
    const std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
    for (const Entry& entry : old) {
        if (entry.number != 0) {
            entries_[slot_of(entry.number)] = entry;
        }
    }
}

} // namespace campaigns
