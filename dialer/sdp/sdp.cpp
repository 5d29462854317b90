#include "dialer/sdp/sdp.hpp"

#include <algorithm>

namespace dialer::sdp {

namespace {

constexpr std::uint8_t kOwnTelephoneEvent = 101;

std::string dotted(const std::array<std::uint8_t, 4>& address) {
    std::string text;
    for (const std::uint8_t part : address) {
        text += text.empty() ? "" : ".";
        text += std::to_string(part);
    }
    return text;
}

std::string_view to_text(Direction direction) {
    switch (direction) {
    case Direction::sendonly:
        return "sendonly";
    case Direction::recvonly:
        return "recvonly";
    case Direction::inactive:
        return "inactive";
    case Direction::sendrecv:
        break;
    }
    return "sendrecv";
}

Direction mirrored(Direction direction) {
    switch (direction) {
    case Direction::sendonly:
        return Direction::recvonly;
    case Direction::recvonly:
        return Direction::sendonly;
    case Direction::inactive:
    case Direction::sendrecv:
        break;
    }
    return direction;
}

void write_other(std::string& text, const Audio& audio, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, audio.other_media.size()); ++i) {
        text += "m=" + audio.other_media[i] + "\r\n";
    }
}

void write_formats(std::string& text, const Audio& audio) {
    if (audio.pcma && audio.pcma_first) {
        text += " 8";
    }
    // A refused stream still needs one format on its m= line (RFC 4566 9, `1*(SP fmt)`).
    if (audio.pcmu || !audio.pcma) {
        text += " 0";
    }
    if (audio.pcma && !audio.pcma_first) {
        text += " 8";
    }
    if (audio.telephone_event) {
        text += " " + std::to_string(*audio.telephone_event);
    }
    text += "\r\n";
}

void write_attributes(std::string& text, const Audio& audio) {
    if (audio.pcmu) {
        text += "a=rtpmap:0 PCMU/8000\r\n";
    }
    if (audio.pcma) {
        text += "a=rtpmap:8 PCMA/8000\r\n";
    }
    if (audio.telephone_event) {
        const std::string type = std::to_string(*audio.telephone_event);
        text += "a=rtpmap:" + type + " telephone-event/8000\r\n";
        text += "a=fmtp:" + type + " 0-15\r\n";
    }
    text += "a=ptime:" + std::to_string(audio.ptime_ms) + "\r\n";
    text += "a=";
    text += to_text(audio.direction);
    text += "\r\n";
    if (audio.rtcp_mux) {
        text += "a=rtcp-mux\r\n";
    }
}

} // namespace

std::string_view explain(Fault fault) {
    switch (fault) {
    case Fault::none:
        return "the session description is usable";
    case Fault::too_long:
        return "the session description is too long or has too many media lines";
    case Fault::malformed:
        return "the session description breaks the grammar of RFC 4566";
    case Fault::no_audio:
        return "no plain RTP audio stream is described";
    case Fault::no_ipv4:
        return "the audio stream has no unicast IPv4 address";
    case Fault::no_common_codec:
        return "neither PCMU nor PCMA is described";
    }
    return "unknown fault";
}

std::string write(const Audio& audio) {
    const std::string address = dotted(audio.address);
    std::string text;
    text.reserve(384);
    text += "v=0\r\no=dialer " + std::to_string(audio.session_id) + " " +
            std::to_string(audio.session_version) + " IN IP4 " + address + "\r\n";
    text += "s=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n";
    write_other(text, audio, 0, audio.other_media_before);
    text += "m=audio " + std::to_string(audio.port) + " RTP/AVP";
    write_formats(text, audio);
    write_attributes(text, audio);
    write_other(text, audio, audio.other_media_before, audio.other_media.size());
    return text;
}

Audio make_offer(std::array<std::uint8_t, 4> address, std::uint16_t port,
                 std::uint64_t session_id) {
    Audio offer;
    offer.address = address;
    offer.port = port;
    offer.pcmu = true;
    offer.pcma = true;
    offer.telephone_event = kOwnTelephoneEvent;
    offer.session_id = session_id;
    offer.session_version = session_id;
    return offer;
}

ReadResult answer_to(const Audio& offer, const Audio& ours) {
    if (offer.port == 0) {
        return {std::nullopt, Fault::no_audio};
    }
    if (!offer.pcmu && !offer.pcma) {
        return {std::nullopt, Fault::no_common_codec};
    }
    Audio answer = ours;
    answer.pcma = offer.pcma && (offer.pcma_first || !offer.pcmu);
    answer.pcmu = !answer.pcma;
    answer.pcma_first = answer.pcma;
    answer.telephone_event = offer.telephone_event;
    answer.ptime_ms = 20;
    answer.direction = mirrored(offer.direction);
    answer.rtcp_mux = offer.rtcp_mux;
    answer.other_media = offer.other_media;
    answer.other_media_before = offer.other_media_before;
    if (!(answer == ours)) {
        ++answer.session_version; // RFC 3264 8: one up, only when the description differs.
    }
    return {answer, Fault::none};
}

std::optional<Codec> agreed_codec(const Audio& ours, const Audio& theirs) {
    if (ours.port == 0 || theirs.port == 0) {
        return std::nullopt;
    }
    const bool pcmu = ours.pcmu && theirs.pcmu;
    const bool pcma = ours.pcma && theirs.pcma;
    if (pcma && (theirs.pcma_first || !pcmu)) {
        return Codec::pcma;
    }
    return pcmu ? std::optional{Codec::pcmu} : std::nullopt;
}

} // namespace dialer::sdp
