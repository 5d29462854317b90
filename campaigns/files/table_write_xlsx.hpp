#pragma once

// A table as an XLSX workbook in a temporary file.

#include "campaigns/files/table_write.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// Writes rows to disk as they come and gives the finished file to a sink. The files lie in a
/// folder of their own in the folder for temporary files, which goes with this object whatever
/// happens. Beyond the rows of one sheet a further one begins. Throws std::runtime_error.
class WorkbookFile {
public:
    WorkbookFile(std::string title, std::vector<Column> columns);
    ~WorkbookFile();
    WorkbookFile(const WorkbookFile&) = delete;
    WorkbookFile& operator=(const WorkbookFile&) = delete;

    void row(const std::vector<Cell>& cells);
    void finish(const ByteSink& sink);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// Text as every reader of a table takes it: UTF-8 (what is none is read as Windows-1252), and no
/// control characters but tab and line ends.
[[nodiscard]] std::string clean_cell_text(std::string_view text);

/// Title as a sheet's name: at most 31 characters, none of []:*?/\, no apostrophe at either end;
/// `number` from 2 is put behind it.
[[nodiscard]] std::string sheet_name_of(std::string_view title, int number);

} // namespace campaigns
