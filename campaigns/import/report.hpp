#pragma once

// The report of an import: every row that was refused, or taken without one of its values.

#include "campaigns/import/rows.hpp"

#include <fstream>
#include <string>

namespace campaigns {

/// A CSV file with the columns line, result, reason, field, value, what_to_do. It is written
/// beside its final name and gets that name when the import is done: a report without an import
/// never lies about. Throws SourceError when it cannot be written.
class RefusedReport {
public:
    /// An empty path: no report is written.
    explicit RefusedReport(std::string path);
    ~RefusedReport();
    RefusedReport(const RefusedReport&) = delete;
    RefusedReport& operator=(const RefusedReport&) = delete;

    void add(const RowFinding& finding, bool refused);
    /// Gives the report its name. Returns false, and leaves no file, when there was nothing to
    /// tell.
    bool publish();

private:
    [[nodiscard]] std::string partial_path() const { return path_ + ".partial"; }

    std::string path_;
    std::ofstream file_;
    bool filled_ = false;
};

} // namespace campaigns
