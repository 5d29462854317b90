#pragma once

// What a request proves its user with: a bearer token of a program, or the session cookie of a
// browser, which other sites can make a browser send and which therefore needs a second proof.

#include "dialer/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dialer::http {

/// The bearer token of an Authorization field (RFC 6750 2.1); nothing when there is none or it
/// cannot be one.
[[nodiscard]] std::optional<std::string> bearer_token(std::string_view authorization);

/// The secret of the session in a Cookie field (RFC 6265 4.2); nothing when there is none or it
/// cannot be one. Of two cookies of that name none counts: one of them was planted.
[[nodiscard]] std::optional<std::string> session_secret(std::string_view cookie, bool secure);

/// Set-Cookie for a session that has begun, or (empty secret) is over. `secure`: the browser may
/// send it over TLS only.
[[nodiscard]] std::string session_cookie(std::string_view secret, bool secure);

/// What a page of ours must show, in X-CSRF-Token, with each request of the session that changes
/// something. Another site can send the cookie but cannot know this.
[[nodiscard]] std::string csrf_token(std::string_view secret);

/// How Control::authenticate is asked about a session.
[[nodiscard]] std::string session_credential(std::string_view secret);
/// The secret in such a credential; nothing when it is a token.
[[nodiscard]] std::optional<std::string_view> secret_of(std::string_view credential);

/// False when a browser says that a page of another site sent the request.
[[nodiscard]] bool from_this_site(const Request& request);

/// The credential of a request: its token, else its session. `refused` says why a session does not
/// count, for people.
struct Credential {
    std::string text; ///< for Control::authenticate; empty: none
    std::string refused;
};
[[nodiscard]] Credential credential_of(const Request& request);

} // namespace dialer::http
