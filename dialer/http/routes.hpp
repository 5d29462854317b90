#pragma once

// The table of everything the server answers: method, path, who may, and which handler.

#include "campaigns/people/sign_in.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/message.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dialer::oidc {
class Client;
}

namespace dialer::http {

class ImportJobs;
class Uploads;

/// Event streams a request can turn into.
enum class StreamKind { live, desk };

struct Receive;

/// A response, or the request becomes a stream, or its body is yet to be received into a file.
using Answer = std::variant<Response, StreamKind, std::shared_ptr<const Receive>>;

/// Takes the answer; callable once, from any thread, also after the connection is gone.
using Reply = std::function<void(Answer)>;

/// A body that is larger than memory should hold: it goes into the file, then `done` answers.
struct Receive {
    std::shared_ptr<SpoolFile> file;
    std::uint64_t bytes_max = 0;
    std::function<void(std::uint64_t bytes, const Reply& reply)> done;
};

/// One authorised request on its way to its handler.
struct Call {
    Control& control;
    campaigns::User user;     ///< default for routes that are open
    std::string_view path;    ///< still encoded
    std::string_view query;   ///< behind the question mark, still encoded
    const std::string& spool; ///< folder for files of requests and answers
    Uploads& uploads;
    const std::shared_ptr<ImportJobs>& imports;
    std::string_view credential; ///< that the user was known by
    campaigns::Browser browser;
    bool secure;                        ///< browsers reach us over TLS
    oidc::Client* oidc;                 ///< nothing without a provider
    std::string_view cookie;            ///< the whole field
    std::vector<std::string> arguments; ///< decoded path arguments, in order
    std::string_view body;
};

/// Runs on the HTTP thread; `reply` may be called later and from elsewhere.
using Handler = void (*)(const Call& call, const Reply& reply);

/// What a route does with the body of its requests.
enum class BodyUse {
    whole, ///< in memory, at most 64 KiB
    file,  ///< the handler runs before the body is read and says where it goes
};

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
    BodyUse body = BodyUse::whole;
    /// Reports and exports read much; the others are answered in moments or not at all.
    bool slow = false;
};

/// All routes, in the order of the table.
[[nodiscard]] std::span<const Route> routes();

/// The route of a request; nothing when there is none.
[[nodiscard]] const Route* find_route(Method method, std::string_view target);

} // namespace dialer::http
