#pragma once

// Records from rows of fields: which column holds what, and what each row says.

#include "dnc/registry.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace dnc {

/// Takes the rows of a file one by one. Columns are those the user named; else those the file's
/// head names; else they are found in the first row that holds all that is needed, and later rows
/// are held to them. Only whole lists may change between "212,5550101" and "2125550101" on the way.
/// Not thread-safe; constant memory.
class RegistryRows {
public:
    /// `options` and `sink` must outlive it.
    RegistryRows(const RegistryOptions& options, RegistrySink& sink);

    /// The next row, empty ones left out. A fault ends the file.
    [[nodiscard]] std::optional<RegistryFault> row(std::int64_t line,
                                                   std::span<const std::string_view> fields);

private:
    /// Place of each field's column, from 0; -1: there is none.
    using Columns = std::array<int, kRegistryFields>;

    [[nodiscard]] int& column(RegistryField field);
    [[nodiscard]] std::string_view cell(RegistryField field,
                                        std::span<const std::string_view> fields) const;
    [[nodiscard]] std::optional<RegistryFault> choose(std::int64_t line,
                                                      std::span<const std::string_view> fields);
    [[nodiscard]] bool take_named(std::span<const std::string_view> fields, bool head);
    [[nodiscard]] bool is_head(std::span<const std::string_view> fields) const;
    void take_head(std::span<const std::string_view> fields);
    void find_columns(std::span<const std::string_view> fields);
    void find_number(std::span<const std::string_view> fields);
    void take_block(std::int64_t line, std::span<const std::string_view> fields);
    void follow_shape(std::span<const std::string_view> fields);
    [[nodiscard]] bool complete() const;

    const RegistryOptions& options_;
    RegistrySink& sink_;
    Columns columns_;
    bool chosen_ = false; // columns_ hold for the rest of the file
    bool head_seen_ = false;
    bool found_ = false; // columns_ come from the values of a row, not from names
    int whole_ = -1;     // column in which numbers with their area code were seen
};

} // namespace dnc
