#pragma once

// The text in which learnt numbers are kept: named lists of exact numbers and a checksum.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pacing {

/// Writes `name value value ...` lines. Doubles come back bit for bit, in any locale.
class SavedWriter {
public:
    SavedWriter();
    void put(std::string_view name, std::span<const double> values);
    void put(std::string_view name, double value) { put(name, std::span{&value, 1}); }
    /// The text with its checksum as the last line.
    [[nodiscard]] std::string finish() &&;

private:
    std::string text_;
};

/// Reads what SavedWriter wrote, in the same order. The first thing that does not fit makes the
/// reader bad for good: ask ok() once, at the end.
class SavedReader {
public:
    explicit SavedReader(std::string_view text);
    void get(std::string_view name, std::span<double> values);
    [[nodiscard]] double get(std::string_view name);
    /// Everything fitted so far.
    [[nodiscard]] bool ok() const { return ok_; }
    /// Everything fitted and nothing is left.
    [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
    void fail() { ok_ = false; }

private:
    [[nodiscard]] std::string_view token();

    std::string_view rest_;
    bool ok_ = true;
};

} // namespace pacing
