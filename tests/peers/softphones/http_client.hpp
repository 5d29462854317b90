#pragma once

// A blocking HTTP client on plain sockets, one connection a request, that a stop wakes at once.

#include "tests/peers/common/moment.hpp"
#include "tests/peers/common/socket.hpp"
#include "tests/peers/softphones/http_text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace peers {

struct HttpReply {
    int status = 0; ///< 0: the server was not reached or broke off
    std::string body;
};

/// Where the API is and who asks.
struct HttpAccess {
    sockaddr_in server{};
    std::string token;
    int stop_fd = -1; ///< readable when everything is to end
};

/// One open connection. Not thread-safe.
class HttpConnection {
public:
    /// Sends a request at once; nothing when the server cannot be reached in time.
    [[nodiscard]] static std::optional<HttpConnection> open(const HttpAccess& access,
                                                            std::string_view method,
                                                            std::string_view path,
                                                            std::string_view json);

    enum class Progress { more, nothing_in_time, ended };
    /// Waits for bytes until `deadline` and feeds them to the reader.
    Progress receive(HttpReader& reader, Moment deadline);

private:
    HttpConnection(Fd socket, int stop_fd) : socket_{std::move(socket)}, stop_fd_{stop_fd} {}

    Fd socket_;
    int stop_fd_;
};

/// A whole exchange within five seconds.
[[nodiscard]] HttpReply http_request(const HttpAccess& access, std::string_view method,
                                     std::string_view path, std::string_view json);

} // namespace peers
