#pragma once

// The table of everything the server answers: method, path, who may, and which handler.

#include "dialer/http/control.hpp"
#include "dialer/http/message.hpp"
#include "dialer/http/pages.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dialer::http {

/// Event streams a request can turn into.
enum class StreamKind { live, desk };

/// A response, or the request becomes a stream.
using Answer = std::variant<Response, StreamKind>;

/// Takes the answer; callable once, from any thread, also after the connection is gone.
using Reply = std::function<void(Answer)>;

/// One authorised request on its way to its handler.
struct Call {
    Control& control;
    const Pages& pages;
    campaigns::User user;               ///< default for routes that are open
    std::string_view path;              ///< still encoded
    std::vector<std::string> arguments; ///< decoded path arguments, in order
    std::string_view body;
};

/// Runs on the HTTP thread; `reply` may be called later and from elsewhere.
using Handler = void (*)(const Call& call, const Reply& reply);

/// Which roles may use a route; `open` needs no token at all.
class Access {
public:
    static constexpr Access open() { return Access{kOpen}; }
    template <typename... Roles> static constexpr Access only(Roles... roles) {
        return Access{(bit(roles) | ...)};
    }
    static constexpr Access anyone() {
        using campaigns::Role;
        return only(Role::ops, Role::agent, Role::supervisor, Role::compliance, Role::admin);
    }

    [[nodiscard]] constexpr bool is_open() const { return bits_ == kOpen; }
    [[nodiscard]] constexpr bool allows(campaigns::Role role) const {
        return is_open() || (bits_ & bit(role)) != 0;
    }

private:
    static constexpr unsigned kOpen = 0;
    static constexpr unsigned bit(campaigns::Role role) {
        return 1U << static_cast<unsigned>(role);
    }
    constexpr explicit Access(unsigned bits) : bits_{bits} {}

    unsigned bits_;
};

struct Route {
    Method method;
    std::string_view path; ///< template; "{...}" stands for one segment
    Access access;
    Handler handler;
};

/// All routes, in the order of the table.
[[nodiscard]] std::span<const Route> routes();

} // namespace dialer::http
