// The command line of the audit log.

#include "dialer/command_line.hpp"
#include "dialer/commands/audit_commands.hpp"

namespace dialer::commands {

namespace {

constexpr auto kKeyHelp = "File of the secret key; [audit] key of the configuration when not given";
constexpr auto kOutHelp = "File to write; standard output when not given";

void add_key(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("key", "Make the key that signs, or make it known");
    const auto options = options_of<AuditKeyOptions>(command);
    command.add_option("--key", options->key, kKeyHelp);
    command.add_option("--follow", options->follow,
                       "Secret file of the key before it, which then vouches for the new one");
    command.add_flag("--show", options->show, "Only print the public key of the file");
    command.add_option("--by", options->by,
                       "Who does this, for the record; the environment's USER when not given");
    command.footer(
        "Makes the secret file (readable by its owner alone) unless it is there, the public key\n"
        "beside it as FILE.pub, and introduces the key to the log. The secret key never enters\n"
        "the database. Give the public key to whoever shall verify your exports, today.\n\n"
        "Examples:\n"
        "  dialer audit key --key /etc/dialer/audit.key\n"
        "  dialer audit key --key /etc/dialer/audit-2027.key --follow /etc/dialer/audit.key\n");
    run_as(command, action, "audit key", options, &audit_key);
}

void add_seal(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("seal", "Give records their leaves, and sign the head");
    const auto options = options_of<AuditSealOptions>(command);
    command.add_option("--key", options->key, kKeyHelp);
    command.add_flag("--close-day", options->close_day,
                     "Sign the head that closes yesterday (UTC), once");
    command.add_flag("--json", options->json, "Print the result as one line of JSON");
    command.footer("A running engine does this by itself. Without a key records are sealed and\n"
                   "nothing is signed.\n\nExample:\n"
                   "  dialer audit seal --key /etc/dialer/audit.key\n");
    run_as(command, action, "audit seal", options, &audit_seal);
}

void add_head(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("head", "Where the log stands, and its signed heads");
    const auto options = options_of<AuditHeadOptions>(command);
    command.add_option("--count", options->count, "How many heads, newest first")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    command.add_flag("--json", options->json, "Print them as one line of JSON");
    command.footer("A head that somebody outside has kept is what the log cannot be rewritten\n"
                   "under: send one away every day.\n\nExample:\n"
                   "  dialer audit head --json\n");
    run_as(command, action, "audit head", options, &audit_head);
}

void add_export(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("export", "Records with their proofs, as JSON lines");
    const auto options = options_of<AuditExportOptions>(command);
    command.add_option("--from", options->from,
                       "Date (its beginning in UTC) or RFC 3339; the beginning when not given");
    command.add_option("--to", options->to,
                       "Date (its end in UTC) or RFC 3339; the newest head when not given");
    command.add_option("--campaign", options->campaign, "Only records of this campaign");
    command.add_option("--number", options->number, "Only records about this number");
    command.add_option("--out", options->out, kOutHelp);
    command.add_flag("--all-heads", options->all_heads,
                     "Every head of the period, not only those that close its days");
    command.footer(
        "Without --campaign and --number the export is complete: it proves that\n"
        "nothing is missing between two signed heads. campaigns/audit/AUDIT.md describes\n"
        "the file.\n\nExample:\n"
        "  dialer audit export --from 2026-11-01 --to 2026-11-30 --out november.audit\n");
    run_as(command, action, "audit export", options, &audit_export);
}

void add_prove(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("prove", "The record of one attempt with its proof");
    const auto options = options_of<AuditProveOptions>(command);
    command.add_option("attempt", options->attempt, "Its id")->required();
    command.add_option("--out", options->out, kOutHelp);
    command.footer("The file is an export that `dialer audit verify` reads.\n\nExample:\n"
                   "  dialer audit prove 381264871234568192 --out call.audit\n");
    run_as(command, action, "audit prove", options, &audit_prove);
}

void add_verify(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("verify", "Verify an export; needs no database");
    const auto options = std::make_shared<AuditVerifyOptions>();
    command.add_option("file", options->file, "The export")->required();
    command
        .add_option("--key", options->keys,
                    "Public key that you trust, or a file with it; may be given several times")
        ->required();
    command.add_option("--threads", options->threads, "Threads that hash")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command.add_flag("--json", options->json, "Print the verdict as one line of JSON");
    command.footer("Says what is proved and exits with 0, or names the first line that is wrong\n"
                   "and exits with 3.\n\nExample:\n"
                   "  dialer audit verify november.audit --key audit.key.pub\n");
    run_as(command, action, "audit verify", options, &audit_verify);
}

void add_check(CLI::App& group, Action& action) {
    auto& command = *group.add_subcommand("check", "Compare the database with its log");
    const auto options = options_of<AuditCheckOptions>(command);
    command.add_flag("--json", options->json, "Print the result as one line of JSON");
    command.footer("Every row has its record and says what that says, every record its leaf, the\n"
                   "tree its nodes, each head its root and its signature. Reads everything; exits\n"
                   "with 3 when something differs.\n\nExample:\n  dialer audit check\n");
    run_as(command, action, "audit check", options, &audit_check);
}

} // namespace

void add_audit_commands(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("audit", "The log that proves itself");
    group.require_subcommand(1);
    add_key(group, action);
    add_seal(group, action);
    add_head(group, action);
    add_export(group, action);
    add_prove(group, action);
    add_verify(group, action);
    add_check(group, action);
}

} // namespace dialer::commands
