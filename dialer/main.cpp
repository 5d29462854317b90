// The command line of the program.

#include "dialer/command_line.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/serve.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace dialer::commands;

constexpr auto kExitCodes = "Exit codes:\n"
                            "  0  done\n"
                            "  1  failed: the store is out of reach, a file cannot be read\n"
                            "  2  the command line is wrong\n"
                            "  3  the input was refused; nothing was changed\n"
                            "\n"
                            "The store is found by --store, else by the environment variable\n"
                            "DIALER_STORE, else in the configuration file.\n"
                            "\n"
                            "First steps:\n"
                            "  dialer migrate\n"
                            "  dialer campaign create spring --seller \"Acme Solar\" "
                            "--caller-id 212-555-0100\n"
                            "  dialer import leads.csv --campaign spring\n"
                            "  dialer dnc load registry.txt --list national --as-of 2026-11-20\n"
                            "  dialer campaign start spring\n"
                            "  dialer serve\n";

void add_migrate(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("migrate", "Make or update the tables of the store");
    command.footer("Runs as the owner of the schema (owner_dsn of the configuration). Running it\n"
                   "again changes nothing.\n\nExample:\n"
                   "  dialer migrate --store \"host=/run/pg dbname=dialer user=dialer_owner\"\n");
    run_as(command, action, "migrate", options_of<MigrateOptions>(command), &migrate);
}

void add_dnc_load(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("load", "Load a file of numbers not to be called");
    const auto options = options_of<DncLoadOptions>(command);
    command
        .add_option("file", options->file,
                    "A registry's file (flat, CSV, XML, JSON; zipped or not), or one number a line")
        ->required();
    command.add_option("--list", options->list, "The list, e.g. national or company");
    command.add_option("--as-of", options->as_of, "The day the file was made on: 2026-11-23")
        ->required();
    command.add_option(
        "--kind", options->kind,
        "Make the list if there is none: national, company, state, preference,\n"
        "litigator, wireless, ported, landline or other; reassigned: the file holds\n"
        "answers of the reassigned-numbers database and there is no list");
    command.add_option("--country", options->country, "Whose list, as US; a new national one: US");
    command.add_option("--region", options->region, "Of a state's list, as MA");
    command.add_option("--seller", options->seller,
                       "Of one seller's company list; else everyone's");
    command.add_option("--area-codes", options->area_codes,
                       "That the file covers, as 212,646; all when not given");
    command.add_flag("--change", options->change, "The file holds changes (A and D)");
    command.add_option("--after", options->after, "The version that the changes come after");
    command.add_flag("--blocks", options->blocks, "Each line is a block, NPA-NXX-X or NPA-NXX");
    command
        .add_option("--column", options->columns,
                    "A column by name or place: number=Phone or mark=4; of number, area_code,\n"
                    "mark, time, listed, date, answer")
        ->allow_extra_args(false);
    command.add_option("--rows", options->rows, "How many records the file must have");
    command.add_flag("--allow-bad", options->allow_bad,
                     "Load although more than 1 % of the lines are no numbers");
    command.add_flag("--allow-shrink", options->allow_shrink,
                     "Load although the list loses more than half of its numbers");
    command.add_flag("--json", options->json, "Print the summary as one line of JSON");
    command.add_flag("--quiet", options->quiet, "No progress bar");
    command.footer(
        "A full file takes the place of the version before, except on company lists, which only\n"
        "grow. A list of changes comes after the version in force and after no other. A file that\n"
        "is cut off, loaded before or out of order is refused, and what was in force stays.\n"
        "Running engines use a version within a second.\n\n"
        "Examples:\n"
        "  dialer dnc load 2026-11-20.txt --list national --as-of 2026-11-20\n"
        "  dialer dnc load changes.zip --list national --as-of 2026-11-21 --change --after 17\n"
        "  dialer dnc load crm-optouts.csv --list company --as-of 2026-11-23\n"
        "  dialer dnc load ma.csv --list ma --kind state --region MA --as-of 2026-10-01\n");
    run_as(command, action, "dnc load", options, &dnc_load);
}

void add_dnc_number(CLI::App& group, Action& action, const std::string& name,
                    const std::string& about, const std::string& footer,
                    Exit (*run)(const DncNumberOptions&)) {
    auto& command = *group.add_subcommand(name, about);
    const auto options = options_of<DncNumberOptions>(command);
    command.add_option("number", options->numbers, "One or more telephone numbers")->required();
    command.add_option("--at", options->at, "As known at this time, RFC 3339; now when not given");
    command.add_flag("--json", options->json, "One JSON object a number");
    command.footer(footer);
    run_as(command, action, "dnc " + name, options, run);
}

