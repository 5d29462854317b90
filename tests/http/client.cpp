#include "tests/http/client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace http_test {

namespace {

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

Received parse_head(std::string head) {
    Received answer;
    answer.status = std::stoi(head.substr(9, 3));
    std::size_t at = head.find("\r\n") + 2;
    for (auto end = head.find("\r\n", at); end > at; end = head.find("\r\n", at)) {
        const auto line = head.substr(at, end - at);
        const auto colon = line.find(": ");
        answer.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
        at = end + 2;
    }
    answer.head = std::move(head);
    return answer;
}

} // namespace

std::string Received::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
}

Client::Client(std::uint16_t port, int receive_buffer)
    : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    if (receive_buffer > 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error{"cannot connect"};
    }
}

Client::~Client() {
    close();
}

Client::Client(Client&& other) noexcept
    : socket_{std::exchange(other.socket_, -1)}, received_{std::move(other.received_)} {}

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Client::finish_sending() {
    ::shutdown(socket_, SHUT_WR);
}

void Client::close(bool reset) {
    if (socket_ < 0) {
        return;
    }
    if (reset) {
        const linger now{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    ::close(std::exchange(socket_, -1));
}

bool Client::receive() {
    pollfd ready{socket_, POLLIN, 0};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(kDeadline).count();
    if (::poll(&ready, 1, static_cast<int>(limit)) <= 0) {
        throw std::runtime_error{"nothing came in time; so far: " + received_.substr(0, 500)};
    }
    char bytes[65536];
    const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) {
        return false;
    }
    received_.append(bytes, static_cast<std::size_t>(size));
    return true;
}

std::string Client::read_until(std::string_view needle) {
    auto found = received_.find(needle);
    while (found == std::string::npos) {
        const auto looked = received_.size() - std::min(received_.size(), needle.size());
        if (!receive()) {
            throw std::runtime_error{"the peer closed; so far: " + received_.substr(0, 500)};
        }
        found = received_.find(needle, looked);
    }
    const auto end = found + needle.size();
    auto text = received_.substr(0, end);
    received_.erase(0, end);
    return text;
}

Received Client::read_answer(bool head) {
    auto answer = parse_head(read_until("\r\n\r\n"));
    const auto length = answer.header("content-length");
    if (head || length.empty()) {
        return answer;
    }
    const auto size = static_cast<std::size_t>(std::stoul(length));
    while (received_.size() < size) {
        if (!receive()) {
            throw std::runtime_error{"the peer closed in the middle of a body"};
        }
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
}

bool Client::ended() {
    try {
        while (receive()) {
            received_.clear();
        }
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string Client::read_all() {
    while (receive()) {
    }
    return std::exchange(received_, {});
}

Received Client::ask(std::string_view method, std::string_view target, std::string_view token,
                     std::string_view body) {
    if (!send(request(method, target, token, body))) {
        throw std::runtime_error{"the peer closed before the request"};
    }
    return read_answer(method == "HEAD");
}

std::string request(std::string_view method, std::string_view target, std::string_view token,
                    std::string_view body) {
    std::string text{method};
    text += ' ';
    text += target;
    text += " HTTP/1.1\r\nHost: localhost\r\n";
    if (!token.empty()) {
        text += "Authorization: Bearer ";
        text += token;
        text += "\r\n";
    }
    if (!body.empty() || method == "POST") {
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    text += "\r\n";
    text += body;
    return text;
}

} // namespace http_test
