#include "campaigns/files/xlsx_workbook.hpp"

#include "campaigns/files/xlsx_file_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace campaigns::xlsx {

namespace {

constexpr std::uint64_t kSmallPartBytesMax = std::uint64_t{16} << 20;
constexpr std::size_t kSheetsMax = 10'000;

/// One file of relationships: id -> where it points and what that is.
struct Relation {
    std::string id;
    std::string type; ///< the last step of the URI: "worksheet", the same in both namespaces
    std::string target;
};

class RelationsHandler final : public XmlHandler {
public:
    void start(std::size_t depth, std::string_view name, const Attributes& attributes) override {
        if (depth != 2 || name != "Relationship" || attributes.get("TargetMode") == "External" ||
            relations_.size() >= kSheetsMax) {
            return;
        }
        const std::string_view type = attributes.get("Type");
        relations_.push_back({std::string{attributes.get("Id")},
                              std::string{type.substr(type.rfind('/') + 1)},
                              std::string{attributes.get("Target")}});
    }
    void end(std::size_t /*depth*/, std::string_view /*name*/) override {}
    void text(std::string_view /*bytes*/) override {}

    [[nodiscard]] std::vector<Relation> take() { return std::move(relations_); }

private:
    std::vector<Relation> relations_;
};

// Of "xl/workbook.xml": "xl/_rels/workbook.xml.rels"; empty when there is none.
std::vector<Relation> relations_of(Archive& archive, std::string_view part) {
    const std::size_t slash = part.rfind('/');
    const std::string_view folder =
        slash == std::string_view::npos ? std::string_view{} : part.substr(0, slash + 1);
    const std::string name = fmt::format("{}_rels/{}.rels", folder, part.substr(folder.size()));
    if (!archive.has(name)) {
        return {};
    }
    RelationsHandler handler;
    read_part(archive, name, kSmallPartBytesMax, handler);
    std::vector<Relation> relations = handler.take();
    for (Relation& relation : relations) {
        relation.target = resolve_target(part, relation.target);
    }
    return relations;
}

struct NamedSheet {
    std::string name;
    std::string relation;
    bool hidden = false;
};

class WorkbookHandler final : public XmlHandler {
public:
    void start(std::size_t depth, std::string_view name, const Attributes& attributes) override {
        if (depth == 1) {
            is_workbook = name == "workbook";
        } else if (depth == 2) {
            in_sheets_ = name == "sheets";
            if (name == "workbookPr") {
                const std::string_view value = attributes.get("date1904");
                from_1904 = value == "1" || value == "true" || value == "on";
            }
        } else if (depth == 3 && in_sheets_ && name == "sheet" && sheets.size() < kSheetsMax) {
            const std::string_view state = attributes.get("state");
            sheets.push_back({std::string{attributes.get("name")},
                              std::string{attributes.get("id")},
                              state == "hidden" || state == "veryHidden"});
        }
    }
    void end(std::size_t /*depth*/, std::string_view /*name*/) override {}
    void text(std::string_view /*bytes*/) override {}

    bool is_workbook = false;
    bool from_1904 = false;
    std::vector<NamedSheet> sheets;

private:
    bool in_sheets_ = false;
};

class StylesHandler final : public XmlHandler {
public:
    void start(std::size_t depth, std::string_view name, const Attributes& attributes) override {
        if (depth == 2) {
            in_formats_ = name == "numFmts";
            in_cells_ = name == "cellXfs";
            return;
        }
        if (depth != 3) {
            return;
        }
        if (in_formats_ && name == "numFmt" && codes_.size() < kStylesMax) {
            codes_[std::string{attributes.get("numFmtId")}] =
                format_of_code(attributes.get("formatCode"));
        } else if (in_cells_ && name == "xf" && ids_.size() < kStylesMax) {
            ids_.emplace_back(attributes.get("numFmtId"));
        }
    }
    void end(std::size_t /*depth*/, std::string_view /*name*/) override {}
    void text(std::string_view /*bytes*/) override {}

    // The parts of the file come in any order, so that ids are looked up at the end.
    [[nodiscard]] std::vector<NumberFormat> formats() const {
        std::vector<NumberFormat> formats;
        formats.reserve(ids_.size());
        for (const std::string& id : ids_) {
            const auto code = codes_.find(id);
            formats.push_back(code != codes_.end() ? code->second : builtin(id));
        }
        return formats;
    }

private:
    static constexpr std::size_t kStylesMax = 70'000; // spreadsheets allow 65,490

    static NumberFormat builtin(const std::string& id) {
        const bool small = !id.empty() && id.size() <= 4 &&
                           id.find_first_not_of("0123456789") == std::string::npos;
        return format_of_builtin(small ? static_cast<std::uint32_t>(std::stoul(id)) : 0);
    }

    bool in_formats_ = false;
    bool in_cells_ = false;
    std::map<std::string, NumberFormat> codes_;
    std::vector<std::string> ids_;
};

class StringsHandler final : public XmlHandler {
public:
    explicit StringsHandler(SharedStrings& strings) : strings_{strings} {}