void add_dnc(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("dnc", "Do-not-call lists");
    group.require_subcommand(1);
    add_dnc_load(group, action);
    add_dnc_number(group, action, "check", "Say which lists a number is on",
                   "Example:\n  dialer dnc check 212-555-0101 212-555-0102\n", &dnc_check);
    add_dnc_number(group, action, "history", "Say when a number came on and went off each list",
                   "Example:\n  dialer dnc history 212-555-0101 --at 2026-03-01T00:00:00Z\n",
                   &dnc_history);
}

void add_log_events(CLI::App& group, Action& action) {
    auto& command =
        *group.add_subcommand("events", "Write a past day as the events that pacing was told of");
    const auto options = options_of<LogEventsOptions>(command);
    command.add_option("--campaign", options->campaign, "The campaign")->required();
    command.add_option("--from", options->from, "First day (UTC) or time, RFC 3339")->required();
    command.add_option("--to", options->to, "Last day (UTC, whole) or end time, RFC 3339")
        ->required();
    command.add_option("--out", options->out, "File; stdout when not given");
    command.footer(
        "One JSON object a line, in the order of time; pacing_replay re-runs such a file\n"
        "with other settings.\n\nExample:\n"
        "  dialer log events --campaign spring --from 2026-11-23 --to 2026-11-23 "
        "--out day.jsonl\n");
    run_as(command, action, "log events", options, &log_events);
}

void add_log(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("log", "The dial log");
    group.require_subcommand(1);
    auto& command = *group.add_subcommand("export", "Write the dial log as CSV or JSON");
    const auto options = options_of<LogExportOptions>(command);
    command.add_option("--campaign", options->campaign, "The campaign; all when not given");
    command.add_option("--from", options->from, "First day (UTC) or time, RFC 3339")->required();
    command.add_option("--to", options->to, "Last day (UTC, whole) or end time, RFC 3339")
        ->required();
    command.add_option("--format", options->format, "csv or json")->capture_default_str();
    command.add_option("--out", options->out, "File; stdout when not given");
    command.footer(
        "One row an attempt, oldest first; times are UTC. In CSV a text that a spreadsheet\n"
        "would run as a formula begins with an apostrophe; numbers such as +12125550100 do\n"
        "not. JSON is an array with one object a line, with all events and the evidence.\n\n"
        "Examples:\n"
        "  dialer log export --campaign spring --from 2026-11-01 --to 2026-11-30 --out nov.csv\n"
        "  dialer log export --from 2026-11-23T15:00:00-05:00 --to 2026-11-23T16:00:00-05:00 \\\n"
        "      --format json\n");
    run_as(command, action, "log export", options, &log_export);
    add_log_events(group, action);
}

void add_abandonment(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("abandonment", "Abandoned calls by every legal definition");
    const auto options = options_of<AbandonmentOptions>(command);
    command
        .add_option("--campaign", options->campaign,
                    "A campaign; counted is the regulatory campaign (seller and offer) it is of")
        ->required();
    command.add_option("--at", options->at, "As of this time, RFC 3339; now when not given");
    command.add_option("--packs", options->packs, "Folder of rule packs");
    command.add_option("--tzdata", options->tzdata, "Folder of compiled zones");
    command.add_option("--detector-sampled", options->detector_sampled,
                       "Calls dropped as machines that people listened to");
    command.add_option("--detector-persons", options->detector_persons,
                       "How many of them were persons");
    command.add_flag("--json", options->json, "JSON instead of a table");
    command.add_option("--out", options->out, "File; stdout when not given");
    command.footer("Computed anew from the raw instants of the dial log, in integers.\n\nExample:\n"
                   "  dialer abandonment --campaign spring\n");
    run_as(command, action, "abandonment", options, &abandonment);
}

void add_opt_out(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("opt-out", "Requests not to be called again");
    group.require_subcommand(1);
    auto& command = *group.add_subcommand("add", "Put a number on the company list, at once");
    const auto options = options_of<OptOutOptions>(command);
    command.add_option("number", options->number, "The number")->required();
    command.add_option("--by", options->by,
                       "Who took the request, for the log; $USER when not given");
    command.footer("A call that rings at that number is cancelled.\n\nExample:\n"
                   "  dialer opt-out add \"(212) 555-0123\" --by maria\n");
    run_as(command, action, "opt-out add", options, &opt_out_add);
}

