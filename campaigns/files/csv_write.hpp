#pragma once

// One cell of a CSV file that people will open in a spreadsheet.

#include <string>
#include <string_view>

namespace campaigns::csv {

/// Appends the cell, quoted when RFC 4180 asks for it. A text that a spreadsheet would run as a
/// formula (it begins with = @ tab or CR, or with + or - and is not just a number) gets a leading
/// apostrophe: names and notes come from strangers. "+12125550123" and "-3" stay as they are.
void append_cell(std::string& out, std::string_view text);

} // namespace campaigns::csv
