#include "campaigns/files/xlsx_sheet.hpp"

#include "campaigns/files/xlsx_row.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace campaigns::xlsx {

namespace {

// Where the parts of a sheet stand: worksheet, sheetData, row, c, and what is in a cell.
constexpr std::size_t kRootDepth = 1;
constexpr std::size_t kDataDepth = 2;
constexpr std::size_t kRowDepth = 3;
constexpr std::size_t kCellDepth = 4;
constexpr std::size_t kContentDepth = 5;

constexpr std::size_t kValueBytesMax = csv::kFieldBytesMax * 8; // with its escapes

std::optional<std::int64_t> read_whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool all = error == std::errc{} && end == text.data() + text.size();
    return all ? std::optional{value} : std::nullopt;
}

enum class CellType { number, shared, inline_text, text, boolean, error, iso_date };

CellType type_of(std::string_view t) {
    constexpr std::pair<std::string_view, CellType> types[] = {
        {"", CellType::number},    {"n", CellType::number}, {"s", CellType::shared},
        {"b", CellType::boolean},  {"e", CellType::error},  {"inlineStr", CellType::inline_text},
        {"d", CellType::iso_date}, {"str", CellType::text},
    };
    for (const auto& [name, type] : types) {
        if (name == t) {
            return type;
        }
    }
    return CellType::text;
}

} // namespace

// The handler of a sheet's XML.
class SheetReader::Rows final : public XmlHandler {
public:
    explicit Rows(const SheetContext& context) : context_{context} {}

    void start(std::size_t depth, std::string_view name, const Attributes& attributes) override {
        switch (depth) {
        case kRootDepth:
            is_sheet_ = name == "worksheet";
            return;
        case kDataDepth:
            in_data_ = name == "sheetData";
            merged_ = merged_ || name == "mergeCells";
            return;
        case kRowDepth:
            in_row_ = in_data_ && name == "row";
            if (in_row_) {
                row_.begin(read_whole(attributes.get("r")), !attributes.get("r").empty());
            }
            return;
        case kCellDepth:
            in_cell_ = in_row_ && name == "c";
            if (in_cell_) {
                begin_cell(attributes);
            }
            return;
        default:
            in_cell_ ? content_start(depth, name) : void();
        }
    }

    void end(std::size_t depth, std::string_view /*name*/) override {
        if (depth >= kContentDepth && in_cell_) {
            in_value_ = in_value_ && depth != kContentDepth;
            if (in_inline_ && depth > kContentDepth) {
                rich_.end(depth - kContentDepth);
            }
            in_inline_ = in_inline_ && depth != kContentDepth;
        } else if (depth == kCellDepth && in_cell_) {
            in_cell_ = false;
            end_cell();
        } else if (depth == kRowDepth && in_row_) {
            in_row_ = false;
            if (row_.end()) {
                ready_ = true;
                xml->pause();
            }
        }
    }

    void text(std::string_view bytes) override {
        if (in_value_ && value_.size() < kValueBytesMax) {
            value_.append(bytes.substr(0, kValueBytesMax - value_.size()));
        } else if (in_inline_) {
            rich_.text(bytes);
        }
    }

    void deliver(csv::Reader::Listener& listener) {
        if (std::exchange(ready_, false)) {
            ++rows;
            row_.deliver(listener);
        }
    }

    [[nodiscard]] bool is_sheet() const { return is_sheet_; }
    [[nodiscard]] bool merged() const { return merged_; }

    std::int64_t rows = 0;
    XmlReader* xml = nullptr;

private:
    void begin_cell(const Attributes& attributes) {
        row_.begin_cell(attributes.get("r"));
        type_ = type_of(attributes.get("t"));
        style_ = read_whole(attributes.get("s")).value_or(0);
        value_.clear();
        has_formula_ = false;
        in_value_ = false;
        in_inline_ = false;
    }

    void content_start(std::size_t depth, std::string_view name) {
        if (depth > kContentDepth) {
            in_inline_ ? rich_.start(depth - kContentDepth, name) : void();
            return;
        }
        in_value_ = name == "v";
        in_inline_ = name == "is";
        has_formula_ = has_formula_ || name == "f";
    }

    [[nodiscard]] const NumberFormat& format() const {
        static const NumberFormat plain;
        return style_ >= 0 && std::cmp_less(style_, context_.formats.size())
                   ? context_.formats[static_cast<std::size_t>(style_)]
                   : plain;
    }

    void end_cell() {
        const std::string_view rich = rich_.take();
        if (has_formula_ && value_.empty() && type_ != CellType::text) {
            row_.fail(csv::FaultKind::bad_cell,
                      "is a formula whose value was never saved; open the file in a spreadsheet "
                      "program and save it again");
            return;
        }
        switch (type_) {
        case CellType::number:
            return value_.empty() ? void()
                                  : row_.put(formatted_text(value_, format(), context_.dates));
        case CellType::shared:
            return put_shared();
        case CellType::inline_text:
            return row_.put(rich.empty() ? std::string_view{value_} : rich);
        case CellType::text:
            return put_text();
        case CellType::boolean:
            return row_.put(value_ == "1" ? "TRUE" : value_ == "0" ? "FALSE" : value_);
        case CellType::error:
            return row_.fail(csv::FaultKind::bad_cell,
                             fmt::format("holds the error {:.20} instead of a value; correct its "
                                         "formula or clear the cell",
                                         value_));
        case CellType::iso_date:
            return row_.put(iso_date_text(value_, format()));
        }
    }

    void put_text() {
        std::string text;
        append_unescaped(text, value_);
        row_.put(text);
    }

    void put_shared() {
        if (value_.empty()) {
            return;
        }
        const auto index = read_whole(value_);
        if (!index || *index < 0 || std::cmp_greater_equal(*index, context_.strings.size())) {
            row_.fail(csv::FaultKind::bad_cell,
                      "names a text that the workbook does not have; open the file in a "
                      "spreadsheet program, repair it and save it again");
            return;
        }
        row_.put_lasting(context_.strings.at(static_cast<std::size_t>(*index)));
    }

    SheetContext context_;
    RowBuilder row_;
    RichText rich_;
    std::string value_;
    CellType type_ = CellType::number;
    std::int64_t style_ = 0;
    bool is_sheet_ = false;
    bool in_data_ = false;
    bool in_row_ = false;
    bool in_cell_ = false;
    bool in_value_ = false;
    bool in_inline_ = false;
    bool has_formula_ = false;
    bool merged_ = false;
    bool ready_ = false; // a row waits to be delivered
};

SheetReader::SheetReader(const std::string& part, const SheetContext& context,
                         csv::Reader::Listener& listener)
    : listener_{listener}, rows_{std::make_unique<Rows>(context)}, xml_{part, *rows_}, part_{part} {
    rows_->xml = &xml_;
}
SheetReader::~SheetReader() = default;

void SheetReader::feed(std::string_view bytes, bool last) {
    bool paused = xml_.feed(bytes, last);
    while (paused) {
        rows_->deliver(listener_);
        paused = xml_.resume();
    }
    if (!last) {
        return;
    }
    if (!rows_->is_sheet()) {
        throw WorkbookError{"damaged", fmt::format("its part {} is no worksheet; save the file "
                                                   "again as XLSX",
                                                   part_)};
    }
    if (rows_->merged() && rows_->rows > 0) {
        listener_.on_notice(1, "the sheet has merged cells; their value is read in the first of "
                               "them, the others are empty");
    }
}

std::int64_t SheetReader::rows() const {
    return rows_->rows;
}

} // namespace campaigns::xlsx
