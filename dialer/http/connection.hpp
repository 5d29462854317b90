#pragma once

// What the server knows of its connections, without the library that reads them.

#include "dialer/http/control.hpp"
#include "dialer/http/dispatch.hpp"
#include "dialer/http/import_jobs.hpp"
#include "dialer/http/pages.hpp"
#include "dialer/http/server.hpp"
#include "dialer/http/tls.hpp"
#include "dialer/http/uploads.hpp"
#include "dialer/oidc/client.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::http {

using Json = std::shared_ptr<const std::string>;
using Frame = std::shared_ptr<const std::string>;

/// One client. Lives as long as an operation on its socket or its timer is pending. All methods
/// on the HTTP thread.
class Connection {
public:
    virtual ~Connection() = default;

    virtual void close() = 0;

    /// When it began to wait for its last request, in the order of all connections; nothing while
    /// a request or a stream of it is at work, which must not be cut.
    [[nodiscard]] virtual std::optional<std::uint64_t> waiting_since() const = 0;

    /// For readers of the live stream: sends the figures unless it was last sent the same.
    virtual void offer_live(const Json& json) = 0;
    /// For readers of a desk stream: asks the engine and sends the desk when it changed.
    virtual void poll_desk() = 0;
    /// For readers of any stream: a sign of life, and a look whether the token still stands.
    virtual void beat() = 0;
};

/// Counts and finds open connections.
class Registry {
public:
    std::uint64_t add(const std::weak_ptr<Connection>& connection);
    void remove(std::uint64_t id) { connections_.erase(id); }
    [[nodiscard]] std::size_t size() const { return connections_.size(); }
    [[nodiscard]] std::uint64_t next_wait() { return ++waits_; }

    /// A copy, because what is done with the connections may remove some.
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;
    /// The one that has waited longest for its request; nothing when none waits.
    [[nodiscard]] std::shared_ptr<Connection> longest_waiting() const;

    /// An agent's desk is shown on one page more, or one less. The last one that leaves may come
    /// back within `away`, since a page that is loaded anew is gone for a moment.
    void enter_desk(campaigns::AgentId agent);
    void leave_desk(campaigns::AgentId agent, std::chrono::milliseconds away);
    /// Time has passed: the agents whose desk is shown nowhere any more, each once.
    [[nodiscard]] std::vector<campaigns::AgentId>
    desks_gone_after(std::chrono::milliseconds passed);

    std::size_t streams = 0; ///< event streams open

private:
    std::map<campaigns::AgentId, int> desks_; ///< pages that show it
    std::map<campaigns::AgentId, std::chrono::milliseconds> leaving_;
    std::map<std::uint64_t, std::weak_ptr<Connection>> connections_;
    std::uint64_t last_ = 0;
    std::uint64_t waits_ = 0;
};

/// What all connections of a server share; each holds it, so the last one to die finds it.
struct Shared {
    Shared(ServerConfig given, Control& engine)
        : config{std::move(given)}, control{engine}, pages{config.web_root, config.connect_to},
          imports{std::make_shared<ImportJobs>(engine)},
          oidc{config.oidc ? std::make_unique<oidc::Client>(*config.oidc) : nullptr} {
        if (!config.tls.certificate.empty()) {
            tls.emplace(config.tls);
        }
    }

    /// As is_our_name has it, with the names of the configuration and of the certificate.
    [[nodiscard]] bool is_our_name(std::string_view host, std::string_view own_address) const;

    /// The event of these figures, made once for all readers.
    [[nodiscard]] const Frame& live_frame_of(const Json& json);

    const ServerConfig config;
    Control& control;
    const Pages pages;
    std::optional<TlsKeeper> tls; ///< nothing: plain HTTP
    std::uint16_t port = 0;       ///< that is listened on
    Post post;
    Registry registry;
    Uploads uploads;
    const std::shared_ptr<ImportJobs> imports;
    std::unique_ptr<oidc::Client> oidc; ///< nothing without a provider
    Json live_json;                     ///< the one live_frame was made of
    Frame live_frame;
};

/// The socket's line is cut when what was sent is not confirmed within ten seconds: the system
/// would repeat it for a quarter of an hour.
void cut_when_unconfirmed(int socket);

/// What a port is for.
enum class Entry {
    plain,
    tls,
    redirect, ///< plain HTTP that is only told where HTTPS is
};

/// Starts to serve a client that was just accepted.
void start_connection(std::shared_ptr<Shared> shared, boost::asio::ip::tcp::socket socket,
                      Entry entry);

} // namespace dialer::http
