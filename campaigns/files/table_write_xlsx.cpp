#include "campaigns/files/table_write_xlsx.hpp"

#include "campaigns/files/csv_text.hpp"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace campaigns {

namespace {

constexpr lxw_row_t kRowsMax = LXW_ROW_MAX;
constexpr std::size_t kTextCharactersMax = 32'767; // of a cell, in every spreadsheet program
constexpr std::size_t kSheetNameMax = 31;
constexpr std::int64_t kExactMax = 999'999'999'999'999; // 15 digits are kept
constexpr double kSecondsPerDay = 86'400.0;
constexpr double kUnixEpochSerial = 25'569.0; // 1970-01-01, in days from 1899-12-30

/// A folder with a name that nobody else has; gone with this object.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "table-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error{
                fmt::format("no temporary folder can be made: {}", std::strerror(errno))};
        }
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file() const { return path_ + "/table.xlsx"; }
    [[nodiscard]] std::string& path() { return path_; }

private:
    std::string path_;
};

struct FreeWorkbook {
    void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
};
struct CloseFile {
    // Only read from.
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

void require(lxw_error error, const char* what) {
    if (error != LXW_NO_ERROR) {
        throw std::runtime_error{
            fmt::format("the workbook cannot be made ({}): {}", what, lxw_strerror(error))};
    }
}

// The first characters of a text, at most `count` of UTF-16.
std::string_view shortened(std::string_view text, std::size_t count) {
    std::size_t units = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool begins = (byte & 0xC0U) != 0x80U;
        units += begins ? (byte >= 0xF0 ? 2 : 1) : 0;
        if (begins && units > count) {
            return text.substr(0, i);
        }
    }
    return text;
}

// A text that looks like an escape ("_x0041_") would be shown as what it stands for.
std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view code = text.substr(i, 7);
        const bool escape =
            code.size() == 7 && code.starts_with("_x") && code.ends_with('_') &&
            code.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
        out += escape ? "_x005F_" : std::string{text[i]};
    }
    return out;
}

const char* number_format_of(ColumnKind kind) {
    switch (kind) {
    case ColumnKind::whole:
        return "0";
    case ColumnKind::decimal:
        return "0.00";
    case ColumnKind::share:
        return "0.00%";
    case ColumnKind::duration_s:
        return "[h]:mm:ss";
    case ColumnKind::instant:
        return "yyyy-mm-dd hh:mm:ss";
    case ColumnKind::text:
    case ColumnKind::number:
        break;
    }
    return "@"; // text, so that typing over a number does not make it 1.2E+10
}

double width_of(const Column& column) {
    const double least = column.kind == ColumnKind::instant  ? 20.0
                         : column.kind == ColumnKind::number ? 15.0
                                                             : 10.0;
    return std::clamp(static_cast<double>(column.name.size()) + 2.0, least, 40.0);
}

} // namespace

