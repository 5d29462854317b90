// The command line of dispositions, scripts, call records, retention and holds.

#include "dialer/command_line.hpp"
#include "dialer/commands/record_commands.hpp"

namespace dialer::commands {

namespace {

constexpr auto kJsonHelp = "Print JSON on one line";

void add_disposition_options(CLI::App& command, DispositionOptions& options) {
    command.add_option("code", options.code, "As the log has it: quote_sent")->required();
    command.add_option("--campaign", options.campaign, "Of this campaign; of all when not given");
    command.add_option("--label", options.label, "What agents read");
    command.add_option("--category", options.category,
                       "sale, contact, no_contact, machine, callback, do_not_call, wrong_number or "
                       "other");
    command.add_option("--lead", options.lead_action,
                       "What it does to the lead: finish (never again), retry (by the retry rule "
                       "of this code), callback (when the agent agreed), block_number (go on with "
                       "other numbers), opt_out");
    command.add_option("--position", options.position, "On the agent's page; last when not given");
    command.add_option("--active", options.active, "yes or no: whether agents may say it");
    command.add_option("--by", options.by, kByHelp);
}

void add_dispositions(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("disposition", "What agents may say that a call was");
    group.require_subcommand(1);
    auto& list = *group.add_subcommand("list", "All of them, or those of a campaign's agents");
    const auto listing = options_of<DispositionListOptions>(list);
    list.add_option("--campaign", listing->campaign, "What its agents see");
    list.add_flag("--all", listing->all, "Those that are switched off, too");
    list.add_flag("--json", listing->json, kJsonHelp);
    run_as(list, action, "disposition list", listing, &disposition_list);

    auto& add = *group.add_subcommand("add", "One more");
    const auto adding = options_of<DispositionOptions>(add);
    add_disposition_options(add, *adding);
    add.footer("A campaign's own code hides the one of all campaigns with the same name.\n\n"
               "Example:\n  dialer disposition add quote_sent --label \"Quote sent\" \\\n"
               "      --category contact --lead retry --campaign spring\n");
    run_as(add, action, "disposition add", adding, &disposition_add);

    auto& set = *group.add_subcommand("set", "Change one");
    const auto setting = options_of<DispositionOptions>(set);
    add_disposition_options(set, *setting);
    set.footer("Nothing is removed, since past calls name it: switch it off.\n\nExample:\n"
               "  dialer disposition set quote_sent --campaign spring --active no\n");
    run_as(set, action, "disposition set", setting, &disposition_set);
}

void add_scripts(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("script", "What agents read out and fill in");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "A new version, in force from now on");
    const auto adding = options_of<ScriptAddOptions>(add);
    add.add_option("file", adding->file, "Text file; - for standard input");
    add.add_option("--campaign", adding->campaign, "Of which campaign")->required();
    add.add_option("--text", adding->text, "The text itself, instead of a file");
    add.add_option("--form", adding->form_file,
                   "JSON file: [{\"name\", \"label\", \"type\": text|number|choice|date|flag, "
                   "\"required\", \"choices\"}]");
    add.add_option("--by", adding->by, kByHelp);
    add.footer("{{name}}, {{first_name}}, {{phone}}, {{city}}, {{custom.COLUMN}} ... become what "
               "the\nlead has. No version is ever changed: call records say which one was used.\n\n"
               "Example:\n  dialer script add spring.txt --form spring.json --campaign spring\n");
    run_as(add, action, "script add", adding, &script_add);

    auto& show = *group.add_subcommand("show", "The script in force, or an earlier version");
    const auto showing = options_of<ScriptShowOptions>(show);
    show.add_option("--campaign", showing->campaign, "Of which campaign")->required();
    show.add_option("--version", showing->version, "Number; the one in force when not given");
    show.add_option("--lead", showing->lead, "Filled in for this lead");
    show.add_flag("--json", showing->json, kJsonHelp);
    run_as(show, action, "script show", showing, &script_show);

