// The command line of the ledger: consents, relationships, declarations, the dossier.

#include "dialer/command_line.hpp"
#include "dialer/commands/ledger_commands.hpp"

namespace dialer::commands {

namespace {

void add_consent_add(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("add", "Record one consent with its evidence");
    const auto options = options_of<ConsentAddOptions>(command);
    command.add_option("number", options->number, "The number it is for")->required();
    command.add_option("--grade", options->grade, "oral, express or written")->required();
    command.add_option("--seller", options->sellers, "Whom it names; may be given several times")
        ->required();
    command.add_option("--subject", options->subject, "What about; anything when not given");
    command.add_option("--debt", options->debt, "Of one debt only");
    command.add_option("--at", options->at, kMomentHelp)->required();
    command.add_option("--expires", options->expires, "First moment at which it holds no more");
    command.add_option("--form", options->form, "Form, page or script on which it was given")
        ->required();
    command.add_option("--timestamp", options->timestamp,
                       "Time as the evidence has it; --at when not given");
    command.add_option("--evidence", options->evidence,
                       "Further evidence, KEY=VALUE; may be given several times");
    command.add_option("--by", options->by, kByHelp);
    command.footer("The same consent twice is recorded once. Nothing is ever changed or removed:\n"
                   "what a person takes back is recorded by `consent revoke`.\n\nExample:\n"
                   "  dialer consent add 212-555-0123 --grade written --seller \"Acme Solar\" \\\n"
                   "      --at 2026-11-02T14:05:00-05:00 --form \"quote page v7\" \\\n"
                   "      --evidence ip=192.0.2.7 --evidence name=\"A. Miller\"\n");
    run_as(command, action, "consent add", options, &consent_add);
}

void add_load(CLI::App& group, Action& action, const std::string& name, const std::string& columns,
              Exit (*run)(const LedgerLoadOptions&)) {
    auto& command = *group.add_subcommand("load", "Record those of a CSV file");
    const auto options = options_of<LedgerLoadOptions>(command);
    command.add_option("file", options->file, "CSV with a header line")->required();
    command.add_option("--refused", options->refused_file,
                       "Report of refused rows; FILE.refused.csv when not given");
    command.add_option("--by", options->by, kByHelp);
    command.add_flag("--json", options->json, "Print the summary as one line of JSON");
    command.add_flag("--quiet", options->quiet, "No progress bar");
    command.footer(columns + "\nRows that are right are recorded, the others reported with line,\n"
                             "field and what to do. The same file twice records nothing twice.\n");
    run_as(command, action, name + " load", options, run);
}

void add_consent_revoke(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("revoke", "Record that a person took consent back");
    const auto options = options_of<ConsentRevokeOptions>(command);
    command.add_option("number", options->number, "The number")->required();
    command.add_option("--means", options->means, "How: sms STOP, spoken, letter, ...")->required();
    command.add_option("--scope", options->scope, "seller, subject or all")->capture_default_str();
    command.add_option("--seller", options->seller, "To whom; whoever calls when not given");
    command.add_option("--subject", options->subject, "What about");
    command.add_option("--at", options->at, "When it was said; now when not given");
    command.add_option("--by", options->by, kByHelp);
    command.footer("It acts at once in every running engine: what rings there and is no longer\n"
                   "legal is cancelled.\n\nExample:\n"
                   "  dialer consent revoke 212-555-0123 --means \"sms STOP\" --seller \"Acme "
                   "Solar\"\n");
    run_as(command, action, "consent revoke", options, &consent_revoke);
}

void add_consent(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("consent", "Consents and their revocations");
    group.require_subcommand(1);
    add_consent_add(group, action);
    add_load(group, action, "consent",
             "Columns: number, grade, sellers (separated by |), at, form; and when there are:\n"
             "subject, debt, expires, timestamp. Every other column is kept as evidence.",
             &consent_load);
    add_consent_revoke(group, action);
    auto& list = *group.add_subcommand("list", "What is on record for a number");
    const auto options = options_of<NumberOptions>(list);
    list.add_option("number", options->number, "The number")->required();
    run_as(list, action, "consent list", options, &consent_list);
}

void add_relationship(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("relationship", "Established business relationships");
    group.require_subcommand(1);
    auto& command = *group.add_subcommand("add", "Record one purchase or inquiry");
    const auto options = options_of<RelationshipAddOptions>(command);
    command.add_option("number", options->number, "The number")->required();
    command.add_option("--seller", options->seller, "With whom")->required();
    command.add_option("--kind", options->kind, "purchase or inquiry")->required();
    command.add_option("--at", options->at, kMomentHelp)->required();
    command.add_option("--proof", options->proof, "KEY=VALUE; may be given several times");
    command.add_option("--by", options->by, kByHelp);
    command.footer("Example:\n  dialer relationship add 212-555-0123 --seller \"Acme Solar\" "
                   "--kind purchase \\\n      --at 2026-03-01 --proof invoice=4711\n");
    run_as(command, action, "relationship add", options, &relationship_add);
    add_load(group, action, "relationship",
             "Columns: number, seller, kind, at. Every other column is kept as proof.",
             &relationship_load);
}

void add_declared(CLI::App& command, DeclaredOptions& declared) {
    command.add_option("--source", declared.source, "Where the authority says so")->required();
    command.add_option("--reviewer", declared.reviewer, "Who has read it")->required();
    command.add_option("--by", declared.by, kByHelp);
}

void add_emergency(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("emergency", "Declared states of emergency");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "Record one; prints its id");
    const auto adding = options_of<EmergencyAddOptions>(add);
    add.add_option("region", adding->region, "Code of the state: NY")->required();
    add.add_option("--from", adding->from, kMomentHelp)->required();
    add.add_option("--to", adding->to, "First moment after it; open when not given");
    add_declared(add, adding->declared);
    add.footer("Running engines follow at once; calls that ring there are cancelled where the law\n"
               "wants it.\n\nExample:\n"
               "  dialer emergency add NY --from 2026-11-23T09:00:00-05:00 \\\n"
               "      --source https://governor.example/eo-12 --reviewer maria\n");
    run_as(add, action, "emergency add", adding, &emergency_add);
    auto& end = *group.add_subcommand("end", "Record when one ends; the latest word counts");
    const auto ending = options_of<EmergencyEndOptions>(end);
    end.add_option("id", ending->id, "As `emergency add` printed it")->required();
    end.add_option("--to", ending->to, "First moment after it; now when not given");
    add_declared(end, ending->declared);
    run_as(end, action, "emergency end", ending, &emergency_end);
    auto& list = *group.add_subcommand("list", "All of them");
    run_as(list, action, "emergency list", options_of<LedgerListOptions>(list), &emergency_list);
}

void add_holiday(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("holiday", "Holidays proclaimed at short notice");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "Record one");
    const auto options = options_of<HolidayAddOptions>(add);
    add.add_option("region", options->region, "Code of the state: LA")->required();
    add.add_option("date", options->date, "2026-12-24")->required();
    add_declared(add, options->declared);
    add.footer("Example:\n  dialer holiday add LA 2026-12-24 --source "
               "https://governor.example/p-9 --reviewer maria\n");
    run_as(add, action, "holiday add", options, &holiday_add);
    auto& list = *group.add_subcommand("list", "All of them");
    run_as(list, action, "holiday list", options_of<LedgerListOptions>(list), &holiday_list);
}

void add_dossier(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("dossier", "Everything about a number");
    const auto options = options_of<DossierOptions>(command);
    command.add_option("number", options->number, "The number")->required();
    command.add_flag("--json", options->json, "As JSON on standard output");
    command.add_option("--html", options->html, "Write a page that needs no other file");
    command.footer(
        "Lists with their versions, opt-outs, consents, revocations, relationships, answers about\n"
        "reassignment, decisions not to call with their reasons, and every attempt with its\n"
        "evidence, events and result. Without an option a summary is printed.\n\nExample:\n"
        "  dialer dossier 212-555-0123 --html 12125550123.html\n");
    run_as(command, action, "dossier", options, &dossier);
}

} // namespace

void add_ledger_commands(CLI::App& app, Action& action) {
    add_consent(app, action);
    add_relationship(app, action);
    add_emergency(app, action);
    add_holiday(app, action);
    add_dossier(app, action);
}

} // namespace dialer::commands
