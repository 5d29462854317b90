#include "dialer/http/dispatch.hpp"

#include "dialer/http/credentials.hpp"
#include "dialer/http/path.hpp"

#include <algorithm>

namespace dialer::http {

namespace {

struct LookedUp {
    const Route* route = nullptr; ///< nothing when no method fits
    std::vector<std::string_view> arguments;
    std::string allow; ///< methods of the path; empty when the path is unknown
};

void allow(std::string& methods, Method method) {
    methods += methods.empty() ? "OPTIONS, " : ", ";
    methods += to_text(method);
    if (method == Method::get) {
        methods += ", HEAD";
    }
}

LookedUp look_up(Method method, std::string_view path) {
    // RFC 9110 9.3.2: HEAD is GET without the content.
    const Method wanted = method == Method::head ? Method::get : method;
    LookedUp found;
    for (const Route& route : routes()) {
        auto arguments = match_path(route.path, path);
        if (!arguments) {
            continue;
        }
        allow(found.allow, route.method);
        if (route.method == wanted) {
            found.route = &route;
            found.arguments = std::move(*arguments);
        }
    }
    return found;
}

Response allowed_methods(int status, std::string methods) {
    auto response = status == 204 ? no_content()
                                  : error_response(status, "This path does not know that method.");
    response.headers.emplace_back("Allow", std::move(methods));
    return response;
}

Response unauthorized(bool token_given) {
    auto response = error_response(401, token_given ? "The token is not known." : "Sign in first.");
    response.headers.emplace_back("WWW-Authenticate",
                                  token_given ? R"(Bearer realm="dialer", error="invalid_token")"
                                              : R"(Bearer realm="dialer")");
    return response;
}

/// Everything the handler's Call points into, kept until it ran.
struct Pending {
    Site site;
    Request request;
    std::string path;
    std::string query;
    const Route* route;
    std::vector<std::string> arguments;
    std::string credential;
    std::function<void(Dispatched)> reply;
};

void finish(const Pending& pending, const campaigns::User& user, Answer answer) {
    // A HEAD on a stream must not start one.
    if (pending.request.method == Method::head && std::holds_alternative<StreamKind>(answer)) {
        Response response;
        response.content_type = kEventStreamType;
        answer = std::move(response);
    }
    pending.reply({std::move(answer), user, pending.credential, pending.route->access});
}

void run_handler(const std::shared_ptr<const Pending>& pending, const campaigns::User& user) {
    const Reply reply = [pending, user](Answer answer) {
        finish(*pending, user, std::move(answer));
    };
    const Request& request = pending->request;
    const Site& site = pending->site;
    const Call call{site.control,
                    user,
                    pending->path,
                    pending->query,
                    site.spool,
                    site.uploads,
                    site.imports,
                    pending->credential,
                    {request.address, request.browser},
                    site.secure,
                    site.oidc,
                    request.cookie,
                    pending->arguments,
                    request.body};
    try {
        pending->route->handler(call, reply);
    } catch (const std::exception&) {
        // The reason may quote the request or the store; the client learns only that it is ours.
        reply(error_response(500, "The server failed on this request."));
    }
}

void authorise(const std::shared_ptr<const Pending>& pending,
               const std::optional<campaigns::User>& user) {
    if (!user) {
        pending->reply({unauthorized(true), {}, {}});
    } else if (!pending->route->access.allows(user->role)) {
        pending->reply(
            {error_response(403, "The role " + std::string{campaigns::to_text(user->role)} +
                                     " may not do this."),
             {},
             {}});
    } else {
        run_handler(pending, *user);
    }
}

std::optional<std::vector<std::string>> decode(const std::vector<std::string_view>& segments) {
    std::vector<std::string> texts;
    for (const auto segment : segments) {
        auto text = decode_segment(segment);
        if (!text) {
            return std::nullopt;
        }
        texts.push_back(std::move(*text));
    }
    return texts;
}

} // namespace

const Route* find_route(Method method, std::string_view target) {
    const auto path = path_of(target);
    return path ? look_up(method, *path).route : nullptr;
}

void dispatch(const Site& site, Request request, const Post& post,
              std::function<void(Dispatched)> reply) {
    const auto path = path_of(request.target);
    if (!path) {
        // "OPTIONS *" asks about the server as a whole (RFC 9110 9.3.7).
        const bool whole = request.method == Method::options && request.target == "*";
        reply({whole ? allowed_methods(204, "OPTIONS, GET, HEAD, POST")
                     : error_response(400, "The request target is no path."),
               {},
               {}});
        return;
    }
    auto found = look_up(request.method, *path);
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (found.allow.empty() && reads && !path->starts_with("/api/")) {
        reply({site.pages.get(*path, request.accept_encoding), {}, {}});
        return;
    }
    if (found.allow.empty()) {
        reply({error_response(404, "There is nothing at this path."), {}, {}});
        return;
    }
    if (found.route == nullptr) {
        const int status = request.method == Method::options ? 204 : 405;
        reply({allowed_methods(status, std::move(found.allow)), {}, {}});
        return;
    }
    auto arguments = decode(found.arguments);
    if (!arguments) {
        reply({error_response(400, "The path is not UTF-8 in percent-encoding."), {}, {}});
        return;
    }
    auto credential = credential_of(request);
    if (!credential.refused.empty() && !found.route->access.is_open()) {
        reply({error_response(403, credential.refused), {}, {}});
        return;
    }
    if (!from_this_site(request)) {
        reply({error_response(403, "The request comes from a page of another site."), {}, {}});
        return;
    }
    auto path_text = std::string{*path};
    auto query_text = std::string{query_of(request.target)};
    const auto pending = std::make_shared<const Pending>(
        Pending{site, std::move(request), std::move(path_text), std::move(query_text), found.route,
                std::move(*arguments), std::move(credential.text), std::move(reply)});
    if (pending->route->access.is_open()) {
        run_handler(pending, {});
    } else if (pending->credential.empty()) {
        pending->reply({unauthorized(!pending->request.authorization.empty()), {}, {}});
    } else {
        site.control.authenticate(
            pending->credential, [pending, post](std::optional<campaigns::User> user) {
                // Back to the HTTP thread, so that handlers run on one thread only.
                post([pending, user = std::move(user)] { authorise(pending, user); });
            });
    }
}

} // namespace dialer::http
