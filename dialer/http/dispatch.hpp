#pragma once

// From a request to its handler: route, token, role; everything that can be refused before.

#include "dialer/http/pages.hpp"
#include "dialer/http/routes.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dialer::http {

/// Runs a piece of work on the HTTP thread; callable from any thread, drops the work when the
/// server is gone.
using Post = std::function<void(std::function<void()>)>;

/// An answer with what an event stream needs to go on checking who is reading it.
struct Dispatched {
    Answer answer;
    campaigns::User user;
    std::string credential;
    Access access = Access::open();
};

/// What requests are answered with.
struct Site {
    Control& control;
    const Pages& pages;
    const std::string& spool; ///< folder for files of requests and answers
    Uploads& uploads;
    const std::shared_ptr<ImportJobs>& imports;
    bool secure;        ///< browsers reach us over TLS
    oidc::Client* oidc; ///< where people may sign in too; nothing without a provider
};

/// Answers one request. Call on the HTTP thread; `reply` is called at most once, from any thread,
/// or never when the engine does not answer. All that `site` names must outlive the server. Of a
/// route whose body goes into a file, the request comes without its body.
void dispatch(const Site& site, Request request, const Post& post,
              std::function<void(Dispatched)> reply);

} // namespace dialer::http
