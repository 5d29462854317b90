#include "dialer/http/message.hpp"

#include "campaigns/sentence_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <system_error>

#include <stdlib.h>
#include <unistd.h>

namespace dialer::http {

namespace {

struct Status {
    int number;
    std::string_view reason;
    std::string_view code; ///< of the error object
};

constexpr std::array kStatuses{
    Status{200, "OK", ""},
    Status{201, "Created", ""},
    Status{202, "Accepted", ""},
    Status{204, "No Content", ""},
    Status{303, "See Other", "see_other"},
    Status{308, "Permanent Redirect", ""},
    Status{400, "Bad Request", "bad_request"},
    Status{401, "Unauthorized", "unauthorized"},
    Status{403, "Forbidden", "forbidden"},
    Status{404, "Not Found", "not_found"},
    Status{405, "Method Not Allowed", "method_not_allowed"},
    Status{409, "Conflict", "conflict"},
    Status{410, "Gone", "gone"},
    Status{413, "Content Too Large", "body_too_large"},
    Status{417, "Expectation Failed", "expectation_failed"},
    Status{421, "Misdirected Request", "misdirected"},
    Status{422, "Unprocessable Content", "unprocessable"},
    Status{429, "Too Many Requests", "too_many_requests"},
    Status{431, "Request Header Fields Too Large", "header_too_large"},
    Status{500, "Internal Server Error", "internal"},
    Status{502, "Bad Gateway", "bad_gateway"},
    Status{503, "Service Unavailable", "unavailable"},
    Status{504, "Gateway Timeout", "engine_timeout"},
};

Status find_status(int number) {
    const auto* const found = std::ranges::find(kStatuses, number, &Status::number);
    if (found != kStatuses.end()) {
        return *found;
    }
    return number < 400   ? Status{number, "", ""}
           : number < 500 ? Status{number, "Refused", "refused"}
                          : Status{number, "Failed", "failed"};
}

constexpr std::string_view kContentPolicy = "Content-Security-Policy";
constexpr std::string_view kSecurityHeaders = "X-Content-Type-Options: nosniff\r\n"
                                              "X-Frame-Options: DENY\r\n"
                                              "Referrer-Policy: no-referrer\r\n"
                                              "Cross-Origin-Resource-Policy: same-origin\r\n"
                                              "Cross-Origin-Opener-Policy: same-origin\r\n";

// RFC 6797 6.1; a year.
constexpr std::string_view kStrictTransport = "max-age=31536000";

void append_status_line(std::string& wire, int number) {
    wire += "HTTP/1.1 ";
    wire += std::to_string(number);
    wire += ' ';
    wire += find_status(number).reason;
    wire += "\r\n";
}

void append_header(std::string& wire, std::string_view name, std::string_view value) {
    wire += name;
    wire += ": ";
    wire += value;
    wire += "\r\n";
}

bool has_header(const Response& response, std::string_view name) {
    return std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first) !=
           response.headers.end();
}

} // namespace

std::string_view to_text(Method method) {
    constexpr std::array<std::string_view, 5> kNames{"GET", "HEAD", "POST", "OPTIONS", ""};
    return kNames.at(static_cast<std::size_t>(method));
}

std::string content_policy(std::string_view connect_to) {
    std::string policy = "default-src 'self'; base-uri 'none'; form-action 'none'; "
                         "frame-ancestors 'none'; object-src 'none'";
    if (!connect_to.empty()) {
        policy += "; connect-src 'self' ";
        policy += connect_to;
    }
    return policy;
}

Response json_response(std::string json) {
    Response response;
    response.body = std::move(json);
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    response.content_type.clear();
    return response;
}

Response error_response(int status, std::string_view message, std::string_view field,
                        const campaigns::Sentence& said) {
    boost::json::object error;
    error["code"] = find_status(status).code;
    error["message"] = message;
    if (!field.empty()) {
        error["field"] = field;
    }
    if (!said.empty()) {
        error["said"] = campaigns::said_json(said);
    }
    Response response;
    response.status = status;
    response.body = boost::json::serialize(boost::json::object{{"error", std::move(error)}});
    return response;
}

