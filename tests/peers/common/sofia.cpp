#include "tests/peers/common/sofia.hpp"

#include <sofia-sip/su_log.h>
#include <sofia-sip/tport_tag.h>

#include <cstdarg>
#include <cstdlib>
#include <strings.h>

namespace peers {
namespace {

extern "C" void discard_log(void* /*stream*/, const char* /*format*/, va_list /*arguments*/) {}

/// The library's global state, for as long as the program runs.
struct Library {
    Library() {
        su_init();
        su_log_redirect(nullptr, discard_log, nullptr);
        su_log_redirect(su_log_default, discard_log, nullptr);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { su_deinit(); }
};

} // namespace

RootOwner make_root() {
    static const Library library;
    return RootOwner{su_root_create(nullptr)};
}

AgentOwner make_agent(su_root_t* root, const std::string& address, std::uint16_t port,
                      unsigned drop_per_mille) {
    const std::string url =
        "sip:" + address + ":" + (port == 0 ? "*" : std::to_string(port)) + ";transport=udp";
    constexpr unsigned kUdpBytesMax = 65535; // else long messages go out by TCP unasked
    constexpr int kSocketBytes = 4 << 20;    // 500 calls a second come in bursts
    return AgentOwner{nta_agent_create(
        root, reinterpret_cast<const url_string_t*>(url.c_str()), nullptr, nullptr,
        NTATAG_UDP_MTU(kUdpBytesMax), NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0), NTATAG_UA(1),
        NTATAG_DEBUG_DROP_PROB(drop_per_mille), TPTAG_UDP_RMEM(kSocketBytes), TAG_END())};
}

std::uint16_t port_of(nta_agent_t* agent) {
    const sip_contact_t* contact = nta_agent_contact(agent);
    if (contact == nullptr || contact->m_url->url_port == nullptr) {
        return 5060; // RFC 3261 19.1.2: the default is left out
    }
    return static_cast<std::uint16_t>(std::strtoul(contact->m_url->url_port, nullptr, 10));
}

std::string_view body_of(const sip_t* sip) {
    if (sip == nullptr || sip->sip_payload == nullptr || sip->sip_payload->pl_data == nullptr) {
        return {};
    }
    return {sip->sip_payload->pl_data, sip->sip_payload->pl_len};
}

std::optional<std::string> unknown_header(const sip_t* sip, std::string_view name) {
    for (const sip_unknown_t* header = sip->sip_unknown; header != nullptr;
         header = header->un_next) {
        if (header->un_name != nullptr && header->un_value != nullptr &&
            std::string_view{header->un_name}.size() == name.size() &&
            ::strncasecmp(header->un_name, name.data(), name.size()) == 0) {
            return std::string{header->un_value};
        }
    }
    return std::nullopt;
}

std::optional<std::string> digest_parameters(const msg_auth_t* headers) {
    for (; headers != nullptr; headers = headers->au_next) {
        if (headers->au_scheme == nullptr || ::strcasecmp(headers->au_scheme, "Digest") != 0 ||
            headers->au_params == nullptr) {
            continue;
        }
        std::string joined;
        bool other_algorithm = false;
        for (const msg_param_t* each = headers->au_params; *each != nullptr; ++each) {
            other_algorithm = other_algorithm || (::strncasecmp(*each, "algorithm=", 10) == 0 &&
                                                  ::strcasecmp(*each + 10, "MD5") != 0 &&
                                                  ::strcasecmp(*each + 10, "\"MD5\"") != 0);
            joined += (joined.empty() ? "" : ", ") + std::string{*each};
        }
        if (!other_algorithm) {
            return joined;
        }
    }
    return std::nullopt;
}

} // namespace peers