    void start(std::size_t depth, std::string_view name, const Attributes& /*attr*/) override {
        if (depth == 2) {
            in_string_ = name == "si";
        } else if (in_string_ && depth > 2) {
            rich_.start(depth - 2, name);
        }
    }
    void end(std::size_t depth, std::string_view /*name*/) override {
        if (in_string_ && depth > 2) {
            rich_.end(depth - 2);
        } else if (in_string_ && depth == 2) {
            in_string_ = false;
            full_ = full_ || !add(rich_.take());
        }
    }
    void text(std::string_view bytes) override {
        if (in_string_) {
            rich_.text(bytes);
        }
    }
    [[nodiscard]] bool full() const { return full_; }

private:
    bool add(std::string_view text) {
        bytes_ += text.size() + 2 * sizeof(std::uint32_t);
        if (bytes_ > kSharedStringsBytesMax) {
            return false;
        }
        strings_.add(text);
        return true;
    }

    SharedStrings& strings_;
    RichText rich_;
    bool in_string_ = false;
    bool full_ = false;
    std::size_t bytes_ = 0;
};

constexpr std::size_t kStringPieceBytes = std::size_t{1} << 20;

} // namespace

void SharedStrings::add(std::string_view text) {
    const std::size_t size = std::min(text.size(), csv::kFieldBytesMax + 1);
    if (pieces_.empty() || pieces_.back().size() + size > kStringPieceBytes) {
        pieces_.emplace_back().reserve(kStringPieceBytes);
    }
    const std::size_t begin = (pieces_.size() - 1) * kStringPieceBytes + pieces_.back().size();
    pieces_.back().append(text.substr(0, size));
    places_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)});
}

CellText SharedStrings::at(std::size_t index) const {
    const Place place = places_[index];
    if (place.size == 0) {
        return {}; // its place may be the end of a full piece
    }
    const std::string_view piece = pieces_[place.begin / kStringPieceBytes];
    const std::string_view text = piece.substr(place.begin % kStringPieceBytes, place.size);
    return {text.substr(0, csv::kFieldBytesMax), place.size > csv::kFieldBytesMax};
}

void RichText::start(std::size_t depth, std::string_view name) {
    if (skipping_ == 0 && (name == "rPh" || name == "phoneticPr" || name == "rPr")) {
        skipping_ = depth;
    }
    if (skipping_ == 0 && name == "t") {
        in_text_ = true;
        text_depth_ = depth;
    }
}

void RichText::end(std::size_t depth) {
    if (skipping_ == depth) {
        skipping_ = 0;
    }
    if (in_text_ && text_depth_ == depth) {
        in_text_ = false;
    }
}

void RichText::text(std::string_view bytes) {
    // A little more than the cap, so that what follows sees that it was passed.
    constexpr std::size_t kRawBytesMax = 8 * csv::kFieldBytesMax;
    if (in_text_ && raw_.size() < kRawBytesMax) {
        raw_.append(bytes.substr(0, kRawBytesMax - raw_.size()));
    }
}

std::string_view RichText::take() {
    text_.clear();
    append_unescaped(text_, raw_);
    raw_.clear();
    skipping_ = 0;
    in_text_ = false;
    return text_;
}

Workbook read_workbook(Archive& archive) {
    std::string part = "xl/workbook.xml";
    for (const Relation& relation : relations_of(archive, "")) {
        if (relation.type == "officeDocument") {
            part = relation.target;
        }
    }
    if (!archive.has(part) || part.ends_with(".bin")) {
        throw_other_archive(archive);
    }
    WorkbookHandler handler;
    read_part(archive, part, kSmallPartBytesMax, handler);
    if (!handler.is_workbook) {
        throw_other_archive(archive);
    }
    Workbook workbook;
    workbook.dates = handler.from_1904 ? DateSystem::from_1904 : DateSystem::from_1900;
    std::map<std::string, Relation> by_id;
    for (Relation& relation : relations_of(archive, part)) {
        if (relation.type == "styles") {
            workbook.styles_part = relation.target;
        } else if (relation.type == "sharedStrings") {
            workbook.strings_part = relation.target;
        }
        by_id.emplace(relation.id, std::move(relation));
    }
    for (NamedSheet& sheet : handler.sheets) {
        const auto found = by_id.find(sheet.relation);
        const bool is_sheet = found != by_id.end() && found->second.type == "worksheet";
        workbook.sheets.push_back(
            {std::move(sheet.name), is_sheet ? found->second.target : std::string{}, sheet.hidden});
    }
    if (workbook.sheets.empty()) {
        throw WorkbookError{"damaged", "the workbook has no sheets; open it in a spreadsheet "
                                       "program and save it again as XLSX"};
    }
    return workbook;
}

std::vector<NumberFormat> read_styles(Archive& archive, const std::string& part) {
    if (part.empty() || !archive.has(part)) {
        return {};
    }
    StylesHandler handler;
    read_part(archive, part, 4 * kSmallPartBytesMax, handler);
    return handler.formats();
}

std::unique_ptr<SharedStrings> read_strings(Archive& archive, const std::string& part) {
    auto strings = std::make_unique<SharedStrings>();
    if (part.empty() || !archive.has(part)) {
        return strings;
    }
    StringsHandler handler{*strings};
    Part source = archive.open(part);
    XmlReader xml{part, handler};
    bool last = false;
    while (!last) {
        const std::string_view piece = source.read();
        last = piece.empty();
        static_cast<void>(xml.feed(piece, last));
        if (handler.full()) {
            throw WorkbookError{
                "too_large", fmt::format("its texts take more than {} MiB; save the sheet as CSV, "
                                         "which is read in any size",
                                         kSharedStringsBytesMax >> 20U)};
        }
    }
    return strings;
}

} // namespace campaigns::xlsx
