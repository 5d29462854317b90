#include "campaigns/files/table_write.hpp"

#include "campaigns/files/csv_write.hpp"
#include "campaigns/files/table_write_xlsx.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

constexpr std::array<std::pair<std::string_view, TableFormat>, 3> kFormats{{
    {"csv", TableFormat::csv},
    {"json", TableFormat::json},
    {"xlsx", TableFormat::xlsx},
}};

std::string plain_text(std::monostate /*nothing*/) {
    return {};
}
std::string plain_text(const std::string& text) {
    return text;
}
std::string plain_text(std::int64_t whole) {
    return fmt::format("{}", whole);
}
std::string plain_text(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : std::string{};
}
std::string plain_text(dnc::Instant at) {
    return dnc::instant_text(at);
}
std::string plain_text(dnc::Number number) {
    return dnc::to_e164(number);
}

void append_json_text(std::string& out, std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

void append_json(std::string& out, const Cell& cell) {
    const std::string text = std::visit([](const auto& value) { return plain_text(value); }, cell);
    const bool number =
        std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
    if (std::holds_alternative<std::monostate>(cell) || (number && text.empty())) {
        out += "null";
    } else if (number) {
        out += text;
    } else {
        append_json_text(out, clean_cell_text(text));
    }
}

/// What the three formats have in common.
class Form {
public:
    virtual ~Form() = default;
    virtual void row(const std::vector<Cell>& cells) = 0;
    virtual void finish() = 0;
};

// Gathers text so that the sink is not called for every cell.
class TextForm : public Form {
public:
    TextForm(std::vector<Column> columns, ByteSink sink)
        : columns_{std::move(columns)}, sink_{std::move(sink)} {}

protected:
    void pass_on(bool all) {
        if (!text_.empty() && (all || text_.size() >= kPieceBytes)) {
            sink_(text_);
            text_.clear();
        }
    }

    std::vector<Column> columns_;
    std::string text_;

private:
    ByteSink sink_;
};

class CsvForm final : public TextForm {
public:
    CsvForm(const std::vector<Column>& columns, ByteSink sink)
        : TextForm{columns, std::move(sink)} {
        for (const Column& column : columns_) {
            add(column.name, &column == &columns_.back());
        }
    }

    void row(const std::vector<Cell>& cells) override {
        for (const Cell& cell : cells) {
            const std::string text =
                std::visit([](const auto& value) { return plain_text(value); }, cell);
            add(clean_cell_text(text), &cell == &cells.back());
        }
        pass_on(false);
    }
    void finish() override { pass_on(true); }

private:
    void add(std::string_view text, bool last) {
        csv::append_cell(text_, text);
        text_.push_back(last ? '\n' : ',');
    }
};

class JsonForm final : public TextForm {
public:
    JsonForm(const std::vector<Column>& columns, ByteSink sink)
        : TextForm{columns, std::move(sink)} {
        text_.push_back('[');
    }

    void row(const std::vector<Cell>& cells) override {
        text_ += std::exchange(first_, false) ? "\n{" : ",\n{";
        for (std::size_t i = 0; i < cells.size(); ++i) {
            text_ += i == 0 ? "" : ",";
            append_json_text(text_, columns_[i].name);
            text_ += ":";
            append_json(text_, cells[i]);
        }
        text_ += "}";
        pass_on(false);
    }
    void finish() override {
        text_ += "\n]\n";
        pass_on(true);
    }

private:
    bool first_ = true;
};

class XlsxForm final : public Form {
public:
    XlsxForm(std::string title, std::vector<Column> columns, ByteSink sink)
        : workbook_{std::move(title), std::move(columns)}, sink_{std::move(sink)} {}

    void row(const std::vector<Cell>& cells) override { workbook_.row(cells); }
    void finish() override { workbook_.finish(sink_); }

private:
    WorkbookFile workbook_;
    ByteSink sink_;
};

std::unique_ptr<Form> form_of(TableFormat format, std::string title, std::vector<Column> columns,
                              ByteSink sink) {
    switch (format) {
    case TableFormat::csv:
        return std::make_unique<CsvForm>(columns, std::move(sink));
    case TableFormat::json:
        return std::make_unique<JsonForm>(columns, std::move(sink));
    case TableFormat::xlsx:
        break;
    }
    return std::make_unique<XlsxForm>(std::move(title), std::move(columns), std::move(sink));
}

} // namespace

std::optional<TableFormat> table_format_from_text(std::string_view text) {
    for (const auto& [word, format] : kFormats) {
        if (word == text) {
            return format;
        }
    }
    return std::nullopt;
}

std::string_view content_type_of(TableFormat format) {
    switch (format) {
    case TableFormat::csv:
        return "text/csv; charset=utf-8";
    case TableFormat::json:
        return "application/json";
    case TableFormat::xlsx:
        break;
    }
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

class TableWriter::Impl {
public:
    Impl(std::size_t its_columns, std::unique_ptr<Form> form)
        : columns_{its_columns}, form_{std::move(form)} {}

    void row(const std::vector<Cell>& cells) {
        if (!form_ || cells.size() != columns_) {
            throw std::logic_error{"a table's row needs a cell for each column, before its end"};
        }
        form_->row(cells);
    }
    void finish() {
        if (const auto form = std::exchange(form_, nullptr)) {
            form->finish();
        }
    }

private:
    std::size_t columns_;
    std::unique_ptr<Form> form_; // null: finished
};

TableWriter::TableWriter(TableFormat format, std::string title, std::vector<Column> columns,
                         ByteSink sink) {
    if (columns.empty()) {
        throw std::logic_error{"a table needs a column"};
    }
    const std::size_t count = columns.size();
    impl_ = std::make_unique<Impl>(
        count, form_of(format, std::move(title), std::move(columns), std::move(sink)));
}
TableWriter::~TableWriter() = default;

void TableWriter::row(const std::vector<Cell>& cells) {
    impl_->row(cells);
}
void TableWriter::finish() {
    impl_->finish();
}

} // namespace campaigns
