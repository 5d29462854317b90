#pragma once

// The numbers of one file and the line each was first accepted on.

#include "dnc/number.hpp"

#include <cstdint>
#include <vector>

namespace campaigns {

/// A hash table without deletion: 16 bytes an entry, at most three quarters full. An import of a
/// million leads takes 32 MB here. One thread.
class SeenNumbers {
public:
    SeenNumbers();

    /// The line the number was put in with; 0 when it is not there.
    [[nodiscard]] std::int64_t line_of(dnc::Number number) const;

    /// Puts it in; a number that is there keeps its line.
    void insert(dnc::Number number, std::int64_t line);

private:
    struct Entry {
        std::int64_t number = 0; // 0: free
        std::int64_t line = 0;
    };

    [[nodiscard]] std::size_t slot_of(std::int64_t number) const;
    void grow();

    std::vector<Entry> entries_; // size is a power of two
    std::size_t used_ = 0;
};

} // namespace campaigns
