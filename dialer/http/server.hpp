#pragma once

// The HTTP server: JSON API, server-sent events, metrics, health and the pages.

#include "dialer/http/control.hpp"
#include "dialer/oidc/settings.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

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
    bool behind_proxy = false;  ///< that speaks TLS to browsers and names them to us
    std::string spool = "/tmp"; ///< folder for uploads and for answers that are files
    std::string connect_to{};   ///< origin of browsers' phones ("wss://host:port"); empty: none
    std::optional<oidc::Settings> oidc{}; ///< where people may sign in beside our own page
    ServerTimes times{};
};

/// Runs on a thread of its own from construction (throws std::runtime_error when the port cannot
/// be bound or a page cannot be read) to destruction. `control` must outlive it; answers that
/// `control` gives after destruction are dropped.
class Server {
public:
    Server(ServerConfig config, Control& control);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialer::http
