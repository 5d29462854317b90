// Signing in and out with a password, and who is signed in.

#include "campaigns/audit/audit.hpp"
#include "campaigns/people/sign_in.hpp"
#include "dialer/http/body.hpp"
#include "dialer/http/credentials.hpp"
#include "dialer/http/handlers.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace dialer::http {

namespace json = boost::json;

namespace {

constexpr std::size_t kNameBytesMax = 200;

json::object json_of(const campaigns::User& user) {
    json::object out{{"name", user.name}, {"role", campaigns::to_text(user.role)}};
    out["agent"] =
        user.agent ? json::value(static_cast<std::int64_t>(*user.agent)) : json::value(nullptr);
    return out;
}

Response signed_in(const campaigns::Session& session, bool secure) {
    auto body = json_of(session.user);
    body["csrf"] = csrf_token(session.token);
    auto response = json_response(json::serialize(body));
    response.headers.emplace_back("Set-Cookie", session_cookie(session.token, secure));
    return response;
}

Response not_signed_in(const campaigns::SignInRefused& refused) {
    if (!refused.locked) {
        return error_response(401, "The name or the password is wrong.");
    }
    const auto wait = std::to_string(refused.wait.count());
    auto response =
        error_response(429, "There were too many wrong tries. Try again in " + wait + " seconds.");
    response.headers.emplace_back("Retry-After", wait);
    return response;
}

/// Who came in and who was turned away is in the audit log. Tries while a name is locked are not:
/// whoever guesses must not be able to fill it.
void note_sign_in(campaigns::Store& store, const std::string& name,
                  const std::variant<campaigns::Session, campaigns::SignInRefused>& result,
                  const campaigns::Browser& browser, campaigns::Instant now) {
    if (const auto* const session = std::get_if<campaigns::Session>(&result)) {
        campaigns::audit::login(store, session->user.name, "login", browser.address, now);
    } else if (!std::get<campaigns::SignInRefused>(result).locked) {
        campaigns::audit::login(store, name, "refused", browser.address, now);
    }
}

std::optional<std::string> session_of(const Call& call) {
    const auto secret = secret_of(call.credential);
    return secret ? std::optional{std::string{*secret}} : std::nullopt;
}

bool refused_body(const Body& body, const Reply& reply) {
    const auto fault = body.fault();
    if (fault) {
        reply(error_response(400, fault->message, fault->field));
    }
    return fault.has_value();
}

} // namespace

void post_sign_in(const Call& call, const Reply& reply) {
    Body body{call.body};
    auto name = body.text("name", kNameBytesMax);
    auto password = body.text("password", campaigns::kPasswordBytesMax);
    if (refused_body(body, reply)) {
        return;
    }
    call.control.office(
        [name = std::move(name), password = std::move(password), browser = call.browser,
         secure = call.secure, now = call.control.now()](campaigns::Store& store) {
            const auto result = campaigns::sign_in(store, name, password, browser, now);
            const auto* const session = std::get_if<campaigns::Session>(&result);
            note_sign_in(store, name, result, browser, now);
            return session != nullptr ? signed_in(*session, secure)
                                      : not_signed_in(std::get<campaigns::SignInRefused>(result));
        },
        reply);
}

void post_sign_out(const Call& call, const Reply& reply) {
    const auto secret = session_of(call);
    if (!secret) {
        reply(error_response(400, "A program's token is no session and does not end."));
        return;
    }
    call.control.forget(std::string{call.credential});
    call.control.office(
        [secret = *secret, name = call.user.name, address = call.browser.address,
         secure = call.secure, now = call.control.now()](campaigns::Store& store) {
            campaigns::end_session(store, secret, now);
            campaigns::audit::login(store, name, "logout", address, now);
            auto response = no_content();
            response.headers.emplace_back("Set-Cookie", session_cookie({}, secure));
            return response;
        },
        reply);
}

void get_me(const Call& call, const Reply& reply) {
    auto me = json_of(call.user);
    if (const auto secret = session_of(call)) {
        me["csrf"] = csrf_token(*secret);
    }
    reply(json_response(json::serialize(me)));
}

void post_password(const Call& call, const Reply& reply) {
    Body body{call.body};
    auto old_password = body.text("old", campaigns::kPasswordBytesMax);
    auto new_password = body.text("new", campaigns::kPasswordBytesMax);
    if (refused_body(body, reply)) {
        return;
    }
    call.control.office(
        [name = call.user.name, old_password = std::move(old_password),
         new_password = std::move(new_password), browser = call.browser, secure = call.secure,
         now = call.control.now(), &control = call.control](campaigns::Store& store) {
            // Whoever finds a desk unlocked must not be able to take the account.
            const auto known = campaigns::sign_in(store, name, old_password, browser, now);
            if (const auto* const refused = std::get_if<campaigns::SignInRefused>(&known)) {
                note_sign_in(store, name, known, browser, now);
                return refused->locked ? not_signed_in(*refused)
                                       : error_response(409, "The old password is wrong.");
            }
            campaigns::set_password(store, name, new_password, {name, now});
            control.forget({}); // the sessions that this ended
            const auto again = campaigns::sign_in(store, name, new_password, browser, now);
            return signed_in(std::get<campaigns::Session>(again), secure);
        },
        reply);
}

void get_sessions(const Call& call, const Reply& reply) {
    const bool all = call.user.role == campaigns::Role::admin;
    call.control.office(
        [name = all ? std::string{} : call.user.name, secret = session_of(call),
         now = call.control.now()](campaigns::Store& store) {
            const auto own = secret ? campaigns::session_id(store, *secret) : std::nullopt;
            json::array sessions;
            for (const auto& open : campaigns::open_sessions(store, name, now)) {
                sessions.push_back(json::object{{"id", open.id},
                                                {"user", open.user},
                                                {"role", campaigns::to_text(open.role)},
                                                {"at", dnc::instant_text(open.at)},
                                                {"seen_at", dnc::instant_text(open.seen_at)},
                                                {"address", open.browser.address},
                                                {"browser", open.browser.name},
                                                {"current", own == open.id}});
            }
            return json_response(json::serialize(json::object{{"sessions", std::move(sessions)}}));
        },
        reply);
}

void revoke_session(const Call& call, const Reply& reply) {
    const std::string& text = call.arguments.at(0);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) {
        reply(error_response(400, "A session id is a whole number from 1 up.", "id"));
        return;
    }
    if (refused_body(Body{call.body}, reply)) {
        return;
    }
    const bool any = call.user.role == campaigns::Role::admin;
    call.control.forget({});
    call.control.office(
        [id, owner = any ? std::string{} : call.user.name,
         actor = campaigns::Actor{call.user.name, call.control.now()},
         address = call.browser.address, &control = call.control](campaigns::Store& store) {
            const auto whose = campaigns::revoke_session(store, id, owner, actor);
            campaigns::audit::login(store, whose, whose == actor.name ? "logout" : "revoked",
                                    address, actor.at);
            control.forget({}); // who was asked about meanwhile
            return no_content();
        },
        reply);
}

} // namespace dialer::http
