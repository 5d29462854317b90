#pragma once

// Which agent's phone is where: REGISTER with digest (RFC 3261 10.3), one contact a user.
//
// Plain values in and out; the SIP thread owns it. Memory: one entry per account, one per address
// with wrong guesses (bounded); nonces are signed, not stored.

#include "dialer/sip/legs.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialer::sip {

/// An IPv4 address and port, in host byte order.
struct Source {
    std::uint32_t address = 0;
    std::uint16_t port = 0;

    friend auto operator<=>(const Source&, const Source&) = default;
};

/// What the registrar needs of a REGISTER.
struct RegisterRequest {
    std::string user; ///< user part of To, the address of record
    Source source;
    std::vector<std::string> authorizations; ///< parameters of each, joined by newlines
    std::string call_id;
    std::uint32_t cseq = 0;
    bool all_contacts = false;                   ///< "Contact: *"
    std::string contact;                         ///< URI of the first contact; empty for a query
    std::optional<std::chrono::seconds> expires; ///< of that contact or of the request
    bool unusable_contact = false;               ///< several, or one that is no sip URI
    std::chrono::sys_seconds at{};               ///< by the world's clock
};

struct RegisterReply {
    int status = 200;
    std::string phrase = "OK";
    std::string authenticate; ///< value of WWW-Authenticate for a 401
    std::string contact;      ///< value of Contact for a 200; may be empty
    std::string min_expires;  ///< value of Min-Expires for a 423
    std::vector<Event> events;
};

/// Not thread-safe.
class Registrar {
public:
    /// With `browsers`, their proxy may register phones with short-lived credentials. It has
    /// checked their nonces itself, and is believed by its address.
    Registrar(std::string realm, std::chrono::seconds registration_max,
              std::optional<BrowserPhones> browsers = {});

    /// Replaces all accounts. Phones whose account is gone or changed are unregistered.
    [[nodiscard]] std::vector<Event> set_accounts(std::vector<PhoneAccount> accounts);
    /// 503 until the accounts are known: a phone that asks while we start must come again.
    [[nodiscard]] RegisterReply handle(const RegisterRequest& request, Monotonic now);
    /// Unregisters the phones that did not refresh in time.
    [[nodiscard]] std::vector<Event> expire(Monotonic now);

    /// Where to send requests for this contact; nothing when it is no longer registered.
    [[nodiscard]] std::optional<Source> locate(const RegisteredContact& contact) const;
    /// True when a registered phone has this address (any port).
    [[nodiscard]] bool has_phone_at(std::uint32_t address) const;

private:
    struct Phone {
        std::string ha1;
        std::string uri; // empty: not registered
        Source source;
        Monotonic expires_at;
        std::string call_id;
        std::uint32_t cseq = 0;
        std::string nonce; // of the last accepted request, with its count
        std::uint64_t nonce_count = 0;
    };
    struct Guesses {
        int wrong = 0;
        Monotonic last;
    };
    enum class Proof { none, stale, wrong, good };

    [[nodiscard]] Proof check(const RegisterRequest& request, Monotonic now);
    [[nodiscard]] Proof check_nonce(const std::string& nonce, Monotonic now) const;
    [[nodiscard]] bool from_browsers(const RegisterRequest& request) const;
    [[nodiscard]] Proof check_browser(const RegisterRequest& request,
                                      std::string_view authorization) const;
    [[nodiscard]] Proof check_one(const RegisterRequest& request, std::string_view authorization,
                                  Monotonic now);
    [[nodiscard]] RegisterReply refuse(Proof proof, const RegisterRequest& request, Monotonic now);
    [[nodiscard]] RegisterReply apply(const RegisterRequest& request, Phone& phone, Monotonic now);
    [[nodiscard]] std::string make_nonce(Monotonic now) const;
    // Whose password is being guessed, and from where: other phones behind the same address are
    // not locked out with it.
    using Guesser = std::pair<std::uint32_t, std::string>;
    [[nodiscard]] bool locked(const Guesser& guesser, Monotonic now);
    void count_guess(const Guesser& guesser, Monotonic now);

    std::string realm_;
    std::chrono::seconds registration_max_;
    std::optional<BrowserPhones> browsers_;
    Source browsers_proxy_;
    std::string secret_;
    std::map<std::string, Phone, std::less<>> phones_; // by user
    bool accounts_known_ = false;                      // set_accounts was called
    std::map<Guesser, Guesses> guesses_;
};

} // namespace dialer::sip
