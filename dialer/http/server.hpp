#pragma once

// The HTTP server: JSON API, server-sent events, metrics, health and the pages.

#include "dialer/http/control.hpp"
#include "dialer/http/tls.hpp"
#include "dialer/oidc/settings.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dialer::http {

/// How long the server waits for what; the defaults are right outside tests.
struct ServerTimes {
    std::chrono::milliseconds read{30'000};     ///< one whole header, then one whole body
    std::chrono::milliseconds write{30'000};    ///< one whole answer or one event
    std::chrono::milliseconds control{15'000};  ///< the engine's answer, then 504
    std::chrono::milliseconds slow{300'000};    ///< the same of routes that read much
    std::chrono::milliseconds tick{500};        ///< between two looks at the live figures
    std::chrono::milliseconds heartbeat{5'000}; ///< between two signs of life on a stream
    std::chrono::milliseconds desk_away{5'000}; ///< an agent without a page, then he is paused
};

struct ServerConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080; ///< 0 picks a free one
    std::string web_root;      ///< folder with the pages and openapi.json; empty: no pages
    std::size_t connections_max = 512;
    TlsFiles tls{}; ///< our own certificate
    /// A port on which plain HTTP is sent on to HTTPS, for TLS of our own; nothing: none.
    std::optional<std::uint16_t> redirect_port{};
    bool behind_proxy = false; ///< that speaks TLS to browsers and names them to us
    std::vector<std::string> proxies{"127.0.0.1"}; ///< whose word is taken for who the client is
    /// By which we are called besides "localhost", our address and the names of the certificate; in
    /// lower case, "*.example.com" as well.
    std::vector<std::string> names{};
    std::string spool = "/tmp"; ///< folder for uploads and for answers that are files
    std::string connect_to{};   ///< origin of browsers' phones ("wss://host:port"); empty: none
    std::optional<oidc::Settings> oidc{}; ///< where people may sign in beside our own page
    ServerTimes times{};

    /// Browsers speak TLS to us or to the proxy before us.
    [[nodiscard]] bool is_secure() const { return behind_proxy || !tls.certificate.empty(); }
};

/// Runs on a thread of its own from construction (throws std::runtime_error when a port cannot be
/// bound, a page cannot be read or the certificate is no good) to destruction. `control` must
/// outlive it; answers that `control` gives after destruction are dropped.
class Server {
public:
    Server(ServerConfig config, Control& control);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t redirect_port() const; ///< 0: there is none

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialer::http
