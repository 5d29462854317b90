#pragma once

// Signing in at the provider, on a thread of its own: nothing else waits for it.

#include "dialer/oidc/provider.hpp"

#include <functional>
#include <memory>
#include <string>

namespace dialer::oidc {

/// What a browser brings back from the provider, and what it kept meanwhile.
struct WayBack {
    std::string code;
    std::string state;
    std::string issuer;
    std::string error;  ///< RFC 6749 4.1.2.1; empty: none
    std::string sealed; ///< the attempt
};

struct Leaving {
    std::string address; ///< at the provider
    std::string sealed;  ///< the attempt, for the browser to keep
};

struct Known {
    Claims claims;
    std::string to; ///< page to show
};

/// All methods from any thread; `done` runs on the client's own, or at once when too many wait.
/// What waits at destruction is dropped.
class Client {
public:
    explicit Client(Settings settings);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] const Settings& settings() const;

    /// `to`: the page to show afterwards.
    void leave(std::string to, std::function<void(Outcome<Leaving>)> done);
    void come_back(WayBack back, std::function<void(Outcome<Known>)> done);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialer::oidc
