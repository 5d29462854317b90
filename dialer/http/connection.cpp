#include "dialer/http/connection.hpp"

#include "dialer/http/message.hpp"
#include "dialer/http/request_header.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

// With request_header the only file that knows Beast, which is slow to compile.
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
constexpr std::size_t kFilePieceBytes = 64 * 1024;
/// What a refused client may still send before the connection is cut.
constexpr std::size_t kDrainBytesMax = 256 * 1024;
constexpr std::chrono::seconds kDrainTime{2};
/// Bounds what the kernel holds for an event reader that has stopped reading.
constexpr int kStreamSendBytes = 128 * 1024;
/// The store is asked less often whether a reader's token still stands.
constexpr int kBeatsPerCheck = 3;

/// The states of a client:
///
///   reading -> answering -> writing -> reading ...   a request after the other, also pipelined
///   reading -> answering -> receiving -> answering   a body that goes into a file
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
    enum class Phase { reading, answering, receiving, writing, streaming, draining };

    void read_request();
    void on_header(Error error);
    [[nodiscard]] bool expects_continue() const;
    void go_on(bool expected, void (Client::*next)());
    void read_body();
    void on_body(Error error);
    void refuse(Error fault);
    [[nodiscard]] Request request_of(const beast::http::request_header<>& message) const;
    void hand_over(Request request);
    void expect_answer(std::chrono::milliseconds within);
    void answer(std::uint64_t exchange, Dispatched dispatched);
    void receive(std::shared_ptr<const Receive> into);
    void receive_piece();
    void on_received();
    void send(const Response& response, After after);
    void send_file(const Response& response, After after);
    void send_piece(After after);
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
    std::optional<beast::http::request_parser<beast::http::empty_body>> header_;
    std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
    std::optional<beast::http::request_parser<beast::http::file_body>> file_parser_;
    std::shared_ptr<const Receive> receiving_;
    std::shared_ptr<SpoolFile> sending_file_;
    std::ifstream file_;
    std::uint64_t id_ = 0;
    std::uint64_t waiting_since_ = 0;
    std::uint64_t exchange_ = 0; // of the request being answered; late answers have an older one
    Phase phase_ = Phase::reading;
    bool head_ = false;
    bool keep_alive_ = false;
    bool body_unread_ = false;
    bool slow_ = false; // the request may take long
    std::string out_;
    std::array<char, 1024> ignored_{};

    // Event streams only.
    StreamKind kind_ = StreamKind::live;
    campaigns::User user_;
    std::string credential_;
    Access access_ = Access::open();
    bool writing_ = false;
    bool desk_asked_ = false;
    int beats_ = 0;
    Frame sending_;
    Frame waiting_;
    Json live_json_; // last one offered
    std::string desk_json_;
};

Client::~Client() {
    shared_->registry.remove(id_);
    if (phase_ != Phase::streaming) {
        return;
    }
    --shared_->registry.streams;
    if (kind_ == StreamKind::desk) {
        shared_->registry.leave_desk(*user_.agent, shared_->config.times.desk_away);
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
    parser_.reset();
    file_parser_.reset();
    header_.emplace();
    header_->header_limit(kHeaderBytesMax);
    // How much it may be depends on where it goes.
    header_->body_limit(boost::none);
    // One deadline for the whole header, however slowly its bytes come.
    stream_.expires_after(shared_->config.times.read);
    beast::http::async_read_header(
        stream_, buffer_, *header_,
        [self = shared_from_this()](Error error, std::size_t) { self->on_header(error); });
}

void Client::on_header(Error error) {
    if (error) {
        refuse(error);
        return;
    }
    const auto& message = header_->get();
    head_ = message.method() == beast::http::verb::head;
    keep_alive_ = header_->keep_alive();
    const Route* const route = find_route(method_of(message.method()), message.target());
    slow_ = route != nullptr && route->slow;
    body_unread_ = route != nullptr && route->body == BodyUse::file;
    if (body_unread_) {
        // Who may not send it is told so before it comes.
        hand_over(request_of(message));
        return;
    }
    if (header_->content_length().value_or(0) > kBodyBytesMax) {
        refuse(beast::http::make_error_code(beast::http::error::body_limit));
        return;
    }
    go_on(expects_continue(), &Client::read_body);
}

/// RFC 9110 10.1.1: the client holds its body back until it is told to go on.
bool Client::expects_continue() const {
    return !header_->is_done() &&
           beast::iequals(header_->get()[beast::http::field::expect], "100-continue");
}

void Client::go_on(bool expected, void (Client::*next)()) {
    if (!expected) {
        (this->*next)();
        return;
    }
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = shared_from_this(), next](Error failed, std::size_t) {
                          if (!failed) {
                              (self.get()->*next)();
                          }
                      });
}

