#include "tests/peers/softphones/http_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace peers {
namespace {

constexpr Millis kExchangeMax{5000};
constexpr Millis kConnectMax{2000};

enum class Woken { ready, stopped, late };

Woken wait_for(int fd, short what, int stop_fd, Moment deadline) {
    while (true) {
        std::array<pollfd, 2> polled{{{fd, what, 0}, {stop_fd, POLLIN, 0}}};
        const auto left = std::chrono::ceil<Millis>(deadline - now()).count();
        const int count = ::poll(polled.data(), polled.size(),
                                 static_cast<int>(std::clamp<long>(left, 0, 60'000)));
        if (polled[1].revents != 0) {
            return Woken::stopped;
        }
        if (count > 0) {
            return Woken::ready;
        }
        if (left <= 0 && count == 0) {
            return Woken::late;
        }
    }
}

bool send_all(int fd, int stop_fd, std::string_view bytes) {
    const Moment deadline = now() + kExchangeMax;
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if ((errno != EAGAIN && errno != EINTR) ||
                   wait_for(fd, POLLOUT, stop_fd, deadline) != Woken::ready) {
            return false;
        }
    }
    return true;
}

bool connect_to(int fd, int stop_fd, const sockaddr_in& server) {
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0) {
        return true;
    }
    if (errno != EINPROGRESS ||
        wait_for(fd, POLLOUT, stop_fd, now() + kConnectMax) != Woken::ready) {
        return false;
    }
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

} // namespace

std::optional<HttpConnection> HttpConnection::open(const HttpAccess& access,
                                                   std::string_view method, std::string_view path,
                                                   std::string_view json) {
    Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket || !connect_to(socket.get(), access.stop_fd, access.server)) {
        return std::nullopt;
    }
    std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                                      "Connection: close\r\n",
                                      method, path, to_text(access.server), access.token);
    if (!json.empty()) {
        request +=
            fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", json.size());
    } else if (method == "POST") {
        request += "Content-Length: 0\r\n";
    }
    request.append("\r\n").append(json);
    if (!send_all(socket.get(), access.stop_fd, request)) {
        return std::nullopt;
    }
    return HttpConnection{std::move(socket), access.stop_fd};
}

HttpConnection::Progress HttpConnection::receive(HttpReader& reader, Moment deadline) {
    const Woken woken = wait_for(socket_.get(), POLLIN, stop_fd_, deadline);
    if (woken == Woken::late) {
        return Progress::nothing_in_time;
    }
    if (woken == Woken::stopped) {
        return Progress::ended;
    }
    std::array<char, 16384> buffer{};
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return Progress::more;
    }
    if (size <= 0) {
        reader.end();
        return Progress::ended;
    }
    reader.feed({buffer.data(), static_cast<std::size_t>(size)});
    return Progress::more;
}

HttpReply http_request(const HttpAccess& access, std::string_view method, std::string_view path,
                       std::string_view json) {
    auto connection = HttpConnection::open(access, method, path, json);
    if (!connection) {
        return {};
    }
    HttpReader reader;
    const Moment deadline = now() + kExchangeMax;
    while (reader.state() == HttpReader::State::head || reader.state() == HttpReader::State::body) {
        if (connection->receive(reader, deadline) != HttpConnection::Progress::more) {
            break;
        }
    }
    if (reader.state() != HttpReader::State::complete) {
        return {};
    }
    return {reader.status(), reader.take_body()};
}

} // namespace peers
