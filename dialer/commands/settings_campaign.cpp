// Campaigns made, changed and copied, with all of their settings.

#include "campaigns/records/records.hpp"
#include "campaigns/settings/settings.hpp"
#include "campaigns/settings/templates.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/settings_commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace dialer::commands {

namespace {

namespace fs = std::filesystem;
using campaigns::SettingValues;

// The engine runs elsewhere in the file system: the path is kept whole.
std::string whole_message_path(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    std::ifstream file{path, std::ios::binary};
    std::string magic(4, '\0');
    file.read(magic.data(), 4);
    if (!file.good() || magic != "RIFF") {
        throw CommandError{
            Exit::usage,
            fmt::format("--message {}: not a readable WAV file; give one of 8 kHz, mono", path)};
    }
    return fs::absolute(path).lexically_normal().string();
}

/// Faults of what was typed are the command line's; what the store knows better comes later.
SettingValues checked(GivenSettings given, const std::string& mode) {
    for (auto& [name, value] : given) {
        if (name == "message_file") {
            value = whole_message_path(value);
        }
    }
    if (const auto fault = campaigns::settings_fault(given, mode)) {
        throw CommandError{Exit::usage, *fault};
    }
    return given;
}

const std::string* value_of(const SettingValues& values, std::string_view name) {
    const auto found = std::ranges::find(values, name, &SettingValues::value_type::first);
    return found == values.end() ? nullptr : &found->second;
}

std::string templates_file(const std::string& given) {
    if (!given.empty()) {
        return given;
    }
    // Beside the rule packs, where the program's data lie.
    const fs::path root =
        (fs::absolute(default_packs_folder()).lexically_normal() / "").parent_path();
    return (root.parent_path().parent_path() / "campaigns/templates/campaigns.json").string();
}

std::vector<campaigns::CampaignTemplate> load_templates(const std::string& given) {
    const std::string path = templates_file(given);
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        throw CommandError{Exit::failed, path + ": cannot be read; name it with --templates"};
    }
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return campaigns::parse_templates(text, path);
}

SettingValues template_values(const CampaignNewOptions& options) {
    if (options.based_on.empty()) {
        return {};
    }
    std::string known;
    for (auto& one : load_templates(options.templates)) {
        if (one.name == options.based_on) {
            return std::move(one.values);
        }
        known += (known.empty() ? "" : ", ") + one.name;
    }
    throw CommandError{Exit::usage,
                       fmt::format("--template \"{}\": there are {}", options.based_on, known)};
}

void check_new_name(const std::string& name) {
    if (const auto fault = campaigns::fault_of(*campaigns::find_campaign_field("name"), name)) {
        throw CommandError{Exit::usage, "the campaign's name has 1 to 100 characters"};
    }
}

/// What a campaign lacks is told where it is made, not only on the page of one that stands still.
void print_obstacles(campaigns::Store& store, campaigns::CampaignId campaign) {
    for (const auto& obstacle : campaigns::record_obstacles(store, campaign)) {
        fmt::print("it will not dial before this is mended: {}\n", campaigns::english(obstacle));
    }
}

Exit switch_campaign(const CampaignSwitchOptions& options, bool running) {
    campaigns::Store store{engine_dsn(options.store)};
    campaigns::change_campaign(store, options.name, {{"running", running ? "true" : "false"}},
                               command_actor(options.by));
    fmt::print("campaign {} is {}\n", options.name, running ? "running" : "stopped");
    for (const campaigns::Campaign& campaign : store.campaigns()) {
        if (running && campaign.name == options.name) {
            print_obstacles(store, campaign.id);
        }
    }
    return Exit::done;
}

} // namespace

Exit campaign_new(const CampaignNewOptions& options) {
    check_new_name(options.name);
    SettingValues values = template_values(options);
    const std::string* mode = value_of(values, "mode");
    const SettingValues given = checked(options.given, mode == nullptr ? "" : *mode);
    // What is given comes last and wins.
    values.insert(values.end(), given.begin(), given.end());
    for (const char* needed : {"seller", "caller_id"}) {
        if (value_of(values, needed) == nullptr) {
            const auto* field = campaigns::find_campaign_field(needed);
            throw CommandError{Exit::usage, fmt::format("--{} is required", field->option)};
        }
    }
    campaigns::Store store{engine_dsn(options.store)};
    const auto id =
        campaigns::create_campaign(store, options.name, values, command_actor(options.by));
    fmt::print("campaign {} has id {}; it is stopped\n", options.name,
               static_cast<std::int64_t>(id));
    print_obstacles(store, id);
    return Exit::done;
}

Exit campaign_change(const CampaignChangeOptions& options) {
    if (options.given.empty()) {
        throw CommandError{Exit::usage,
                           "nothing to change: give --mode or another setting; see --help"};
    }
    // Whether --lines-per-agent fits the mode is known with the campaign only.
    static_cast<void>(checked(options.given, "ratio"));
    campaigns::Store store{engine_dsn(options.store)};
    const SettingValues before = campaigns::campaign_settings(store, options.name);
    const SettingValues values = checked(options.given, *value_of(before, "mode"));
    const auto change = campaigns::change_campaign(store, options.name, values,
                                                   command_actor(options.by), options.if_change);
    const std::string* renamed = value_of(values, "name");
    const SettingValues after =
        campaigns::campaign_settings(store, renamed == nullptr ? options.name : *renamed);
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (after[i].second != before[i].second) {
            fmt::print("{}: {} -> {}\n", after[i].first,
                       before[i].second.empty() ? "\"\"" : before[i].second,
                       after[i].second.empty() ? "\"\"" : after[i].second);
        }
    }
    fmt::print("campaign {}: change {}; running engines follow\n", options.name, change);
    return Exit::done;
}

Exit campaign_copy(const CampaignCopyOptions& options) {
    check_new_name(options.name);
    static_cast<void>(checked(options.given, "ratio"));
    campaigns::Store store{engine_dsn(options.store)};
    const SettingValues source = campaigns::campaign_settings(store, options.from);
    const SettingValues values = checked(options.given, *value_of(source, "mode"));
    const auto id = campaigns::copy_campaign(store, options.from, options.name, values,
                                             command_actor(options.by));
    fmt::print("campaign {} has id {} and the settings of {}; it is stopped and has no leads\n",
               options.name, static_cast<std::int64_t>(id), options.from);
    print_obstacles(store, id);
    return Exit::done;
}

Exit campaign_begin(const CampaignSwitchOptions& options) {
    return switch_campaign(options, true);
}

Exit campaign_end(const CampaignSwitchOptions& options) {
    return switch_campaign(options, false);
}

Exit campaign_templates(const CampaignTemplatesOptions& options) {
    const auto templates = load_templates(options.templates);
    boost::json::array array;
    for (const auto& one : templates) {
        if (!options.json) {
            fmt::print("{}: {}\n  {}\n", one.name, one.title, one.note);
            for (const auto& [name, value] : one.values) {
                fmt::print("    {:<20} {}\n", name, value);
            }
            continue;
        }
        boost::json::object values;
        for (const auto& [name, value] : one.values) {
            values[name] = value;
        }
        array.push_back({{"name", one.name},
                         {"title", one.title},
                         {"note", one.note},
                         {"settings", std::move(values)}});
    }
    if (options.json) {
        fmt::print("{}\n", boost::json::serialize(array));
    }
    return Exit::done;
}

} // namespace dialer::commands