    auto& list = *group.add_subcommand("list", "All versions");
    const auto listing = options_of<ScriptListOptions>(list);
    list.add_option("--campaign", listing->campaign, "Of which campaign")->required();
    list.add_flag("--json", listing->json, kJsonHelp);
    run_as(list, action, "script list", listing, &script_list);
}

void add_record_repairs(CLI::App& group, Action& action) {
    auto& list = *group.add_subcommand("list", "The repair queue");
    const auto listing = options_of<RecordsListOptions>(list);
    list.add_option("--campaign", listing->campaign, "Of which campaign; all when not given");
    list.add_flag("--all", listing->all, "Repaired ones, too");
    list.add_option("--limit", listing->limit, "At most so many")->capture_default_str();
    list.add_flag("--json", listing->json, kJsonHelp);
    run_as(list, action, "records list", listing, &records_list);

    auto& repair = *group.add_subcommand("repair", "Give what a record lacks");
    const auto repairing = options_of<RecordsRepairOptions>(repair);
    repair.add_option("attempt", repairing->attempt, "Id of the call, as `records list` has it");
    repair.add_option("--campaign", repairing->campaign,
                      "All calls of this campaign that lack the field");
    repair.add_option("--field", repairing->field, "Which one: good, script, ...")->required();
    repair.add_option("--value", repairing->value, "What was missing")->required();
    repair.add_option("--note", repairing->note, "How it is known");
    repair.add_option("--by", repairing->by, kByHelp);
    repair.footer("The record stays as it is; the repair is a further row with your name.\n\n"
                  "Example:\n  dialer records repair --campaign spring --field good "
                  "--value \"solar panels\" \\\n      --note \"the campaign sold nothing else\"\n");
    run_as(repair, action, "records repair", repairing, &records_repair);
}

void add_records(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("records", "Call records, 16 CFR 310.5(a)(2)");
    group.require_subcommand(1);
    auto& check = *group.add_subcommand("check", "Check records again; say what stops campaigns");
    const auto checking = options_of<RecordsCheckOptions>(check);
    check.add_option("--from", checking->from, "Calls from then on; a day ago when not given");
    check.add_option("--to", checking->to, "Calls before then; now when not given");
    check.add_option("--campaign", checking->campaign, "Whose obstacles; all when not given");
    check.add_flag("--json", checking->json, kJsonHelp);
    check.footer("Every record is checked as it is written; this is for older ones. The exit code\n"
                 "is 3 while anything stops a campaign.\n");
    run_as(check, action, "records check", checking, &records_check);
    add_record_repairs(group, action);

    auto& out = *group.add_subcommand("export", "Records with all fields, JSON line by line");
    const auto exporting = options_of<RecordsExportOptions>(out);
    out.add_option("--campaign", exporting->campaign, "Of which campaign; all when not given");
    out.add_option("--from", exporting->from, "Calls from then on");
    out.add_option("--to", exporting->to, "Calls before then");
    out.add_option("--number", exporting->number, "Of one called number");
    out.add_option("--out", exporting->file, "File; standard output when not given");
    run_as(out, action, "records export", exporting, &records_export);

    auto& set = *group.add_subcommand("set", "What a campaign says for its records");
    const auto setting = options_of<RecordsSetOptions>(set);
    set.add_option("campaign", setting->campaign, "Its name")->required();
    set.add_option("--called-party", setting->called_party, "consumer or business")
        ->check(CLI::IsMember({"consumer", "business"}));
    set.add_option("--telemarketer", setting->telemarketer,
                   "Who calls, when that is not the seller; \"\": the seller");
    set.add_option("--rule", setting->rule,
                   "tsr, or none for a campaign to which that law does not apply")
        ->check(CLI::IsMember({"tsr", "none"}));
    set.add_option("--by", setting->by, kByHelp);
    run_as(set, action, "records set", setting, &records_set);
}

void add_retention(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("retention", "How long records are kept");
    group.require_subcommand(1);
    auto& show = *group.add_subcommand("show", "Every month of the log, and until when it stays");
    const auto showing = options_of<RetentionShowOptions>(show);
    show.add_option("--at", showing->at, "As of then; now when not given");
    show.add_flag("--json", showing->json, kJsonHelp);
    run_as(show, action, "retention show", showing, &retention_show);

    auto& set = *group.add_subcommand("set", "Take the terms from the rule packs");
    const auto setting = options_of<RetentionSetOptions>(set);
    set.add_option("--packs", setting->packs, "Folder of rule packs");
    set.add_option("--by", setting->by, kByHelp);
    run_as(set, action, "retention set", setting, &retention_set);

    auto& drop = *group.add_subcommand("drop", "Drop months past their term that nothing holds");
    const auto dropping = options_of<RetentionDropOptions>(drop);
    drop.add_flag("--really", dropping->really, "Do it; without, say what would be dropped");
    drop.add_option("--by", dropping->by, kByHelp);
    drop.footer("Needs the schema owner's connection. A month goes whole or not at all. Opt-outs\n"
                "and consents stay for good.\n");
    run_as(drop, action, "retention drop", dropping, &retention_drop);
}

void add_holds(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("hold", "Litigation holds: what must not be dropped");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "Hold the records of a number, a campaign, or all");
    const auto adding = options_of<HoldAddOptions>(add);
    add.add_option("--number", adding->number, "Of this number");
    add.add_option("--campaign", adding->campaign, "Of this campaign");
    add.add_flag("--everything", adding->everything, "All records");
    add.add_option("--why", adding->why, "The case, the letter")->required();
    add.add_option("--by", adding->by, kByHelp);
    add.footer("Example:\n  dialer hold add --number 212-555-0123 --why \"Miller v. Acme, "
               "letter of 2026-11-20\"\n");
    run_as(add, action, "hold add", adding, &hold_add);

    auto& release = *group.add_subcommand("release", "End one; it stays on record");
    const auto releasing = options_of<HoldReleaseOptions>(release);
    release.add_option("id", releasing->id, "As `hold list` has it")->required();
    release.add_option("--why", releasing->why, "The reason")->required();
    release.add_option("--by", releasing->by, kByHelp);
    run_as(release, action, "hold release", releasing, &hold_release);

    auto& list = *group.add_subcommand("list", "Those in force");
    const auto listing = options_of<HoldListOptions>(list);
    list.add_flag("--all", listing->all, "Released ones, too");
    list.add_flag("--json", listing->json, kJsonHelp);
    run_as(list, action, "hold list", listing, &hold_list);
}

} // namespace

void add_records_commands(CLI::App& app, Action& action) {
    add_dispositions(app, action);
    add_scripts(app, action);
    add_records(app, action);
    add_retention(app, action);
    add_holds(app, action);
}

} // namespace dialer::commands
