#pragma once

// The little of SDP that the dialer needs, read and written by our own code (RFC 4566, RFC 3264).
//
// sofia-sip's parser hangs on hostile input and is never given any. This reader takes untrusted
// bytes: bounded work, no recursion, no allocation beyond the result. Pure.

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::sdp {

enum class Codec : std::uint8_t { pcmu = 0, pcma = 8 }; // values are RFC 3551 payload types

enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };

/// How many other m= lines a description may have beside the audio stream we use.
inline constexpr std::size_t kOtherMediaMax = 8;

/// One audio stream as one side describes it.
struct Audio {
    std::array<std::uint8_t, 4> address{}; ///< IPv4; 0.0.0.0 is the old way to say hold
    std::uint16_t port = 0;                ///< 0: the stream is refused
    bool pcmu = false;
    bool pcma = false;
    bool pcma_first = false;                     ///< the side prefers PCMA
    std::optional<std::uint8_t> telephone_event; ///< payload type of RFC 4733 at 8 kHz
    int ptime_ms = 20;
    Direction direction = Direction::sendrecv;
    bool rtcp_mux = false;
    std::uint64_t session_id = 0;
    std::uint64_t session_version = 0;
    /// The other m= lines in their refused form ("video 0 RTP/AVP 31"): an answer must carry as
    /// many m= lines as the offer, in the same order (RFC 3264 6). At most kOtherMediaMax.
    std::vector<std::string> other_media;
    std::size_t other_media_before = 0; ///< how many of them stand before the audio stream

    bool operator==(const Audio&) const = default;
};

enum class Fault { none = 0, too_long, malformed, no_audio, no_ipv4, no_common_codec };
[[nodiscard]] std::string_view explain(Fault fault);

/// Either the audio stream of a session description or the reason why there is none we can use.
struct ReadResult {
    std::optional<Audio> audio;
    Fault fault = Fault::none;
};

/// Reads the first usable audio stream. At most 16 KiB. LF and CRLF. When the only plain audio
/// stream is refused the result has port 0. An address of 0.0.0.0 turns into a hold by direction.
[[nodiscard]] ReadResult read(std::string_view text);

/// CRLF lines, one audio stream, RTP/AVP.
[[nodiscard]] std::string write(const Audio& audio);

/// Our offer: PCMU, PCMA, telephone-event 101, 20 ms, sendrecv.
[[nodiscard]] Audio make_offer(std::array<std::uint8_t, 4> address, std::uint16_t port,
                               std::uint64_t session_id);

/// Our answer to the far end's (re-)offer: their first codec that we have, their payload type for
/// events, direction mirrored (RFC 3264 6.1), session version one up when something changed.
/// `ours` is what we described last: it gives address, port and session. Both codecs are always
/// on hand, so an earlier answer with one codec does not bind a later one. Fault::no_audio when
/// the offer's port is 0.
[[nodiscard]] ReadResult answer_to(const Audio& offer, const Audio& ours);

/// The codec both sides will send, once offer and answer are known: the far end's favourite of
/// those in both. Nullopt when there is none or a side refused the stream.
[[nodiscard]] std::optional<Codec> agreed_codec(const Audio& ours, const Audio& theirs);

} // namespace dialer::sdp
