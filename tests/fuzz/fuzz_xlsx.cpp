// The XLSX reader on hostile bytes: it never fails, keeps its bounds and says something. The first
// byte chooses whether the rest is a whole workbook or one of its parts (the sheet, the shared
// strings, the styles, the workbook part, relationships), so that the parsers are reached without
// guessing a checksum.

#include "campaigns/files/csv_text.hpp"
#include "campaigns/files/xlsx_read.hpp"
#include "campaigns/files/xlsx_sheet.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace csv = campaigns::csv;
namespace xlsx = campaigns::xlsx;

void require(bool ok) {
    if (!ok) {
        std::abort();
    }
}

class Checker final : public csv::Reader::Listener {
public:
    void on_row(const csv::Row& row) override {
        require(row.line > last_line_);
        last_line_ = row.line;
        require(!row.fields.empty() && row.fields.size() <= csv::kColumnsMax);
        std::size_t bytes = 0;
        for (const std::string_view field : row.fields) {
            // A lone surrogate of an escape becomes U+FFFD; nothing else may be no UTF-8.
            require(csv::is_utf8(field) && field.size() <= csv::kFieldBytesMax);
            bytes += field.size();
        }
        require(bytes <= csv::kRecordBytesMax);
        require(!row.fault || !csv::explain(*row.fault).empty());
        ++rows;
    }
    void on_notice(std::int64_t /*line*/, std::string_view text) override {
        require(!text.empty());
    }
    std::int64_t rows = 0;

private:
    std::int64_t last_line_ = 0;
};

void read_whole(std::string_view bytes) {
    Checker checker;
    const auto end = xlsx::read_bytes(bytes, {}, checker);
    if (const auto* fault = std::get_if<xlsx::Fault>(&end)) {
        require(!fault->code.empty() && !fault->text.empty());
    } else {
        require(std::get<xlsx::Read>(end).rows == checker.rows);
    }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kParts{{
    {"_rels/.rels", "<Relationships><Relationship Id='a' Type='t/officeDocument' "
                    "Target='w.xml'/></Relationships>"},
    {"_rels/w.xml.rels",
     "<Relationships><Relationship Id='s' Type='t/worksheet' Target='s.xml'/><Relationship Id='x' "
     "Type='t/sharedStrings' Target='x.xml'/><Relationship Id='y' Type='t/styles' Target='y.xml'/>"
     "</Relationships>"},
    {"w.xml", "<workbook><sheets><sheet name='a' r:id='s'/></sheets></workbook>"},
    {"s.xml", "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c s='1'><v>"
              "46349.5</v></c><c s='2'><v>1E5</v></c></row></sheetData></worksheet>"},
    {"x.xml", "<sst><si><t>one</t></si><si><t>two</t></si></sst>"},
    {"y.xml", "<styleSheet><numFmts><numFmt numFmtId='200' formatCode='d/m/yy h:mm'/></numFmts>"
              "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='200'/></cellXfs>"
              "</styleSheet>"},
}};

// A workbook, stored, with one of its parts replaced.
std::string workbook_with(std::size_t replaced, std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const target = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(target);
    zip_t* const archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    require(archive != nullptr);
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const std::string_view text = i == replaced ? bytes : kParts[i].second;
        zip_source_t* const source = zip_source_buffer(archive, text.data(), text.size(), 0);
        const auto at = zip_file_add(archive, kParts[i].first.data(), source, 0);
        require(at >= 0);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(at), ZIP_CM_STORE, 0);
    }
    require(zip_close(archive) == 0);
    zip_stat_t status;
    require(zip_source_stat(target, &status) == 0 && zip_source_open(target) == 0);
    std::string out(status.size, '\0');
    require(zip_source_read(target, out.data(), out.size()) ==
            static_cast<zip_int64_t>(out.size()));
    zip_source_close(target);
    zip_source_free(target);
    return out;
}

// The sheet alone, cut into pieces: its rows do not depend on the cuts.
void read_sheet(std::string_view bytes, std::size_t cut) {
    xlsx::SharedStrings strings;
    strings.add("one");
    strings.add("");
    const std::vector<xlsx::NumberFormat> formats{
        {}, xlsx::format_of_builtin(14), xlsx::format_of_builtin(46), xlsx::format_of_code("0000")};
    const xlsx::SheetContext context{strings, formats, xlsx::DateSystem::from_1900};
    std::array<std::int64_t, 2> rows{};
    std::array<std::string, 2> ends;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Checker checker;
        try {
            xlsx::SheetReader reader{"s.xml", context, checker};
            const std::size_t piece = i == 0 ? std::max<std::size_t>(bytes.size(), 1) : cut;
            for (std::size_t at = 0; at < bytes.size(); at += piece) {
                reader.feed(bytes.substr(at, piece), false);
            }
            reader.feed({}, true);
        } catch (const xlsx::WorkbookError& error) {
            ends[i] = error.code;
        }
        rows[i] = checker.rows;
    }
    require(rows[0] == rows[1] && ends[0] == ends[1]);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) {
        return 0;
    }
    const std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t choice = data[0] % (kParts.size() + 2);
    if (choice < kParts.size()) {
        read_whole(workbook_with(choice, bytes));
    } else if (choice == kParts.size()) {
        read_whole(bytes);
    } else {
        read_sheet(bytes, 1 + data[0] / 8);
    }
    return 0;
}