void Client::read_body() {
    parser_.emplace(std::move(*header_));
    parser_->body_limit(kBodyBytesMax);
    stream_.expires_after(shared_->config.times.read);
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](Error error, std::size_t) { self->on_body(error); });
}

void Client::on_body(Error error) {
    if (error) {
        refuse(error);
        return;
    }
    auto message = parser_->release();
    Request request = request_of(message);
    request.body = std::move(message.body());
    hand_over(std::move(request));
}

void Client::refuse(Error fault) {
    using beast::http::error;
    const Error ended = beast::http::make_error_code(error::end_of_stream);
    if (fault.category() != ended.category() || fault == ended) {
        return; // closed, reset or timed out: nobody is left to answer
    }
    head_ = false;
    const auto into = std::exchange(receiving_, nullptr); // and its file goes
    if (fault == error::header_limit || fault == error::buffer_overflow) {
        send(error_response(431, "The header of the request is larger than 8 KiB."), After::close);
    } else if (fault == error::body_limit) {
        const std::string most =
            into ? std::to_string(into->bytes_max / (1024 * 1024)) + " MiB" : "64 KiB";
        send(error_response(413, "The body of the request is larger than " + most + "."),
             After::close);
    } else {
        send(error_response(400, "This is no HTTP/1.1 request: " + fault.message() + "."),
             After::close);
    }
}

Request Client::request_of(const beast::http::request_header<>& message) const {
    Error gone;
    const auto peer = stream_.socket().remote_endpoint(gone);
    Request request = read_request_header(message);
    request.address = gone ? std::string{} : peer.address().to_string();
    if (shared_->config.behind_proxy) {
        request.address = address_behind_proxy(message, request.address);
    }
    return request;
}

void Client::hand_over(Request request) {
    phase_ = Phase::answering;
    const std::uint64_t exchange = ++exchange_;
    expect_answer(slow_ ? shared_->config.times.slow : shared_->config.times.control);
    const auto post = shared_->post;
    auto reply = [weak = weak_from_this(), post, exchange](Dispatched dispatched) {
        post([weak, exchange, answer = std::make_shared<Dispatched>(std::move(dispatched))] {
            if (const auto self = weak.lock()) {
                self->answer(exchange, std::move(*answer));
            }
        });
    };
    try {
        dispatch({shared_->control, shared_->pages, shared_->config.spool, shared_->uploads,
                  shared_->imports, shared_->config.behind_proxy, shared_->oidc.get()},
                 std::move(request), post, std::move(reply));
    } catch (const std::exception&) {
        answer(exchange, {error_response(500, "The server failed on this request."), {}, {}});
    }
}

/// The timer keeps the connection alive while the engine thinks.
void Client::expect_answer(std::chrono::milliseconds within) {
    timer_.expires_after(within);
    timer_.async_wait([self = shared_from_this(), exchange = exchange_](Error error) {
        if (!error) {
            self->answer(exchange, {error_response(504, "The engine did not answer in time; the "
                                                        "request may still be carried out."),
                                    {},
                                    {}});
        }
    });
}

void Client::answer(std::uint64_t exchange, Dispatched dispatched) {
    if (exchange != exchange_ || phase_ != Phase::answering) {
        return; // answered before, or too late
    }
    timer_.cancel();
    if (const auto* const kind = std::get_if<StreamKind>(&dispatched.answer)) {
        start_stream(*kind, std::move(dispatched));
        return;
    }
    if (auto* const into = std::get_if<std::shared_ptr<const Receive>>(&dispatched.answer)) {
        receive(std::move(*into));
        return;
    }
    const auto& response = std::get<Response>(dispatched.answer);
    // A body that nobody reads any more would be taken for the next request.
    const bool go_on = keep_alive_ && !body_unread_;
    send(response, go_on ? After::keep_alive : After::close);
}

