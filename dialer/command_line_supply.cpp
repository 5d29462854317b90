// The command line of: Lists, filters, retry rules, callbacks and why a lead is not dialed.

#include "dialer/command_line.hpp"
#include "dialer/commands/supply_commands.hpp"

namespace dialer::commands {

namespace {

constexpr auto kJsonHelp = "As JSON on standard output";

void add_list(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("list", "Lists of leads: how much of the dialing each gets");
    group.require_subcommand(1);
    auto& show = *group.add_subcommand("show", "The lists with their weights and leads");
    const auto showing = options_of<ListShowOptions>(show);
    show.add_option("campaign", showing->campaign, "Of this campaign; all when not given");
    show.add_flag("--json", showing->json, kJsonHelp);
    run_as(show, action, "list show", showing, &list_show);
    auto& set = *group.add_subcommand("set", "Change the weight or the priority of a list");
    const auto setting = options_of<ListSetOptions>(set);
    set.add_option("list", setting->list, "Its id, as `list show` prints it")->required();
    set.add_option("--weight", setting->weight,
                   "0 to 100: of two lists of one priority, one with twice the weight gives twice "
                   "the leads; 0: none for now");
    set.add_option("--priority", setting->priority,
                   "0 to 9: lifts leads with a lower one; higher ones are dialed first");
    set.add_option("--by", setting->by, kByHelp);
    set.footer("Running engines follow within a second.\n\nExample:\n"
               "  dialer list set 12 --weight 3\n");
    run_as(set, action, "list set", setting, &list_set);
}

void add_filter(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("filter", "Which leads a campaign dials");
    group.require_subcommand(1);
    group.footer(
        "Conditions: state = \"FL\", state in (\"FL\", \"GA\"), attempts < 3,\n"
        "custom.income >= 40000, custom.\"Plan type\" is not empty, postal_code starts \"331\",\n"
        "also ends and contains; joined by and, or, not and parentheses. Fields: state, "
        "postal_code,\n"
        "city, county, country, name, email, external_id, time_zone, debt, list, list_name,\n"
        "list_source, attempts, priority, phones, last_outcome, days_since_load,\n"
        "days_since_attempt, and custom.NAME for every other column of a file.\n\nExample:\n"
        "  dialer filter set spring 'state in (\"FL\", \"GA\") and attempts < 3'\n");
    auto& check =
        *group.add_subcommand("check", "Read an expression and print it in its usual form");
    const auto checking = options_of<FilterOptions>(check);
    check.add_option("expression", checking->expression, "The expression")->required();
    run_as(check, action, "filter check", checking, &filter_check);
    const auto add = [&](const char* name, const char* help, bool has_expression,
                         Exit (*run)(const FilterOptions&)) {
        auto& command = *group.add_subcommand(name, help);
        const auto options = options_of<FilterOptions>(command);
        command.add_option("campaign", options->campaign, "Name of the campaign")->required();
        if (has_expression) {
            command
                .add_option("expression", options->expression,
                            "The expression; \"\" lets everything through")
                ->required();
        }
        command.add_flag("--exact", options->exact, "Look at every lead, however many there are");
        command.add_flag("--json", options->json, kJsonHelp);
        command.add_option("--by", options->by, kByHelp);
        run_as(command, action, std::string{"filter "} + name, options, run);
    };
    add("show", "The campaign's filter and how many leads it lets through", false, &filter_show);
    add("count", "How many leads an expression would let through", true, &filter_count);
    add("set", "Set the campaign's filter; running engines follow within a second", true,
        &filter_set);
}

void add_retry(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("retry", "When a lead is tried again, by what came of it");
    group.require_subcommand(1);
    auto& show = *group.add_subcommand("show", "The rules in force");
    const auto showing = options_of<RetryOptions>(show);
    show.add_option("campaign", showing->campaign, "For this campaign; for all when not given");
    show.add_flag("--json", showing->json, kJsonHelp);
    run_as(show, action, "retry show", showing, &retry_show);
    auto& set =
        *group.add_subcommand("set", "Change the rule of one outcome, or limits of attempts");
    const auto setting = options_of<RetryOptions>(set);
    set.add_option("outcome", setting->outcome,
                   "busy, no_answer, rejected, abandoned, early_hangup, ..., or a disposition");
    set.add_option("--campaign", setting->campaign, "For this campaign only");
    set.add_option("--delay", setting->delay, "90s, 15m, 4h, 2d, or campaign for its own pause");
    set.add_option("--tries", setting->tries, "So many that end like this, then no more; or any");
    set.add_option("--phone", setting->phone, "The next try goes to the other phone, or the same");
    set.add_option("--spread", setting->spread,
                   "yes: the next try is in another part of the day than the last two");
    set.add_option("--per-day", setting->per_day, "Attempts at a lead in any 24 hours; 0: any");
    set.add_option("--per-week", setting->per_week, "Attempts at a lead in any 7 days; 0: any");
    set.add_flag("--drop", setting->drop, "The campaign's own rule ends");
    set.add_option("--by", setting->by, kByHelp);
    set.footer("What is not given stays as it is.\n\nExamples:\n"
               "  dialer retry set busy --campaign spring --delay 15m --tries 5 --phone same\n"
               "  dialer retry set --campaign spring --per-day 3 --per-week 7\n");
    run_as(set, action, "retry set", setting, &retry_set);
}

void add_callback(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("callback", "Calls that people asked for");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "Agree one; prints its id");
    const auto adding = options_of<CallbackOptions>(add);
    add.add_option("lead", adding->lead, "Id of the lead")->required();
    add.add_option("--at", adding->at, kMomentHelp)->required();
    add.add_option("--agent", adding->agent, "SIP user of the agent; anybody when not given");
    add.add_option("--note", adding->note, "What the agent is to know");
    add.add_option("--packs", adding->packs, "Folder of rule packs");
    add.add_flag("--json", adding->json, kJsonHelp);
    add.add_option("--by", adding->by, kByHelp);
    add.footer("An instant at which the person must not be called is refused, with the next ones\n"
               "that are legal. Exit code 3 then.\n\nExample:\n"
               "  dialer callback add 4711 --at 2026-11-24T15:30:00-05:00 --agent anna\n");
    run_as(add, action, "callback add", adding, &callback_add);
    auto& list = *group.add_subcommand("list", "Open ones, the next first");
    const auto listing = options_of<CallbackOptions>(list);
    list.add_option("campaign", listing->campaign, "Of this campaign; all when not given");
    list.add_option("--agent", listing->agent, "Of this agent");
    list.add_flag("--missed", listing->missed, "Those whose time is over");
    list.add_flag("--all", listing->all, "Also those that are done or cancelled");
    list.add_flag("--json", listing->json, kJsonHelp);
    run_as(list, action, "callback list", listing, &callback_list);
    auto& cancel = *group.add_subcommand("cancel", "The person no longer wants it");
    const auto cancelling = options_of<CallbackOptions>(cancel);
    cancel.add_option("id", cancelling->id, "As `callback list` prints it")->required();
    cancel.add_option("--why", cancelling->note, "For the record");
    cancel.add_option("--by", cancelling->by, kByHelp);
    run_as(cancel, action, "callback cancel", cancelling, &callback_cancel);
}

void add_lead_recycle(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("recycle", "Dial exhausted leads again from the start");
    const auto options = options_of<LeadRecycleOptions>(command);
    command.add_option("campaign", options->campaign, "Name of the campaign")->required();
    command.add_option("--list", options->list, "Only of this list");
    command.add_option("--outcome", options->outcomes,
                       "Only those that ended so; may be given several times");
    command.add_flag("--finished", options->finished, "Also leads that had a conversation");
    command.add_option("--attempts-max", options->attempts_max,
                       "Only with so many attempts at most");
    command.add_flag("--dry-run", options->dry_run, "Count only");
    command.add_flag("--json", options->json, kJsonHelp);
    command.add_option("--by", options->by, kByHelp);
    command.footer("Leads that the gate has refused for good stay so. When it is interrupted, the\n"
                   "same command does the rest.\n\nExample:\n"
                   "  dialer lead recycle spring --list 12 --outcome no_answer --outcome busy\n");
    run_as(command, action, "lead recycle", options, &lead_recycle);
}

void add_lead(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("lead", "Leads one by one");
    group.require_subcommand(1);
    auto& add =
        *group.add_subcommand("add", "Add one that is dialed before all others; prints its id");
    const auto adding = options_of<LeadAddOptions>(add);
    add.add_option("campaign", adding->campaign, "Name of the campaign")->required();
    add.add_option("phones", adding->phones, "Numbers, the preferred one first")->required();
    add.add_option("--name", adding->name, "Of the person");
    add.add_option("--external-id", adding->external_id, "In your own books");
    add.add_option("--email", adding->email, "Of the person");
    add.add_option("--region", adding->region, "State of the address");
    add.add_option("--postal-code", adding->postal_code, "Of the address");
    add.add_option("--custom", adding->custom, "KEY=VALUE; may be given several times");
    add.add_option("--priority", adding->priority, "0 to 9")->capture_default_str();
    add.add_option("--packs", adding->packs, "Folder of rule packs");
    add.add_flag("--json", adding->json, kJsonHelp);
    add.add_option("--by", adding->by, kByHelp);
    add.footer("Dialed within a second when that is legal and an agent is free. A number that the\n"
               "campaign has already makes no second lead.\n\nExample:\n"
               "  dialer lead add spring 212-555-0123 --name \"A. Miller\" --custom form=quote\n");
    run_as(add, action, "lead add", adding, &lead_add);
    auto& set = *group.add_subcommand("set", "Change when and how soon a lead is dialed");
    const auto setting = options_of<LeadSetOptions>(set);
    set.add_option("lead", setting->lead, "Its id")->required();
    set.add_option("--priority", setting->priority, "0 to 9, 9 first");
    set.add_option("--due", setting->due, kMomentHelp);
    set.add_flag("--again", setting->again, "From the start, whatever came of it before");
    set.add_option("--by", setting->by, kByHelp);
    run_as(set, action, "lead set", setting, &lead_set);
    add_lead_recycle(group, action);
}

} // namespace

void add_supply_commands(CLI::App& app, Action& action) {
    add_list(app, action);
    add_filter(app, action);
    add_retry(app, action);
    add_callback(app, action);
    add_lead(app, action);
    add_funnel_commands(app, action);
}

} // namespace dialer::commands
