#pragma once

// One HTTP request to the provider; the only file that knows libcurl.

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace dialer::oidc {

struct Ask {
    std::string url;
    /// Fields of a form to post; empty: GET.
    std::map<std::string, std::string> form{};
    /// User and password of Basic authentication, already as RFC 6749 2.3.1 encodes them.
    std::optional<std::pair<std::string, std::string>> basic{};
    std::string bearer{};  ///< empty: none
    std::string ca_file{}; ///< empty: what the system trusts
    std::size_t bytes_max = 0;
};

struct Fetched {
    int status = 0; ///< 0: there was no answer
    std::string body;
    std::string fault{}; ///< why there was none, for the log
};

/// Blocks for at most five seconds, or until `stopped`. Follows no redirection, trusts no
/// certificate that does not fit, reads at most `bytes_max` bytes.
[[nodiscard]] Fetched fetch(const Ask& ask, const std::atomic<bool>& stopped);

/// application/x-www-form-urlencoded, which is also good in a query.
[[nodiscard]] std::string encode(const std::string& text);
[[nodiscard]] std::string encode(const std::map<std::string, std::string>& fields);

} // namespace dialer::oidc
