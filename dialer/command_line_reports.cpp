// The command line of reports.

#include "dialer/command_line.hpp"
#include "dialer/commands/report_commands.hpp"

namespace dialer::commands {

namespace {

// CLI11 takes what is no subcommand as the report's name.
void add_list(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("list", "The reports there are; of one, every figure");
    const auto options = options_of<ReportListOptions>(command);
    command.add_option("name", options->name, "Only this one, with the meaning of each figure");
    command.add_flag("--json", options->json, "As JSON");
    command.footer("Example:\n  dialer report list attempts\n");
    run_as(command, action, "report list", options, &report_list);
}

} // namespace

void add_reports_commands(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("report", "Reports over the dial log");
    const auto options = options_of<ReportOptions>(command);
    command.add_option("name", options->name, "Which one; `dialer report list` names them");
    command.add_option("--campaign", options->campaigns,
                       "Only this campaign; may be given several times; all when not given");
    command.add_option("--from", options->from,
                       "Local date (its beginning) or RFC 3339 with offset; today when not given");
    command.add_option("--to", options->to,
                       "Local date (its end) or RFC 3339 with offset; the end of --from's day");
    command.add_option("--zone", options->zone, "Whose clocks count days and hours")
        ->capture_default_str();
    command.add_option("--by", options->by, "What to divide by: list,hour")->delimiter(',');
    command.add_option("--format", options->format, "csv, json or xlsx")->capture_default_str();
    command.add_option("--out", options->out, "File; standard output when not given");
    command.add_option("--packs", options->packs, "Folder of rule packs");
    command.add_option("--tzdata", options->tzdata, "Folder of compiled time zones");
    command.add_flag("--notes", options->notes, "Say on standard error what each figure counts");
    command.footer(
        "Attempts count once they have ended. JSON has the meaning of every figure with\n"
        "it. Nothing is changed.\n\nExamples:\n"
        "  dialer report attempts --by list,hour --zone America/New_York \\\n"
        "      --from 2026-11-23 --to 2026-11-27 --out week.csv\n"
        "  dialer report abandonment --format xlsx --out abandonment.xlsx\n");
    // `list` is a command of its own; with a report's name the command itself runs.
    command.callback([&command, &action, options] {
        if (!command.get_subcommands().empty()) {
            return;
        }
        if (options->name.empty()) {
            throw CLI::RequiredError{"name of a report (`dialer report list` has them)"};
        }
        action = [options] { return run_command("report", [&] { return report(*options); }); };
    });
    add_list(command, action);
}

} // namespace dialer::commands
