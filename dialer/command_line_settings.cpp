// The command line of campaigns, their settings with versions, and caller ids.

#include "dialer/command_line.hpp"

#include "campaigns/settings/fields.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/settings_commands.hpp"

#include <type_traits>

namespace dialer::commands {

namespace {

constexpr auto kModes =
    "Modes:\n"
    "  predictive   dials ahead of the agents, as far as the law on abandoned calls lets it\n"
    "  progressive  one line for each free agent: no answered call waits for one\n"
    "  ratio        a fixed number of lines for each free agent (--lines-per-agent)\n"
    "  preview      shows each ready agent a lead; the agent dials or skips it\n"
    "  manual       agents dial numbers themselves, through the same gate\n"
    "  agentless    no agents: answered calls hear the message\n";

/// One option for each setting; `running` has its own commands, a new name is no option.
template <typename Options>
void add_settings(CLI::App& command, const std::shared_ptr<Options>& options) {
    constexpr bool fresh = std::is_same_v<Options, CampaignNewOptions>;
    constexpr bool existing = std::is_same_v<Options, CampaignChangeOptions>;
    for (const campaigns::CampaignField& field : campaigns::campaign_fields()) {
        if (field.name == "running" || (!existing && field.name == "name")) {
            continue;
        }
        std::string help{field.help};
        if (fresh && !field.usual.empty()) {
            help += " [" + std::string{field.usual} + "]";
        }
        const std::string name{field.name};
        const std::string flag = "--" + std::string{field.option};
        if (field.kind == campaigns::FieldKind::texts) {
            command.add_option_function<std::vector<std::string>>(
                flag,
                [options, name](const std::vector<std::string>& given) {
                    options->given.emplace_back(name, campaigns::join_texts(given));
                },
                help);
            continue;
        }
        command.add_option_function<std::string>(
            flag,
            [options, name](const std::string& given) { options->given.emplace_back(name, given); },
            help);
    }
}

void add_create(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("create", "Make a campaign; it is not running at first");
    const auto options = options_of<CampaignNewOptions>(command);
    command.add_option("name", options->name, "Its name")->required();
    command.add_option("--template", options->based_on,
                       "Settings to begin with; see `dialer campaign templates`");
    command.add_option("--templates", options->templates, "File of templates");
    add_settings(command, options);
    command.add_option("--by", options->by, kByHelp);
    command.footer(
        std::string{kModes} +
        "\nBy --caller-id you say that you may show this number; `dialer caller-id add`\n"
        "records what proves it.\n"
        "\nExamples:\n  dialer campaign create spring --seller \"Acme Solar\" "
        "--caller-id 212-555-0100 \\\n      --message safe-harbour.wav\n"
        "  dialer campaign create poll --template us-survey --seller \"Acme Polls\" \\\n"
        "      --caller-id 212-555-0100\n");
    run_as(command, action, "campaign create", options, &campaign_new);
}

void add_set(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("set", "Change any setting; running engines follow");
    const auto options = options_of<CampaignChangeOptions>(command);
    command.add_option("campaign", options->name, "The campaign")->required();
    add_settings(command, options);
    command.add_option("--if-change", options->if_change,
                       "Only if the latest change of the campaign is this one");
    command.add_option("--by", options->by, kByHelp);
    command.footer(std::string{kModes} +
                   "\nWhat is not given stays as it is. Running engines follow within a second.\n"
                   "Each change is kept: `dialer settings history`, `dialer settings revert`.\n"
                   "\nExamples:\n"
                   "  dialer campaign set spring --mode preview\n"
                   "  dialer campaign set spring --pool evening --priority 5 --share 2\n"
                   "  dialer campaign set spring --hours \"mon-fri 09:00-12:00 13:00-19:00\"\n");
    run_as(command, action, "campaign set", options, &campaign_change);
}

void add_copy(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("copy", "Make a campaign with the settings of another");
    const auto options = options_of<CampaignCopyOptions>(command);
    command.add_option("from", options->from, "The campaign to copy")->required();
    command.add_option("name", options->name, "The new campaign's name")->required();
    add_settings(command, options);
    command.add_option("--by", options->by, kByHelp);
    command.footer("Settings, the pool of caller ids and the retry rules are copied; leads are\n"
                   "not. The copy is stopped.\n\nExample:\n"
                   "  dialer campaign copy spring autumn --subject \"home storage\"\n");
    run_as(command, action, "campaign copy", options, &campaign_copy);
}

void add_switch(CLI::App& group, Action& action, const char* word, const char* help,
                Exit (*run)(const CampaignSwitchOptions&)) {
    auto& command = *group.add_subcommand(word, help);
    const auto options = options_of<CampaignSwitchOptions>(command);
    command.add_option("name", options->name, "The campaign")->required();
    command.add_option("--by", options->by, kByHelp);
    run_as(command, action, std::string{"campaign "} + word, options, run);
}

void add_templates(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("templates", "Templates for `campaign create`");
    const auto options = std::make_shared<CampaignTemplatesOptions>();
    command.add_option("--templates", options->templates, "File of templates");
    command.add_flag("--json", options->json, "As JSON");
    run_as(command, action, "campaign templates", options, &campaign_templates);
}

void add_campaign(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("campaign", "Campaigns");
    group.require_subcommand(1);
    add_create(group, action);
    add_set(group, action);
    add_copy(group, action);
    add_switch(group, action, "start", "Let it dial; running engines begin within a second",
               &campaign_begin);
    add_switch(group, action, "stop", "No further calls; calls in progress go on", &campaign_end);
    auto& show = *group.add_subcommand("show", "Its settings and where its leads stand");
    const auto shown = options_of<CampaignNameOptions>(show);
    show.add_option("name", shown->name, "The campaign")->required();
    run_as(show, action, "campaign show", shown, &campaign_show);
    auto& list = *group.add_subcommand("list", "All campaigns");
    run_as(list, action, "campaign list", options_of<ListOptions>(list), &campaign_list);
    add_templates(group, action);
}

void add_settings_show(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("show", "All settings of a campaign");
    const auto options = options_of<SettingsShowOptions>(command);
    command.add_option("campaign", options->name, "The campaign")->required();
    command.add_flag("--json", options->json,
                     "As one line of JSON, with the id of the latest change");
    run_as(command, action, "settings show", options, &settings_show);
}

void add_settings_history(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("history", "Who changed what, newest first");
    const auto options = options_of<SettingsHistoryOptions>(command);
    command.add_option("--campaign", options->campaign, "Its settings and what belongs to it");
    command.add_option("--table", options->table,
                       "campaigns, lists, caller_ids, campaign_caller_ids, retry_rules, ...");
    command.add_option("--key", options->key, "Of one row, as the history shows it");
    command.add_option("--before", options->before, "Older than this change");
    command.add_option("--limit", options->limit, "At most so many, 1 to 1000")
        ->capture_default_str();
    command.add_flag("--json", options->json, "One JSON object a line");
    command.footer("Example:\n  dialer settings history --campaign spring\n");
    run_as(command, action, "settings history", options, &settings_history);
}

void add_settings_revert(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("revert", "Take one change back");
    const auto options = options_of<SettingsRevertOptions>(command);
    command.add_option("change", options->change, "Its id, as the history shows it")->required();
    command.add_flag("--force", options->force,
                     "Although the same fields were changed again since");
    command.add_option("--by", options->by, kByHelp);
    command.add_flag("--json", options->json, "The result as one line of JSON");
    command.footer(
        "Only the fields that the change touched get their earlier values; what else was\n"
        "changed before or since stays. It is a change of its own and can be taken back\n"
        "too. Running engines follow within a second.\n\nExample:\n"
        "  dialer settings revert 412\n");
    run_as(command, action, "settings revert", options, &settings_revert);
}

void add_versions(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("settings", "Settings, their versions, and taking one back");
    group.require_subcommand(1);
    add_settings_show(group, action);
    add_settings_history(group, action);
    add_settings_revert(group, action);
}

void add_caller_id_add(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("add", "Record a number and the right to show it");
    const auto options = options_of<CallerIdAddOptions>(command);
    command.add_option("number", options->number, "The number")->required();
    command.add_option("--name", options->name, "Sent with it where a carrier supports names");
    command.add_option("--owner", options->owner, "Who holds the number");
    command
        .add_option("--proof", options->proof,
                    "declared (nothing backs it), owned, contract or letter")
        ->capture_default_str();
    command.add_option("--reference", options->reference, "Of the contract or assignment");
    command.add_option("--from", options->from, "First day of the right, 2026-01-31");
    command.add_option("--to", options->to, "Its last day");
    command.add_option("--document", options->document, "File that proves it; its SHA-256 is kept");
    command.add_flag("--verified", options->verified, "You have compared it with the document");
    command.add_option("--by", options->by, kByHelp);
    command.footer(
        "A number that is on record gets this proof instead; what was there before stays\n"
        "in the history of settings. Outside its period a number is never shown.\n"
        "\nExample:\n"
        "  dialer caller-id add 212-555-0100 --proof contract --owner \"Acme Solar\" \\\n"
        "      --reference 2026/117 --from 2026-01-01 --to 2026-12-31 \\\n"
        "      --document contract.pdf --verified\n");
    run_as(command, action, "caller-id add", options, &caller_id_add);
}

void add_caller_id_assign(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("assign", "Put a number into a campaign's pool");
    const auto options = options_of<CallerIdAssignOptions>(command);
    command.add_option("number", options->number, "The number")->required();
    command.add_option("--campaign", options->campaign, "The campaign")->required();
    command.add_option("--weight", options->weight, "Its part of the calls, 1 to 100")
        ->capture_default_str();
    command.add_flag("--remove", options->remove, "Take it out again");
    command.add_option("--by", options->by, kByHelp);
    command.footer("While the pool is empty the campaign shows its --caller-id.\n\nExample:\n"
                   "  dialer caller-id assign 212-555-0100 --campaign spring --weight 2\n");
    run_as(command, action, "caller-id assign", options, &caller_id_assign);
}

void add_caller_id_rest(CLI::App& group, Action& action) {
    auto& rest = *group.add_subcommand("rest", "Show a number to nobody for a while");
    const auto resting = options_of<CallerIdRestOptions>(rest);
    rest.add_option("number", resting->number, "The number")->required();
    rest.add_option("--hours", resting->hours, "For so long")->capture_default_str();
    rest.add_option("--until", resting->until, "Instead: until then, RFC 3339 with offset");
    rest.add_option("--why", resting->why, "Reason, for the record");
    rest.add_option("--by", resting->by, kByHelp);
    rest.footer(
        "It comes back gradually: with a tenth of its weight, and its whole weight after as\n"
        "long as it rested. A campaign whose numbers all rest does not dial.\n\nExample:\n"
        "  dialer caller-id rest 212-555-0100 --hours 72 --why \"labelled as spam\"\n");
    run_as(rest, action, "caller-id rest", resting, &caller_id_rest);
    auto& wake = *group.add_subcommand("wake", "End its rest");
    const auto waking = options_of<CallerIdWakeOptions>(wake);
    wake.add_option("number", waking->number, "The number")->required();
    wake.add_option("--by", waking->by, kByHelp);
    run_as(wake, action, "caller-id wake", waking, &caller_id_wake);
}

void add_caller_id(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("caller-id", "Numbers shown to called persons");
    group.require_subcommand(1);
    add_caller_id_add(group, action);
    add_caller_id_assign(group, action);
    add_caller_id_rest(group, action);
    auto& list = *group.add_subcommand("list", "All numbers, their proofs, pools and standing");
    const auto listing = options_of<CallerIdListOptions>(list);
    list.add_option("--campaign", listing->campaign, "Only those that the campaign shows");
    list.add_flag("--json", listing->json, "One JSON object a line");
    run_as(list, action, "caller-id list", listing, &caller_id_list);
    auto& alarms = *group.add_subcommand("alarms", "Signs of a bad reputation, newest first");
    const auto alarming = options_of<CallerIdAlarmsOptions>(alarms);
    alarms.add_option("--number", alarming->number, "Of one number");
    alarms.add_option("--limit", alarming->limit, "At most so many")->capture_default_str();
    alarms.add_flag("--json", alarming->json, "One JSON object a line");
    run_as(alarms, action, "caller-id alarms", alarming, &caller_id_alarms);
}

} // namespace

void add_settings_commands(CLI::App& app, Action& action) {
    add_campaign(app, action);
    add_versions(app, action);
    add_caller_id(app, action);
}

} // namespace dialer::commands
