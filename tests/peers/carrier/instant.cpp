#include "tests/peers/carrier/instant.hpp"

#include "tests/peers/common/session_body.hpp"
#include "tests/peers/common/sofia.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <strings.h>

namespace peers {
namespace {

constexpr Millis kT1{500}; // RFC 3261 17.1.1.1
constexpr int kByeTriesMax = 7;
constexpr int kSocketBytes = 4 << 20;

bool named(std::string_view name, std::string_view full, std::string_view compact) {
    const auto same = [name](std::string_view other) {
        return name.size() == other.size() &&
               ::strncasecmp(name.data(), other.data(), name.size()) == 0;
    };
    return same(full) || (!compact.empty() && same(compact));
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

void take_header(BareMessage& message, std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    const auto name = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    const auto value = trimmed(line.substr(colon + 1));
    if (named(name, "Via", "v")) {
        message.vias.push_back(line);
    } else if (named(name, "Record-Route", "")) {
        message.record_routes.push_back(line);
    }
    struct Slot {
        std::string_view full;
        std::string_view compact;
        std::string_view BareMessage::*member;
    };
    static constexpr std::array<Slot, 6> kSlots{{{"From", "f", &BareMessage::from},
                                                 {"To", "t", &BareMessage::to},
                                                 {"Call-ID", "i", &BareMessage::call_id},
                                                 {"CSeq", "", &BareMessage::cseq},
                                                 {"Contact", "m", &BareMessage::contact},
                                                 {"X-Attempt", "", &BareMessage::x_attempt}}};
    for (const Slot& slot : kSlots) {
        if (named(name, slot.full, slot.compact)) {
            message.*slot.member = value;
        }
    }
}

/// The URI inside <...>, or up to the first parameter.
std::string_view uri_in(std::string_view value) {
    const auto open = value.find('<');
    if (open == std::string_view::npos) {
        return value.substr(0, value.find(';'));
    }
    return value.substr(open + 1, value.find('>', open) - open - 1);
}

std::string_view user_in(std::string_view uri) {
    const auto colon = uri.find(':');
    const auto at = uri.find('@');
    if (colon == std::string_view::npos || at == std::string_view::npos || at < colon) {
        return {};
    }
    return uri.substr(colon + 1, at - colon - 1);
}

std::string_view branch_in(std::string_view via) {
    constexpr std::string_view kName = "branch=";
    const auto at = via.find(kName);
    if (at == std::string_view::npos) {
        return {};
    }
    const auto value = via.substr(at + kName.size());
    return value.substr(0, value.find_first_of(";, \t"));
}

std::string with_tag(const BareMessage& message) {
    std::string to{message.to};
    if (to.find(";tag=") == std::string::npos) {
        // RFC 3261 8.2.7: made from the request, so that a repeated reply carries the same.
        to += fmt::format(";tag=i{:x}", std::hash<std::string_view>{}(message.call_id));
    }
    return to;
}

} // namespace

std::optional<BareMessage> read_bare(std::string_view datagram) {
    BareMessage message;
    bool first = true;
    while (!datagram.empty()) {
        const auto end = datagram.find('\n');
        auto line = datagram.substr(0, end);
        datagram.remove_prefix(end == std::string_view::npos ? datagram.size() : end + 1);
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        if (line.empty()) {
            break;
        }
        if (first) {
            message.first_line = line;
            message.method = line.substr(0, line.find(' '));
            first = false;
        } else {
            take_header(message, line);
        }
    }
    if (message.vias.empty() || message.from.empty() || message.to.empty() ||
        message.call_id.empty() || message.cseq.empty()) {
        return std::nullopt;
    }
    return message;
}

InstantExchange::InstantExchange(const CarrierOptions& options, Ledger& ledger)
    : options_{options}, ledger_{ledger} {
    for (const std::uint16_t port : options.ports) {
        auto socket = open_udp(options.address, port);
        if (!socket) {
            throw std::runtime_error{
                fmt::format("cannot bind SIP port {}:{}", options.address, port)};
        }
        ::setsockopt(socket->fd.get(), SOL_SOCKET, SO_RCVBUF, &kSocketBytes, sizeof kSocketBytes);
        trunks_.push_back(std::move(*socket));
    }
    if (auto media = open_udp(options.address, 0)) {
        media_ = std::move(*media);
    }
}

std::vector<std::uint16_t> InstantExchange::ports() const {
    std::vector<std::uint16_t> ports;
    for (const UdpSocket& trunk : trunks_) {
        ports.push_back(trunk.port);
    }
    return ports;
}

void InstantExchange::run(int stop_fd) {
    std::vector<pollfd> polled{{stop_fd, POLLIN, 0}};
    for (const UdpSocket& trunk : trunks_) {
        polled.push_back({trunk.fd.get(), POLLIN, 0});
    }
    while (true) {
        int wait_ms = -1;
        if (const auto due = byes_.next_due()) {
            const auto left = std::chrono::ceil<Millis>(*due - now()).count();
            wait_ms = static_cast<int>(std::clamp<long>(left, 0, 1000));
        }
        ::poll(polled.data(), polled.size(), wait_ms);
        if (polled[0].revents != 0) {
            return;
        }
        for (std::size_t i = 0; i < trunks_.size(); ++i) {
            if (polled[i + 1].revents != 0) {
                serve(i);
            }
        }
        const Moment at = now();
        while (const auto call_id = byes_.take_due(at)) {
            send_bye(*call_id);
        }
    }
}

void InstantExchange::serve(std::size_t trunk) {
    constexpr int kTurnMax = 64; // then the BYEs and the stop signal are looked at
    static std::array<char, 65536> buffer;
    for (int n = 0; n < kTurnMax; ++n) {
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const auto size = ::recvfrom(trunks_[trunk].fd.get(), buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &length);
        if (size < 0) {
            return;
        }
        const auto message = read_bare({buffer.data(), static_cast<std::size_t>(size)});
        if (message) {
            take(trunk, *message, from);
        }
    }
}

void InstantExchange::take(std::size_t trunk, const BareMessage& message, const sockaddr_in& from) {
    if (message.method == "INVITE") {
        take_invite(trunk, message, from);
    } else if (message.method == "ACK") {
        take_ack(message);
    } else if (message.method == "BYE") {
        take_bye(trunk, message, from);
    } else if (message.method == "SIP/2.0") {
        // The only request we send is BYE; any final reply ends it.
        if (message.first_line.size() > 8 && message.first_line[8] != '1') {
            dialogs_.erase(std::string{message.call_id});
        }
    } else {
        reply(trunk, message, 200, from);
    }
}

void InstantExchange::take_invite(std::size_t trunk, const BareMessage& message,
                                  const sockaddr_in& from) {
    const auto branch = branch_in(message.vias.front());
    const std::string key = fmt::format("{} {} {}", branch, message.call_id, message.cseq);
    const auto [at, fresh] = seen_.try_emplace(key, 0);
    if (fresh) {
        const auto uri = message.first_line.substr(
            std::min(message.first_line.size(), message.method.size() + 1));
        Invite invite;
        invite.number = normal_number(user_in(uri));
        invite.x_attempt = message.x_attempt;
        invite.call_id = message.call_id;
        std::from_chars(message.cseq.data(), message.cseq.data() + message.cseq.size(),
                        invite.cseq);
        invite.branch = branch;
        invite.from = user_in(uri_in(message.from));
        invite.source = to_text(from);
        invite.trunk = static_cast<int>(trunk);
        const int attempt = ledger_.next_attempt(invite.number);
        at->second = ledger_.invite(std::move(invite), attempt, "instant");
        if (*options_.instant == 200) {
            ledger_.ok(at->second, 0);
            dialogs_[std::string{message.call_id}] = {at->second,
                                                      trunk,
                                                      from,
                                                      std::string{uri_in(message.contact)},
                                                      with_tag(message),
                                                      std::string{message.from},
                                                      0};
        } else {
            ledger_.final(at->second, *options_.instant);
        }
    }
    reply(trunk, message, *options_.instant, from);
}

void InstantExchange::take_ack(const BareMessage& message) {
    const auto at = dialogs_.find(std::string{message.call_id});
    if (at == dialogs_.end() || at->second.tries > 0) {
        return;
    }
    ledger_.answered(at->second.record);
    at->second.tries = 1;
    byes_.note(now() + options_.instant_hold, at->first);
}

void InstantExchange::take_bye(std::size_t trunk, const BareMessage& message,
                               const sockaddr_in& from) {
    const auto at = dialogs_.find(std::string{message.call_id});
    if (at != dialogs_.end()) {
        ledger_.bye_in(at->second.record);
        dialogs_.erase(at);
    }
    reply(trunk, message, 200, from);
}

void InstantExchange::send_bye(const std::string& call_id) {
    const auto at = dialogs_.find(call_id);
    if (at == dialogs_.end()) {
        return;
    }
    Dialog& dialog = at->second;
    if (dialog.tries > kByeTriesMax) {
        dialogs_.erase(at);
        return;
    }
    if (dialog.tries == 1) {
        ledger_.bye_out(dialog.record);
    }
    const std::uint16_t port = trunks_[dialog.trunk].port;
    send(dialog.trunk,
         fmt::format("BYE {} SIP/2.0\r\nVia: SIP/2.0/UDP {}:{};branch=z9hG4bKi{:x};rport\r\n"
                     "Max-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 1 BYE\r\n"
                     "Content-Length: 0\r\n\r\n",
                     dialog.request_uri, options_.address, port, std::hash<std::string>{}(call_id),
                     dialog.from, dialog.to, call_id),
         dialog.peer);
    byes_.note(now() + kT1 * (1 << std::min(dialog.tries - 1, 3)), call_id);
    ++dialog.tries;
}

void InstantExchange::reply(std::size_t trunk, const BareMessage& message, int status,
                            const sockaddr_in& to) {
    const bool answer = status == 200 && message.method == "INVITE";
    std::string text = fmt::format("SIP/2.0 {} {}\r\n", status, sip_status_phrase(status));
    for (const auto line : message.vias) {
        text.append(line).append("\r\n");
    }
    for (const auto line : message.record_routes) {
        text.append(line).append("\r\n");
    }
    text += fmt::format("From: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {}\r\n", message.from,
                        with_tag(message), message.call_id, message.cseq);
    std::string body;
    if (answer) {
        body = write_session(
            {.address = options_.address, .port = media_.port, .key_payload_type = std::nullopt});
        text += fmt::format("Contact: <sip:{}:{}>\r\nContent-Type: application/sdp\r\n",
                            options_.address, trunks_[trunk].port);
    }
    text += fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
    send(trunk, text, to);
}

void InstantExchange::send(std::size_t trunk, const std::string& text, const sockaddr_in& to) {
    // A datagram that cannot be sent is a lost one: the far end repeats its request.
    [[maybe_unused]] const auto sent =
        ::sendto(trunks_[trunk].fd.get(), text.data(), text.size(), MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

} // namespace peers
