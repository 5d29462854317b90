#include "campaigns/files/xlsx_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace campaigns::xlsx {

namespace {

constexpr std::string_view kRepair =
    "open the file in a spreadsheet program, repair it and save it again";

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

void RowBuilder::begin(std::optional<std::int64_t> number, bool has_number) {
    next_column_ = 0;
    anything_ = false;
    bytes_ = 0;
    text_.clear();
    fields_.clear();
    fault_.reset();
    const std::int64_t next = number_ + 1;
    const bool in_order = number && *number >= next && *number <= kSheetRowsMax;
    number_ = in_order ? *number : next;
    if (has_number && !in_order) {
        fault(csv::FaultKind::bad_cell,
              fmt::format("the rows of the sheet are out of order here; {}", kRepair));
    }
}

void RowBuilder::begin_cell(std::string_view ref) {
    lost_ = false;
    std::int64_t column = next_column_;
    if (!ref.empty()) {
        const auto read = read_cell_ref(ref);
        const bool in_order = read && read->column >= next_column_;
        column = in_order ? read->column : next_column_;
        if (!in_order) {
            lost_ = true;
            fault(csv::FaultKind::bad_cell,
                  fmt::format("the cell {:.20} is not where it can be; {}", ref, kRepair));
        }
    }
    if (column >= kSheetColumnsMax) {
        lost_ = true;
        fault(csv::FaultKind::too_many_columns,
              "the row has more cells than a sheet can have; save the file again");
        return;
    }
    column_ = static_cast<std::uint32_t>(column);
    next_column_ = lost_ ? next_column_ : column + 1;
}

bool RowBuilder::admit(std::size_t size) {
    if (lost_ || size == 0) {
        return false;
    }
    if (column_ >= csv::kColumnsMax) {
        fault(csv::FaultKind::too_many_columns,
              fmt::format("cell {} is beyond the {} columns that are read; delete the columns that "
                          "are not needed",
                          cell_name(column_, number_), csv::kColumnsMax));
        return false;
    }
    if (bytes_ + size > csv::kRecordBytesMax) {
        fault(csv::FaultKind::line_too_long,
              fmt::format("the row holds more than 1 MiB of text, at cell {}; shorten it",
                          cell_name(column_, number_)));
        return false;
    }
    bytes_ += size;
    return true;
}

RowBuilder::Field& RowBuilder::field() {
    fields_.resize(column_ + 1);
    return fields_.back();
}

void RowBuilder::put(std::string_view text) {
    const bool too_long = text.size() > csv::kFieldBytesMax;
    if (too_long) {
        fail(csv::FaultKind::field_too_long, "holds more than 64 KiB of text; shorten it");
        return;
    }
    if (!admit(text.size())) {
        return;
    }
    anything_ = anything_ || !is_blank(text);
    Field& place = field();
    place.begin = text_.size();
    place.size = text.size();
    text_.append(text);
}

void RowBuilder::put_lasting(CellText text) {
    if (text.too_long) {
        fail(csv::FaultKind::field_too_long, "holds more than 64 KiB of text; shorten it");
        return;
    }
    if (admit(text.text.size())) {
        anything_ = anything_ || !is_blank(text.text);
        field().lasting = text.text;
    }
}

void RowBuilder::fail(csv::FaultKind kind, std::string_view what) {
    if (!lost_) {
        fault(kind, fmt::format("cell {} {}", cell_name(column_, number_), what));
    }
}

void RowBuilder::fault(csv::FaultKind kind, std::string text) {
    if (!fault_) {
        fault_ = csv::Fault{.kind = kind, .line = number_, .detail = std::move(text)};
    }
}

bool RowBuilder::end() {
    return anything_ || fault_;
}

void RowBuilder::deliver(csv::Reader::Listener& listener) {
    // A sheet leaves out the empty cells at the end of its rows, which no other table does.
    width_ = width_ == 0 ? fields_.size() : width_;
    views_.assign(std::max(width_, std::max<std::size_t>(fields_.size(), 1)), {});
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const Field& place = fields_[i];
        views_[i] = place.lasting.empty() ? std::string_view{text_}.substr(place.begin, place.size)
                                          : place.lasting;
    }
    listener.on_row({.line = number_, .fields = views_, .fault = std::move(fault_)});
}

} // namespace campaigns::xlsx
