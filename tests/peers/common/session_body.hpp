#pragma once

// The peers' own reading and writing of session descriptions, independent of the engine's.

#include "tests/peers/common/g711.hpp"

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peers {

/// What we need to know of the other side's audio stream.
struct SessionBody {
    sockaddr_in media{};
    g711::Law law = g711::Law::ulaw;              ///< mu-law wherever the other side has it
    std::optional<std::uint8_t> key_payload_type; ///< telephone-event at 8 kHz
};

/// Nothing when there is no IPv4 audio stream with a G.711 codec. At most 8 KiB are looked at.
[[nodiscard]] std::optional<SessionBody> read_session(std::string_view text);

struct OwnSession {
    std::string address;
    std::uint16_t port = 0;
    g711::Law law = g711::Law::ulaw;
    std::optional<std::uint8_t> key_payload_type;
    std::uint64_t id = 1;
    std::uint64_t version = 1;
};

[[nodiscard]] std::string write_session(const OwnSession& own);

} // namespace peers