void Client::receive(std::shared_ptr<const Receive> into) {
    phase_ = Phase::receiving;
    receiving_ = std::move(into);
    if (header_->content_length().value_or(0) > receiving_->bytes_max) {
        refuse(beast::http::make_error_code(beast::http::error::body_limit));
        return;
    }
    const bool expected = expects_continue();
    Error failed;
    file_parser_.emplace(std::move(*header_));
    file_parser_->body_limit(receiving_->bytes_max);
    file_parser_->get().body().open(receiving_->file->path().c_str(), beast::file_mode::write,
                                    failed);
    if (failed) {
        send(error_response(500, "The server has no room for the file."), After::close);
        return;
    }
    go_on(expected, &Client::receive_piece);
}

void Client::receive_piece() {
    if (file_parser_->is_done()) {
        on_received();
        return;
    }
    // A large file may take long; each piece of it may not.
    stream_.expires_after(shared_->config.times.read);
    beast::http::async_read_some(stream_, buffer_, *file_parser_,
                                 [self = shared_from_this()](Error error, std::size_t) {
                                     if (error) {
                                         self->refuse(error);
                                     } else {
                                         self->receive_piece();
                                     }
                                 });
}

void Client::on_received() {
    body_unread_ = false;
    phase_ = Phase::answering;
    const std::uint64_t exchange = exchange_;
    file_parser_->get().body().close();
    expect_answer(shared_->config.times.slow);
    const auto into = std::exchange(receiving_, nullptr);
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(into->file->path(), failed);
    if (failed) {
        answer(exchange, {error_response(500, "The file is gone."), {}, {}});
        return;
    }
    const Reply reply = [weak = weak_from_this(), post = shared_->post, exchange](Answer given) {
        post([weak, exchange, given = std::make_shared<Answer>(std::move(given))] {
            if (const auto self = weak.lock()) {
                self->answer(exchange, {std::move(*given), {}, {}});
            }
        });
    };
    try {
        into->done(bytes, reply);
    } catch (const std::exception&) {
        reply(error_response(500, "The server failed on this request."));
    }
}

void Client::send(const Response& response, After after) {
    phase_ = Phase::writing;
    if (response.file) {
        send_file(response, after);
        return;
    }
    out_ = to_wire(response, head_, after);
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = shared_from_this(), after](Error error, std::size_t) {
                          self->on_sent(error, after);
                      });
}

void Client::send_file(const Response& response, After after) {
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(response.file->path(), failed);
    file_.open(response.file->path(), std::ios::binary);
    if (failed || !file_.is_open()) {
        send(error_response(500, "The file of the answer is gone."), after);
        return;
    }
    sending_file_ = head_ ? nullptr : response.file;
    out_ = to_wire(response, head_, after, bytes);
    send_piece(after);
}

/// Sends what is in out_, then the next piece of the file.
void Client::send_piece(After after) {
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = shared_from_this(), after](Error error, std::size_t) {
                          self->out_.resize(kFilePieceBytes);
                          if (!error && self->sending_file_) {
                              self->file_.read(self->out_.data(), kFilePieceBytes);
                              self->out_.resize(static_cast<std::size_t>(self->file_.gcount()));
                          }
                          if (!error && self->sending_file_ && !self->out_.empty()) {
                              self->send_piece(after);
                              return;
                          }
                          self->file_ = {};
                          self->sending_file_ = nullptr;
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
    credential_ = std::move(dispatched.credential);
    access_ = dispatched.access;
    Error ignored;
    stream_.socket().set_option(asio::socket_base::send_buffer_size{kStreamSendBytes}, ignored);
    stream_.expires_never();
    cut_when_unconfirmed(stream_.socket().native_handle());
    read_nothing();
    offer(std::make_shared<const std::string>(event_stream_head()));
    if (kind == StreamKind::live) {
        offer_live(shared_->control.live());
    } else {
        shared_->registry.enter_desk(*user_.agent); // only agents get one
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
    if (++beats_ % kBeatsPerCheck == 0) {
        check_reader();
    }
    if (!writing_) {
        // An event and no comment, which pages are not told of.
        offer(std::make_shared<const std::string>("event: heartbeat\ndata:\n\n"));
    }
}

void Client::check_reader() {
    // A token that was taken back ends the streams that were opened with it.
    shared_->control.authenticate(credential_, [weak = weak_from_this(), post = shared_->post](
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
