#pragma once

// What a workbook says about its sheets, and what they share: styles and texts.

#include "campaigns/files/csv.hpp"
#include "campaigns/files/xlsx_archive.hpp"
#include "campaigns/files/xlsx_cells.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::xlsx {

/// One text of a cell.
struct CellText {
    std::string_view text;
    bool too_long = false; ///< over csv::kFieldBytesMax; cut there
};

/// The texts that cells name by number, kept in large pieces so that growing moves nothing.
class SharedStrings {
public:
    /// Throws WorkbookError beyond kSharedStringsBytesMax.
    void add(std::string_view text);
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    /// `index` < size(). Valid as long as this object.
    [[nodiscard]] CellText at(std::size_t index) const;

private:
    struct Place {
        std::uint32_t begin = 0; // over all pieces
        std::uint32_t size = 0;
    };
    std::deque<std::string> pieces_;
    std::vector<Place> places_;
};

/// Gathers the text of one shared or inline string: its runs, without their phonetic reading.
class RichText {
public:
    /// Elements inside <si> or <is>; `depth` from 1 for its children.
    void start(std::size_t depth, std::string_view name);
    void end(std::size_t depth);
    void text(std::string_view bytes);
    /// The text so far, escapes undone; begins a new one.
    [[nodiscard]] std::string_view take();

private:
    std::size_t skipping_ = 0; // depth of the element that is left out; 0: none
    bool in_text_ = false;
    std::size_t text_depth_ = 0;
    std::string raw_;
    std::string text_;
};

struct SheetEntry {
    std::string name;
    std::string part; ///< in the archive; empty: no worksheet (a chart, a dialog)
    bool hidden = false;
};

struct Workbook {
    std::vector<SheetEntry> sheets; ///< in their order, at least one
    DateSystem dates = DateSystem::from_1900;
    std::string styles_part;  ///< empty: none
    std::string strings_part; ///< empty: none
};

/// Finds the workbook in the archive. Throws WorkbookError, with what the archive is instead.
[[nodiscard]] Workbook read_workbook(Archive& archive);

/// The format of each cell style.
[[nodiscard]] std::vector<NumberFormat> read_styles(Archive& archive, const std::string& part);

/// All shared strings.
[[nodiscard]] std::unique_ptr<SharedStrings> read_strings(Archive& archive,
                                                          const std::string& part);

} // namespace campaigns::xlsx
