#include "dialer/http/connection.hpp"

#include "dialer/http/message.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <utility>

// The only file that knows Beast, which is slow to compile.
//
// The engine's answers arrive on other threads and are posted back to the HTTP thread, then go
// through a weak pointer to the client, so an answer that comes after the client left is dropped.

namespace dialer::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::uint32_t kHeaderBytesMax = 8 * 1024;
constexpr std::uint64_t kBodyBytesMax = 64 * 1024;
constexpr std::size_t kReadBufferBytes = 16 * 1024;
/// What a refused client may still send before the connection is cut.
constexpr std::size_t kDrainBytesMax = 256 * 1024;
constexpr std::chrono::seconds kDrainTime{2};
/// Bounds what the kernel holds for an event reader that has stopped reading.
constexpr int kStreamSendBytes = 128 * 1024;

/// The states of a client:
///
///   reading -> answering -> writing -> reading ...   a request after the other, also pipelined
///   answering -> streaming                           until either side ends it
///   reading -> writing -> draining                   a request that could not be read
class Client final : public Connection, public std::enable_shared_from_this<Client> {
public:
    Client(std::shared_ptr<Shared> shared, tcp::socket socket)
        : shared_{std::move(shared)}, stream_{std::move(socket)}, timer_{stream_.get_executor()} {}
    ~Client() override;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start();
    void close() override;
    [[nodiscard]] std::optional<std::uint64_t> waiting_since() const override;
    void offer_live(const Json& json) override;
    void poll_desk() override;
    void beat() override;

private:
    enum class Phase { reading, answering, writing, streaming, draining };

    void read_request();
    void on_header(Error error);
    void read_body();
    void on_body(Error error);
    void refuse(Error fault);
    void hand_over();
    void answer(std::uint64_t exchange, Dispatched dispatched);
    void send(const Response& response, After after);
    void on_sent(Error error, After after);
    void drain(std::size_t drained);

    void start_stream(StreamKind kind, Dispatched dispatched);
    [[nodiscard]] bool streams(StreamKind kind) const {
        return phase_ == Phase::streaming && kind_ == kind;
    }
    /// Sends the frame to an event reader; a frame still waiting is replaced, since each one tells
    /// the whole state. So a reader holds at most two frames, however slow it is.
    void offer(Frame frame);
    void read_nothing();
    void write_next();
    void on_desk(std::string json);
    void check_reader();

    std::shared_ptr<Shared> shared_;
    beast::tcp_stream stream_;
    asio::steady_timer timer_; // the engine's answer, or draining
    beast::flat_buffer buffer_{kReadBufferBytes};
    std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
    std::uint64_t id_ = 0;
    std::uint64_t waiting_since_ = 0;
    std::uint64_t exchange_ = 0; // of the request being answered; late answers have an older one
    Phase phase_ = Phase::reading;
    bool head_ = false;
    bool keep_alive_ = false;
    std::string out_;
    std::array<char, 1024> ignored_{};

    // Event streams only.
    StreamKind kind_ = StreamKind::live;
    campaigns::User user_;
    std::string token_;
    Access access_ = Access::open();
    bool writing_ = false;
    bool desk_asked_ = false;
    Frame sending_;
    Frame waiting_;
    Json live_json_; // last one offered
    std::string desk_json_;
};

Method method_of(beast::http::verb method) {
    using beast::http::verb;
    switch (method) {
    case verb::get:
        return Method::get;
    case verb::head:
        return Method::head;
    case verb::post:
        return Method::post;
    case verb::options:
        return Method::options;
    default:
        return Method::other;
    }
}

Client::~Client() {
    shared_->registry.remove(id_);
    if (phase_ == Phase::streaming) {
        --shared_->registry.streams;
    }
}

void Client::start() {
    id_ = shared_->registry.add(weak_from_this());
    Error ignored; // a socket that died meanwhile shows it at the first read
    stream_.socket().set_option(tcp::no_delay{true}, ignored);
    read_request();
}

void Client::close() {
    timer_.cancel();
    stream_.close();
}

std::optional<std::uint64_t> Client::waiting_since() const {
    const bool idle = phase_ == Phase::reading || phase_ == Phase::draining;
    return idle ? std::optional{waiting_since_} : std::nullopt;
}

