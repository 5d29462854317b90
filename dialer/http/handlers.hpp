#pragma once

// One handler per route: reads the request, asks Control, turns its answer into a response.

#include "dialer/http/routes.hpp"

namespace dialer::http {

void get_health(const Call& call, const Reply& reply);
void get_metrics(const Call& call, const Reply& reply);

void post_sign_in(const Call& call, const Reply& reply);
// At an OpenID Connect provider (handlers_oidc.cpp).
void get_sign_in_ways(const Call& call, const Reply& reply);
void start_oidc(const Call& call, const Reply& reply);
void finish_oidc(const Call& call, const Reply& reply);

void post_sign_out(const Call& call, const Reply& reply);
void post_password(const Call& call, const Reply& reply);
void get_sessions(const Call& call, const Reply& reply);
void revoke_session(const Call& call, const Reply& reply);
void get_me(const Call& call, const Reply& reply);
void get_live(const Call& call, const Reply& reply);
void get_live_history(const Call& call, const Reply& reply);
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

// Imports (handlers_imports.cpp).
void preview_import(const Call& call, const Reply& reply);
void start_import(const Call& call, const Reply& reply);
void get_import_jobs(const Call& call, const Reply& reply);
void get_import_job(const Call& call, const Reply& reply);
void cancel_import_job(const Call& call, const Reply& reply);
void get_imports(const Call& call, const Reply& reply);
void get_import(const Call& call, const Reply& reply);
void get_import_refused(const Call& call, const Reply& reply);
void accept_import(const Call& call, const Reply& reply);
void undo_import(const Call& call, const Reply& reply);
void get_import_sources(const Call& call, const Reply& reply);

// Settings (handlers_settings.cpp).
void create_campaign(const Call& call, const Reply& reply);
void get_campaign(const Call& call, const Reply& reply);
void change_campaign_settings(const Call& call, const Reply& reply);
void get_campaign_history(const Call& call, const Reply& reply);
void get_setting_history(const Call& call, const Reply& reply);
void revert_setting_change(const Call& call, const Reply& reply);
void get_setting_fields(const Call& call, const Reply& reply);
void get_templates(const Call& call, const Reply& reply);

// The supply of leads (handlers_supply.cpp, handlers_callbacks.cpp).
void get_campaign_lists(const Call& call, const Reply& reply);
void change_list(const Call& call, const Reply& reply);
void get_filter(const Call& call, const Reply& reply);
void set_filter(const Call& call, const Reply& reply);
void check_filter(const Call& call, const Reply& reply);
void get_filter_fields(const Call& call, const Reply& reply);
void get_retry_rules(const Call& call, const Reply& reply);
void set_retry_rule(const Call& call, const Reply& reply);
void add_hot_lead(const Call& call, const Reply& reply);
void change_lead(const Call& call, const Reply& reply);
void recycle_leads(const Call& call, const Reply& reply);
void get_callbacks(const Call& call, const Reply& reply);
void add_callback(const Call& call, const Reply& reply);
void cancel_callback(const Call& call, const Reply& reply);
void get_callback_rule(const Call& call, const Reply& reply);
void set_callback_rule(const Call& call, const Reply& reply);
void add_own_callback(const Call& call, const Reply& reply);
void save_form(const Call& call, const Reply& reply);
void get_own_script(const Call& call, const Reply& reply);
void get_own_person(const Call& call, const Reply& reply);
void get_callback_hours(const Call& call, const Reply& reply);

// What agents say and read out (handlers_dispositions.cpp).
void get_dispositions(const Call& call, const Reply& reply);
void put_disposition(const Call& call, const Reply& reply);
void get_scripts(const Call& call, const Reply& reply);
void add_script(const Call& call, const Reply& reply);
void preview_script(const Call& call, const Reply& reply);

// Numbers that are shown (handlers_caller_ids.cpp).
void get_caller_ids(const Call& call, const Reply& reply);
void put_caller_id(const Call& call, const Reply& reply);
void get_caller_id_pool(const Call& call, const Reply& reply);
void assign_caller_id(const Call& call, const Reply& reply);
void rest_caller_id(const Call& call, const Reply& reply);
void wake_caller_id(const Call& call, const Reply& reply);
void get_caller_id_alarms(const Call& call, const Reply& reply);

// Why, and what came of it (handlers_views.cpp, handlers_reports.cpp).
void get_funnel(const Call& call, const Reply& reply);
void get_lead_why(const Call& call, const Reply& reply);
void get_why(const Call& call, const Reply& reply);
void get_attempt(const Call& call, const Reply& reply);
void get_dossier(const Call& call, const Reply& reply);
void get_reports(const Call& call, const Reply& reply);
void get_report(const Call& call, const Reply& reply);
void get_log(const Call& call, const Reply& reply);

// Calls and opt-outs by what they were, lists and laws (handlers_search.cpp, handlers_law.cpp).
void search_calls(const Call& call, const Reply& reply);
void get_opt_outs(const Call& call, const Reply& reply);
void get_suppression_lists(const Call& call, const Reply& reply);
void get_packs(const Call& call, const Reply& reply);
void get_pack(const Call& call, const Reply& reply);

// Users (handlers_people.cpp).
void get_users(const Call& call, const Reply& reply);
void add_user(const Call& call, const Reply& reply);
void change_user(const Call& call, const Reply& reply);
void set_user_password(const Call& call, const Reply& reply);
void renew_user_token(const Call& call, const Reply& reply);
void end_user_sessions(const Call& call, const Reply& reply);
void set_user_identity(const Call& call, const Reply& reply);
void remove_user_identity(const Call& call, const Reply& reply);

// Compliance (handlers_compliance.cpp).
void get_audit_head(const Call& call, const Reply& reply);
void get_audit_export(const Call& call, const Reply& reply);
void get_audit_proof(const Call& call, const Reply& reply);
void check_audit(const Call& call, const Reply& reply);
void get_record_repairs(const Call& call, const Reply& reply);
void repair_record(const Call& call, const Reply& reply);
void get_holds(const Call& call, const Reply& reply);
void add_hold(const Call& call, const Reply& reply);
void release_hold(const Call& call, const Reply& reply);
void get_retention(const Call& call, const Reply& reply);

void get_desk(const Call& call, const Reply& reply);
void get_desk_events(const Call& call, const Reply& reply);
void get_phone_login(const Call& call, const Reply& reply);
void sign_in(const Call& call, const Reply& reply);
void sign_out(const Call& call, const Reply& reply);
void set_ready(const Call& call, const Reply& reply);
void pause(const Call& call, const Reply& reply);
void hang_up(const Call& call, const Reply& reply);
void dispose(const Call& call, const Reply& reply);
void wrap_up_ending(const Call& call, const Reply& reply);
void more_time(const Call& call, const Reply& reply);
void preview_dial(const Call& call, const Reply& reply);
void preview_skip(const Call& call, const Reply& reply);
void dial_number(const Call& call, const Reply& reply);

} // namespace dialer::http
