#include "dialer/sip/registrar.hpp"

#include "dialer/sip/digest.hpp"
#include "dialer/sip/phone_login.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace dialer::sip {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kExpiresDefault{3600}; // RFC 3261 10.2.1.1
constexpr seconds kExpiresMin{5};
constexpr auto kNonceLife = 5min;
constexpr int kGuessesMax = 10;
constexpr auto kLock = 30s;
constexpr std::size_t kGuessersMax = 1024;
constexpr std::size_t kNonceTagDigits = 24;

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::optional<std::uint64_t> read_hex(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

RegisterReply refusal(int status, std::string phrase) {
    RegisterReply reply;
    reply.status = status;
    reply.phrase = std::move(phrase);
    return reply;
}

/// What the credentials of a REGISTER must say when they were made with this HA1.
std::string expected_response(std::span<const std::string_view> params, std::string_view ha1) {
    const auto value = [params](std::string_view name) {
        return find_parameter(params, name).value_or("");
    };
    return digest_response({.ha1 = ha1,
                            .method = "REGISTER",
                            .uri = value("uri"),
                            .nonce = value("nonce"),
                            .qop = value("qop"),
                            .nc = value("nc"),
                            .cnonce = value("cnonce")});
}

std::int64_t to_ms(Monotonic at) {
    return std::chrono::duration_cast<milliseconds>(at.time_since_epoch()).count();
}

} // namespace

Registrar::Registrar(std::string realm, seconds registration_max,
                     std::optional<BrowserPhones> browsers)
    : realm_{std::move(realm)}, registration_max_{std::max(registration_max, kExpiresMin)},
      browsers_{std::move(browsers)}, secret_{random_hex(32)} {
    in_addr proxy{};
    if (browsers_ && inet_pton(AF_INET, browsers_->proxy.c_str(), &proxy) == 1) {
        browsers_proxy_ = {ntohl(proxy.s_addr), browsers_->proxy_port};
    }
}

std::vector<Event> Registrar::set_accounts(std::vector<PhoneAccount> accounts) {
    accounts_known_ = true;
    std::map<std::string, Phone, std::less<>> next;
    for (PhoneAccount& account : accounts) {
        const auto old = phones_.find(account.user);
        if (old != phones_.end() && old->second.ha1 == account.ha1) {
            next.insert(phones_.extract(old));
        } else {
            next[account.user].ha1 = std::move(account.ha1);
        }
    }
    std::vector<Event> events;
    for (const auto& [user, phone] : phones_) {
        if (!phone.uri.empty()) {
            events.emplace_back(PhoneUnregistered{user});
        }
    }
    phones_ = std::move(next);
    return events;
}

RegisterReply Registrar::handle(const RegisterRequest& request, Monotonic now) {
    if (!accounts_known_) {
        return refusal(503, "Starting");
    }
    if (locked({request.source.address, request.user}, now)) {
        return refusal(403, "Too many wrong passwords");
    }
    const Proof proof = check(request, now);
    if (proof != Proof::good) {
        return refuse(proof, request, now);
    }
    guesses_.erase({request.source.address, request.user});
    return apply(request, phones_.find(request.user)->second, now);
}

std::vector<Event> Registrar::expire(Monotonic now) {
    std::vector<Event> events;
    for (auto& [user, phone] : phones_) {
        if (!phone.uri.empty() && phone.expires_at <= now) {
            phone.uri.clear();
            events.emplace_back(PhoneUnregistered{user});
        }
    }
    return events;
}

std::optional<Source> Registrar::locate(const RegisteredContact& contact) const {
    const auto found = phones_.find(contact.user());
    if (found == phones_.end() || found->second.uri.empty() || found->second.uri != contact.uri()) {
        return std::nullopt;
    }
    return found->second.source;
}

bool Registrar::has_phone_at(std::uint32_t address) const {
    return std::ranges::any_of(phones_, [address](const auto& entry) {
        return !entry.second.uri.empty() && entry.second.source.address == address;
    });
}

Registrar::Proof Registrar::check(const RegisterRequest& request, Monotonic now) {
    Proof best = Proof::none;
    for (const std::string& authorization : request.authorizations) {
        best = std::max(best, from_browsers(request) ? check_browser(request, authorization)
                                                     : check_one(request, authorization, now));
    }
    return best;
}

Registrar::Proof Registrar::check_nonce(const std::string& nonce, Monotonic now) const {
    const auto first_dash = nonce.find('-');
    const auto last_dash = nonce.rfind('-');
    if (first_dash == std::string::npos || first_dash == last_dash) {
        return Proof::stale; // from before our start, or from another server
    }
    const auto made_ms = read_hex(std::string_view{nonce}.substr(0, first_dash));
    const std::string tag =
        hmac_hex(secret_, std::string_view{nonce}.substr(0, last_dash), kNonceTagDigits);
    if (!made_ms || !same_secret(tag, std::string_view{nonce}.substr(last_dash + 1))) {
        return Proof::stale;
    }
    const auto age = milliseconds{to_ms(now) - static_cast<std::int64_t>(*made_ms)};
    return age <= kNonceLife ? Proof::good : Proof::stale;
}

bool Registrar::from_browsers(const RegisterRequest& request) const {
    return browsers_ && request.source == browsers_proxy_;
}

