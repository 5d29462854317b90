// The command line of: Imports.

#include "dialer/command_line.hpp"
#include "dialer/commands/import_commands.hpp"

#include <string>

namespace dialer::commands {

namespace {

void add_file_options(CLI::App& command, ImportFileOptions& options) {
    command.add_option("--map", options.maps,
                       "Columns by hand: FIELD=COLUMN[,FIELD=COLUMN...]. Fields: phone (may be "
                       "given several times), name, first_name, last_name, address, city, state, "
                       "postal_code, county, country, time_zone, email, external_id, debt, "
                       "consent_grade, consent_at, consent_form, consent_sellers, "
                       "consent_subject, consent_expires, consent_proof (several times)");
    command.add_option("--source", options.source,
                       "Where the list comes from, as crm-export: its columns are remembered, and "
                       "the next file of the source needs no --map");
    command.add_option("--sheet", options.sheet,
                       "Of a workbook: its name, or its number from 1; the first one with rows");
    command.add_option("--dedupe", options.dedupe,
                       "Where a number that is there already refuses a row: file, list (others "
                       "of the source), campaign, company (leads of the seller that may still be "
                       "dialed), joined by commas; or none. All when not given. A campaign never "
                       "has one number twice: where it is not to refuse the row, the lead comes "
                       "without the number");
    command.add_option("--packs", options.packs, "Folder of rule packs");
    command.add_option("--tzdata", options.tzdata, "Folder of compiled zones");
    command.add_flag("--json", options.json, "Print one line of JSON");
}

constexpr auto kImportHelp =
    "CSV and XLSX are told apart by their content. The separator (comma, semicolon, tab,\n"
    "bar) and the encoding (UTF-8, UTF-16, Windows-1252) are found out. Columns are known\n"
    "by their usual names in several languages; other columns stay with the lead. Rows\n"
    "without a valid number, and numbers that are there already, are refused with a reason.\n"
    "Consent columns (consent_grade, consent_at, consent_form and what else begins with\n"
    "consent) become consents for the lead's first phone.\n\n"
    "All is done in one transaction: after a failure nothing is there, and the same command\n"
    "does it again. The same file twice changes nothing. Nothing is refused because of\n"
    "lists or hours; what the gate says of the leads now is counted.\n\n"
    "A file called as one of the commands below is written with its folder: ./list\n\n"
    "Examples:\n"
    "  dialer import leads.csv --campaign spring\n"
    "  dialer import export.csv --campaign spring --map \"phone=Cell,phone=Home,name=Client\"\n"
    "  dialer import export.xlsx --campaign spring --source crm-export --hold\n"
    "  dialer import preview export.xlsx --campaign spring\n"
    "  dialer import undo 17\n";

/// `dialer import FILE`; its commands come after it.
CLI::App& add_import(CLI::App& app, Action& action) {
    auto& command = *app.add_subcommand("import", "Import a lead list (CSV, XLSX)");
    const auto options = options_of<ImportOptions>(command);
    command.add_option("file", options->file, "The list: CSV or XLSX with a header line");
    command.add_option("--campaign", options->campaign, "The campaign that gets the leads");
    add_file_options(command, *options);
    command.add_option("--refused", options->refused_file,
                       "Report of refused rows; FILE.refused.csv when not given");
    command.add_flag("--hold", options->hold, "Keep the leads back until: dialer import accept ID");
    command.add_flag("--no-scrub", options->no_scrub,
                     "Do not ask the gate about the leads, nor where they are");
    command.add_option("--by", options->by, "Who imports; the user of the system when not given");
    command.add_flag("--quiet", options->quiet, "No progress bar");
    command.footer(kImportHelp);
    command.callback([&action, &command, options] {
        if (!command.get_subcommands().empty()) {
            return;
        }
        if (options->file.empty()) {
            throw CLI::RequiredError("file");
        }
        if (options->campaign.empty()) {
            throw CLI::RequiredError("--campaign");
        }
        action = [options] {
            return run_command("import", [&] { return import_leads(*options); });
        };
    });
    return command;
}

void add_preview(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("preview", "Show the first rows as they would be read");
    const auto options = options_of<ImportPreviewOptions>(command);
    command.add_option("file", options->file, "The list: CSV or XLSX")->required();
    command.add_option("--campaign", options->campaign,
                       "Say also which numbers this campaign and its company have already");
    add_file_options(command, *options);
    command.add_option("--rows", options->rows, "How many, at most 1000")->capture_default_str();
    command.footer("Changes nothing.\n\nExample:\n"
                   "  dialer import preview leads.xlsx --campaign spring --rows 10\n");
    run_as(command, action, "import preview", options, &import_preview);
}

void add_list(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("list", "All imports, newest first");
    const auto options = options_of<ImportsListOptions>(command);
    command.add_option("--campaign", options->campaign, "Of one campaign; all when not given");
    command.add_option("--limit", options->limit, "How many")->capture_default_str();
    command.add_flag("--json", options->json, "One JSON object an import");
    command.footer("Status: done, held (waits to be accepted), refused (the file, or each row),\n"
                   "failed, undone, running, and broken: its program ended and nothing was "
                   "kept.\n\nExample:\n  dialer import list --campaign spring\n");
    run_as(command, action, "import list", options, &imports_list);
}

CLI::App& add_by_id(CLI::App& group, Action& action, const std::string& name,
                    const std::string& about, Exit (*run)(const ImportIdOptions&)) {
    auto& command = *group.add_subcommand(name, about);
    const auto options = options_of<ImportIdOptions>(command);
    command.add_option("id", options->id, "Of the import, as import list shows it")->required();
    if (name == "refused") {
        command.add_option("--out", options->out, "File; stdout when not given");
    } else {
        command.add_flag("--json", options->json, "Print one line of JSON");
    }
    if (name == "undo" || name == "accept") {
        command.add_option("--by", options->by,
                           "Who does it; the user of the system when not given");
    }
    run_as(command, action, "import " + name, options, run);
    return command;
}

} // namespace

void add_import_commands(CLI::App& app, Action& action) {
    CLI::App& group = add_import(app, action);
    group.require_subcommand(0, 1);
    add_preview(group, action);
    add_list(group, action);
    add_by_id(group, action, "show", "What came of an import", &import_show)
        .footer("Example:\n  dialer import show 17 --json\n");
    add_by_id(group, action, "accept", "Let a held import's leads be dialed", &import_accept)
        .footer("Example:\n  dialer import accept 17\n");
    add_by_id(group, action, "undo", "Take an import back", &import_undo)
        .footer("Leads that were never dialed give their numbers back, so that the file may come\n"
                "again; those that were stay in the log and are not dialed again. Calls in\n"
                "progress go on. In one transaction.\n\nExample:\n  dialer import undo 17\n");
    add_by_id(group, action, "refused", "Refused rows and warnings of an import, as CSV",
              &import_refused)
        .footer("Example:\n  dialer import refused 17 --out refused.csv\n");
    auto& sources = *group.add_subcommand("sources", "Sources of lists and their columns");
    const auto options = options_of<ImportSourcesOptions>(sources);
    sources.add_flag("--json", options->json, "One JSON object a source");
    sources.footer("Example:\n  dialer import sources\n");
    run_as(sources, action, "import sources", options, &import_sources);
}

} // namespace dialer::commands
