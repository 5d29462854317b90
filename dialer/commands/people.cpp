// Agents and the users of the HTTP API.

#include "campaigns/people/sign_in.hpp"
#include "campaigns/people/users.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/secrets.hpp"
#include "dialer/loop/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include <unistd.h>

namespace dialer::commands {

namespace {

// What may stand in the user part of a SIP URI without escapes (RFC 3261 25.1, a careful subset).
bool is_sip_user(const std::string& text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), plain);
}

campaigns::AgentId find_agent(campaigns::Store& store, const std::string& sip_user) {
    for (const campaigns::Agent& agent : store.agents()) {
        if (agent.sip_user == sip_user) {
            return agent.id;
        }
    }
    throw campaigns::StoreRefusal{fmt::format(
        "there is no agent with the SIP user \"{}\"; see: dialer agent list", sip_user)};
}

void switch_user(const UserNameOptions& options, bool active) {
    campaigns::Store store{engine_dsn(options.store)};
    campaigns::PersonChange change;
    change.active = active;
    campaigns::change_person(store, options.name, change,
                             campaigns::Actor{by_option({}), Clock{}.now().wall});
}

} // namespace

Exit agent_add(const AgentAddOptions& options) {
    if (!is_sip_user(options.sip_user)) {
        throw CommandError{Exit::usage, "--sip-user has 1 to 64 letters, digits, - _ or ."};
    }
    campaigns::Store store{engine_dsn(options.store)};
    const std::string realm = sip_realm(options.store, options.realm);
    const std::string password =
        options.password.empty() ? read_password("password: ") : options.password;
    if (password.empty()) {
        throw CommandError{Exit::usage, "the password is empty; give one on stdin"};
    }
    const auto id = store.add_agent({.id = {},
                                     .name = options.name,
                                     .sip_user = options.sip_user,
                                     .sip_ha1 = digest_ha1(options.sip_user, realm, password)});
    fmt::print("{}\n", static_cast<std::int64_t>(id));
    return Exit::done;
}

Exit agent_list(const ListOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    fmt::print("{:>6}  {:<24}  {}\n", "id", "sip user", "name");
    for (const campaigns::Agent& agent : store.agents()) {
        fmt::print("{:>6}  {:<24}  {}\n", static_cast<std::int64_t>(agent.id), agent.sip_user,
                   agent.name);
    }
    return Exit::done;
}

Exit user_add(const UserAddOptions& options) {
    const auto role = campaigns::role_from_text(options.role);
    if (!role) {
        throw CommandError{Exit::usage, "--role is ops, agent, supervisor, compliance or admin"};
    }
    if ((*role == campaigns::Role::agent) != !options.agent.empty()) {
        throw CommandError{Exit::usage, "--agent SIPUSER belongs to --role agent, and only to it"};
    }
    campaigns::Store store{engine_dsn(options.store)};
    campaigns::User user{.id = 0, .name = options.name, .role = *role, .agent = std::nullopt};
    if (!options.agent.empty()) {
        user.agent = find_agent(store, options.agent);
    }
    const std::string token = make_token();
    store.add_user(user, token);
    fmt::print("{}\n", token);
    fmt::print(stderr, "dialer: user add: this token of {} is shown once; keep it safe\n",
               options.name);
    return Exit::done;
}

Exit user_list(const ListOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    std::map<campaigns::AgentId, std::string> sip_users;
    for (const campaigns::Agent& agent : store.agents()) {
        sip_users.emplace(agent.id, agent.sip_user);
    }
    fmt::print("{:>6}  {:<10}  {:<24}  {}\n", "id", "role", "agent", "name");
    for (const campaigns::User& user : store.users()) {
        fmt::print("{:>6}  {:<10}  {:<24}  {}\n", user.id, campaigns::to_text(user.role),
                   user.agent ? sip_users[*user.agent] : "", user.name);
    }
    return Exit::done;
}

Exit user_password(const UserNameOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const std::string password = read_password("password: ");
    if (::isatty(STDIN_FILENO) == 1 && read_password("again: ") != password) {
        throw CommandError{Exit::usage, "the two passwords differ; nothing was changed"};
    }
    campaigns::set_password(store, options.name, password,
                            campaigns::Actor{by_option({}), Clock{}.now().wall});
    fmt::print("{} signs in with this password from now on\n", options.name);
    return Exit::done;
}

Exit user_disable(const UserNameOptions& options) {
    switch_user(options, false);
    fmt::print("{} is switched off\n", options.name);
    return Exit::done;
}

Exit user_enable(const UserNameOptions& options) {
    switch_user(options, true);
    fmt::print("{} is switched on\n", options.name);
    return Exit::done;
}

} // namespace dialer::commands
