#pragma once

// The commands of dispositions, scripts, call records, retention and holds: plain options in, an
// exit code out.

#include "dialer/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dialer::commands {

struct DispositionListOptions {
    StoreOptions store;
    std::string campaign; ///< empty: every row of every campaign
    bool all = false;     ///< those that are switched off, too
    bool json = false;
};
Exit disposition_list(const DispositionListOptions& options);

/// For add and set; what is empty is the usual, or stays as it is.
struct DispositionOptions {
    StoreOptions store;
    std::string code;
    std::string campaign; ///< empty: of all campaigns
    std::string label;
    std::string category;
    std::string lead_action;
    std::optional<int> position;
    std::string active; ///< "yes", "no"
    std::string by;
};
Exit disposition_add(const DispositionOptions& options);
Exit disposition_set(const DispositionOptions& options);

struct ScriptAddOptions {
    StoreOptions store;
    std::string campaign;
    std::string file;      ///< "-": standard input
    std::string text;      ///< instead of a file
    std::string form_file; ///< JSON; empty: no form
    std::string by;
};
Exit script_add(const ScriptAddOptions& options);

struct ScriptShowOptions {
    StoreOptions store;
    std::string campaign;
    int version = 0;       ///< 0: the one in force
    std::int64_t lead = 0; ///< filled in for this lead; 0: as it was written
    bool json = false;
};
Exit script_show(const ScriptShowOptions& options);

struct ScriptListOptions {
    StoreOptions store;
    std::string campaign;
    bool json = false;
};
Exit script_list(const ScriptListOptions& options);

struct RecordsCheckOptions {
    StoreOptions store;
    std::string from;     ///< empty: a day ago
    std::string to;       ///< empty: now
    std::string campaign; ///< whose obstacles are told; empty: every campaign's
    bool json = false;
};
Exit records_check(const RecordsCheckOptions& options);

struct RecordsRepairOptions {
    StoreOptions store;
    std::int64_t attempt = 0;
    std::string campaign; ///< instead of an attempt: all of its open ones
    std::string field;
    std::string value;
    std::string note;
    std::string by;
};
Exit records_repair(const RecordsRepairOptions& options);

struct RecordsListOptions {
    StoreOptions store;
    std::string campaign;
    bool all = false; ///< repaired ones, too
    std::int64_t limit = 100;
    bool json = false;
};
Exit records_list(const RecordsListOptions& options);

struct RecordsExportOptions {
    StoreOptions store;
    std::string campaign;
    std::string from;
    std::string to;
    std::string number;
    std::string file; ///< empty: standard output
};
Exit records_export(const RecordsExportOptions& options);

struct RecordsSetOptions {
    StoreOptions store;
    std::string campaign;
    std::string called_party;
    std::optional<std::string> telemarketer;
    std::string rule;
    std::string by;
};
Exit records_set(const RecordsSetOptions& options);

struct RetentionShowOptions {
    StoreOptions store;
    std::string at; ///< empty: now
    bool json = false;
};
Exit retention_show(const RetentionShowOptions& options);

struct RetentionSetOptions {
    StoreOptions store;
    std::string packs; ///< folder; empty: those of the program
    std::string by;
};
Exit retention_set(const RetentionSetOptions& options);

struct RetentionDropOptions {
    StoreOptions store;
    bool really = false;
    std::string by;
};
Exit retention_drop(const RetentionDropOptions& options);

struct HoldAddOptions {
    StoreOptions store;
    std::string number;
    std::string campaign;
    bool everything = false;
    std::string why;
    std::string by;
};
Exit hold_add(const HoldAddOptions& options);

struct HoldReleaseOptions {
    StoreOptions store;
    std::int64_t id = 0;
    std::string why;
    std::string by;
};
Exit hold_release(const HoldReleaseOptions& options);

struct HoldListOptions {
    StoreOptions store;
    bool all = false;
    bool json = false;
};
Exit hold_list(const HoldListOptions& options);

} // namespace dialer::commands
