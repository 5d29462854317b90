#pragma once

// What a request says of itself in its header.

#include "dialer/http/message.hpp"

#include <boost/beast/http/message.hpp>

#include <string>
#include <vector>

namespace dialer::http {

[[nodiscard]] Method method_of(boost::beast::http::verb method);

/// All of a request but its body, its path arguments and who sent it.
[[nodiscard]] Request read_request_header(const boost::beast::http::request_header<>& message);

/// The client that the proxies before us saw: the last in X-Forwarded-For that is none of them.
/// Whoever is no proxy is himself the client, whatever he says.
[[nodiscard]] std::string address_behind_proxy(const boost::beast::http::request_header<>& message,
                                               std::string peer,
                                               const std::vector<std::string>& proxies);

} // namespace dialer::http
