#pragma once

// Move-only owners of sofia-sip's handles. Everything here belongs to the thread of its root.

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_wait.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace peers {

template <auto destroy> struct Destroyer {
    template <typename Handle> void operator()(Handle* handle) const { destroy(handle); }
};

using RootOwner = std::unique_ptr<su_root_t, Destroyer<&su_root_destroy>>;
using AgentOwner = std::unique_ptr<nta_agent_t, Destroyer<&nta_agent_destroy>>;
using LegOwner = std::unique_ptr<nta_leg_t, Destroyer<&nta_leg_destroy>>;
using IncomingOwner = std::unique_ptr<nta_incoming_t, Destroyer<&nta_incoming_destroy>>;
using OutgoingOwner = std::unique_ptr<nta_outgoing_t, Destroyer<&nta_outgoing_destroy>>;

/// Initialises the library once, quiets its log and makes a root for the calling thread.
[[nodiscard]] RootOwner make_root();

/// An agent on one UDP port (0 picks a free one); null when it cannot be bound.
/// `drop_per_mille` datagrams of a thousand are lost on purpose.
[[nodiscard]] AgentOwner make_agent(su_root_t* root, const std::string& address, std::uint16_t port,
                                    unsigned drop_per_mille = 0);

/// The UDP port the agent got.
[[nodiscard]] std::uint16_t port_of(nta_agent_t* agent);

/// The body of a message; empty when it has none.
[[nodiscard]] std::string_view body_of(const sip_t* sip);

/// The value of a header the library has no name for.
[[nodiscard]] std::optional<std::string> unknown_header(const sip_t* sip, std::string_view name);

/// Comma-separated parameters of the first Digest header with MD5 or no algorithm.
[[nodiscard]] std::optional<std::string> digest_parameters(const msg_auth_t* headers);

[[nodiscard]] inline std::string text(const char* chars) {
    return chars == nullptr ? std::string{} : std::string{chars};
}

} // namespace peers