constexpr auto kPacksHelp = "Folder of rule packs; those that come with the program when not given";
constexpr auto kTzdataHelp = "Folder of compiled zone data; the system's when not given";

void add_decide(CLI::App& app, Action& action) {
    auto& command =
        *app.add_subcommand("decide", "Say of calls whether they may be placed, and why");
    const auto options = std::make_shared<DecideOptions>();
    command.add_option("--packs", options->packs, kPacksHelp);
    command.add_option("--tzdata", options->tzdata, kTzdataHelp);
    command.add_flag("--assume-clear", options->assume_clear,
                     "What is not given about lists, consent, relationship, line and reassignment "
                     "counts as passing, so that one rule can be studied alone; it lifts nothing");
    command.footer(
        "Reads one JSON object a line on standard input and answers with one a line: id, verdict\n"
        "(allow, deny, defer), reasons, zones, packs, tzdb, until. Needs no store. What the input\n"
        "may have is in dnc/decide.md; an empty list or null says \"known: none\".\n\n"
        "A line that cannot be read gives {\"line\", \"id\", \"error\": {\"field\", \"reason\",\n"
        "\"fix\"}} and the rest goes on. Exit code: 0 when every line got its verdict, 2 when "
        "some\n"
        "could not be read.\n\n"
        "Example:\n"
        "  echo '{\"number\": \"(305) 555-0101\", \"at\": \"2026-11-23T13:00:00Z\"}' |\n"
        "      dialer decide --assume-clear\n");
    run_as(command, action, "decide", options, &decide);
}

void add_packs(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("packs", "Rule packs: the law as data");
    group.require_subcommand(1);
    auto& list = *group.add_subcommand("list", "All packs with version, rules and confidence");
    const auto listing = std::make_shared<PacksListOptions>();
    list.add_option("--packs", listing->packs, kPacksHelp);
    list.add_flag("--json", listing->json, "One JSON object a pack");
    list.footer("Confidence of rules: V read in the rule, S read in a secondary source, K from\n"
                "knowledge, P policy of the house.\n");
    run_as(list, action, "packs list", listing, &packs_list);

    auto& validate = *group.add_subcommand("validate", "Check packs and run their golden cases");
    const auto validating = std::make_shared<PacksValidateOptions>();
    validate.add_option("folder", validating->packs, kPacksHelp);
    validate.add_option("--tzdata", validating->tzdata, kTzdataHelp);
    validate.footer(
        "Exit code 1 when a pack has a fault or a case comes out otherwise than it says.\n"
        "Warnings tell what a person should look at: rules that nobody read in a\n"
        "primary source, proclaimed days that run out, and what changes within 90 days.\n\n"
        "Example:\n  dialer packs validate dnc/packs\n");
    run_as(validate, action, "packs validate", validating, &packs_validate);

    auto& diff = *group.add_subcommand("diff", "What changed between two folders of packs");
    const auto comparing = std::make_shared<PacksDiffOptions>();
    diff.add_option("old", comparing->old_folder, "Folder of the packs before")->required();
    diff.add_option("new", comparing->new_folder, "Folder of the packs after")->required();
    run_as(diff, action, "packs diff", comparing, &packs_diff);
}

void add_serve(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("serve", "Run the engine until SIGTERM or SIGINT");
    const auto path = std::make_shared<std::string>("dialer.toml");
    command.add_option("--config", *path, "Configuration file (TOML)")->capture_default_str();
    command.footer("Example:\n  dialer serve --config /etc/dialer/dialer.toml\n");
    command.callback([&action, path] {
        action = [path] {
            return run_command("serve", [&] { return static_cast<Exit>(dialer::serve(*path)); });
        };
    });
}

void add_commands(CLI::App& app, Action& action) {
    add_migrate(app, action);
    add_dnc(app, action);
    add_people_commands(app, action);
    add_log(app, action);
    add_abandonment(app, action);
    add_opt_out(app, action);
    add_ledger_commands(app, action);
    add_audit_commands(app, action);
    add_import_commands(app, action);
    add_records_commands(app, action);
    add_reports_commands(app, action);
    add_settings_commands(app, action);
    add_supply_commands(app, action);
    add_decide(app, action);
    add_packs(app, action);
    add_serve(app, action);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"dialer: an outbound predictive dialer that never calls without proof that it may",
                 "dialer"};
    app.set_version_flag("--version", "dialer 0.1.0");
    app.require_subcommand(1);
    app.footer(kExitCodes);
    Action action;
    add_commands(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = app.exit(error) == 0;
        return static_cast<int>(asked_for_help ? Exit::done : Exit::usage);
    }
    return action();
}
