#include "unit_peer.hpp"

#include "unit_ticket_mint.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <stdexcept>

namespace sip_test {

namespace {

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

std::string via_lines(const Message& request) {
    std::string lines;
    std::size_t start = 0;
    while (start < request.text.size()) {
        const auto end = request.text.find("\r\n", start);
        const std::string line = request.text.substr(start, end - start);
        if (line.empty() || end == std::string::npos) {
            break;
        }
        if (same_word(std::string_view{line}.substr(0, 4), "via:")) {
            lines += line + "\r\n";
        }
        start = end + 2;
    }
    return lines;
}

std::string with_body(std::string head, const std::string& body) {
    if (!body.empty()) {
        head += "Content-Type: application/sdp\r\n";
    }
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace

std::string Message::first_line() const {
    return text.substr(0, text.find("\r\n"));
}

int Message::status() const {
    return text.rfind("SIP/2.0 ", 0) == 0 ? std::stoi(text.substr(8, 3)) : 0;
}

std::string Message::method() const {
    if (status() == 0) {
        return text.substr(0, text.find(' '));
    }
    const std::string value = header("CSeq");
    return value.substr(value.find(' ') + 1);
}

std::string Message::request_uri() const {
    const std::string line = first_line();
    const auto start = line.find(' ') + 1;
    return line.substr(start, line.find(' ', start) - start);
}

std::string Message::header(std::string_view name) const {
    std::size_t start = 0;
    while (start < text.size()) {
        const auto end = text.find("\r\n", start);
        if (end == std::string::npos || end == start) {
            return {};
        }
        const std::string_view line = std::string_view{text}.substr(start, end - start);
        const auto colon = line.find(':');
        if (colon != std::string_view::npos && same_word(line.substr(0, colon), name)) {
            auto value = line.substr(colon + 1);
            while (!value.empty() && value.front() == ' ') {
                value.remove_prefix(1);
            }
            return std::string{value};
        }
        start = end + 2;
    }
    return {};
}

std::string Message::body() const {
    const auto end = text.find("\r\n\r\n");
    return end == std::string::npos ? std::string{} : text.substr(end + 4);
}

int Message::cseq() const {
    return std::stoi(header("CSeq"));
}

std::string parameter(const std::string& header, std::string_view name) {
    std::size_t at = 0;
    while ((at = header.find(name, at)) != std::string::npos) {
        const bool whole = at == 0 || !std::isalnum(static_cast<unsigned char>(header[at - 1]));
        std::size_t value = at + name.size();
        if (whole && value < header.size() && header[value] == '=') {
            ++value;
            if (value < header.size() && header[value] == '"') {
                return header.substr(value + 1, header.find('"', value + 1) - value - 1);
            }
            return header.substr(value, header.find_first_of(",; >", value) - value);
        }
        ++at;
    }
    return {};
}

Peer::Peer() : fd_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error{"no UDP socket for the test peer"};
    }
    port_ = ntohs(address.sin_port);
}

Peer::~Peer() {
    close(fd_);
}

void Peer::send(const std::string& text, std::uint16_t port) const {
    const sockaddr_in address = loopback(port);
    const auto sent = sendto(fd_, text.data(), text.size(), 0,
                             reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (sent < 0) {
        throw std::runtime_error{std::string{"sendto: "} + std::strerror(errno)};
    }
}

std::optional<Message> Peer::receive(std::chrono::milliseconds limit) const {
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(limit.count())) != 1) {
        return std::nullopt;
    }
    std::string buffer(65536, '\0');
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got =
        recvfrom(fd_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) {
        return std::nullopt;
    }
    buffer.resize(static_cast<std::size_t>(got));
    return Message{std::move(buffer), ntohs(from.sin_port)};
}

Message Peer::expect(std::string_view method, int status) const {
    const auto until = std::chrono::steady_clock::now() + kDeadline;
    while (std::chrono::steady_clock::now() < until) {
        const auto message = receive(200ms);
        if (message && message->method() == method && message->status() == status) {
            return *message;
        }
    }
    throw std::runtime_error{"the peer waited in vain for " + std::string{method} + " " +
                             std::to_string(status)};
}

