#pragma once

// Registry files in XML, whole lists and changes, whatever their tags are called.
//
// A number is an element with a name like "ph" or "number", its value an attribute ("val") or its
// text; area codes hold for what is inside or beside them, A and D and times for their record.
// Entities, and with them everything a file could make out of little, are refused where they are
// declared; nothing outside the file is ever read.

#include "dnc/registry.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace dnc {

/// Constant memory: a tag may have 64 KiB, a text 256 bytes, and elements nest 32 deep.
class XmlRegistryReader {
public:
    /// `options` and `sink` must outlive it.
    XmlRegistryReader(const RegistryOptions& options, RegistrySink& sink);
    ~XmlRegistryReader();
    XmlRegistryReader(const XmlRegistryReader&) = delete;
    XmlRegistryReader& operator=(const XmlRegistryReader&) = delete;

    [[nodiscard]] std::optional<RegistryFault> feed(std::string_view piece);
    /// A file that was cut off is a fault: its outermost element is still open.
    [[nodiscard]] std::optional<RegistryFault> finish();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dnc
