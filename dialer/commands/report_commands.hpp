#pragma once

// The commands of reports: plain options in, an exit code out.

#include "dialer/commands/command.hpp"

#include <string>
#include <vector>

namespace dialer::commands {

struct ReportOptions {
    StoreOptions store;
    std::string name;                   ///< of the report
    std::vector<std::string> campaigns; ///< empty: all
    std::string from;                   ///< local date or RFC 3339; empty: today
    std::string to;
    std::string zone = "UTC";
    std::vector<std::string> by;
    std::string format = "csv";
    std::string out; ///< empty: stdout
    std::string packs;
    std::string tzdata;
    bool notes = false; ///< what each figure counts, on stderr
};
Exit report(const ReportOptions& options);

struct ReportListOptions {
    StoreOptions store;
    std::string name; ///< empty: all, a line each
    bool json = false;
};
Exit report_list(const ReportListOptions& options);

} // namespace dialer::commands