std::string clean_cell_text(std::string_view text) {
    std::string clean = csv::is_utf8(text) ? std::string{text} : csv::from_windows_1252(text);
    for (char& c : clean) {
        const auto byte = static_cast<unsigned char>(c);
        const bool control = (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
        c = control ? ' ' : c;
    }
    return clean;
}

std::string sheet_name_of(std::string_view title, int number) {
    std::string name = clean_cell_text(title);
    for (char& c : name) {
        const bool bad = std::strchr("[]:*?/\\\t\r\n", c) != nullptr;
        c = bad ? ' ' : c;
    }
    const std::string suffix = number > 1 ? fmt::format(" ({})", number) : std::string{};
    name = shortened(name, kSheetNameMax - suffix.size());
    while (name.starts_with('\'') || name.starts_with(' ')) {
        name.erase(0, 1);
    }
    while (name.ends_with('\'') || name.ends_with(' ')) {
        name.pop_back();
    }
    return (name.empty() ? "Table" : name) + suffix;
}

class WorkbookFile::Impl {
public:
    Impl(std::string title, std::vector<Column> columns)
        : title_{std::move(title)}, columns_{std::move(columns)} {
        lxw_workbook_options options{};
        options.constant_memory = LXW_TRUE;
        options.tmpdir = folder_.path().data();
        workbook_.reset(workbook_new_opt(folder_.file().c_str(), &options));
        if (!workbook_) {
            throw std::runtime_error{"the workbook cannot be begun: no memory or no space left"};
        }
        header_ = workbook_add_format(workbook_.get());
        format_set_bold(header_);
        format_set_bottom(header_, LXW_BORDER_THIN);
        for (const Column& column : columns_) {
            lxw_format* const format = workbook_add_format(workbook_.get());
            format_set_num_format(format, number_format_of(column.kind));
            formats_.push_back(format);
        }
        begin_sheet();
    }

    void row(const std::vector<Cell>& cells) {
        if (row_ >= kRowsMax) {
            begin_sheet();
        }
        for (std::size_t i = 0; i < cells.size(); ++i) {
            at_ = static_cast<lxw_col_t>(i);
            std::visit([this](const auto& value) { write(value); }, cells[i]);
        }
        ++row_;
    }

    void finish(const ByteSink& sink) {
        // Closing frees the workbook, also when it fails.
        require(workbook_close(workbook_.release()), "closing");
        const std::unique_ptr<std::FILE, CloseFile> file{std::fopen(folder_.file().c_str(), "rb")};
        std::vector<char> buffer(std::size_t{64} * 1024);
        std::size_t got = file ? std::fread(buffer.data(), 1, buffer.size(), file.get()) : 0;
        while (got > 0) {
            sink({buffer.data(), got});
            got = std::fread(buffer.data(), 1, buffer.size(), file.get());
        }
        if (!file || std::ferror(file.get()) != 0) {
            throw std::runtime_error{"the finished workbook cannot be read again"};
        }
    }

private:
    void begin_sheet() {
        ++sheets_;
        sheet_ = workbook_add_worksheet(workbook_.get(), sheet_name_of(title_, sheets_).c_str());
        if (sheet_ == nullptr) {
            throw std::runtime_error{"the workbook cannot take a further sheet"};
        }
        row_ = 0;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const Column& column = columns_[i];
            const auto at = static_cast<lxw_col_t>(i);
            const std::string name =
                column.kind == ColumnKind::instant ? column.name + " (UTC)" : column.name;
            require(worksheet_set_column(sheet_, at, at, width_of(column), nullptr), "columns");
            require(worksheet_write_string(sheet_, 0, at, name.c_str(), header_), "header");
        }
        worksheet_freeze_panes(sheet_, 1, 0);
        row_ = 1;
    }

    [[nodiscard]] lxw_format* format() const { return formats_[at_]; }
    [[nodiscard]] ColumnKind kind() const { return columns_[at_].kind; }

    void write(std::monostate /*nothing*/) {}
    // Never as a formula or a link, whatever it looks like.
    void write(const std::string& text) {
        const std::string clean = clean_cell_text(text);
        std::string cut{shortened(clean, kTextCharactersMax)};
        if (cut.find("_x") != std::string::npos) {
            cut = shortened(escaped(cut), kTextCharactersMax);
        }
        if (!cut.empty()) {
            require(worksheet_write_string(sheet_, row_, at_, cut.c_str(), format()), "text");
        }
    }
    void write(double value) {
        if (std::isfinite(value)) {
            const double shown = kind() == ColumnKind::duration_s ? value / kSecondsPerDay : value;
            require(worksheet_write_number(sheet_, row_, at_, shown, format()), "number");
        }
    }
    // An id has more digits than a spreadsheet keeps of a number.
    void write(std::int64_t value) {
        if (value > kExactMax || value < -kExactMax) {
            write(fmt::format("{}", value));
        } else {
            write(static_cast<double>(value));
        }
    }
    void write(dnc::Instant at) {
        const double seconds =
            std::chrono::duration<double>(
                std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()))
                .count();
        const double serial = kUnixEpochSerial + seconds / kSecondsPerDay;
        require(worksheet_write_number(sheet_, row_, at_, serial, format()), "instant");
    }
    void write(dnc::Number number) { write(dnc::to_e164(number)); }

    std::string title_;
    std::vector<Column> columns_;
    TemporaryFolder folder_; // outlives the workbook, which has files in it
    std::unique_ptr<lxw_workbook, FreeWorkbook> workbook_;
    lxw_worksheet* sheet_ = nullptr;   // of the workbook
    lxw_format* header_ = nullptr;     // likewise
    std::vector<lxw_format*> formats_; // of the columns, likewise
    int sheets_ = 0;
    lxw_row_t row_ = 0;
    lxw_col_t at_ = 0; // the column being written
};

WorkbookFile::WorkbookFile(std::string title, std::vector<Column> columns)
    : impl_{std::make_unique<Impl>(std::move(title), std::move(columns))} {}
WorkbookFile::~WorkbookFile() = default;

void WorkbookFile::row(const std::vector<Cell>& cells) {
    impl_->row(cells);
}
void WorkbookFile::finish(const ByteSink& sink) {
    impl_->finish(sink);
}

} // namespace campaigns
