#pragma once

// Reads the query of a request's target name by name and remembers the first fault.

#include "dialer/http/body.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialer::http {

/// Use as Body: read all names, then ask `fault()`. Names that nobody asked for are a fault, and so
/// is a name that comes twice.
class Query {
public:
    /// "from=2026-11-01&to=2026-11-30"; still encoded, a plus sign is a space.
    explicit Query(std::string_view text);

    /// Up to `bytes_max` bytes; empty when absent.
    [[nodiscard]] std::string optional_text(std::string_view name, std::size_t bytes_max);
    /// 1 to `bytes_max` bytes.
    [[nodiscard]] std::string text(std::string_view name, std::size_t bytes_max);
    /// `otherwise` when absent.
    [[nodiscard]] std::int64_t whole_number(std::string_view name, std::int64_t low,
                                            std::int64_t high, std::int64_t otherwise);

    /// Names that nobody asked for are fine: the query is not of our pages.
    void ignore_rest() { left_.clear(); }

    /// Remembers a fault that the caller found, unless there was one before.
    void blame(std::string_view name, std::string message);

    /// The first fault, else a name that nobody asked for.
    [[nodiscard]] std::optional<BodyFault> fault() const;

private:
    [[nodiscard]] std::optional<std::string> take(std::string_view name);

    std::vector<std::pair<std::string, std::string>> left_;
    std::optional<BodyFault> fault_;
};

} // namespace dialer::http
