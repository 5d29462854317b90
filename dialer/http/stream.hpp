#pragma once

// The bytes of one client: as they are, or through TLS. One type for both, so that what reads and
// writes requests does not know.

#include "dialer/http/tls.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace dialer::http {

/// An AsyncReadStream and AsyncWriteStream with the deadlines of beast::tcp_stream, which hold
/// below TLS as well. At most one read and one write are pending, on one thread.
class Stream {
public:
    using executor_type = boost::beast::tcp_stream::executor_type;

    /// `identity`: nothing for a stream without TLS.
    Stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<TlsIdentity> identity)
        : tcp_{std::move(socket)}, identity_{std::move(identity)} {
        if (identity_) {
            tls_.emplace(tcp_, identity_->context);
        }
    }

    [[nodiscard]] executor_type get_executor() { return tcp_.get_executor(); }
    [[nodiscard]] bool is_secure() const { return tls_.has_value(); }
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return tcp_.socket(); }
    [[nodiscard]] const boost::asio::ip::tcp::socket& socket() const { return tcp_.socket(); }

    template <typename Duration> void expires_after(Duration time) { tcp_.expires_after(time); }
    void expires_never() { tcp_.expires_never(); }
    void close() { tcp_.close(); }

    /// The bytes below TLS, for a client that does not speak it and for what comes after its end.
    [[nodiscard]] boost::beast::tcp_stream& tcp() { return tcp_; }

    /// Streams with TLS only.
    template <typename Handler> void async_handshake(Handler&& handler) {
        tls_->async_handshake(boost::asio::ssl::stream_base::server,
                              std::forward<Handler>(handler));
    }
    template <typename Handler> void async_shutdown(Handler&& handler) {
        tls_->async_shutdown(std::forward<Handler>(handler));
    }

    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) {
            tls_->async_read_some(buffers, std::forward<Handler>(handler));
        } else {
            tcp_.async_read_some(buffers, std::forward<Handler>(handler));
        }
    }
    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) {
            tls_->async_write_some(buffers, std::forward<Handler>(handler));
        } else {
            tcp_.async_write_some(buffers, std::forward<Handler>(handler));
        }
    }

private:
    boost::beast::tcp_stream tcp_;
    std::shared_ptr<TlsIdentity> identity_; // outlives the stream that was made of it
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
};

} // namespace dialer::http
