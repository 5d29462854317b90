#include "dialer/http/routes.hpp"

#include "dialer/http/handlers.hpp"
#include "dialer/oidc/settings.hpp"

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
constexpr auto kSteeringAndAgent =
    Access::only(Role::ops, Role::agent, Role::supervisor, Role::admin);
constexpr auto kCompliance = Access::only(Role::compliance, Role::admin);
constexpr auto kReaders = Access::only(Role::supervisor, Role::compliance, Role::admin);

constexpr auto kWhole = BodyUse::whole;
constexpr bool kSlow = true;

constexpr std::array kRoutes{
    Route{Method::get, "/healthz", kOpen, get_health},
    Route{Method::get, "/metrics", kOpen, get_metrics},
    Route{Method::post, "/api/sign-in", kOpen, post_sign_in},
    Route{Method::get, "/api/sign-in/ways", kOpen, get_sign_in_ways},
    Route{Method::get, oidc::kStartPath, kOpen, start_oidc},
    Route{Method::get, oidc::kCallbackPath, kOpen, finish_oidc, kWhole, kSlow},
    Route{Method::post, "/api/sign-out", kAnyone, post_sign_out},
    Route{Method::get, "/api/me", kAnyone, get_me},
    Route{Method::post, "/api/me/password", kAnyone, post_password},
    Route{Method::get, "/api/sessions", kAnyone, get_sessions},
    Route{Method::post, "/api/sessions/{id}/revoke", kAnyone, revoke_session},
    Route{Method::get, "/api/users", kAdmin, get_users},
    Route{Method::post, "/api/users", kAdmin, add_user},
    Route{Method::post, "/api/users/{name}/change", kAdmin, change_user},
    Route{Method::post, "/api/users/{name}/password", kAdmin, set_user_password},
    Route{Method::post, "/api/users/{name}/token", kAdmin, renew_user_token},
    Route{Method::post, "/api/users/{name}/sessions/end", kAdmin, end_user_sessions},
    Route{Method::post, "/api/users/{name}/identity", kAdmin, set_user_identity},
    Route{Method::post, "/api/users/{name}/identity/remove", kAdmin, remove_user_identity},
    Route{Method::get, "/api/live", kWatchers, get_live},
    Route{Method::get, "/api/live/history", kWatchers, get_live_history},
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
    Route{Method::post, "/api/imports/preview", kSteering, preview_import, kWhole, kSlow},
    Route{Method::post, "/api/imports", kSteering, start_import},
    Route{Method::get, "/api/imports", kWatchers, get_imports},
    Route{Method::get, "/api/imports/{id}", kWatchers, get_import},
    Route{Method::get, "/api/imports/{id}/refused", kWatchers, get_import_refused, kWhole, kSlow},
    Route{Method::post, "/api/imports/{id}/accept", kSteering, accept_import, kWhole, kSlow},
    Route{Method::post, "/api/imports/{id}/undo", kSteering, undo_import, kWhole, kSlow},
    Route{Method::get, "/api/import-jobs", kWatchers, get_import_jobs},
    Route{Method::get, "/api/import-jobs/{id}", kWatchers, get_import_job},
    Route{Method::post, "/api/import-jobs/{id}/cancel", kSteering, cancel_import_job},
    Route{Method::get, "/api/import-sources", kWatchers, get_import_sources},
    Route{Method::post, "/api/campaigns", kSteering, create_campaign},
    Route{Method::get, "/api/campaigns/{name}", kWatchers, get_campaign},
    Route{Method::post, "/api/campaigns/{name}/settings", kSteering, change_campaign_settings},
    Route{Method::get, "/api/campaigns/{name}/history", kWatchers, get_campaign_history},
    Route{Method::get, "/api/campaigns/{name}/funnel", kWatchers, get_funnel},
    Route{Method::get, "/api/campaigns/{name}/lists", kWatchers, get_campaign_lists},
    Route{Method::get, "/api/campaigns/{name}/filter", kWatchers, get_filter},
    Route{Method::post, "/api/campaigns/{name}/filter", kSteering, set_filter},
    Route{Method::post, "/api/campaigns/{name}/filter/check", kWatchers, check_filter, kWhole,
          kSlow},
    Route{Method::get, "/api/campaigns/{name}/retry-rules", kWatchers, get_retry_rules},
    Route{Method::post, "/api/campaigns/{name}/retry-rules", kSteering, set_retry_rule},
    Route{Method::get, "/api/campaigns/{name}/callback-rule", kWatchers, get_callback_rule},
    Route{Method::post, "/api/campaigns/{name}/callback-rule", kSteering, set_callback_rule},
    Route{Method::get, "/api/campaigns/{name}/dispositions", kAnyone, get_dispositions},
    Route{Method::post, "/api/campaigns/{name}/dispositions", kSteering, put_disposition},
    Route{Method::get, "/api/campaigns/{name}/scripts", kWatchers, get_scripts},
    Route{Method::post, "/api/campaigns/{name}/scripts", kSteering, add_script},
    Route{Method::get, "/api/campaigns/{name}/caller-ids", kWatchers, get_caller_id_pool},
    Route{Method::post, "/api/campaigns/{name}/caller-ids", kSteering, assign_caller_id},
    Route{Method::get, "/api/settings/fields", kWatchers, get_setting_fields},
    Route{Method::get, "/api/settings/history", kWatchers, get_setting_history},
    Route{Method::post, "/api/settings/{change}/revert", kSteering, revert_setting_change},
    Route{Method::get, "/api/templates", kWatchers, get_templates},
    Route{Method::get, "/api/filter-fields", kWatchers, get_filter_fields},
    Route{Method::post, "/api/scripts/preview", kSteering, preview_script},
    Route{Method::post, "/api/lists/{id}", kSteering, change_list},
    Route{Method::post, "/api/leads", kSteering, add_hot_lead},
    Route{Method::post, "/api/leads/recycle", kSteering, recycle_leads, kWhole, kSlow},
    Route{Method::post, "/api/leads/{id}/change", kSteering, change_lead},
    Route{Method::get, "/api/leads/{id}/why", kWatchers, get_lead_why, kWhole, kSlow},
    Route{Method::get, "/api/why", kWatchers, get_why, kWhole, kSlow},
    Route{Method::get, "/api/callbacks", kSteeringAndAgent, get_callbacks},
    Route{Method::post, "/api/callbacks", kSteering, add_callback},
    Route{Method::post, "/api/callbacks/{id}/cancel", kSteering, cancel_callback},
    Route{Method::get, "/api/caller-ids", kWatchers, get_caller_ids},
    Route{Method::post, "/api/caller-ids", kSteering, put_caller_id},
    Route{Method::post, "/api/caller-ids/rest", kSteering, rest_caller_id},
    Route{Method::post, "/api/caller-ids/wake", kSteering, wake_caller_id},
    Route{Method::get, "/api/caller-id-alarms", kWatchers, get_caller_id_alarms},
    Route{Method::get, "/api/reports", kWatchers, get_reports},
    Route{Method::get, "/api/reports/{report}", kWatchers, get_report, kWhole, kSlow},
    Route{Method::get, "/api/log", kReaders, get_log, kWhole, kSlow},
    Route{Method::get, "/api/calls", kReaders, search_calls, kWhole, kSlow},
    Route{Method::get, "/api/opt-outs", kReaders, get_opt_outs, kWhole, kSlow},
    Route{Method::get, "/api/suppression-lists", kWatchers, get_suppression_lists},
    Route{Method::get, "/api/packs", kWatchers, get_packs},
    Route{Method::get, "/api/packs/{id}", kWatchers, get_pack},
    Route{Method::get, "/api/attempts/{attempt}", kReaders, get_attempt},
    Route{Method::get, "/api/numbers/{number}/dossier", kReaders, get_dossier, kWhole, kSlow},
    Route{Method::get, "/api/audit/head", kReaders, get_audit_head},
    Route{Method::get, "/api/audit/export", kCompliance, get_audit_export, kWhole, kSlow},
    Route{Method::get, "/api/audit/proof/{attempt}", kReaders, get_audit_proof},
    Route{Method::post, "/api/audit/check", kCompliance, check_audit, kWhole, kSlow},
    Route{Method::get, "/api/records/repairs", kReaders, get_record_repairs},
    Route{Method::post, "/api/records/repair", kCompliance, repair_record},
    Route{Method::get, "/api/holds", kReaders, get_holds},
    Route{Method::post, "/api/holds", kCompliance, add_hold},
    Route{Method::post, "/api/holds/{id}/release", kCompliance, release_hold},
    Route{Method::get, "/api/retention", kReaders, get_retention},
    Route{Method::get, "/api/agent/desk", kAgent, get_desk},
    Route{Method::get, "/api/agent/events", kAgent, get_desk_events},
    Route{Method::get, "/api/agent/phone", kAgent, get_phone_login},
    Route{Method::post, "/api/agent/sign-in", kAgent, sign_in},
    Route{Method::post, "/api/agent/sign-out", kAgent, sign_out},
    Route{Method::post, "/api/agent/ready", kAgent, set_ready},
    Route{Method::post, "/api/agent/pause", kAgent, pause},
    Route{Method::post, "/api/agent/hang-up", kAgent, hang_up},
    Route{Method::post, "/api/agent/disposition", kAgent, dispose},
    Route{Method::post, "/api/agent/wrap-up-ending", kAgent, wrap_up_ending},
    Route{Method::post, "/api/agent/more-time", kAgent, more_time},
    Route{Method::post, "/api/agent/preview/dial", kAgent, preview_dial},
    Route{Method::post, "/api/agent/preview/skip", kAgent, preview_skip},
    Route{Method::post, "/api/agent/dial", kAgent, dial_number},
    Route{Method::post, "/api/agent/callback", kAgent, add_own_callback},
    Route{Method::post, "/api/agent/form", kAgent, save_form},
    Route{Method::get, "/api/agent/script", kAgent, get_own_script},
    Route{Method::get, "/api/agent/person", kAgent, get_own_person},
    Route{Method::get, "/api/agent/callback-hours", kAgent, get_callback_hours},
};

} // namespace

std::span<const Route> routes() {
    return kRoutes;
}

} // namespace dialer::http
