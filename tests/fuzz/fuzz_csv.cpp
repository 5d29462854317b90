// The CSV reader on hostile bytes: it never fails, keeps its bounds, and its rows do not depend on
// how the bytes were cut. The first two bytes of the input choose the cuts.

#include "campaigns/files/csv.hpp"
#include "campaigns/files/csv_text.hpp"
#include "campaigns/import/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace {

namespace csv = campaigns::csv;

void require(bool ok) {
    if (!ok) {
        std::abort();
    }
}

// Hashes what it is given and checks each row's bounds.
class Checker final : public csv::Reader::Listener {
public:
    void on_row(const csv::Row& row) override {
        require(row.line > last_line_);
        require(!row.fields.empty() && row.fields.size() <= csv::kColumnsMax + 1);
        last_line_ = row.line;
        add(std::to_string(row.line));
        std::size_t bytes = 0;
        for (const std::string_view field : row.fields) {
            require(csv::is_utf8(field) && field.size() <= 3 * csv::kFieldBytesMax);
            bytes += field.size();
            add(field);
        }
        require(bytes <= 3 * csv::kRecordBytesMax);
        if (row.fault) {
            require(row.fault->line >= row.line);
            add(to_text(row.fault->kind));
        }
        judge(row);
    }
    void on_notice(std::int64_t /*line*/, std::string_view text) override { add(text); }

    [[nodiscard]] std::size_t hash() const { return hash_; }

private:
    void add(std::string_view text) {
        hash_ = hash_ * 1099511628211ULL ^ std::hash<std::string_view>{}(text);
    }
    // What an import does with rows must stand them too.
    void judge(const csv::Row& row) {
        static const campaigns::RowJudge row_judge{
            std::get<campaigns::ColumnMap>(
                campaigns::map_columns({"phone", "state", "name", "other"}, {})),
            [](campaigns::RowFinding finding) { require(csv::is_utf8(finding.value)); }};
        const auto verdict = row_judge.judge(row);
        if (const auto* lead = std::get_if<campaigns::LeadRow>(&verdict)) {
            require(!lead->phones.empty() && csv::is_utf8(lead->name));
        }
    }

    std::int64_t last_line_ = 0;
    std::size_t hash_ = 14695981039346656037ULL;
};

std::size_t read_in_pieces(std::string_view bytes, unsigned seed) {
    Checker checker;
    csv::Reader reader{checker};
    std::minstd_rand random{seed + 1};
    while (!bytes.empty()) {
        const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + random() % 97);
        reader.feed(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    reader.finish();
    return checker.hash();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const unsigned seed = data[0] | static_cast<unsigned>(data[1]) << 8U;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    Checker whole;
    csv::Reader reader{whole};
    reader.feed(bytes);
    reader.finish();
    require(read_in_pieces(bytes, seed) == whole.hash());
    return 0;
}
