#pragma once

// Lists of single numbers in JSON, as sellers of litigator lists and lookup services hand them out.
//
// An object with a member called "phone", "number" or the like is a record, wherever it stands; an
// object under a key that is a telephone number is one too, and so is a plain number in an array.
// What says that a number is not bad ("is_bad_number": false, "status": "good") makes it no entry.
// One document or one a line.

#include "dnc/registry.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace dnc {

/// Constant memory: strings of 64 KiB, 32 levels. Content `numbers` only.
class JsonRegistryReader {
public:
    /// `options` and `sink` must outlive it.
    JsonRegistryReader(const RegistryOptions& options, RegistrySink& sink);
    ~JsonRegistryReader();
    JsonRegistryReader(const JsonRegistryReader&) = delete;
    JsonRegistryReader& operator=(const JsonRegistryReader&) = delete;

    [[nodiscard]] std::optional<RegistryFault> feed(std::string_view piece);
    /// A document that is not closed is a fault: the file was cut off.
    [[nodiscard]] std::optional<RegistryFault> finish();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dnc
