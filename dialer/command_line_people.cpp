// The command line of agents and users.

#include "dialer/command_line.hpp"
#include "dialer/commands/commands.hpp"

namespace dialer::commands {

namespace {

void add_agent(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("agent", "Agents and their phones");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "Add an agent; prints the id");
    const auto options = options_of<AgentAddOptions>(add);
    add.add_option("--name", options->name, "What people see")->required();
    add.add_option("--sip-user", options->sip_user, "The phone's user name")->required();
    add.add_option("--password", options->password,
                   "The phone's password; read from stdin when not given, which keeps it out of "
                   "the process list");
    add.add_option("--realm", options->realm, "Digest realm; the configuration's when not given");
    add.footer("Only a hash of the password is stored.\n\nExample:\n"
               "  dialer agent add --name \"Ana Silva\" --sip-user ana\n");
    run_as(add, action, "agent add", options, &agent_add);
    auto& list = *group.add_subcommand("list", "All agents");
    run_as(list, action, "agent list", options_of<ListOptions>(list), &agent_list);
}

void add_user(CLI::App& app, Action& action) {
    auto& group = *app.add_subcommand("user", "Users of the HTTP API and the pages");
    group.require_subcommand(1);
    auto& add = *group.add_subcommand("add", "Add a user; prints the token, once");
    const auto options = options_of<UserAddOptions>(add);
    add.add_option("name", options->name, "Its name")->required();
    add.add_option("--role", options->role, "ops, agent, supervisor, compliance or admin")
        ->required();
    add.add_option("--agent", options->agent, "For --role agent: the agent's SIP user");
    add.footer("Only a hash of the token is stored.\n\nExamples:\n"
               "  dialer user add maria --role supervisor\n"
               "  dialer user add ana --role agent --agent ana\n");
    run_as(add, action, "user add", options, &user_add);
    auto& list = *group.add_subcommand("list", "All users and their roles; never their tokens");
    run_as(list, action, "user list", options_of<ListOptions>(list), &user_list);

    auto& password = *group.add_subcommand("password", "Give a user a password to sign in with");
    const auto setting = options_of<UserNameOptions>(password);
    password.add_option("name", setting->name, "The user")->required();
    password.footer("The password is read from the terminal or from stdin, never from the command\n"
                    "line. It has 10 characters or more. Sessions of the user end.\n\nExample:\n"
                    "  dialer user add root --role admin && dialer user password root\n");
    run_as(password, action, "user password", setting, &user_password);
    const auto named = [&](const char* word, const char* help,
                           Exit (*run)(const UserNameOptions&)) {
        auto& command = *group.add_subcommand(word, help);
        const auto named_options = options_of<UserNameOptions>(command);
        command.add_option("name", named_options->name, "The user")->required();
        run_as(command, action, std::string{"user "} + word, named_options, run);
    };
    named("disable", "Switch a user off; his sessions end and his token is not known",
          &user_disable);
    named("enable", "Switch a user on again", &user_enable);
}

} // namespace

void add_people_commands(CLI::App& app, Action& action) {
    add_agent(app, action);
    add_user(app, action);
}

} // namespace dialer::commands
