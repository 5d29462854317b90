#pragma once

// The commands of settings and caller ids: plain options in, an exit code out.

#include "campaigns/types.hpp"
#include "dialer/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialer::commands {

/// Settings given on the command line, by the names of campaigns::campaign_fields().
using GivenSettings = std::vector<std::pair<std::string, std::string>>;

struct CampaignNewOptions {
    StoreOptions store;
    std::string name;
    std::string based_on;  ///< template; empty: none
    std::string templates; ///< file; empty: the one that comes with the program
    GivenSettings given;
    std::string by;
};
Exit campaign_new(const CampaignNewOptions& options);

struct CampaignChangeOptions {
    StoreOptions store;
    std::string name;
    GivenSettings given;
    std::optional<std::int64_t> if_change;
    std::string by;
};
Exit campaign_change(const CampaignChangeOptions& options);

struct CampaignCopyOptions {
    StoreOptions store;
    std::string from;
    std::string name;
    GivenSettings given;
    std::string by;
};
Exit campaign_copy(const CampaignCopyOptions& options);

struct CampaignSwitchOptions {
    StoreOptions store;
    std::string name;
    std::string by;
};
Exit campaign_begin(const CampaignSwitchOptions& options);
Exit campaign_end(const CampaignSwitchOptions& options);

struct CampaignTemplatesOptions {
    std::string templates;
    bool json = false;
};
Exit campaign_templates(const CampaignTemplatesOptions& options);

struct SettingsShowOptions {
    StoreOptions store;
    std::string name;
    bool json = false;
};
Exit settings_show(const SettingsShowOptions& options);

struct SettingsHistoryOptions {
    StoreOptions store;
    std::string campaign;
    std::string table;
    std::string key;
    std::optional<std::int64_t> before;
    int limit = 20;
    bool json = false;
};
Exit settings_history(const SettingsHistoryOptions& options);

struct SettingsRevertOptions {
    StoreOptions store;
    std::int64_t change = 0;
    bool force = false;
    std::string by;
    bool json = false;
};
Exit settings_revert(const SettingsRevertOptions& options);

struct CallerIdAddOptions {
    StoreOptions store;
    std::string number;
    std::string name;
    std::string owner;
    std::string proof = "declared";
    std::string reference;
    std::string from;
    std::string to;
    std::string document; ///< file whose SHA-256 is recorded
    bool verified = false;
    std::string by;
};
Exit caller_id_add(const CallerIdAddOptions& options);

struct CallerIdListOptions {
    StoreOptions store;
    std::string campaign; ///< empty: all
    bool json = false;
};
Exit caller_id_list(const CallerIdListOptions& options);

struct CallerIdAssignOptions {
    StoreOptions store;
    std::string number;
    std::string campaign;
    int weight = 1;
    bool remove = false;
    std::string by;
};
Exit caller_id_assign(const CallerIdAssignOptions& options);

struct CallerIdRestOptions {
    StoreOptions store;
    std::string number;
    std::string until; ///< empty: `hours` from now
    double hours = 24;
    std::string why;
    std::string by;
};
Exit caller_id_rest(const CallerIdRestOptions& options);

struct CallerIdWakeOptions {
    StoreOptions store;
    std::string number;
    std::string by;
};
Exit caller_id_wake(const CallerIdWakeOptions& options);

struct CallerIdAlarmsOptions {
    StoreOptions store;
    std::string number; ///< empty: all
    int limit = 20;
    bool json = false;
};
Exit caller_id_alarms(const CallerIdAlarmsOptions& options);

} // namespace dialer::commands
