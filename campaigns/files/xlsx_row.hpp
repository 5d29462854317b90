#pragma once

// One row of a sheet while its cells come in.

#include "campaigns/files/csv.hpp"
#include "campaigns/files/xlsx_workbook.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::xlsx {

/// Gathers cells in their columns; gaps are empty. The first fault of a row is kept, and the cell
/// stays empty. Memory: csv::kRecordBytesMax and csv::kColumnsMax places.
class RowBuilder {
public:
    /// `number`: as the row says, from 1; rows that say nothing follow the one before.
    void begin(std::optional<std::int64_t> number, bool has_number);
    /// `ref`: "C12"; empty: the cell follows the one before.
    void begin_cell(std::string_view ref);

    void put(std::string_view text);
    /// The same of a text that outlives the row.
    void put_lasting(CellText text);
    /// The cell cannot be read: "holds the error #N/A; ...".
    void fail(csv::FaultKind kind, std::string_view what);

    /// True when there is something to deliver.
    [[nodiscard]] bool end();
    void deliver(csv::Reader::Listener& listener);

private:
    struct Field {
        std::string_view lasting; ///< or
        std::size_t begin = 0;    ///< in text_
        std::size_t size = 0;
    };
    void fault(csv::FaultKind kind, std::string text);
    [[nodiscard]] bool admit(std::size_t size);
    Field& field();

    std::int64_t number_ = 0;
    std::int64_t next_column_ = 0;
    std::uint32_t column_ = 0;
    bool lost_ = false; // the cell has no place
    bool anything_ = false;
    std::size_t bytes_ = 0;
    std::size_t width_ = 0; // of the first row delivered
    std::string text_;
    std::vector<Field> fields_;
    std::vector<std::string_view> views_;
    std::optional<csv::Fault> fault_;
};

} // namespace campaigns::xlsx
