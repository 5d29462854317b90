#pragma once

// The commands of the program: plain options in, an exit code out. main.cpp fills the options.
//
// Each throws what run_command() turns into a line on stderr. Results go to stdout, progress and
// warnings to stderr.

#include "dialer/commands/command.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dialer::commands {

struct MigrateOptions {
    StoreOptions store;
};
Exit migrate(const MigrateOptions& options);

struct ImportOptions {
    StoreOptions store;
    std::string file;
    std::string campaign;
    std::vector<std::string> maps; ///< FIELD=COLUMN[,FIELD=COLUMN...]
    std::string refused_file;      ///< empty: FILE.refused.csv
    bool json = false;
    bool quiet = false;
};
Exit import_leads(const ImportOptions& options);

struct DncLoadOptions {
    StoreOptions store;
    std::string file;
    std::string list;
    std::string as_of;
    std::string kind; ///< empty: the list must exist
    bool allow_bad = false;
    bool allow_shrink = false;
    bool json = false;
    bool quiet = false;
};
Exit dnc_load(const DncLoadOptions& options);

struct CampaignCreateOptions {
    StoreOptions store;
    std::string name;
    std::string seller;
    std::string caller_id;
    std::string mode = "predictive";
    double lines_per_agent = 1.0;
    double lines_per_agent_max = 12.0;
    std::string jurisdiction = "US";
    std::string pool; ///< empty: agents of its own
    int priority = 0;
    double share = 1.0;
    std::vector<std::string> trunks;
    int ring_max_s = 25;
    int wrap_up_max_s = 30;
    int attempts_max = 3;
    int retry_after_s = 3600;
    std::string message_file;
};
Exit campaign_create(const CampaignCreateOptions& options);

/// What is not given stays as it is.
struct CampaignSetOptions {
    StoreOptions store;
    std::string name;
    std::optional<std::string> mode;
    std::optional<double> lines_per_agent;
    std::optional<double> lines_per_agent_max;
    std::optional<std::string> jurisdiction;
    std::optional<std::string> pool;
    std::optional<int> priority;
    std::optional<double> share;
};
Exit campaign_set(const CampaignSetOptions& options);

struct CampaignNameOptions {
    StoreOptions store;
    std::string name;
};
Exit campaign_start(const CampaignNameOptions& options);
Exit campaign_stop(const CampaignNameOptions& options);
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

struct OptOutOptions {
    StoreOptions store;
    std::string number;
    std::string by;
};
Exit opt_out_add(const OptOutOptions& options);

} // namespace dialer::commands
