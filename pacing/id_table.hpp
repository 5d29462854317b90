#pragma once

// Finds the place of a record by its key: open addressing, so that it allocates only when it grows.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pacing {

/// Mixes all bits of a key, so that keys which count up do not cluster.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t key) {
    key ^= key >> 30;
    key *= 0xbf58476d1ce4e5b9ULL;
    key ^= key >> 27;
    key *= 0x94d049bb133111ebULL;
    return key ^ (key >> 31);
}

/// Keys to places. Not thread-safe. Memory: two to four cells of 16 bytes for each key of the
/// largest number held at once.
class IdTable {
public:
    static constexpr std::uint32_t none = 0xffffffffU;

    [[nodiscard]] std::uint32_t find(std::int64_t key) const {
        if (cells_.empty()) {
            return none;
        }
        for (std::size_t at = home(key);; at = next(at)) {
            if (cells_[at].place == none || cells_[at].key == key) {
                return cells_[at].place;
            }
        }
    }

    /// Adds a key or moves it to another place.
    void set(std::int64_t key, std::uint32_t place) {
        if ((size_ + 1) * 2 > cells_.size()) {
            grow();
        }
        std::size_t at = home(key);
        while (cells_[at].place != none && cells_[at].key != key) {
            at = next(at);
        }
        size_ += cells_[at].place == none ? 1 : 0;
        cells_[at] = {key, place};
    }

    /// Closes the gap behind the key, so that no marks of former keys pile up.
    void erase(std::int64_t key) {
        if (find(key) == none) {
            return;
        }
        std::size_t gap = home(key);
        while (cells_[gap].key != key || cells_[gap].place == none) {
            gap = next(gap);
        }
        for (std::size_t at = next(gap); cells_[at].place != none; at = next(at)) {
            const std::size_t wanted = home(cells_[at].key);
            if (((at - wanted) & mask()) >= ((at - gap) & mask())) {
                cells_[gap] = cells_[at];
                gap = at;
            }
        }
        cells_[gap].place = none;
        --size_;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

private:
    struct Cell {
        std::int64_t key = 0;
        std::uint32_t place = none;
    };
    [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }
    [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    [[nodiscard]] std::size_t home(std::int64_t key) const {
        return static_cast<std::size_t>(mixed(static_cast<std::uint64_t>(key))) & mask();
    }
    void grow() {
        std::vector<Cell> old(cells_.empty() ? 64 : cells_.size() * 2);
        old.swap(cells_);
        size_ = 0;
        for (const auto& cell : old) {
            if (cell.place != none) {
                set(cell.key, cell.place);
            }
        }
    }

    std::vector<Cell> cells_; // a power of two, at most half full
    std::size_t size_ = 0;
};

} // namespace pacing
