#pragma once

// Commands of the import of lead lists: plain options in, an exit code out.

#include "dialer/commands/command.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dialer::commands {

/// What `dialer import FILE` and `dialer import preview FILE` share.
struct ImportFileOptions {
    StoreOptions store;
    std::string file;
    std::string campaign;
    std::vector<std::string> maps; ///< FIELD=COLUMN[,FIELD=COLUMN...]
    std::string source;            ///< whose columns are remembered; empty: none
    std::string sheet;             ///< of a workbook
    std::string dedupe;            ///< empty: all
    std::string packs;             ///< folder; empty: the packs that come with the program
    std::string tzdata;            ///< folder; empty: the system's
    bool json = false;
};

struct ImportOptions : ImportFileOptions {
    std::string refused_file; ///< empty: FILE.refused.csv
    std::string by;           ///< who imports; empty: the user of the system
    bool hold = false;
    bool no_scrub = false;
    bool quiet = false;
};
Exit import_leads(const ImportOptions& options);

struct ImportPreviewOptions : ImportFileOptions {
    int rows = 20;
};
Exit import_preview(const ImportPreviewOptions& options);

struct ImportsListOptions {
    StoreOptions store;
    std::string campaign; ///< empty: all
    int limit = 20;
    bool json = false;
};
Exit imports_list(const ImportsListOptions& options);

struct ImportIdOptions {
    StoreOptions store;
    std::int64_t id = 0;
    std::string by;  ///< of undo and accept; empty: the user of the system
    std::string out; ///< of refused; empty: stdout
    bool json = false;
};
Exit import_show(const ImportIdOptions& options);
Exit import_accept(const ImportIdOptions& options);
Exit import_undo(const ImportIdOptions& options);
Exit import_refused(const ImportIdOptions& options);

struct ImportSourcesOptions {
    StoreOptions store;
    bool json = false;
};
Exit import_sources(const ImportSourcesOptions& options);

} // namespace dialer::commands