// The proxy made the nonce and has seen that it is fresh; that the answer to it was made with our
// credentials, and that they are this phone's and still good, is looked at here again.
Registrar::Proof Registrar::check_browser(const RegisterRequest& request,
                                          std::string_view authorization) const {
    const auto params = split_lines(authorization);
    const auto value = [&params](std::string_view name) {
        return find_parameter(params, name).value_or("");
    };
    const std::string name = value("username");
    const auto password = phone_login_password(*browsers_, name, request.user, request.at);
    if (value("realm") != realm_ || !password || !phones_.contains(request.user)) {
        return Proof::wrong;
    }
    const std::string ha1 = md5_hex(fmt::format("{}:{}:{}", name, realm_, *password));
    const std::string expected = expected_response(params, ha1);
    return same_secret(expected, value("response")) ? Proof::good : Proof::wrong;
}

Registrar::Proof Registrar::check_one(const RegisterRequest& request,
                                      std::string_view authorization, Monotonic now) {
    const auto params = split_lines(authorization);
    const auto value = [&params](std::string_view name) {
        return find_parameter(params, name).value_or("");
    };
    if (value("realm") != realm_) {
        return Proof::none;
    }
    const std::string nonce = value("nonce");
    if (const Proof fresh = check_nonce(nonce, now); fresh != Proof::good) {
        return fresh;
    }
    const auto found = phones_.find(value("username"));
    const std::string qop = value("qop");
    const std::string nc = value("nc");
    const std::string expected =
        expected_response(params, found == phones_.end() ? std::string_view{} : found->second.ha1);
    // A phone registers itself only: the user of the credentials is the one of the address.
    if (found == phones_.end() || found->first != request.user ||
        !same_secret(expected, value("response"))) {
        return Proof::wrong;
    }
    Phone& phone = found->second;
    const std::uint64_t count = qop.empty() ? 0 : read_hex(nc).value_or(0);
    // A replay repeats the count; our peer's own retransmission repeats Call-ID and CSeq as well.
    const bool same_request = request.call_id == phone.call_id && request.cseq == phone.cseq;
    if (!qop.empty() && nonce == phone.nonce && count <= phone.nonce_count && !same_request) {
        return Proof::stale;
    }
    phone.nonce = nonce;
    phone.nonce_count = count;
    return Proof::good;
}

RegisterReply Registrar::refuse(Proof proof, const RegisterRequest& request, Monotonic now) {
    if (proof == Proof::wrong) {
        count_guess({request.source.address, request.user}, now);
    }
    if (from_browsers(request)) {
        return refusal(403, "Wrong or old credentials"); // the proxy is who asks for better ones
    }
    RegisterReply reply = refusal(401, "Unauthorized");
    reply.authenticate =
        fmt::format("Digest realm=\"{}\", nonce=\"{}\", algorithm=MD5, "
                    "qop=\"auth\"{}",
                    realm_, make_nonce(now), proof == Proof::stale ? ", stale=true" : "");
    return reply;
}

RegisterReply Registrar::apply(const RegisterRequest& request, Phone& phone, Monotonic now) {
    if (request.unusable_contact) {
        return refusal(403, "One SIP contact only");
    }
    const seconds asked = request.expires.value_or(kExpiresDefault);
    const bool remove = request.all_contacts || (!request.contact.empty() && asked == 0s);
    if (request.all_contacts && asked != 0s) {
        return refusal(400, "Contact * needs Expires 0"); // RFC 3261 10.2.2
    }
    if (!remove && !request.contact.empty() && asked < kExpiresMin) {
        RegisterReply brief = refusal(423, "Interval Too Brief");
        brief.min_expires = std::to_string(kExpiresMin.count());
        return brief;
    }
    RegisterReply reply;
    phone.call_id = request.call_id;
    phone.cseq = request.cseq;
    if (remove) {
        if (!phone.uri.empty()) {
            reply.events.emplace_back(PhoneUnregistered{request.user});
        }
        phone.uri.clear();
        return reply;
    }
    if (!request.contact.empty()) {
        const bool changed = phone.uri != request.contact || phone.source != request.source;
        phone.uri = request.contact;
        phone.source = request.source;
        phone.expires_at = now + std::min(asked, registration_max_);
        if (changed) {
            reply.events.emplace_back(PhoneRegistered{RegisteredContact{request.user, phone.uri}});
        }
    }
    if (!phone.uri.empty()) {
        const auto left = std::chrono::ceil<seconds>(phone.expires_at - now);
        reply.contact = fmt::format("<{}>;expires={}", phone.uri, std::max(left, 0s).count());
    }
    return reply;
}

std::string Registrar::make_nonce(Monotonic now) const {
    const std::string body = fmt::format("{:x}-{}", to_ms(now), random_hex(8));
    return body + "-" + hmac_hex(secret_, body, kNonceTagDigits);
}

bool Registrar::locked(const Guesser& guesser, Monotonic now) {
    const auto found = guesses_.find(guesser);
    if (found == guesses_.end()) {
        return false;
    }
    if (now - found->second.last >= kLock) {
        guesses_.erase(found);
        return false;
    }
    return found->second.wrong >= kGuessesMax;
}

void Registrar::count_guess(const Guesser& guesser, Monotonic now) {
    if (guesses_.size() >= kGuessersMax && !guesses_.contains(guesser)) {
        std::erase_if(guesses_, [now](const auto& e) { return now - e.second.last >= kLock; });
        if (guesses_.size() >= kGuessersMax) {
            return; // a flood from everywhere: the digest itself still stands
        }
    }
    Guesses& guesses = guesses_[guesser];
    ++guesses.wrong;
    guesses.last = now;
}

} // namespace dialer::sip
