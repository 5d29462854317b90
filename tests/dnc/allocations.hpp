#pragma once

// How often this program has asked for memory. Linking allocations.cpp replaces operator new.

namespace dnc_tests {

[[nodiscard]] long allocations();

} // namespace dnc_tests
