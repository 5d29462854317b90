#pragma once

// Requests and responses as plain values, so that routes and handlers know nothing of sockets.

#include "campaigns/sentence.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialer::http {

enum class Method { get, head, post, options, other };

/// "GET", "POST" ...; "other" has no name and gives "".
[[nodiscard]] std::string_view to_text(Method method);

struct Request {
    Method method = Method::other;
    std::string target;        ///< as on the request line
    std::string authorization; ///< value of the Authorization field, empty when absent
    std::string accept_encoding = {};
    std::string cookie = {}; ///< likewise of the other fields
    std::string csrf = {};   ///< X-CSRF-Token
    std::string origin = {};
    std::string host = {};
    std::string browser = {}; ///< User-Agent
    bool secure = false;      ///< the browser speaks TLS, to us or to the proxy before us
    std::string address = {}; ///< of the peer, or of the client that the proxy names
    std::string body = {};
};

/// A file of a request or an answer that is gone when nobody holds it any more.
class SpoolFile {
public:
    /// An empty file with a name that nobody else uses, readable by this user alone. Throws
    /// std::runtime_error when the folder cannot be written.
    explicit SpoolFile(const std::filesystem::path& folder);
    ~SpoolFile();
    SpoolFile(const SpoolFile&) = delete;
    SpoolFile& operator=(const SpoolFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::shared_ptr<SpoolFile> file = nullptr; ///< sent instead of the body, in pieces
    std::vector<std::pair<std::string, std::string>> headers; ///< beside those of every response
};

inline constexpr std::string_view kEventStreamType = "text/event-stream";

/// The value of Content-Security-Policy. The pages load nothing from elsewhere, run no inline
/// script and are framed by nobody, so a name or a note typed by a stranger can do no harm even if
/// a page once forgot to escape it. `connect_to` is the one other origin they may speak with, if
/// any.
[[nodiscard]] std::string content_policy(std::string_view connect_to = {});

/// 200 with a JSON text.
[[nodiscard]] Response json_response(std::string json);

/// 204.
[[nodiscard]] Response no_content();

/// {"error":{"code","message","field"?,"said"?}}; `field` names the part of the request that was
/// wrong, `said` is the message for pages that know it in other languages.
[[nodiscard]] Response error_response(int status, std::string_view message,
                                      std::string_view field = {},
                                      const campaigns::Sentence& said = {});

/// What the connection does after the response.
enum class After { keep_alive, close };

/// A file for people to keep: its name is what a browser suggests.
[[nodiscard]] Response download(std::shared_ptr<SpoolFile> file, std::string content_type,
                                std::string_view name);

/// 308 to the same path on HTTPS (RFC 9110 15.4.9), at this host (its own port is dropped) and
/// port.
[[nodiscard]] Response redirection(std::string_view host, std::uint16_t port,
                                   std::string_view target);

/// The response as bytes, with length, security headers and, unless `head`, the body. Of a response
/// with a file of `file_bytes` only the head. `secure`: browsers shall come back with HTTPS only.
[[nodiscard]] std::string to_wire(const Response& response, bool head, After after,
                                  std::optional<std::uint64_t> file_bytes = std::nullopt,
                                  bool secure = false);

/// The head of an endless event stream; events follow as bytes until the connection closes.
[[nodiscard]] std::string event_stream_head();

/// One server-sent event; line breaks in `data` become further data lines.
[[nodiscard]] std::string event_frame(std::string_view event, std::string_view data);

/// The live figures without the instant they start with: what tells whether anything changed.
[[nodiscard]] std::string_view without_instant(std::string_view live_json);

} // namespace dialer::http
