#pragma once

// Identifiers made by the engine, so that a row can be looked up when its commit is in doubt.

#include "dnc/time.hpp"

#include <cstdint>

namespace campaigns {

/// 63 bits: 41 of milliseconds since 2024-01-01, 10 of node, 12 of sequence. Strictly increasing
/// in one maker even when the clock steps back. Not thread-safe: one maker per thread and node
/// number.
class IdMaker {
public:
    /// `node` 0 .. 1023, unique among makers that run at the same time.
    explicit IdMaker(int node) : node_{node} {}

    [[nodiscard]] std::int64_t make(dnc::Instant now);

private:
    int node_;
    std::int64_t last_ms_ = 0;
    int sequence_ = 0;
};

} // namespace campaigns
