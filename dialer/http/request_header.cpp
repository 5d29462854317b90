#include "dialer/http/request_header.hpp"

#include <algorithm>

namespace dialer::http {

namespace beast = boost::beast;

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

Request read_request_header(const beast::http::request_header<>& message) {
    using beast::http::field;
    Request request;
    request.method = method_of(message.method());
    request.target = message.target();
    request.authorization = message[field::authorization];
    request.accept_encoding = message[field::accept_encoding];
    request.cookie = message[field::cookie];
    request.csrf = message["X-CSRF-Token"];
    request.origin = message[field::origin];
    request.host = message[field::host];
    request.browser = message[field::user_agent];
    return request;
}

std::string address_behind_proxy(const beast::http::request_header<>& message, std::string peer,
                                 const std::vector<std::string>& proxies) {
    std::string_view named = message["X-Forwarded-For"];
    // Each proxy adds whom it saw at the end: as long as the one who speaks is a proxy, the one
    // that it saw is looked at.
    while (!named.empty() && std::ranges::find(proxies, peer) != proxies.end()) {
        const auto comma = named.rfind(',');
        auto last = named.substr(comma == std::string_view::npos ? 0 : comma + 1);
        last.remove_prefix(std::min(last.find_first_not_of(' '), last.size()));
        peer = last.substr(0, last.find_last_not_of(' ') + 1);
        named = named.substr(0, comma == std::string_view::npos ? 0 : comma);
    }
    return peer;
}

} // namespace dialer::http
