#include "dialer/http/routes.hpp"

#include "dialer/http/handlers.hpp"

#include <array>

namespace dialer::http {

namespace {

using campaigns::Role;

constexpr auto kOpen = Access::open();
constexpr auto kAnyone = Access::anyone();
// An agent sees one desk, not everybody's customers.
constexpr auto kWatchers = Access::only(Role::ops, Role::supervisor, Role::compliance, Role::admin);
constexpr auto kSteering = Access::only(Role::ops, Role::supervisor, Role::admin);
constexpr auto kFloor = Access::only(Role::supervisor, Role::admin);
constexpr auto kAdmin = Access::only(Role::admin);
constexpr auto kAgent = Access::only(Role::agent);

constexpr std::array kRoutes{
    Route{Method::get, "/healthz", kOpen, get_health},
    Route{Method::get, "/metrics", kOpen, get_metrics},
    Route{Method::post, "/api/sign-in", kOpen, post_sign_in},
    Route{Method::post, "/api/sign-out", kAnyone, post_sign_out},
    Route{Method::get, "/api/me", kAnyone, get_me},
    Route{Method::post, "/api/me/password", kAnyone, post_password},
    Route{Method::get, "/api/sessions", kAnyone, get_sessions},
    Route{Method::post, "/api/sessions/{id}/revoke", kAdmin, revoke_session},
    Route{Method::get, "/api/live", kWatchers, get_live},
    Route{Method::get, "/api/events", kWatchers, get_live_events},
    Route{Method::get, "/api/campaigns", kAnyone, get_campaigns},
    Route{Method::post, "/api/campaigns/{name}/start", kSteering, start_campaign},
    Route{Method::post, "/api/campaigns/{name}/stop", kSteering, stop_campaign},
    Route{Method::get, "/api/agents", kSteering, get_agents},
    Route{Method::post, "/api/agents/{id}/pause", kFloor, pause_agent},
    Route{Method::post, "/api/agents/{id}/sign-out", kFloor, sign_out_agent},
    Route{Method::get, "/api/disposition-codes", kAnyone, get_disposition_codes},
    Route{Method::post, "/api/opt-outs", kAnyone, add_opt_out},
    Route{Method::post, "/api/uploads", kSteering, post_upload, BodyUse::file},
    Route{Method::get, "/api/agent/desk", kAgent, get_desk},
    Route{Method::get, "/api/agent/events", kAgent, get_desk_events},
    Route{Method::post, "/api/agent/sign-in", kAgent, sign_in},
    Route{Method::post, "/api/agent/sign-out", kAgent, sign_out},
    Route{Method::post, "/api/agent/ready", kAgent, set_ready},
    Route{Method::post, "/api/agent/pause", kAgent, pause},
    Route{Method::post, "/api/agent/hang-up", kAgent, hang_up},
    Route{Method::post, "/api/agent/disposition", kAgent, dispose},
    Route{Method::post, "/api/agent/wrap-up-ending", kAgent, wrap_up_ending},
    Route{Method::post, "/api/agent/preview/dial", kAgent, preview_dial},
    Route{Method::post, "/api/agent/preview/skip", kAgent, preview_skip},
    Route{Method::post, "/api/agent/dial", kAgent, dial_number},
};

} // namespace

std::span<const Route> routes() {
    return kRoutes;
}

} // namespace dialer::http
