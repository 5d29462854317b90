#pragma once

// A plain socket that speaks as much or as little HTTP as a test wants, with a deadline on
// everything it waits for.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace http_test {

struct Received {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
    std::string head; ///< as it came

    [[nodiscard]] std::string header(const std::string& name) const;
};

/// Throws std::runtime_error when a deadline passes or the peer closes in the middle of an answer.
class Client {
public:
    /// `receive_buffer` in bytes makes a reader that the kernel holds little for; 0: the default.
    explicit Client(std::uint16_t port, int receive_buffer = 0);
    ~Client();
    Client(Client&& other) noexcept;
    Client& operator=(Client&&) = delete;

    /// Sends as much as the peer takes; false when it closed meanwhile.
    bool send(std::string_view bytes);
    void finish_sending();
    /// Closes at once; with `reset` the peer gets a RST.
    void close(bool reset = false);

    /// One whole answer; `head` for an answer to HEAD, which has no body.
    Received read_answer(bool head = false);
    /// Reads until `needle` came and returns everything up to its end.
    std::string read_until(std::string_view needle);
    /// True when the peer closed before the deadline; what came is thrown away.
    bool ended();
    /// Everything up to the end of the connection.
    std::string read_all();

    /// One request with a token (empty: none) and a JSON body (empty: none), and its answer.
    Received ask(std::string_view method, std::string_view target, std::string_view token = {},
                 std::string_view body = {});

private:
    /// False at the end of the connection.
    bool receive();

    int socket_ = -1;
    std::string received_;
};

/// The bytes of one request.
std::string request(std::string_view method, std::string_view target, std::string_view token = {},
                    std::string_view body = {});

inline constexpr std::chrono::seconds kDeadline{10};

} // namespace http_test
