#pragma once

// The registry's flat file, "212,5550101" or "2125550101" on each line: read as fast as it comes.

#include "dnc/registry.hpp"
#include "dnc/registry_rows.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dnc {

/// True when every whole line of the beginning of a file has one of the two shapes, so that the
/// file needs no reader of quotes, separators and encodings.
[[nodiscard]] bool is_flat_registry(std::string_view beginning);

/// Lines that have another shape than the two after all are taken apart at their commas. Lines of
/// more than 1 KiB are bad records.
class FlatRegistryReader {
public:
    /// `options` and `sink` must outlive it.
    FlatRegistryReader(const RegistryOptions& options, RegistrySink& sink);

    [[nodiscard]] std::optional<RegistryFault> feed(std::string_view piece);
    [[nodiscard]] std::optional<RegistryFault> finish();

private:
    [[nodiscard]] std::optional<RegistryFault> take_line(std::string_view line);

    const RegistryOptions& options_;
    RegistrySink& sink_;
    RegistryRows rows_;
    std::int64_t line_ = 0;
    std::string rest_;      // of a line that goes on in the next piece
    bool overlong_ = false; // rest_ was cut
};

} // namespace dnc