SpoolFile::SpoolFile(const std::filesystem::path& folder) {
    std::string name = (folder / "dialer-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) {
        throw std::runtime_error{"no file can be made in " + folder.string() + ": " +
                                 std::generic_category().message(errno)};
    }
    ::close(descriptor);
    path_ = std::move(name);
}

SpoolFile::~SpoolFile() {
    std::error_code ignored; // somebody else may have removed it
    std::filesystem::remove(path_, ignored);
}

Response download(std::shared_ptr<SpoolFile> file, std::string content_type,
                  std::string_view name) {
    Response response;
    response.content_type = std::move(content_type);
    response.file = std::move(file);
    // Names of campaigns come from people: what is no plain character stays out of the header.
    std::string plain{name};
    std::ranges::replace_if(
        plain,
        [](char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return !letter && !(c >= '0' && c <= '9') && c != '.' && c != '-';
        },
        '_');
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + plain + "\"");
    return response;
}

Response redirection(std::string_view host, std::uint16_t port, std::string_view target) {
    std::string where{"https://"};
    where += host.substr(0, host.rfind(':'));
    if (port != 443) {
        where += ':' + std::to_string(port);
    }
    where += target.starts_with('/') ? target : "/";
    Response response;
    response.status = 308;
    response.headers.emplace_back("Location", std::move(where));
    return response;
}

std::string to_wire(const Response& response, bool head, After after,
                    std::optional<std::uint64_t> file_bytes, bool secure) {
    std::string wire;
    wire.reserve(768 + response.body.size());
    append_status_line(wire, response.status);
    if (!response.content_type.empty()) {
        append_header(wire, "Content-Type", response.content_type);
    }
    // RFC 9110 8.6: a 204 carries no Content-Length. An answer to HEAD for a stream has none
    // either, since its GET has no length to tell.
    if (response.status != 204 && response.content_type != kEventStreamType) {
        append_header(wire, "Content-Length",
                      std::to_string(file_bytes.value_or(response.body.size())));
    }
    for (const auto& [name, value] : response.headers) {
        append_header(wire, name, value);
    }
    wire += kSecurityHeaders;
    if (secure) {
        append_header(wire, "Strict-Transport-Security", kStrictTransport);
    }
    if (!has_header(response, kContentPolicy)) {
        append_header(wire, kContentPolicy, content_policy());
    }
    // People's data stay in no cache; a file of the pages says itself how long it may be kept.
    if (!has_header(response, "Cache-Control")) {
        append_header(wire, "Cache-Control", "no-store");
    }
    append_header(wire, "Connection", after == After::keep_alive ? "keep-alive" : "close");
    wire += "\r\n";
    if (!head && !file_bytes) {
        wire += response.body;
    }
    return wire;
}

std::string event_stream_head() {
    std::string wire;
    append_status_line(wire, 200);
    append_header(wire, "Content-Type", kEventStreamType);
    wire += kSecurityHeaders;
    append_header(wire, kContentPolicy, content_policy());
    append_header(wire, "Cache-Control", "no-store");
    // Proxies that collect an answer before passing it on would hold the events back.
    append_header(wire, "X-Accel-Buffering", "no");
    append_header(wire, "Connection", "close");
    wire += "\r\n";
    return wire;
}

std::string event_frame(std::string_view event, std::string_view data) {
    std::string frame = "event: ";
    frame.reserve(data.size() + event.size() + 32);
    frame += event;
    frame += "\ndata: ";
    for (const char c : data) {
        if (c == '\n') {
            frame += "\ndata: ";
        } else if (c != '\r') {
            frame += c;
        }
    }
    frame += "\n\n";
    return frame;
}

std::string_view without_instant(std::string_view live_json) {
    constexpr std::string_view kStart = R"({"at":")";
    if (!live_json.starts_with(kStart)) {
        return live_json;
    }
    const auto quote = live_json.find('"', kStart.size());
    return quote == std::string_view::npos ? live_json : live_json.substr(quote);
}

} // namespace dialer::http