void Client::read_request() {
    phase_ = Phase::reading;
    waiting_since_ = shared_->registry.next_wait();
    parser_.emplace();
    parser_->header_limit(kHeaderBytesMax);
    parser_->body_limit(kBodyBytesMax);
    // One deadline for the whole header, however slowly its bytes come.
    stream_.expires_after(shared_->config.times.read);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](Error error, std::size_t) { self->on_header(error); });
}

void Client::on_header(Error error) {
    if (error) {
        refuse(error);
        return;
    }
    head_ = parser_->get().method() == beast::http::verb::head;
    keep_alive_ = parser_->keep_alive();
    const bool expects = beast::iequals(parser_->get()[beast::http::field::expect], "100-continue");
    if (!expects || parser_->is_done()) {
        read_body();
        return;
    }
    // RFC 9110 10.1.1: the client holds its body back until it is told to go on.
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = shared_from_this()](Error failed, std::size_t) {
                          if (!failed) {
                              self->read_body();
                          }
                      });
}

void Client::read_body() {
    stream_.expires_after(shared_->config.times.read);
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](Error error, std::size_t) { self->on_body(error); });
}

void Client::on_body(Error error) {
    if (error) {
        refuse(error);
    } else {
        hand_over();
    }
}

void Client::refuse(Error fault) {
    using beast::http::error;
    const Error ended = beast::http::make_error_code(error::end_of_stream);
    if (fault.category() != ended.category() || fault == ended) {
        return; // closed, reset or timed out: nobody is left to answer
    }
    head_ = false;
    if (fault == error::header_limit || fault == error::buffer_overflow) {
        send(error_response(431, "The header of the request is larger than 8 KiB."), After::close);
    } else if (fault == error::body_limit) {
        send(error_response(413, "The body of the request is larger than 64 KiB."), After::close);
    } else {
        send(error_response(400, "This is no HTTP/1.1 request: " + fault.message() + "."),
             After::close);
    }
}

void Client::hand_over() {
    phase_ = Phase::answering;
    const std::uint64_t exchange = ++exchange_;
    auto message = parser_->release();
    const auto authorization = message[beast::http::field::authorization];
    Request request{method_of(message.method()), std::string{message.target()},
                    std::string{authorization}, std::move(message.body())};
    // The timer keeps the connection alive while the engine thinks.
    timer_.expires_after(shared_->config.times.control);
    timer_.async_wait([self = shared_from_this(), exchange](Error error) {
        if (!error) {
            self->answer(exchange, {error_response(504, "The engine did not answer in time; the "
                                                        "request may still be carried out."),
                                    {},
                                    {}});
        }
    });
    const auto post = shared_->post;
    auto reply = [weak = weak_from_this(), post, exchange](Dispatched dispatched) {
        post([weak, exchange, answer = std::make_shared<Dispatched>(std::move(dispatched))] {
            if (const auto self = weak.lock()) {
                self->answer(exchange, std::move(*answer));
            }
        });
    };
    try {
        dispatch(shared_->control, shared_->pages, std::move(request), post, std::move(reply));
    } catch (const std::exception&) {
        answer(exchange, {error_response(500, "The server failed on this request."), {}, {}});
    }
}

void Client::answer(std::uint64_t exchange, Dispatched dispatched) {
    if (exchange != exchange_ || phase_ != Phase::answering) {
        return; // answered before, or too late
    }
    timer_.cancel();
    if (const auto* const kind = std::get_if<StreamKind>(&dispatched.answer)) {
        start_stream(*kind, std::move(dispatched));
    } else {
        send(std::get<Response>(dispatched.answer), keep_alive_ ? After::keep_alive : After::close);
    }
}

void Client::send(const Response& response, After after) {
    phase_ = Phase::writing;
    out_ = to_wire(response, head_, after);
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = shared_from_this(), after](Error error, std::size_t) {
                          self->on_sent(error, after);
                      });
}

void Client::on_sent(Error error, After after) {
    out_ = {}; // an idle connection holds no memory of its last answer
    if (error) {
        return;
    }
    if (after == After::keep_alive) {
        read_request();
        return;
    }
    // Closing with unread bytes would reset the connection and could take the answer with it, so
    // what the client still sends is read for a moment and thrown away.
    phase_ = Phase::draining;
    Error ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDrainTime);
    drain(0);
}

