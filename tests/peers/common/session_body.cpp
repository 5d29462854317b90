#include "tests/peers/common/session_body.hpp"

#include "tests/peers/common/socket.hpp"

#include <fmt/format.h>

#include <charconv>

namespace peers {
namespace {

constexpr std::size_t kBytesMax = 8192;

template <typename Number> std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// Cuts the next piece up to `separator` off the front.
std::string_view cut(std::string_view& text, char separator) {
    const auto at = text.find(separator);
    const auto piece = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return piece;
}

struct Reader {
    SessionBody body;
    std::string address;
    std::uint16_t port = 0;
    bool in_audio = false;
    bool has_ulaw = false;
    bool has_alaw = false;
    bool ended = false; ///< past the first audio stream

    void connection(std::string_view value) {
        constexpr std::string_view kIp4 = "IN IP4 ";
        if (value.substr(0, kIp4.size()) == kIp4) {
            address = value.substr(kIp4.size(), value.find('/') - kIp4.size());
        }
    }

    void media(std::string_view value) {
        if (in_audio || cut(value, ' ') != "audio") {
            ended = ended || in_audio;
            return;
        }
        in_audio = true;
        port = number<std::uint16_t>(cut(value, ' ')).value_or(0);
        cut(value, ' '); // the profile is RTP/AVP for everyone we talk to
        while (!value.empty()) {
            const auto type = number<int>(cut(value, ' '));
            has_ulaw = has_ulaw || type == 0;
            has_alaw = has_alaw || type == 8;
        }
    }

    void attribute(std::string_view value) {
        constexpr std::string_view kMap = "rtpmap:";
        if (!in_audio || value.substr(0, kMap.size()) != kMap) {
            return;
        }
        value.remove_prefix(kMap.size());
        const auto type = number<std::uint8_t>(cut(value, ' '));
        if (type && *type < 128 && value.substr(0, 20) == "telephone-event/8000") {
            body.key_payload_type = *type;
        }
    }

    void line(std::string_view text) {
        if (ended || text.size() < 2 || text[1] != '=') {
            return;
        }
        const auto value = text.substr(2);
        if (text[0] == 'c') {
            connection(value);
        } else if (text[0] == 'm') {
            media(value);
        } else if (text[0] == 'a') {
            attribute(value);
        }
    }
};

} // namespace

std::optional<SessionBody> read_session(std::string_view text) {
    text = text.substr(0, kBytesMax);
    Reader reader;
    while (!text.empty()) {
        auto line = cut(text, '\n');
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        reader.line(line);
    }
    const auto media = endpoint(reader.address, reader.port);
    if (!reader.in_audio || reader.port == 0 || !media || !(reader.has_ulaw || reader.has_alaw)) {
        return std::nullopt;
    }
    reader.body.media = *media;
    reader.body.law = reader.has_ulaw ? g711::Law::ulaw : g711::Law::alaw;
    return reader.body;
}

std::string write_session(const OwnSession& own) {
    const int codec = static_cast<int>(own.law);
    const char* codec_name = own.law == g711::Law::ulaw ? "PCMU" : "PCMA";
    std::string text = fmt::format("v=0\r\no=- {} {} IN IP4 {}\r\ns=-\r\nc=IN IP4 {}\r\nt=0 0\r\n"
                                   "m=audio {} RTP/AVP {}",
                                   own.id, own.version, own.address, own.address, own.port, codec);
    if (own.key_payload_type) {
        text += fmt::format(" {}", *own.key_payload_type);
    }
    text += fmt::format("\r\na=rtpmap:{} {}/8000\r\n", codec, codec_name);
    if (own.key_payload_type) {
        text += fmt::format("a=rtpmap:{0} telephone-event/8000\r\na=fmtp:{0} 0-15\r\n",
                            *own.key_payload_type);
    }
    return text + "a=ptime:20\r\na=sendrecv\r\n";
}

} // namespace peers
