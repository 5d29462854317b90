#include "dialer/live_json.hpp"

#include "campaigns/sentence_json.hpp"

#include "dnc/number.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace dialer {

namespace json = boost::json;

std::string rfc3339(dnc::Instant at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    const auto micros = (at - seconds).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), micros);
}

namespace {

// Reasons of a step and zones of a campaign that the wallboard shows.
constexpr std::size_t funnel_rows_max = 12;

json::string text(std::string_view view) {
    return json::string{view};
}

json::value or_null(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::array in_english(const std::vector<campaigns::Sentence>& sentences) {
    json::array array;
    for (const auto& sentence : sentences) {
        array.emplace_back(text(campaigns::english(sentence)));
    }
    return array;
}

json::array strings(const std::vector<std::string>& values) {
    json::array result;
    for (const auto& value : values) {
        result.push_back(text(value));
    }
    return result;
}

json::object percentiles(const call::RecentDurations& durations) {
    return {{"p50", or_null(durations.percentile_ms(0.50))},
            {"p99", or_null(durations.percentile_ms(0.99))}};
}

json::object lines_json(const call::CallFlow::Lines& lines, int committing) {
    return {{"committing", committing}, {"dialing", lines.dialing},
            {"ringing", lines.ringing}, {"waiting", lines.waiting + lines.connecting},
            {"bridged", lines.bridged}, {"message", lines.message},
            {"ending", lines.ending}};
}

json::object counts_json(const agents::Desk::Counts& counts) {
    return {{"ready", counts.ready},
            {"reserved", counts.reserved},
            {"talking", counts.talking},
            {"wrap_up", counts.wrap_up},
            {"paused", counts.paused}};
}

json::object leads_json(const LiveCampaign& campaign) {
    const auto totals =
        campaign.funnel ? campaigns::totals_of(*campaign.funnel) : campaigns::FunnelTotals{};
    return {{"ready", totals.ready},       {"leased", totals.leased},
            {"resting", totals.resting},   {"exhausted", totals.exhausted},
            {"finished", totals.finished}, {"blocked", totals.blocked}};
}

json::value instant_json(const std::optional<dnc::Instant>& at) {
    return at ? json::value(text(rfc3339(*at))) : json::value(nullptr);
}

json::object stage_json(const campaigns::FunnelStage& stage) {
    json::array reasons;
    for (std::size_t i = 0; i < std::min(stage.reasons.size(), funnel_rows_max); ++i) {
        const auto& reason = stage.reasons[i];
        reasons.push_back(json::object{{"code", text(reason.code)},
                                       {"words", text(english(reason.words))},
                                       {"words_said", campaigns::said_json(reason.words)},
                                       {"leads", reason.leads},
                                       {"until", instant_json(reason.until)}});
    }
    return {{"step", text(campaigns::to_text(stage.step))},
            {"words", text(campaigns::english(campaigns::words_of(stage.step)))},
            {"leads", stage.leads},
            {"left", stage.left},
            {"reasons", std::move(reasons)}};
}

json::object zone_json(const campaigns::FunnelZone& zone) {
    return {{"zones", strings(zone.zones)},
            {"local", strings(zone.local)},
            {"leads", zone.counts.total()},
            {"callable", zone.counts[campaigns::FunnelStep::callable]},
            {"closed", zone.counts[campaigns::FunnelStep::closed]},
            {"opens_at", instant_json(zone.opens_at)},
            {"closes_at", instant_json(zone.closes_at)}};
}

/// What a page shows at once; the rest is asked for. Null when it was not read yet.
json::value funnel_json(const LiveCampaign& campaign) {
    if (!campaign.funnel) {
        return nullptr;
    }
    const auto& funnel = *campaign.funnel;
    json::array stages;
    for (const auto& stage : funnel.stages) {
        stages.push_back(stage_json(stage));
    }
    json::array zones;
    for (std::size_t i = 0; i < std::min(funnel.zones.size(), funnel_rows_max); ++i) {
        zones.push_back(zone_json(funnel.zones[i]));
    }
    return json::object{
        {"at", text(rfc3339(funnel.at))},      {"loaded", funnel.loaded},
        {"rows_refused", funnel.rows_refused}, {"by_hand", funnel.by_hand},
        {"callable", funnel.callable()},       {"next_change", instant_json(funnel.next_change)},
        {"stages", std::move(stages)},         {"zones", std::move(zones)}};
}

json::object outcomes_json(const call::Figures& figures) {
    json::object result;
    for (std::size_t i = 0; i < figures.outcomes.size(); ++i) {
        if (figures.outcomes[i] > 0) {
            result[campaigns::to_text(static_cast<campaigns::Outcome>(i))] = figures.outcomes[i];
        }
    }
    return result;
}

json::object refused_json(const call::Figures& figures) {
    json::object result;
    for (const auto& [code, count] : figures.refused) {
        result[code] = count;
    }
    return result;
}

json::value idle_json(const agents::Desk::Idle& idle) {
    if (idle.calls == 0) {
        return nullptr;
    }
    const auto total_s = std::chrono::duration<double>(idle.total).count();
    return total_s / static_cast<double>(idle.calls);
}

json::object pacing_json(const pacing::Explanation& pacing) {
    return {{"at", pacing.at == pacing::Instant{} ? json::value(nullptr)
                                                  : json::value(text(rfc3339(pacing.at)))},
            {"mode", text(pacing::to_text(pacing.mode))},
            {"dial", pacing.dial},
            {"give_up", pacing.give_up},
            {"limit", text(pacing::to_text(pacing.limit))},
            {"agents_signed_in", pacing.agents_signed_in},
            {"agents_free", pacing.agents_free},
            {"agents_expected", pacing.agents_expected},
            {"horizon_s", pacing.horizon_s},
            {"lines_in_flight", pacing.lines_in_flight},
            {"answers_expected", pacing.answers_expected},
            {"waiting", pacing.waiting},
            {"answer_rate", pacing.answer_rate},
            {"shortage", pacing.shortage},
            {"threshold", pacing.threshold},
            {"budget_left", pacing.budget_left},
            {"abandoned_share", pacing.abandoned_share},
            {"sentence", text(pacing::to_sentence(pacing))}};
}

std::string date_text(pacing::Day day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

json::array budget_json(const LiveCampaign& campaign) {
    const auto* rules = campaign.rules;
    // A law that has just changed has other limits than pacing was told.
    const bool named = rules != nullptr && rules->limits.size() == campaign.budget.size();
    json::array result;
    for (std::size_t i = 0; i < campaign.budget.size(); ++i) {
        const auto& standing = campaign.budget[i];
        result.push_back(
            json::object{{"period", text(pacing::to_text(standing.period.kind))},
                         {"days", standing.period.days},
                         {"from", text(date_text(standing.from))},
                         {"answered", standing.count.answered},
                         {"abandoned", standing.count.abandoned},
                         {"cap", standing.period.cap.value()},
                         {"left", standing.left},
                         {"met", standing.met},
                         {"jurisdiction", text(rules != nullptr ? rules->jurisdiction : "")},
                         {"days_of", text(rules != nullptr ? rules->zone : "")},
                         {"rule", text(named ? rules->limits[i].id : "")},
                         {"cite", text(named ? rules->limits[i].cite : "")}});
    }
    return result;
}

/// The agents of a pool that several campaigns share; null for a campaign's own.
json::value pool_json(const LiveCampaign& campaign) {
    if (campaign.pool.empty()) {
        return nullptr;
    }
    return json::object{{"name", text(campaign.pool)},
                        {"agents", counts_json(campaign.pool_agents)}};
}

json::array caller_ids_json(const std::vector<call::CallerIds::Standing>& standings) {
    json::array result;
    for (const auto& one : standings) {
        result.push_back(json::object{
            {"number", text(dnc::to_e164(one.number))},
            {"proof", text(campaigns::to_text(one.proof))},
            {"weight", one.weight},
            {"usable", one.usable},
            {"why", text(campaigns::english(one.why))},
            {"why_said", campaigns::said_json(one.why)},
            {"resting_until", one.resting_until ? json::value(text(rfc3339(*one.resting_until)))
                                                : json::value(nullptr)},
            {"calls", one.today.calls},
            {"answered", one.today.answered},
            {"short_calls", one.today.short_calls},
            {"blocked", one.today.blocked},
            {"answer_rate_usual", one.answer_rate_usual}});
    }
    return result;
}

json::object campaign_json(const LiveCampaign& campaign) {
    const auto& settings = campaign.runtime->settings;
    const auto& figures = campaign.runtime->figures;
    return {{"id", static_cast<std::int64_t>(settings.id)},
            {"name", text(settings.name)},
            {"running", settings.running},
            {"mode", text(campaigns::to_text(settings.mode))},
            {"pool", pool_json(campaign)},
            {"not_dialing", in_english(campaign.not_dialing)},
            {"not_dialing_said", campaigns::said_json(campaign.not_dialing)},
            {"pacing", pacing_json(campaign.pacing)},
            {"budget", budget_json(campaign)},
            {"caller_ids", caller_ids_json(campaign.caller_ids)},
            {"lines", lines_json(campaign.lines, campaign.runtime->committing)},
            {"agents", counts_json(campaign.agents)},
            {"leads", leads_json(campaign)},
            {"funnel", funnel_json(campaign)},
            {"attempts", figures.attempts},
            {"outcomes", outcomes_json(figures)},
            {"answered", figures.answered},
            {"bridged", figures.bridged},
            {"abandoned", figures.abandoned},
            {"early_hangup", figures.early_hangup},
            {"refused", refused_json(figures)},
            {"answer_to_bridge_ms", percentiles(figures.answer_to_bridge)},
            {"answer_to_agent_ms", percentiles(figures.answer_to_agent)},
            {"agent_idle_s_per_call", idle_json(campaign.idle)}};
}

/// Of the campaign that the agent is signed in to; nullptr when to none.
const campaigns::Campaign* settings_of(const LiveView& view, const agents::Agent& agent) {
    for (const auto& campaign : view.campaigns) {
        if (agent.campaign == campaign.runtime->settings.id) {
            return &campaign.runtime->settings;
        }
    }
    return nullptr;
}

json::value campaign_name(const LiveView& view, const agents::Agent& agent) {
    const auto* settings = settings_of(view, agent);
    return settings == nullptr ? json::value(nullptr) : text(settings->name);
}

json::value card_json(const LiveView& view, const agents::Agent& agent) {
    const auto card = view.cards.find(agent.account.id);
    if (card == view.cards.end() || agent.call != card->second.attempt) {
        return nullptr;
    }
    const auto instant = [](const std::optional<dnc::Instant>& at) {
        return at ? json::value(text(rfc3339(*at))) : json::value(nullptr);
    };
    return json::object{
        {"attempt", std::to_string(static_cast<std::int64_t>(card->second.attempt))},
        {"number", dnc::to_e164(card->second.number)},
        {"name", text(card->second.name)},
        {"region", text(card->second.region)},
        {"answered_at", instant(card->second.answered_at)},
        {"bridged_at", instant(card->second.bridged_at)}};
}

/// The lead that a ready agent of a preview campaign looks at; null when there is none.
json::value preview_json(const LiveView& view, const agents::Agent& agent) {
    const auto found = view.previews.find(agent.account.id);
    if (found == view.previews.end()) {
        return nullptr;
    }
    const auto& preview = *found->second;
    const auto& lead = preview.hand.lead;
    const auto* settings = settings_of(view, agent);
    const auto end = settings == nullptr ? std::nullopt : call::decides_at(preview, *settings);
    const bool dials =
        settings != nullptr && settings->preview_then == campaigns::PreviewThen::dial;
    return json::object{{"lead", static_cast<std::int64_t>(lead.id)},
                        {"number", dnc::to_e164(preview.hand.number())},
                        {"name", text(lead.name)},
                        {"region", text(lead.address_region)},
                        {"attempts", lead.attempts},
                        {"since", text(rfc3339(preview.since.wall))},
                        {"callback", text(preview.callback)},
                        {"decides_at", end ? text(rfc3339(end->wall)) : json::value(nullptr)},
                        {"then", dials ? "dial" : "skip"}};
}

json::object agent_json(const LiveView& view, const agents::Agent& agent) {
    return {{"id", static_cast<std::int64_t>(agent.account.id)},
            {"name", text(agent.account.name)},
            {"state", text(campaigns::to_text(agent.state))},
            {"since", text(rfc3339(agent.since.wall))},
            {"campaign", campaign_name(view, agent)},
            {"reason", text(agent.reason)},
            {"phone", agent.phone ? "registered" : "not registered"},
            {"call", card_json(view, agent)},
            {"preview", preview_json(view, agent)}};
}

json::array agents_array(const LiveView& view) {
    json::array result;
    for (const auto& [id, agent] : *view.agents) {
        result.push_back(agent_json(view, agent));
    }
    return result;
}

json::array campaigns_array(const LiveView& view) {
    json::array result;
    for (const auto& campaign : view.campaigns) {
        result.push_back(campaign_json(campaign));
    }
    return result;
}

json::array trunks_array(const LiveView& view) {
    json::array result;
    for (const auto& trunk : view.trunks) {
        result.push_back(json::object{{"name", text(trunk.name)},
                                      {"up", trunk.up},
                                      {"why", text(trunk.why)},
                                      {"lines", trunk.lines},
                                      {"calls_per_second", trunk.calls_per_second}});
    }
    return result;
}

} // namespace

std::string explanation_json(const pacing::Explanation& explanation) {
    return json::serialize(pacing_json(explanation));
}

std::string live_json(const LiveView& view) {
    const auto shift_s = std::chrono::duration_cast<std::chrono::seconds>(view.clock_shift).count();
    return json::serialize(
        json::object{{"at", text(rfc3339(view.at.wall))},
                     {"clock_shift_s", shift_s},
                     {"campaigns", campaigns_array(view)},
                     {"agents", agents_array(view)},
                     {"trunks", trunks_array(view)},
                     {"store", json::object{{"available", view.store_available},
                                            {"opt_outs_refused", view.opt_outs_refused}}},
                     {"dropped", json::object{{"sip_strangers", view.dropped.from_strangers},
                                              {"sip_malformed", view.dropped.malformed}}}});
}

std::string campaigns_json(const LiveView& view) {
    return json::serialize(campaigns_array(view));
}

std::string agents_json(const LiveView& view) {
    return json::serialize(agents_array(view));
}

std::string desk_json(const LiveView& view, const agents::Agent& agent) {
    auto desk = agent_json(view, agent);
    desk["agent"] = json::object{{"id", desk["id"]}, {"name", desk["name"]}};
    desk["pause_wanted"] = agent.pause_wanted ? text(*agent.pause_wanted) : json::value(nullptr);
    if (agent.state == agents::AgentState::wrap_up && agent.timer) {
        const auto left = agent.timer->expiry() - view.at.mono;
        const auto left_s = std::chrono::duration_cast<std::chrono::seconds>(left).count();
        desk["wrap_up_left_s"] = std::max<std::int64_t>(0, left_s);
        desk["more_time_left_s"] = agent.more_time_left.count();
    }
    return json::serialize(desk);
}

std::string phone_login_json(const sip::BrowserPhones& phones, const std::string& realm,
                             const std::string& user, const sip::PhoneLogin& login) {
    return json::serialize(json::object{{"url", phones.url},
                                        {"realm", realm},
                                        {"user", user},
                                        {"login", login.name},
                                        {"password", login.password},
                                        {"expires_at", rfc3339(login.until)},
                                        {"expires_in_s", phones.login_life.count()}});
}

} // namespace dialer
