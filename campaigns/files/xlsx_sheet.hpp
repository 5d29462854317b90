#pragma once

// One sheet of a workbook: its XML in, rows out.

#include "campaigns/files/csv.hpp"
#include "campaigns/files/xlsx_workbook.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::xlsx {

/// What the cells of a sheet refer to. All outlive the reader.
struct SheetContext {
    const SharedStrings& strings;
    const std::vector<NumberFormat>& formats;
    DateSystem dates = DateSystem::from_1900;
};

/// Feed the bytes of a sheet's part, get rows through the listener. One thread. Memory: one row, at
/// most csv::kRecordBytesMax. Throws WorkbookError when the part is damaged, and whatever the
/// listener throws.
class SheetReader {
public:
    SheetReader(const std::string& part, const SheetContext& context,
                csv::Reader::Listener& listener);
    ~SheetReader();
    SheetReader(const SheetReader&) = delete;
    SheetReader& operator=(const SheetReader&) = delete;

    void feed(std::string_view bytes, bool last);
    /// Rows given to the listener so far.
    [[nodiscard]] std::int64_t rows() const;

private:
    class Rows;
    csv::Reader::Listener& listener_;
    std::unique_ptr<Rows> rows_;
    XmlReader xml_;
    std::string part_;
};

} // namespace campaigns::xlsx
