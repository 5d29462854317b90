// Signing in at an OpenID Connect provider: there, and back again. Browsers come here by links, so
// whatever goes wrong is told by our own page, which is asked for with a word in its query.

#include "campaigns/audit/audit.hpp"
#include "campaigns/people/identities.hpp"
#include "dialer/http/credentials.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/query.hpp"
#include "dialer/oidc/client.hpp"

#include <boost/json.hpp>

namespace dialer::http {

namespace json = boost::json;

namespace {

constexpr std::size_t kCodeMax = 2000;
constexpr std::size_t kTextMax = 500;

Response see_other(std::string to) {
    Response response;
    response.status = 303;
    response.headers.emplace_back("Location", std::move(to));
    return response;
}

/// The sign-in page tells it in words; it knows these.
std::string_view to_text(oidc::Failure failure) {
    switch (failure) {
    case oidc::Failure::unreachable:
        return "unreachable";
    case oidc::Failure::denied:
        return "denied";
    case oidc::Failure::expired:
        return "expired";
    case oidc::Failure::invalid:
        break;
    }
    return "invalid";
}

Response not_in(std::string_view why) {
    return see_other("/?sign-in=" + std::string{why});
}

void forget_attempt(Response& response, bool secure) {
    response.headers.emplace_back("Set-Cookie", oidc::attempt_cookie({}, secure));
}

bool has_no_provider(const Call& call, const Reply& reply) {
    if (call.oidc == nullptr) {
        reply(error_response(404, "No identity provider is configured."));
    }
    return call.oidc == nullptr;
}

Response let_in(campaigns::Store& store, const oidc::Known& known, const std::string& issuer,
                const campaigns::Browser& browser, bool secure, campaigns::Instant now) {
    const auto& who = known.claims;
    const auto result = campaigns::sign_in_by_identity(
        store, {issuer, who.subject, who.email, who.name, who.role}, browser, now);
    if (const auto* const refused = std::get_if<campaigns::SignInRefused>(&result)) {
        if (!refused->locked) {
            campaigns::audit::login(store, who.email.empty() ? who.subject : who.email,
                                    "refused_oidc", browser.address, now);
        }
        return not_in(refused->locked ? "locked" : "no_account");
    }
    const auto& session = std::get<campaigns::Session>(result);
    campaigns::audit::login(store, session.user.name, "login_oidc", browser.address, now);
    auto response = see_other(known.to);
    // Whatever session the browser had before is not this one.
    response.headers.emplace_back("Set-Cookie", session_cookie(session.token, secure));
    return response;
}

} // namespace

void get_sign_in_ways(const Call& call, const Reply& reply) {
    json::value provider;
    if (call.oidc != nullptr) {
        provider = json::object{{"label", call.oidc->settings().label}};
    }
    reply(json_response(json::serialize(json::object{{"oidc", std::move(provider)}})));
}

void start_oidc(const Call& call, const Reply& reply) {
    if (has_no_provider(call, reply)) {
        return;
    }
    Query query{call.query};
    auto to = query.optional_text("to", kTextMax);
    query.ignore_rest();
    call.oidc->leave(query.fault() ? std::string{} : std::move(to),
                     [reply, secure = call.secure](oidc::Outcome<oidc::Leaving> outcome) {
                         if (const auto* const failed = std::get_if<oidc::Failed>(&outcome)) {
                             reply(not_in(to_text(failed->failure)));
                             return;
                         }
                         auto& leaving = std::get<oidc::Leaving>(outcome);
                         auto response = see_other(std::move(leaving.address));
                         response.headers.emplace_back(
                             "Set-Cookie", oidc::attempt_cookie(leaving.sealed, secure));
                         reply(std::move(response));
                     });
}

void finish_oidc(const Call& call, const Reply& reply) {
    if (has_no_provider(call, reply)) {
        return;
    }
    Query query{call.query};
    oidc::WayBack back{query.optional_text("code", kCodeMax),
                       query.optional_text("state", kTextMax), query.optional_text("iss", kTextMax),
                       query.optional_text("error", kTextMax), oidc::sealed_in(call.cookie)};
    query.ignore_rest(); // RFC 6749 4.1.2: names that we do not know are ignored
    if (query.fault()) {
        reply(not_in("invalid"));
        return;
    }
    call.oidc->come_back(std::move(back),
                         [reply, &control = call.control, issuer = call.oidc->settings().issuer,
                          browser = call.browser,
                          secure = call.secure](oidc::Outcome<oidc::Known> outcome) {
                             const auto answer = [reply, secure](Response response) {
                                 forget_attempt(response, secure);
                                 reply(std::move(response));
                             };
                             if (const auto* const failed = std::get_if<oidc::Failed>(&outcome)) {
                                 answer(not_in(to_text(failed->failure)));
                                 return;
                             }
                             control.office(
                                 [known = std::get<oidc::Known>(std::move(outcome)), issuer,
                                  browser, secure, now = control.now()](campaigns::Store& store) {
                                     return let_in(store, known, issuer, browser, secure, now);
                                 },
                                 answer);
                         });
}

} // namespace dialer::http
