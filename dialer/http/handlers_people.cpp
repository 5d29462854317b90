// Users, for administrators.

#include "campaigns/audit/audit.hpp"
#include "campaigns/people/identities.hpp"
#include "campaigns/people/sign_in.hpp"
#include "campaigns/people/users.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"
#include "dialer/oidc/client.hpp"

#include <algorithm>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::Person;
using campaigns::Store;

json::value json_of_identity(const Person& person) {
    if (person.identity_email.empty() && person.identity_subject.empty()) {
        return nullptr;
    }
    const auto text = [](const std::string& given) {
        return given.empty() ? json::value(nullptr) : json::value(given);
    };
    return json::object{{"email", text(person.identity_email)},
                        {"subject", text(person.identity_subject)}};
}

json::value json_of_person(const Person& person) {
    json::value agent;
    if (person.agent) {
        agent = json::object{{"id", json_of_id(*person.agent)}, {"name", person.agent_name}};
    }
    return json::object{{"name", person.name},
                        {"role", campaigns::to_text(person.role)},
                        {"agent", std::move(agent)},
                        {"active", person.active},
                        {"password", person.has_password},
                        {"token", person.has_token},
                        {"identity", json_of_identity(person)},
                        {"signed_in_at", json_of_instant(person.signed_in_at)},
                        {"sessions", person.sessions}};
}

std::optional<campaigns::Role> read_role(Body& body, const std::string& text) {
    const auto role = campaigns::role_from_text(text);
    if (!role) {
        body.blame("role", "One of ops, agent, supervisor, compliance, admin.");
    }
    return role;
}

std::optional<campaigns::AgentId> read_agent(Body& body) {
    const auto id = body.maybe_whole_number("agent", 1, kIdMax);
    return id ? std::optional{campaigns::AgentId{*id}} : std::nullopt;
}

/// In lower case.
std::string read_email(Body& body, const std::string& text) {
    std::string email;
    for (const char c : text) {
        email += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    const auto at = email.find('@');
    if (!oidc::is_plain(email) || email.size() > campaigns::kUserNameBytesMax || at == 0 ||
        at == std::string::npos || at + 1 == email.size()) {
        body.blame("email", "This is no e-mail address.");
    }
    return email;
}

/// Throws NotThere when there is no user of that name.
void check_user(Store& store, const std::string& name, campaigns::Instant now) {
    const auto same = [&name](const Person& person) {
        return std::ranges::equal(person.name, name, [](char a, char b) {
            const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; };
            return low(a) == low(b);
        });
    };
    if (std::ranges::none_of(campaigns::people(store, now), same)) {
        throw NotThere{"There is no user of that name."};
    }
}

/// Changes one user; nothing that was believed of users before is believed after it.
void change(const Call& call, const Reply& reply,
            std::function<Response(Store&, const std::string& name)> work) {
    ask_store(call, reply,
              [name = call.arguments.at(0), work = std::move(work), now = call.control.now(),
               &control = call.control](Store& store) {
                  check_user(store, name, now);
                  auto response = work(store, name);
                  control.forget({});
                  return response;
              });
}

} // namespace

void get_users(const Call& call, const Reply& reply) {
    ask_store(call, reply, [now = call.control.now()](Store& store) {
        return ok(
            json::object{{"users", json_list(campaigns::people(store, now), json_of_person)}});
    });
}

void add_user(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::NewPerson person;
    person.name = body.text("name", campaigns::kUserNameBytesMax);
    if (const auto role = read_role(body, body.text("role", InputMax::name))) {
        person.role = *role;
    }
    person.agent = read_agent(body);
    person.password = body.maybe_text("password", campaigns::kPasswordBytesMax);
    person.with_token = body.optional_flag("with_token", false);
    if (const auto email = body.maybe_text("email", InputMax::name)) {
        person.invited_email = read_email(body, *email);
    }
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [person, actor = actor_of(call)](Store& store) {
        const auto token = campaigns::add_person(store, person, actor);
        return created(
            json::object{{"name", person.name},
                         {"token", token.empty() ? json::value(nullptr) : json::value(token)}});
    });
}

void change_user(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::PersonChange wish;
    if (const auto role = body.maybe_text("role", InputMax::name)) {
        wish.role = read_role(body, *role);
    }
    wish.agent = read_agent(body);
    wish.active = body.maybe_flag("active");
    if (!is_refused(body, reply)) {
        change(call, reply, [wish, actor = actor_of(call)](Store& store, const std::string& name) {
            campaigns::change_person(store, name, wish, actor);
            return no_content();
        });
    }
}

void set_user_password(const Call& call, const Reply& reply) {
    Body body{call.body};
    auto password = body.text("password", campaigns::kPasswordBytesMax);
    if (!is_refused(body, reply)) {
        change(call, reply,
               [password = std::move(password), actor = actor_of(call)](Store& store,
                                                                        const std::string& name) {
                   campaigns::set_password(store, name, password, actor);
                   return no_content();
               });
    }
}

void renew_user_token(const Call& call, const Reply& reply) {
    if (!is_refused(Body{call.body}, reply)) {
        change(call, reply, [actor = actor_of(call)](Store& store, const std::string& name) {
            return ok(json::object{{"token", campaigns::renew_token(store, name, actor)}});
        });
    }
}

void end_user_sessions(const Call& call, const Reply& reply) {
    if (!is_refused(Body{call.body}, reply)) {
        change(call, reply,
               [actor = actor_of(call), address = call.browser.address](Store& store,
                                                                        const std::string& name) {
                   const auto ended = campaigns::end_sessions(store, name, actor);
                   campaigns::audit::login(store, name, "revoked", address, actor.at);
                   return ok(json::object{{"ended", ended}});
               });
    }
}

void set_user_identity(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::IdentityWish wish;
    if (const auto email = body.maybe_text("email", InputMax::name)) {
        wish.email = read_email(body, *email);
    }
    wish.subject = body.optional_text("subject", oidc::kSubjectMax);
    if (wish.email.empty() == wish.subject.empty()) {
        body.blame("email", "Say an e-mail address or a subject.");
    }
    if (!oidc::is_plain(wish.subject)) {
        body.blame("subject", "This is no subject.");
    }
    if (is_refused(body, reply)) {
        return;
    }
    if (call.oidc == nullptr) {
        reply(error_response(409, "No identity provider is configured."));
        return;
    }
    wish.issuer = call.oidc->settings().issuer;
    change(call, reply, [wish, actor = actor_of(call)](Store& store, const std::string& name) {
        campaigns::set_identity(store, name, wish, actor);
        return no_content();
    });
}

void remove_user_identity(const Call& call, const Reply& reply) {
    if (!is_refused(Body{call.body}, reply)) {
        change(call, reply, [actor = actor_of(call)](Store& store, const std::string& name) {
            campaigns::remove_identity(store, name, actor);
            return no_content();
        });
    }
}

} // namespace dialer::http
