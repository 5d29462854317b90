#include "dialer/http/server.hpp"

#include "dialer/http/connection.hpp"
#include "dialer/http/host_names.hpp"
#include "dialer/http/message.hpp"

#include <boost/asio.hpp>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <iostream>
#include <stdexcept>
#include <thread>

// One thread runs the accepting, the clock of the event streams and all connections. It is held by
// the server, and for moments by the engine's answers on their way back, which post themselves
// through a weak pointer: an answer that comes after the server is gone is dropped.

namespace dialer::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

struct Loop {
    explicit Loop(std::shared_ptr<Shared> given)
        : shared{std::move(given)}, front{context, shared->tls ? Entry::tls : Entry::plain},
          side{context, Entry::redirect}, tick{context}, heartbeat{context} {}

    /// A port, and what comes of who connects there.
    struct Door {
        Door(asio::io_context& context, Entry given)
            : entry{given}, acceptor{context}, retry{context} {}

        Entry entry;
        tcp::acceptor acceptor;
        asio::steady_timer retry; // after the process ran out of sockets
    };

    void listen();
    void open(Door& door, std::uint16_t port) const;
    void accept(Door& door);
    void on_accept(Door& door, Error error, tcp::socket socket);
    void admit(tcp::socket socket, Entry entry);
    void look_at_certificate();
    void on_tick();
    void on_heartbeat();
    void run();

    std::shared_ptr<Shared> shared;
    asio::io_context context{1};
    Door front;
    Door side; // open when the configuration has a redirect_port
    asio::steady_timer tick;
    asio::steady_timer heartbeat;
};

/// A word to a client there is no room for; it may be gone already, and nothing waits for it.
void turn_away(tcp::socket socket, Entry entry) {
    if (entry == Entry::tls) {
        return; // there is no room for a handshake either
    }
    Error ignored;
    socket.non_blocking(true, ignored);
    const auto wire =
        to_wire(error_response(503, "Too many connections are open."), false, After::close);
    socket.write_some(asio::buffer(wire), ignored);
}

void Loop::listen() {
    open(front, shared->config.port);
    accept(front);
    if (shared->config.redirect_port) {
        open(side, *shared->config.redirect_port);
        accept(side);
    }
    on_tick();
    on_heartbeat();
}

void Loop::open(Door& door, std::uint16_t port) const {
    const tcp::endpoint endpoint{asio::ip::make_address(shared->config.address), port};
    try {
        door.acceptor.open(endpoint.protocol());
        door.acceptor.set_option(asio::socket_base::reuse_address{true});
        door.acceptor.bind(endpoint);
        door.acceptor.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error{"cannot listen on " + shared->config.address + " port " +
                                 std::to_string(port) + ": " + error.code().message()};
    }
}

void Loop::accept(Door& door) {
    door.acceptor.async_accept([this, &door](Error error, tcp::socket socket) {
        on_accept(door, error, std::move(socket));
    });
}

void Loop::on_accept(Door& door, Error error, tcp::socket socket) {
    if (!error) {
        accept(door); // first, so that a failure to admit one does not end it
        admit(std::move(socket), door.entry);
        return;
    }
    // Out of sockets or memory: trying again at once would only spin.
    door.retry.expires_after(std::chrono::milliseconds{100});
    door.retry.async_wait([this, &door](Error stopped) {
        if (!stopped) {
            accept(door);
        }
    });
}

void Loop::admit(tcp::socket socket, Entry entry) {
    if (shared->registry.size() >= shared->config.connections_max) {
        // The one that has waited longest for its request makes room, so clients that open
        // connections and say nothing cannot keep the others out.
        const auto longest = shared->registry.longest_waiting();
        if (!longest) {
            turn_away(std::move(socket), entry);
            return;
        }
        longest->close();
    }
    start_connection(shared, std::move(socket), entry);
}

// The timers are set again before the work, so that work that throws does not end them.
void Loop::on_tick() {
    tick.expires_after(shared->config.times.tick);
    tick.async_wait([this](Error error) {
        if (!error) {
            on_tick();
        }
    });
    for (const auto agent : shared->registry.desks_gone_after(shared->config.times.tick)) {
        // Whoever cannot see whom he talks to gets no calls.
        shared->control.pause(agent, "no desk page", [](const std::optional<Refused>&) {});
    }
    if (shared->registry.streams == 0) {
        return;
    }
    const auto json = shared->control.live();
    for (const auto& connection : shared->registry.all()) {
        connection->offer_live(json);
        connection->poll_desk();
    }
}

