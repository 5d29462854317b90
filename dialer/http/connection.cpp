#include "dialer/http/client.hpp"
#include "dialer/http/host_names.hpp"
#include "dialer/http/request_header.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <utility>

namespace dialer::http {

namespace {

constexpr std::uint32_t kHeaderBytesMax = 8 * 1024;
constexpr std::uint64_t kBodyBytesMax = 64 * 1024;
constexpr std::size_t kFilePieceBytes = 64 * 1024;
/// What a refused client may still send before the connection is cut.
constexpr std::size_t kDrainBytesMax = 256 * 1024;
constexpr std::chrono::seconds kDrainTime{2};

} // namespace

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
    if (!stream_.is_secure()) {
        read_request();
        return;
    }
    // Whoever is silent here is in nobody's way longer than one who is silent in a request.
    waiting_since_ = shared_->registry.next_wait();
    stream_.expires_after(shared_->config.times.read);
    stream_.async_handshake(
        [self = shared_from_this()](Error error) { self->on_handshake(error); });
}

void Client::on_handshake(Error error) {
    if (!error) {
        read_request();
    } else if (error.category() == asio::error::get_ssl_category() &&
               ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST) {
        tell_plain_client();
    }
}

/// Who speaks HTTP to the port of HTTPS gets words that it can read, below TLS.
void Client::tell_plain_client() {
    phase_ = Phase::writing;
    out_ =
        to_wire(error_response(400, "This port speaks HTTPS; write https:// instead of http://."),
                false, After::close);
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_.tcp(), asio::buffer(out_),
                      [self = shared_from_this()](Error error, std::size_t) {
                          if (!error) {
                              self->end_sending();
                          }
                      });
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
    if (const auto response = answer_at_the_door(message)) {
        send(*response, After::close);
        return;
    }
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

std::optional<Response>
Client::answer_at_the_door(const beast::http::request_header<>& message) const {
    const std::string host{message[beast::http::field::host]};
    // RFC 9112 3.2: there is exactly one; HTTP/1.0 knew none.
    if (message.count(beast::http::field::host) > 1 || (host.empty() && message.version() > 10)) {
        return error_response(400, "The request must have one Host field.");
    }
    Error gone;
    const auto own = stream_.socket().local_endpoint(gone).address().to_string();
    if (!host.empty() && !shared_->is_our_name(host, own)) {
        return error_response(421, "This server is not called by that name; http.names in its "
                                   "configuration lists those that it has.");
    }
    if (entry_ != Entry::redirect) {
        return std::nullopt;
    }
    return redirection(host.empty() ? own : host, shared_->port, message.target());
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
        request.address = address_behind_proxy(message, request.address, shared_->config.proxies);
    }
    request.secure = shared_->config.is_secure();
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
                  shared_->imports, shared_->config.is_secure(), shared_->oidc.get()},
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
    out_ = to_wire(response, head_, after, std::nullopt, shared_->config.is_secure());
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
    out_ = to_wire(response, head_, after, bytes, shared_->config.is_secure());
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
    if (stream_.is_secure()) {
        end_tls();
    } else {
        end_sending();
    }
}

/// RFC 8446 6.1: without a closure alert the client cannot tell the end of the answer from a cut.
void Client::end_tls() {
    stream_.expires_after(kDrainTime);
    stream_.async_shutdown([self = shared_from_this()](Error error) {
        if (error != beast::error::timeout) {
            self->end_sending();
        }
    });
}

void Client::end_sending() {
    phase_ = Phase::draining;
    Error ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDrainTime);
    drain(0);
}

void Client::drain(std::size_t drained) {
    stream_.tcp().async_read_some(asio::buffer(ignored_), [self = shared_from_this(), drained](
                                                              Error error, std::size_t bytes) {
        if (!error && drained + bytes < kDrainBytesMax) {
            self->drain(drained + bytes);
        }
    });
}

void start_connection(std::shared_ptr<Shared> shared, tcp::socket socket, Entry entry) {
    std::make_shared<Client>(std::move(shared), std::move(socket), entry)->start();
}

} // namespace dialer::http
