// The command line of the funnel and of "why not dialed?".

#include "dialer/command_line.hpp"
#include "dialer/commands/funnel_commands.hpp"

namespace dialer::commands {

namespace {

constexpr auto kAtHelp = "Instant asked about: a date or RFC 3339 with offset; now when not given";
constexpr auto kPacksHelp =
    "Folder of rule packs; the configuration's, or those of the program, when not given";

void add_funnel(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("funnel", "Where the leads of a campaign are, and why");
    const auto options = options_of<FunnelOptions>(command);
    command.add_option("campaign", options->campaign, "Name of the campaign")->required();
    command.add_option("--at", options->at, kAtHelp);
    command.add_option("--packs", options->packs, kPacksHelp);
    command.add_flag("--json", options->json, "As one JSON object on standard output");
    command.footer(
        "From all leads that were loaded to those that may be called now: what stops the others,\n"
        "by reason, and the same by time zone and by list. Counts are kept while leads change, so\n"
        "this is as quick with ten million leads as with ten. Hours are those of the law and of\n"
        "the campaign; consents and lists of a single person are asked when it is dialed.\n"
        "With an earlier --at the hours are those of that instant and the counts those of now.\n\n"
        "Example:\n  dialer funnel spring\n  dialer funnel spring --json | jq '.stages'\n");
    run_as(command, action, "funnel", options, &funnel);
}

void add_why(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("why", "Why a lead is not dialed, or why it was");
    const auto options = options_of<WhyOptions>(command);
    command.add_option("lead", options->lead, "Id, telephone number or external id of the lead")
        ->required();
    command.add_option("--campaign", options->campaign, "Of that campaign only");
    command.add_flag("--external", options->external,
                     "It is an external id, also when it reads like an id or a number");
    command.add_option("--at", options->at, kAtHelp);
    command.add_option("--packs", options->packs, kPacksHelp);
    command.add_flag("--json", options->json, "One JSON object a lead and line on standard output");
    command.footer(
        "Every condition on the way to a call with its answer, the gate's decision for each "
        "number\n"
        "with all its reasons, the earliest instant at which it could be dialed within 31 days, "
        "and\n"
        "past attempts with what the gate allowed them for. A number that is in several campaigns\n"
        "is explained for each of them.\n\n"
        "Example:\n  dialer why 212-555-0123 --campaign spring\n"
        "  dialer why crm-4711 --at 2026-11-24T09:00:00-05:00 --json\n");
    run_as(command, action, "why", options, &why);
}

} // namespace

void add_funnel_commands(CLI::App& app, Action& action) {
    add_funnel(app, action);
    add_why(app, action);
}

} // namespace dialer::commands
