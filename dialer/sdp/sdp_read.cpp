// The reader. One pass over the lines; each m= line closes the section before it, and the first
// section that can carry our audio wins. Every loop consumes input, every list has a bound.

#include "dialer/sdp/sdp.hpp"

#include <algorithm>
#include <bitset>
#include <charconv>

namespace dialer::sdp {

namespace {

constexpr std::size_t kTextMax = 16 * 1024;
constexpr std::size_t kTokenMax = 32;
constexpr std::size_t kFormatsMax = 128; // the payload type has seven bits, RFC 3550 5.1
constexpr std::uint8_t kDynamicMin = 96; // RFC 3551 6
constexpr int kPtimeMin = 10;
constexpr int kPtimeMax = 100;

/// A c= line: where RTP goes to.
struct Connection {
    bool given = false;
    bool ipv4 = false;
    std::array<std::uint8_t, 4> address{};
};

/// One m= line and what its a= and c= lines say.
struct Section {
    bool plain_audio = false; ///< audio over RTP/AVP
    std::uint16_t port = 0;
    std::array<std::uint8_t, kFormatsMax> formats{}; ///< in the far end's order of preference
    std::size_t format_count = 0;
    std::bitset<kFormatsMax> events;       ///< mapped to telephone-event/8000
    std::bitset<kFormatsMax> contradicted; ///< 0 or 8 mapped to something else
    Connection connection;
    std::optional<Direction> direction;
    int ptime_ms = 20;
    bool rtcp_mux = false;
};

template <typename Number> std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) {
        return std::nullopt;
    }
    return value;
}