void Loop::on_heartbeat() {
    heartbeat.expires_after(shared->config.times.heartbeat);
    heartbeat.async_wait([this](Error error) {
        if (!error) {
            on_heartbeat();
        }
    });
    look_at_certificate();
    for (const auto& connection : shared->registry.all()) {
        connection->beat();
    }
}

void Loop::look_at_certificate() {
    const std::string news = shared->tls ? shared->tls->look() : std::string{};
    if (!news.empty()) {
        std::cerr << "http: " << news << '\n';
    }
}

void Loop::run() {
    while (!context.stopped()) {
        try {
            context.run();
        } catch (const std::exception& error) {
            // One client's failure, such as a lack of memory, must not end the others.
            std::cerr << "http: " << error.what() << '\n';
        }
    }
}

} // namespace

void cut_when_unconfirmed(int socket) {
    constexpr unsigned int kUnconfirmedMaxMs = 10'000;
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnconfirmedMaxMs,
                 sizeof kUnconfirmedMaxMs);
}

std::uint64_t Registry::add(const std::weak_ptr<Connection>& connection) {
    connections_.emplace(++last_, connection);
    return last_;
}

std::vector<std::shared_ptr<Connection>> Registry::all() const {
    std::vector<std::shared_ptr<Connection>> open;
    for (const auto& [id, weak] : connections_) {
        if (auto connection = weak.lock()) {
            open.push_back(std::move(connection));
        }
    }
    return open;
}

void Registry::enter_desk(campaigns::AgentId agent) {
    ++desks_[agent];
    leaving_.erase(agent);
}

void Registry::leave_desk(campaigns::AgentId agent, std::chrono::milliseconds away) {
    if (--desks_[agent] <= 0) {
        desks_.erase(agent);
        leaving_[agent] = away;
    }
}

std::vector<campaigns::AgentId> Registry::desks_gone_after(std::chrono::milliseconds passed) {
    std::vector<campaigns::AgentId> gone;
    for (auto entry = leaving_.begin(); entry != leaving_.end();) {
        entry->second -= passed;
        if (entry->second.count() > 0) {
            ++entry;
        } else {
            gone.push_back(entry->first);
            entry = leaving_.erase(entry);
        }
    }
    return gone;
}

std::shared_ptr<Connection> Registry::longest_waiting() const {
    std::shared_ptr<Connection> longest;
    for (auto& connection : all()) {
        const auto since = connection->waiting_since();
        if (since && (!longest || *since < *longest->waiting_since())) {
            longest = std::move(connection);
        }
    }
    return longest;
}

bool Shared::is_our_name(std::string_view host, std::string_view own_address) const {
    return http::is_our_name(host, config.names, own_address) ||
           (tls && http::is_our_name(host, tls->identity()->names, own_address));
}

const Frame& Shared::live_frame_of(const Json& json) {
    if (json != live_json) {
        live_frame = std::make_shared<const std::string>(event_frame("live", *json));
        live_json = json;
    }
    return live_frame;
}

class Server::Impl {
public:
    Impl(ServerConfig config, Control& control)
        : loop_{std::make_shared<Loop>(std::make_shared<Shared>(std::move(config), control))} {
        // Work posted after the loop is gone is dropped.
        loop_->shared->post = [weak = std::weak_ptr{loop_}](std::function<void()> work) {
            if (const auto loop = weak.lock()) {
                asio::post(loop->context, std::move(work));
            }
        };
        loop_->listen();
        port_ = loop_->front.acceptor.local_endpoint().port();
        loop_->shared->port = port_;
        if (loop_->side.acceptor.is_open()) {
            redirect_port_ = loop_->side.acceptor.local_endpoint().port();
        }
        thread_ = std::thread{[loop = loop_.get()] { loop->run(); }};
    }

    ~Impl() {
        loop_->context.stop();
        thread_.join();
        loop_->shared->oidc.reset(); // its thread must not be the last to hold the loop
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::uint16_t redirect_port() const { return redirect_port_; }

private:
    std::shared_ptr<Loop> loop_;
    std::thread thread_;
    std::uint16_t port_ = 0;
    std::uint16_t redirect_port_ = 0;
};

Server::Server(ServerConfig config, Control& control)
    : impl_{std::make_unique<Impl>(std::move(config), control)} {}

Server::~Server() = default;

std::uint16_t Server::port() const {
    return impl_->port();
}

std::uint16_t Server::redirect_port() const {
    return impl_->redirect_port();
}

} // namespace dialer::http
