#pragma once

// How often this program has asked for memory. Linking allocations.cpp replaces operator new.

namespace test_support {

[[nodiscard]] long allocations();

} // namespace test_support
