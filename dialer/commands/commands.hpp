#pragma once

// The commands of the program: plain options in, an exit code out. main.cpp fills the options.
//
// Each throws what run_command() turns into a line on stderr. Results go to stdout, progress and
// warnings to stderr.

#include "dialer/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dialer::commands {

struct MigrateOptions {
    StoreOptions store;
};
Exit migrate(const MigrateOptions& options);

struct DncLoadOptions {
    StoreOptions store;
    std::string file;
    std::string list; ///< empty for reassigned-numbers answers
    std::string as_of;
    std::string kind; ///< empty: the list must exist
    std::string country;
    std::string region;
    std::string seller;
    std::string area_codes; ///< "212,646"; empty: all
    bool change = false;
    std::optional<std::int64_t> after; ///< the version that changes come after
    bool blocks = false;
    std::vector<std::string> columns; ///< FIELD=COLUMN
    std::optional<std::int64_t> rows;
    bool allow_bad = false;
    bool allow_shrink = false;
    bool json = false;
    bool quiet = false;
};
Exit dnc_load(const DncLoadOptions& options);

struct DncNumberOptions {
    StoreOptions store;
    std::vector<std::string> numbers;
    std::string at; ///< RFC 3339; empty: now
    bool json = false;
};
Exit dnc_check(const DncNumberOptions& options);
Exit dnc_history(const DncNumberOptions& options);

struct CampaignNameOptions {
    StoreOptions store;
    std::string name;
};
Exit campaign_show(const CampaignNameOptions& options);

struct ListOptions {
    StoreOptions store;
};
Exit campaign_list(const ListOptions& options);

struct AgentAddOptions {
    StoreOptions store;
    std::string name;
    std::string sip_user;
    std::string password; ///< empty: read from stdin
    std::string realm;    ///< empty: the configuration's
};
Exit agent_add(const AgentAddOptions& options);
Exit agent_list(const ListOptions& options);

struct UserAddOptions {
    StoreOptions store;
    std::string name;
    std::string role;
    std::string agent; ///< sip user, for the role agent
};
Exit user_add(const UserAddOptions& options);
Exit user_list(const ListOptions& options);

struct UserNameOptions {
    StoreOptions store;
    std::string name;
};
Exit user_password(const UserNameOptions& options);
Exit user_disable(const UserNameOptions& options);
Exit user_enable(const UserNameOptions& options);

struct LogExportOptions {
    StoreOptions store;
    std::string campaign; ///< empty: all
    std::string from;
    std::string to;
    std::string format = "csv";
    std::string out; ///< empty: stdout
};
Exit log_export(const LogExportOptions& options);

struct LogEventsOptions {
    StoreOptions store;
    std::string campaign;
    std::string from;
    std::string to;
    std::string out; ///< empty: stdout
};
Exit log_events(const LogEventsOptions& options);

struct AbandonmentOptions {
    StoreOptions store;
    std::string campaign;
    std::string at;     ///< RFC 3339; empty: now
    std::string packs;  ///< folder; empty: the packs that come with the program
    std::string tzdata; ///< folder; empty: the system's
    std::int64_t detector_sampled = 0;
    std::int64_t detector_persons = 0;
    bool json = false;
    std::string out; ///< empty: stdout
};
Exit abandonment(const AbandonmentOptions& options);

struct OptOutOptions {
    StoreOptions store;
    std::string number;
    std::string by;
};
Exit opt_out_add(const OptOutOptions& options);

struct DecideOptions {
    std::string packs;  ///< folder; empty: the packs that come with the program
    std::string tzdata; ///< folder; empty: the system's
    bool assume_clear = false;
};
/// Exit::usage when a line could not be read; the others have their verdicts all the same.
Exit decide(const DecideOptions& options);

struct PacksListOptions {
    std::string packs;
    bool json = false;
};
Exit packs_list(const PacksListOptions& options);

struct PacksValidateOptions {
    std::string packs;
    std::string tzdata;
};
Exit packs_validate(const PacksValidateOptions& options);

struct PacksDiffOptions {
    std::string old_folder;
    std::string new_folder;
};
Exit packs_diff(const PacksDiffOptions& options);

} // namespace dialer::commands
