#pragma once

// The ZIP archive around a workbook, with bounds on what it may unpack to.
//
// Only the few parts that are needed are ever unpacked, each once and in pieces, so that archives
// in archives, parts that share their bytes and parts that nobody asks for cost nothing. What a
// part really unpacks to is counted, whatever the archive says.

#include "campaigns/files/xlsx_read.hpp"
#include "campaigns/files/xlsx_xml.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::xlsx {

/// One part being unpacked. Throws WorkbookError when it is damaged or too large.
class Part {
public:
    ~Part();
    Part(Part&&) noexcept;
    Part& operator=(Part&&) noexcept;

    /// The next piece, at most 64 KiB; empty at the end. Valid until the next call.
    [[nodiscard]] std::string_view read();
    [[nodiscard]] std::uint64_t packed_size() const;
    /// How much of the packed bytes is behind what was read: by share, since the archive reads
    /// ahead.
    [[nodiscard]] std::uint64_t packed_done() const;

private:
    friend class Archive;
    struct State;
    explicit Part(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// One archive. One thread. Names are compared without case, as packages do (ECMA-376 part 2).
class Archive {
public:
    /// Throws WorkbookError when it is no archive, is damaged, or has more than 10,000 parts.
    explicit Archive(const std::string& path);
    /// The same of bytes that outlive it.
    static Archive of_bytes(std::string_view bytes);
    ~Archive();
    Archive(Archive&&) noexcept;
    Archive& operator=(Archive&&) noexcept;

    [[nodiscard]] bool has(std::string_view name) const;
    /// Any part whose name begins so.
    [[nodiscard]] bool has_under(std::string_view prefix) const;
    /// Throws WorkbookError when there is no such part, or it is encrypted or packed in a way that
    /// is not known. At most `bytes_max` are unpacked.
    [[nodiscard]] Part open(std::string_view name, std::uint64_t bytes_max = kUnpackedBytesMax);

private:
    struct State;
    explicit Archive(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Reads a whole part; the handler gets all of it and must not pause.
void read_part(Archive& archive, std::string_view name, std::uint64_t bytes_max,
               XmlHandler& handler);

/// "xl/workbook.xml" with the target "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml" or
/// "../xl/x.xml" of one of its relationships: the part that is meant.
[[nodiscard]] std::string resolve_target(std::string_view base, std::string_view target);

} // namespace campaigns::xlsx