/// Cuts the next word off `rest`; empty at the end.
std::string_view next_word(std::string_view& rest, char separator = ' ') {
    while (!rest.empty() && rest.front() == separator) {
        rest.remove_prefix(1);
    }
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

bool equal_nocase(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

/// Words we echo in an answer must be harmless: the token of RFC 4566 9, and the slash in
/// "RTP/AVP".
bool echoable(std::string_view word) {
    const auto allowed = [](char c) {
        const bool visible = c > ' ' && c <= '~';
        return visible && std::string_view{"\"(),:;<=>?@[\\]"}.find(c) == std::string_view::npos;
    };
    return !word.empty() && word.size() <= kTokenMax &&
           std::all_of(word.begin(), word.end(), allowed);
}

Connection read_connection(std::string_view value) {
    Connection connection{.given = true};
    if (next_word(value) != "IN" || next_word(value) != "IP4") {
        return connection;
    }
    std::string_view host = next_word(value);
    host = host.substr(0, host.find('/')); // a TTL belongs to multicast, which is refused below
    for (std::uint8_t& part : connection.address) {
        const std::size_t dot = std::min(host.find('.'), host.size());
        const auto octet = number<std::uint8_t>(host.substr(0, dot));
        if (!octet) {
            return connection;
        }
        part = *octet;
        host.remove_prefix(std::min(dot + 1, host.size()));
    }
    // Multicast and broadcast would turn a call into an amplifier.
    connection.ipv4 = host.empty() && connection.address[0] < 224;
    return connection;
}

class Reader {
public:
    ReadResult read(std::string_view text);

private:
    Fault on_line(char type, std::string_view value);
    Fault on_origin(std::string_view value);
    Fault on_media(std::string_view value);
    void on_attribute(std::string_view value);
    void on_rtpmap(std::string_view value);
    void close_section();
    [[nodiscard]] Fault judge(const Section& section) const;
    [[nodiscard]] Audio describe(const Section& section) const;
    [[nodiscard]] ReadResult result() const;

    Section session_; ///< holds what stands before the first m= line
    std::optional<Section> open_;
    std::optional<Section> chosen_;
    Fault fault_ = Fault::no_audio; ///< of the first plain audio section, while none is chosen
    bool chosen_is_refused_ = false;
    std::size_t chosen_index_ = 0;
    std::vector<std::string> media_; ///< every m= line in its refused form
    bool origin_seen_ = false;
    std::uint64_t session_id_ = 0;
    std::uint64_t session_version_ = 0;
};

Fault Reader::on_origin(std::string_view value) {
    next_word(value);
    // Both are numbers by the grammar, but an id nobody can read does no harm to the audio.
    session_id_ = number<std::uint64_t>(next_word(value)).value_or(0);
    session_version_ = number<std::uint64_t>(next_word(value)).value_or(0);
    const std::string_view net_type = next_word(value);
    const std::string_view address_type = next_word(value);
    const std::string_view address = next_word(value);
    origin_seen_ = true;
    const bool complete = !net_type.empty() && !address_type.empty() && !address.empty();
    return complete ? Fault::none : Fault::malformed;
}

Fault Reader::on_media(std::string_view value) {
    close_section();
    if (media_.size() > kOtherMediaMax) {
        return Fault::too_long;
    }
    const std::string_view kind = next_word(value);
    std::string_view port_text = next_word(value);
    port_text = port_text.substr(0, port_text.find('/')); // of a range we use the first port
    const std::string_view protocol = next_word(value);
    const auto port = number<std::uint16_t>(port_text);
    std::string_view format = next_word(value);
    if (!port || !echoable(kind) || !echoable(protocol) || !echoable(format)) {
        return Fault::malformed;
    }
    media_.push_back(std::string{kind} + " 0 " + std::string{protocol} + " " + std::string{format});
    Section& section = open_.emplace();
    section.plain_audio = equal_nocase(kind, "audio") && equal_nocase(protocol, "RTP/AVP");
    section.port = *port;
    for (; !format.empty() && section.format_count < kFormatsMax; format = next_word(value)) {
        const auto type = number<std::uint8_t>(format);
        if (type && *type < kFormatsMax) {
            section.formats[section.format_count++] = *type;
        }
    }
    return Fault::none;
}

void Reader::on_rtpmap(std::string_view value) {
    const auto type = number<std::uint8_t>(next_word(value));
    if (!open_ || !type || *type >= kFormatsMax) {
        return;
    }
    std::string_view encoding = next_word(value);
    const std::string_view name = encoding.substr(0, encoding.find('/'));
    encoding.remove_prefix(std::min(name.size() + 1, encoding.size()));
    const std::string_view rate = encoding.substr(0, encoding.find('/'));
    const auto is = [&](std::string_view wanted) {
        return equal_nocase(name, wanted) && rate == "8000";
    };
    // Types 0 and 8 are fixed by RFC 3551; a map that says otherwise makes them useless.
    open_->contradicted[*type] = (*type == 0 && !is("PCMU")) || (*type == 8 && !is("PCMA"));
    open_->events[*type] = *type >= kDynamicMin && is("telephone-event");
}

void Reader::on_attribute(std::string_view value) {
    Section& section = open_ ? *open_ : session_;
    const std::size_t colon = std::min(value.find(':'), value.size());
    const std::string_view name = value.substr(0, colon);
    const std::string_view rest = value.substr(std::min(colon + 1, value.size()));
    if (name == "rtpmap") {
        on_rtpmap(rest);
    } else if (name == "ptime") {
        const auto ptime = number<int>(rest);
        section.ptime_ms =
            ptime && *ptime >= kPtimeMin && *ptime <= kPtimeMax ? *ptime : section.ptime_ms;
    } else if (name == "rtcp-mux") {
        section.rtcp_mux = true;
    } else if (name == "sendrecv") {
        section.direction = Direction::sendrecv;
    } else if (name == "sendonly") {
        section.direction = Direction::sendonly;
    } else if (name == "recvonly") {
        section.direction = Direction::recvonly;
    } else if (name == "inactive") {
        section.direction = Direction::inactive;
    }
}

Fault Reader::judge(const Section& section) const {
    if (!section.plain_audio) {
        return Fault::no_audio;
    }
    const Connection& connection =
        section.connection.given ? section.connection : session_.connection;
    if (!connection.ipv4) {
        return Fault::no_ipv4;
    }
    const Audio audio = describe(section);
    return audio.pcmu || audio.pcma ? Fault::none : Fault::no_common_codec;
}

void Reader::close_section() {
    if (!open_) {
        return;
    }
    const Section section = *open_;
    open_.reset();
    const bool usable = judge(section) == Fault::none && section.port != 0;
    const bool refused = section.plain_audio && section.port == 0;
    const bool better = usable && (!chosen_ || chosen_is_refused_);
    if (better || (refused && !chosen_)) {
        chosen_ = section;
        chosen_is_refused_ = refused;
        chosen_index_ = media_.size() - 1;
    } else if (fault_ == Fault::no_audio) {
        fault_ = judge(section);
    }
}

Audio Reader::describe(const Section& section) const {
    Audio audio;
    audio.port = section.port;
    audio.ptime_ms = section.ptime_ms;
    audio.rtcp_mux = section.rtcp_mux;
    audio.session_id = session_id_;
    audio.session_version = session_version_;
    const Connection& connection =
        section.connection.given ? section.connection : session_.connection;
    audio.address = connection.ipv4 ? connection.address : std::array<std::uint8_t, 4>{};
    audio.direction = section.direction.value_or(session_.direction.value_or(Direction::sendrecv));
    if (audio.address == std::array<std::uint8_t, 4>{}) {
        // The way of RFC 2543 to hold a call: nothing may be sent to it (RFC 3264 8.4).
        const bool sends =
            audio.direction == Direction::sendrecv || audio.direction == Direction::sendonly;
        audio.direction = sends ? Direction::sendonly : Direction::inactive;
    }
    for (std::size_t i = 0; i < section.format_count; ++i) {
        const std::uint8_t type = section.formats[i];
        if (type == 0 && !section.contradicted[0]) {
            audio.pcmu = true;
        } else if (type == 8 && !section.contradicted[8]) {
            audio.pcma_first = audio.pcma_first || !audio.pcmu;
            audio.pcma = true;
        } else if (section.events[type] && !audio.telephone_event) {
            audio.telephone_event = type;
        }
    }
    return audio;
}

ReadResult Reader::result() const {
    if (!chosen_) {
        return {std::nullopt, fault_};
    }
    Audio audio = describe(*chosen_);
    audio.other_media = media_;
    audio.other_media.erase(audio.other_media.begin() + static_cast<std::ptrdiff_t>(chosen_index_));
    audio.other_media_before = chosen_index_;
    return {std::move(audio), Fault::none};
}

Fault Reader::on_line(char type, std::string_view value) {
    switch (type) {
    case 'o':
        return on_origin(value);
    case 'c':
        (open_ ? *open_ : session_).connection = read_connection(value);
        return Fault::none;
    case 'm':
        return on_media(value);
    case 'a':
        on_attribute(value);
        return Fault::none;
    default:
        return type >= 'a' && type <= 'z' ? Fault::none : Fault::malformed;
    }
}

ReadResult Reader::read(std::string_view text) {
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        if (line.empty()) {
            continue; // Some senders close the body with an empty line.
        }
        const bool version_first = !first || line == "v=0";
        if (line.size() < 2 || line[1] != '=' || !version_first) {
            return {std::nullopt, Fault::malformed};
        }
        first = false;
        if (const Fault fault = on_line(line[0], line.substr(2)); fault != Fault::none) {
            return {std::nullopt, fault};
        }
    }
    close_section();
    if (first || !origin_seen_) {
        return {std::nullopt, Fault::malformed};
    }
    return result();
}

} // namespace

ReadResult read(std::string_view text) {
    if (text.size() > kTextMax) {
        return {std::nullopt, Fault::too_long};
    }
    return Reader{}.read(text);
}

} // namespace dialer::sdp