void Client::drain(std::size_t drained) {
    stream_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this(), drained](Error error, std::size_t bytes) {
                                if (!error && drained + bytes < kDrainBytesMax) {
                                    self->drain(drained + bytes);
                                }
                            });
}

void Client::start_stream(StreamKind kind, Dispatched dispatched) {
    // Streams last for a shift; a quarter of the connections stays free for requests.
    const std::size_t max = shared_->config.connections_max;
    if (shared_->registry.streams >= std::max<std::size_t>(max - max / 4, 1)) {
        send(error_response(503, "There are too many event streams open."),
             keep_alive_ ? After::keep_alive : After::close);
        return;
    }
    ++shared_->registry.streams;
    phase_ = Phase::streaming;
    kind_ = kind;
    user_ = std::move(dispatched.user);
    token_ = std::move(dispatched.token);
    access_ = dispatched.access;
    Error ignored;
    stream_.socket().set_option(asio::socket_base::send_buffer_size{kStreamSendBytes}, ignored);
    stream_.expires_never();
    read_nothing();
    offer(std::make_shared<const std::string>(event_stream_head()));
    if (kind == StreamKind::live) {
        offer_live(shared_->control.live());
    } else {
        poll_desk();
    }
}

void Client::read_nothing() {
    // The only way to learn at once that the reader has left.
    stream_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](Error error, std::size_t) {
                                if (error) {
                                    self->close();
                                } else {
                                    self->stream_.expires_never();
                                    self->read_nothing();
                                }
                            });
}

void Client::offer(Frame frame) {
    waiting_ = std::move(frame);
    if (!writing_) {
        write_next();
    }
}

void Client::offer_live(const Json& json) {
    const bool news = streams(StreamKind::live) && json &&
                      (!live_json_ || (json != live_json_ &&
                                       without_instant(*json) != without_instant(*live_json_)));
    if (news) {
        live_json_ = json;
        offer(shared_->live_frame_of(json));
    }
}

void Client::write_next() {
    sending_ = std::exchange(waiting_, nullptr);
    writing_ = sending_ != nullptr;
    if (!writing_) {
        return;
    }
    // A reader that does not take one frame in this time is dropped. The read that is pending
    // keeps running without a deadline.
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(*sending_),
                      [self = shared_from_this()](Error error, std::size_t) {
                          if (error) {
                              self->close();
                          } else {
                              self->write_next();
                          }
                      });
}

void Client::poll_desk() {
    if (!streams(StreamKind::desk) || desk_asked_ || !user_.agent) {
        return;
    }
    desk_asked_ = true;
    shared_->control.desk(*user_.agent,
                          [weak = weak_from_this(), post = shared_->post](std::string json) {
                              post([weak, json = std::move(json)]() mutable {
                                  if (const auto self = weak.lock()) {
                                      self->on_desk(std::move(json));
                                  }
                              });
                          });
}

void Client::on_desk(std::string json) {
    desk_asked_ = false;
    if (phase_ == Phase::streaming && json != desk_json_) {
        desk_json_ = std::move(json);
        offer(std::make_shared<const std::string>(event_frame("desk", desk_json_)));
    }
}

void Client::beat() {
    if (phase_ != Phase::streaming) {
        return;
    }
    desk_asked_ = false; // an answer that never came must not silence the stream
    check_reader();
    if (!writing_) {
        offer(std::make_shared<const std::string>(": heartbeat\n\n"));
    }
}

void Client::check_reader() {
    // A token that was taken back ends the streams that were opened with it.
    shared_->control.authenticate(token_, [weak = weak_from_this(), post = shared_->post](
                                              std::optional<campaigns::User> user) {
        post([weak, user = std::move(user)] {
            const auto self = weak.lock();
            if (self &&
                (!user || !self->access_.allows(user->role) || user->agent != self->user_.agent)) {
                self->close();
            }
        });
    });
}

} // namespace

void start_connection(std::shared_ptr<Shared> shared, tcp::socket socket) {
    std::make_shared<Client>(std::move(shared), std::move(socket))->start();
}

} // namespace dialer::http
