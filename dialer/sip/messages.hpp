#pragma once

// Reading what we need out of sofia-sip's parsed messages, as plain values that may be kept.

#include "dialer/sip/digest.hpp"
#include "dialer/sip/registrar.hpp"
#include "dialer/sip/session_timer.hpp"
#include "dialer/sip/sofia.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace dialer::sip {

inline constexpr const char* kUserAgent = "dialer";
inline constexpr const char* kAllow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE";
inline constexpr const char* kSupported = "100rel, timer";
inline constexpr const char* kSdpType = "application/sdp";

/// Where a message came from; an address of zeros when it is not IPv4.
[[nodiscard]] Source source_of(const msg_t* message);
[[nodiscard]] Source source_of(nta_incoming_t* request);

/// "sip:a.b.c.d:port", to be used as a next hop.
[[nodiscard]] std::string route_to(const Source& source);

/// The session description of a message: nothing when there is no body, Fault::malformed when the
/// body is of another type.
[[nodiscard]] std::optional<sdp::ReadResult> read_body(const sip_t* sip);

/// The reason phrase, printable and at most 120 bytes.
[[nodiscard]] std::string phrase_of(const sip_t* sip);
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(const sip_t* sip);

/// The first challenge of a 401 or 407 that we can answer. A response may offer SHA-256 and MD5
/// side by side (RFC 8760); only MD5 is answered.
[[nodiscard]] std::optional<Challenge> challenge_of(const sip_t* sip);

[[nodiscard]] std::optional<std::chrono::seconds> session_expires_of(const sip_t* sip);
[[nodiscard]] Refresher refresher_of(const sip_t* sip);
[[nodiscard]] bool supports(const sip_t* sip, const char* feature);
[[nodiscard]] bool requires_reliability(const sip_t* sip);
[[nodiscard]] bool allows_update(const sip_t* sip);

/// "host" of a SIP URI that can be reached over UDP without asking DNS: an IPv4 address, transport
/// not said or udp. Anything else gives nothing.
[[nodiscard]] std::optional<std::uint32_t> reachable_address(const url_t* url);

[[nodiscard]] std::string text_of(const url_t* url);

[[nodiscard]] RegisterRequest register_request(const msg_t* message, const sip_t* sip);

} // namespace dialer::sip
