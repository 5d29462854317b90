#include "campaigns/import/report.hpp"

#include "campaigns/files/csv_write.hpp"
#include "campaigns/import/source.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace campaigns {

RefusedReport::RefusedReport(std::string path) : path_{std::move(path)} {
    if (path_.empty()) {
        return;
    }
    file_.open(partial_path(), std::ios::binary | std::ios::trunc);
    file_ << "line,result,reason,field,value,what_to_do\n";
    if (!file_) {
        throw SourceError{fmt::format("{}: cannot be written; name another place with --refused",
                                      partial_path())};
    }
}

RefusedReport::~RefusedReport() {
    if (file_.is_open()) {
        file_.close();
        std::error_code ignored; // Nobody is left to tell, and the name says what it is.
        std::filesystem::remove(partial_path(), ignored);
    }
}

void RefusedReport::add(const RowFinding& finding, bool refused) {
    if (path_.empty()) {
        return;
    }
    filled_ = true;
    std::string row = fmt::format("{},{}", finding.line, refused ? "refused" : "warning");
    const std::string advice = english(finding.advice);
    for (const std::string* text : {&finding.reason, &finding.field, &finding.value, &advice}) {
        row.push_back(',');
        csv::append_cell(row, *text);
    }
    row.push_back('\n');
    file_ << row;
}

bool RefusedReport::publish() {
    if (!filled_) {
        return false;
    }
    file_.flush();
    if (!file_) {
        throw SourceError{fmt::format("{}: cannot be written; is the disk full?", partial_path())};
    }
    std::error_code error;
    std::filesystem::rename(partial_path(), path_, error);
    if (error) {
        throw SourceError{fmt::format("{}: {}", path_, error.message())};
    }
    file_.close();
    return true;
}

} // namespace campaigns
