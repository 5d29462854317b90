#pragma once

// The provider as we know it: its addresses (OpenID Connect Discovery 1.0), its keys (RFC 7517),
// and the exchange of a code for what it says of somebody (OpenID Connect Core 1.0 3.1.3).
//
// Every method blocks for some seconds at most; all on one thread. Whatever the provider answers
// throws nothing.

#include "dialer/loop/clock.hpp"
#include "dialer/oidc/attempt.hpp"
#include "dialer/oidc/fetch.hpp"
#include "dialer/oidc/id_token.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dialer::oidc {

/// Why nobody was signed in, as the page tells it.
enum class Failure {
    unreachable, ///< the provider does not answer, or answers nonsense
    denied,      ///< the provider says no
    expired,     ///< the attempt is over, was used, or is of another browser
    invalid,     ///< what came back cannot be believed
};

struct Failed {
    Failure failure{};
    std::string why; ///< for the log
};
template <typename Value> using Outcome = std::variant<Value, Failed>;

class Provider {
public:
    Provider(const Settings& settings, const std::atomic<bool>& stopped)
        : settings_{settings}, stopped_{stopped} {}

    /// Where the browser is to go.
    [[nodiscard]] Outcome<std::string> address_for(const Attempt& attempt, const Stamp& now);

    /// `issuer`: what the way back named as such (RFC 9207), empty when it did not.
    [[nodiscard]] Outcome<Claims> exchange(const std::string& code, const std::string& issuer,
                                           const Attempt& attempt, const Stamp& now);

private:
    struct Document {
        std::string authorization;
        std::string token;
        std::string keys;
        std::string user_info;     ///< may be empty
        bool posts_secret = false; ///< it knows no Basic authentication
        bool names_issuer = false; ///< on every way back
        Monotonic read_at;
    };

    std::optional<Failed> discover(const Stamp& now);
    std::optional<Failed> read_document(const boost::json::object& found, const Stamp& now);
    std::optional<Failed> load_keys(const Stamp& now);
    /// The key of the token; asks for the keys again when it is not among them.
    Outcome<const Key*> find_key(const SignedToken& token, const Stamp& now);
    bool may_load_keys(const Stamp& now);
    Outcome<boost::json::object> ask_token(const std::string& code, const Attempt& attempt);
    Outcome<Claims> check(const boost::json::object& answer, const Attempt& attempt,
                          const Stamp& now);
    void add_user_info(boost::json::object& claims, const std::string& access_token);
    [[nodiscard]] Fetched ask(Ask ask, std::size_t bytes_max);
    [[nodiscard]] Fetched get(const std::string& url, std::size_t bytes_max);

    const Settings& settings_;
    const std::atomic<bool>& stopped_;
    std::optional<Document> document_;
    std::optional<Monotonic> silent_at_; ///< when it last gave no answer at all
    std::vector<Key> keys_;
    std::optional<Monotonic> keys_read_at_;
    std::vector<Monotonic> key_loads_; ///< for unknown ids, of the last minute
};

/// Whether the address is https, or http on this machine alone.
[[nodiscard]] bool is_safe_address(std::string_view url);

} // namespace dialer::oidc
