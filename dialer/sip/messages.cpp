#include "dialer/sip/messages.hpp"

#include "dialer/sip/handles.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace dialer::sip {

namespace {

constexpr std::size_t kPhraseMax = 120;
constexpr std::size_t kParametersMax = 32;    // of one digest header
constexpr std::size_t kAuthorizationsMax = 4; // of one REGISTER

std::vector<std::string_view> parameters(const msg_auth_t& auth) {
    std::vector<std::string_view> result;
    for (auto item = auth.au_params; item != nullptr && *item != nullptr; ++item) {
        if (result.size() == kParametersMax) {
            break;
        }
        result.emplace_back(*item);
    }
    return result;
}

std::optional<Challenge> first_usable(const msg_auth_t* auth, bool from_proxy) {
    for (; auth != nullptr; auth = auth->au_next) {
        const auto params = parameters(*auth);
        const std::string_view scheme = auth->au_scheme != nullptr ? auth->au_scheme : "";
        if (auto challenge = Challenge::read(scheme, params, from_proxy)) {
            return challenge;
        }
    }
    return std::nullopt;
}

std::chrono::seconds bounded_seconds(unsigned long delta) {
    constexpr unsigned long day = 86400;
    return std::chrono::seconds{std::min(delta, day)};
}

void read_contact(const sip_contact_t& contact, RegisterRequest& request) {
    if (contact.m_expires != nullptr) {
        // Not a number reads as 0, which would unregister: RFC 3261 10.3 takes the default then.
        const char* text = contact.m_expires;
        if (*text >= '0' && *text <= '9') {
            request.expires = bounded_seconds(std::strtoul(text, nullptr, 10));
        }
    }
    if (contact.m_url->url_type == url_any) {
        request.all_contacts = true;
        return;
    }
    // Headers in the URI would become headers of our INVITE.
    url_t url = *contact.m_url;
    url.url_headers = nullptr;
    url.url_fragment = nullptr;
    request.contact = text_of(&url);
    request.unusable_contact = contact.m_next != nullptr || contact.m_url->url_type != url_sip ||
                               contact.m_url->url_host == nullptr || request.contact.empty();
}

} // namespace

Source source_of(const msg_t* message) {
    su_sockaddr_t address{};
    socklen_t size = sizeof address;
    // msg_get_address does not change the message; its parameter only lacks the const.
    if (message == nullptr || msg_get_address(const_cast<msg_t*>(message), &address, &size) != 0 ||
        address.su_family != AF_INET) {
        return {};
    }
    return {ntohl(address.su_sin.sin_addr.s_addr), ntohs(address.su_sin.sin_port)};
}

Source source_of(nta_incoming_t* request) {
    const MessageHandle message{nta_incoming_getrequest(request)};
    return source_of(message.get());
}

std::string route_to(const Source& source) {
    return fmt::format("sip:{}.{}.{}.{}:{}", source.address >> 24, (source.address >> 16) & 0xff,
                       (source.address >> 8) & 0xff, source.address & 0xff, source.port);
}

std::optional<sdp::ReadResult> read_body(const sip_t* sip) {
    const sip_payload_t* body = sip->sip_payload;
    if (body == nullptr || body->pl_data == nullptr || body->pl_len == 0) {
        return std::nullopt;
    }
    const sip_content_type_t* type = sip->sip_content_type;
    if (type == nullptr || type->c_type == nullptr || !su_casematch(type->c_type, kSdpType)) {
        return sdp::ReadResult{std::nullopt, sdp::Fault::malformed};
    }
    return sdp::read({body->pl_data, body->pl_len});
}

std::string phrase_of(const sip_t* sip) {
    std::string phrase;
    if (sip != nullptr && sip->sip_status != nullptr && sip->sip_status->st_phrase != nullptr) {
        phrase = sip->sip_status->st_phrase;
    }
    phrase.resize(std::min(phrase.size(), kPhraseMax));
    std::ranges::replace_if(
        phrase, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return phrase;
}

std::optional<std::chrono::seconds> retry_after_of(const sip_t* sip) {
    if (sip == nullptr || sip->sip_retry_after == nullptr) {
        return std::nullopt;
    }
    return bounded_seconds(sip->sip_retry_after->af_delta);
}

std::optional<Challenge> challenge_of(const sip_t* sip) {
    return sip->sip_status->st_status == 401 ? first_usable(sip->sip_www_authenticate, false)
                                             : first_usable(sip->sip_proxy_authenticate, true);
}

std::optional<std::chrono::seconds> session_expires_of(const sip_t* sip) {
    if (sip->sip_session_expires == nullptr || sip->sip_session_expires->x_delta == 0) {
        return std::nullopt;
    }
    return bounded_seconds(sip->sip_session_expires->x_delta);
}

Refresher refresher_of(const sip_t* sip) {
    const char* name =
        sip->sip_session_expires != nullptr ? sip->sip_session_expires->x_refresher : nullptr;
    if (name == nullptr) {
        return Refresher::not_said;
    }
    return su_casematch(name, "uas") ? Refresher::uas : Refresher::uac;
}

bool supports(const sip_t* sip, const char* feature) {
    return sip_has_feature(sip->sip_supported, feature) != 0;
}

bool requires_reliability(const sip_t* sip) {
    return sip->sip_rseq != nullptr && sip_has_feature(sip->sip_require, "100rel") != 0 &&
           sip->sip_to->a_tag != nullptr;
}

bool allows_update(const sip_t* sip) {
    return sip->sip_allow != nullptr && sip_is_allowed(sip->sip_allow, sip_method_update, "UPDATE");
}

std::optional<std::uint32_t> reachable_address(const url_t* url) {
    char transport[8] = "";
    in_addr address{};
    if (url == nullptr || url->url_type != url_sip || url->url_host == nullptr ||
        inet_pton(AF_INET, url->url_host, &address) != 1) {
        return std::nullopt;
    }
    if (url->url_params != nullptr &&
        url_param(url->url_params, "transport", transport, sizeof transport) > 0 &&
        !su_casematch(transport, "udp")) {
        return std::nullopt;
    }
    return ntohl(address.s_addr);
}

std::string text_of(const url_t* url) {
    char buffer[512];
    if (url == nullptr) {
        return {};
    }
    const auto size = url_e(buffer, sizeof buffer, url);
    // A URI that is too long for any real phone is no URI for us.
    return size > 0 && static_cast<std::size_t>(size) < sizeof buffer ? std::string{buffer}
                                                                      : std::string{};
}

RegisterRequest register_request(const msg_t* message, const sip_t* sip) {
    RegisterRequest request;
    request.source = source_of(message);
    request.user = sip->sip_to->a_url->url_user != nullptr ? sip->sip_to->a_url->url_user : "";
    request.call_id = sip->sip_call_id->i_id;
    request.cseq = sip->sip_cseq->cs_seq;
    for (const msg_auth_t* auth = sip->sip_authorization; auth != nullptr; auth = auth->au_next) {
        if (request.authorizations.size() == kAuthorizationsMax) {
            break;
        }
        request.authorizations.push_back(fmt::format("{}", fmt::join(parameters(*auth), "\n")));
    }
    if (sip->sip_expires != nullptr) {
        request.expires = bounded_seconds(sip->sip_expires->ex_delta);
    }
    if (const sip_contact_t* contact = sip->sip_contact) {
        read_contact(*contact, request);
    }
    return request;
}

} // namespace dialer::sip