bool Peer::none_before(std::string_view method, std::string_view until) const {
    const auto limit = std::chrono::steady_clock::now() + kDeadline;
    while (std::chrono::steady_clock::now() < limit) {
        const auto message = receive(200ms);
        if (message && message->status() == 0 && message->method() == method) {
            return false;
        }
        if (message && message->status() == 0 && message->method() == until) {
            return true;
        }
    }
    return false;
}

std::string Peer::contact() const {
    return "<sip:callee@127.0.0.1:" + std::to_string(port_) + ">";
}

void Peer::reply(const Message& request, const std::string& status_line, const std::string& to_tag,
                 const std::string& extra, const std::string& body) const {
    std::string to = request.header("To");
    if (to.find(";tag=") == std::string::npos && !to_tag.empty()) {
        to += ";tag=" + to_tag;
    }
    const std::string head =
        "SIP/2.0 " + status_line + "\r\n" + via_lines(request) + "From: " + request.header("From") +
        "\r\nTo: " + to + "\r\nCall-ID: " + request.header("Call-ID") +
        "\r\nCSeq: " + request.header("CSeq") + "\r\nContact: " + contact() + "\r\n" + extra;
    send(with_body(head, body), request.from_port);
}

std::string Peer::in_dialog(const Message& invite, const std::string& method, int cseq,
                            const std::string& to_tag, const std::string& extra,
                            const std::string& body) const {
    const std::string target = invite.header("Contact");
    const std::string head =
        method + " " + target.substr(1, target.find('>') - 1) +
        " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + std::to_string(port_) +
        ";rport;branch=z9hG4bKtest" + std::to_string(port_) + "x" + std::to_string(++branch_) +
        "\r\nMax-Forwards: 70\r\nFrom: " + invite.header("To") + ";tag=" + to_tag +
        "\r\nTo: " + invite.header("From") + "\r\nCall-ID: " + invite.header("Call-ID") +
        "\r\nCSeq: " + std::to_string(cseq) + " " + method + "\r\nContact: " + contact() + "\r\n" +
        extra;
    return with_body(head, body);
}

std::string sdp_text(std::uint16_t port, int version, const std::string& direction,
                     const std::string& formats) {
    return "v=0\r\no=- 42 " + std::to_string(version) +
           " IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
           std::to_string(port) + " RTP/AVP " + formats +
           "\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=" +
           direction + "\r\n";
}

sip::EventSink Recorder::sink() {
    return [this](std::vector<sip::Event> batch) {
        {
            const std::lock_guard lock{mutex_};
            for (auto& event : batch) {
                events_.push_back(std::move(event));
            }
        }
        arrived_.notify_all();
    };
}

void Recorder::fail_missing() const {
    throw std::runtime_error{"an expected event never came"};
}

sip::StackConfig Rig::with_trunk(sip::StackConfig config, std::uint16_t port,
                                 std::optional<sip::Credentials> credentials) {
    sip::Trunk trunk;
    trunk.name = "carrier";
    trunk.host = "127.0.0.1";
    trunk.port = port;
    trunk.from_domain = "dialer.example";
    trunk.credentials = std::move(credentials);
    trunk.options_interval = 0s;
    config.trunks.push_back(trunk);
    config.registration_max = std::chrono::hours{1};
    return config;
}

Rig::Rig(sip::StackConfig config, std::optional<sip::Credentials> credentials) {
    stack.emplace(with_trunk(std::move(config), peer.port(), std::move(credentials)), clock,
                  events.sink());
}

void Rig::dial(std::uint64_t leg, std::int64_t attempt) {
    stack->dial({leg_id(leg),
                 campaigns::Store::mint(attempt, dnc::Number{12125550101}, dnc::Number{12025550199},
                                        "carrier"),
                 sdp::make_offer({127, 0, 0, 1}, 40000, leg)});
}

Message Rig::answered_call(std::uint64_t leg, const std::string& extra) {
    dial(leg);
    const Message invite = peer.expect("INVITE");
    peer.reply(invite, "180 Ringing", "callee");
    peer.reply(invite, "200 OK", "callee", extra, sdp_text(50000));
    (void)peer.expect("ACK");
    (void)events.take<sip::Answered>();
    return invite;
}

} // namespace sip_test
