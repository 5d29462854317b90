#pragma once

// One client of the server. With request_header the only files that know Beast, which is slow to
// compile: connection.cpp reads and answers requests, connection_events.cpp sends events.
//
// The engine's answers arrive on other threads and are posted back to the HTTP thread, then go
// through a weak pointer to the client, so an answer that comes after the client left is dropped.

#include "dialer/http/connection.hpp"
#include "dialer/http/message.hpp"
#include "dialer/http/stream.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace dialer::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Error = boost::system::error_code;

/// The states of a client:
///
///   (TLS handshake ->)
///   reading -> answering -> writing -> reading ...   a request after the other, also pipelined
///   reading -> answering -> receiving -> answering   a body that goes into a file
///   answering -> streaming                           until either side ends it
///   reading -> writing -> draining                   a request that could not be read
class Client final : public Connection, public std::enable_shared_from_this<Client> {
public:
    Client(std::shared_ptr<Shared> shared, tcp::socket socket, Entry entry)
        : shared_{std::move(shared)}, entry_{entry}, stream_{std::move(socket),
                                                             entry == Entry::tls
                                                                 ? shared_->tls->identity()
                                                                 : nullptr},
          timer_{stream_.get_executor()} {}
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

    void on_handshake(Error error);
    void tell_plain_client();
    void read_request();
    void on_header(Error error);
    /// What is wrong with the name that the request calls us by; a redirection at its entry.
    [[nodiscard]] std::optional<Response>
    answer_at_the_door(const beast::http::request_header<>& message) const;
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
    void end_tls();
    void end_sending();
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
    Entry entry_;
    Stream stream_;
    asio::steady_timer timer_; // the engine's answer, or draining
    beast::flat_buffer buffer_{16 * 1024};
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

} // namespace dialer::http
