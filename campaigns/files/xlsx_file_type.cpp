#include "campaigns/files/xlsx_file_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace campaigns::xlsx {

namespace {

struct Magic {
    std::string_view bytes;
    std::string_view code;
    std::string_view text;
};

// Beginnings that tell the type.
constexpr std::array<Magic, 8> kMagics{{
    {"%PDF", "not_xlsx",
     "this is a PDF document, not a workbook; export the table itself as XLSX "
     "or CSV from where it comes from"},
    {"\x1F\x8B", "not_xlsx", "this is a gzip archive; unpack it and import the file inside"},
    {"7z\xBC\xAF", "not_xlsx", "this is a 7-Zip archive; unpack it and import the file inside"},
    {"Rar!", "not_xlsx", "this is a RAR archive; unpack it and import the file inside"},
    {"{\\rtf", "not_xlsx", "this is a text document (RTF); save the table as XLSX or CSV"},
    {"\x89PNG", "not_xlsx", "this is a picture; export the table itself as XLSX or CSV"},
    {"\xFF\xD8\xFF", "not_xlsx", "this is a picture; export the table itself as XLSX or CSV"},
    {"SQLite format 3", "not_xlsx", "this is an SQLite database; export the table as CSV"},
}};

// Words near the beginning of text files.
constexpr std::array<Magic, 6> kWords{{
    {"urn:schemas-microsoft-com:office:spreadsheet", "not_xlsx",
     "this is an XML spreadsheet of 2003; open it and save it as Excel workbook (.xlsx) or CSV"},
    {"<!doctype html", "not_xlsx",
     "this is a web page with the name of a workbook; open it in a spreadsheet program and save it "
     "as Excel workbook (.xlsx) or CSV"},
    {"<html", "not_xlsx",
     "this is a web page with the name of a workbook; open it in a spreadsheet program and save it "
     "as Excel workbook (.xlsx) or CSV"},
    {"<table", "not_xlsx",
     "this is a web page with the name of a workbook; open it in a spreadsheet program and save it "
     "as Excel workbook (.xlsx) or CSV"},
    {"mime-version:", "not_xlsx",
     "this is a saved web page; open it in a spreadsheet program and save it as Excel workbook "
     "(.xlsx) or CSV"},
    {"<?xml", "not_xlsx", "this is an XML file, not a workbook; export the table as XLSX or CSV"},
}};

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool is_text(std::string_view head) {
    return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") ||
           std::all_of(head.begin(), head.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte >= 0x20 || c == '\t' || c == '\r' || c == '\n';
           });
}

// A name of the directory of an OLE file, in its UTF-16.
std::string wide(std::string_view name) {
    std::string out;
    for (const char c : name) {
        out += c;
        out += '\0';
    }
    return out;
}

struct KnownPart {
    std::string_view prefix;
    std::string_view code;
    std::string_view text;
};
constexpr std::array<KnownPart, 6> kKnownParts{{
    {"xl/workbook.bin", "not_xlsx",
     "this is a binary workbook (XLSB); open it and save it as Excel workbook (.xlsx) or CSV"},
    {"word/", "not_xlsx",
     "this is a text document (DOCX); copy its table into a spreadsheet and save that as XLSX"},
    {"ppt/", "not_xlsx", "this is a presentation (PPTX), not a workbook; export the table as XLSX"},
    {"content.xml", "not_xlsx",
     "this is an OpenDocument file (ODS); open it and save it as Excel workbook (.xlsx) or CSV"},
    {"index/", "not_xlsx",
     "this is a document of an Apple program; export it as Excel workbook (.xlsx) or CSV"},
    {"xl/", "damaged",
     "the workbook lacks its main part; open it in a spreadsheet program and save it again as "
     "XLSX"},
}};

} // namespace

bool is_ole(std::string_view head) {
    return head.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
}

std::optional<Fault> foreign_file(std::string_view head) {
    if (head.empty()) {
        return Fault{"empty", "the file is empty; export it again"};
    }
    if (head.starts_with("PK\x03\x04")) {
        return std::nullopt;
    }
    if (head.starts_with("PK\x05\x06")) {
        return Fault{"not_xlsx", "this is an archive with nothing in it; export the file again"};
    }
    for (const Magic& magic : kMagics) {
        if (head.starts_with(magic.bytes)) {
            return Fault{std::string{magic.code}, std::string{magic.text}};
        }
    }
    const std::string text = lower(head.substr(0, 4096));
    for (const Magic& word : kWords) {
        if (text.find(word.bytes) != std::string::npos) {
            return Fault{std::string{word.code}, std::string{word.text}};
        }
    }
    if (is_text(head.substr(0, 4096))) {
        return Fault{"text", "this is a text file with the name of a workbook; give it the ending "
                             ".csv and import it again"};
    }
    return Fault{"not_xlsx",
                 "this is no workbook; save the table as Excel workbook (.xlsx) or CSV"};
}

void OleNames::look(std::string_view piece) {
    static const std::string encrypted = wide("EncryptedPackage");
    static const std::string workbook = wide("Workbook");
    static const std::string book = wide("Book");
    static const std::string document = wide("WordDocument");
    tail_.append(piece);
    encrypted_ = encrypted_ || tail_.find(encrypted) != std::string::npos;
    workbook_ = workbook_ || tail_.find(workbook) != std::string::npos ||
                tail_.find(book) != std::string::npos;
    document_ = document_ || tail_.find(document) != std::string::npos;
    tail_.erase(0, tail_.size() - std::min(tail_.size(), encrypted.size()));
}

Fault OleNames::fault() const {
    if (encrypted_) {
        return {"encrypted", "the workbook is protected by a password; open it, take the password "
                             "away (File, Info, Protect Workbook) and save it again as XLSX"};
    }
    if (document_) {
        return {"not_xlsx", "this is an old text document (DOC); copy its table into a spreadsheet "
                            "and save that as Excel workbook (.xlsx) or CSV"};
    }
    if (workbook_) {
        return {"old_xls", "this is a workbook of Excel 97-2003 (XLS); open it and save it as "
                           "Excel workbook (.xlsx) or CSV"};
    }
    return {"not_xlsx", "this is a file of an old Office program, not a workbook; save the table "
                        "as Excel workbook (.xlsx) or CSV"};
}

void throw_other_archive(const Archive& archive) {
    for (const KnownPart& part : kKnownParts) {
        if (archive.has_under(part.prefix)) {
            throw WorkbookError{std::string{part.code}, std::string{part.text}};
        }
    }
    throw WorkbookError{"not_xlsx", "this is a ZIP archive without a workbook in it; unpack it and "
                                    "import the file inside"};
}

} // namespace campaigns::xlsx
