#pragma once

// One handler per route: reads the request, asks Control, turns its answer into a response.

#include "dialer/http/routes.hpp"

namespace dialer::http {

void get_health(const Call& call, const Reply& reply);
void get_metrics(const Call& call, const Reply& reply);

void post_sign_in(const Call& call, const Reply& reply);
void post_sign_out(const Call& call, const Reply& reply);
void post_password(const Call& call, const Reply& reply);
void get_sessions(const Call& call, const Reply& reply);
void revoke_session(const Call& call, const Reply& reply);
void get_me(const Call& call, const Reply& reply);
void get_live(const Call& call, const Reply& reply);
void get_live_events(const Call& call, const Reply& reply);
void get_campaigns(const Call& call, const Reply& reply);
void start_campaign(const Call& call, const Reply& reply);
void stop_campaign(const Call& call, const Reply& reply);
void get_agents(const Call& call, const Reply& reply);
void pause_agent(const Call& call, const Reply& reply);
void sign_out_agent(const Call& call, const Reply& reply);
void get_disposition_codes(const Call& call, const Reply& reply);
void add_opt_out(const Call& call, const Reply& reply);

void post_upload(const Call& call, const Reply& reply);

void get_desk(const Call& call, const Reply& reply);
void get_desk_events(const Call& call, const Reply& reply);
void sign_in(const Call& call, const Reply& reply);
void sign_out(const Call& call, const Reply& reply);
void set_ready(const Call& call, const Reply& reply);
void pause(const Call& call, const Reply& reply);
void hang_up(const Call& call, const Reply& reply);
void dispose(const Call& call, const Reply& reply);
void wrap_up_ending(const Call& call, const Reply& reply);
void preview_dial(const Call& call, const Reply& reply);
void preview_skip(const Call& call, const Reply& reply);
void dial_number(const Call& call, const Reply& reply);

} // namespace dialer::http
