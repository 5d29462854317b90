#include "dialer/http/handlers.hpp"

#include "campaigns/import/rows.hpp"
#include "dialer/http/body.hpp"
#include "dnc/number.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::AgentId;

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kReasonBytesMax = 200;
constexpr std::size_t kNoteBytesMax = 4000;
constexpr std::size_t kNumberBytesMax = 64;
constexpr std::size_t kRegionBytesMax = 64;
/// An end of the wrap-up further away than this is no signal to prepare the next call.
constexpr std::int64_t kWrapUpEndingMaxS = 600;

Done done_to(Reply reply) {
    return [reply = std::move(reply)](const std::optional<Refused>& refused) {
        if (!refused) {
            reply(no_content());
            return;
        }
        // A status that is no refusal would tell the client a lie about what happened.
        const bool sound = refused->status >= 400 && refused->status <= 599;
        reply(error_response(sound ? refused->status : 500, refused->why, {}, refused->said));
    };
}

std::function<void(std::string)> json_to(Reply reply) {
    return [reply = std::move(reply)](std::string text) { reply(json_response(std::move(text))); };
}

/// Replies 400 when the body has a fault.
bool refused_body(const Body& body, const Reply& reply) {
    const auto fault = body.fault();
    if (fault) {
        reply(error_response(400, fault->message, fault->field));
    }
    return fault.has_value();
}

/// Replies 403 when the user has no desk of an agent.
std::optional<AgentId> desk_of(const Call& call, const Reply& reply) {
    if (!call.user.agent) {
        reply(error_response(403, "This user is not tied to an agent, so there is no desk."));
    }
    return call.user.agent;
}

/// Replies 400 when the path argument is no agent id.
std::optional<AgentId> agent_argument(const Call& call, const Reply& reply) {
    const std::string& text = call.arguments.at(0);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) {
        reply(error_response(400, "An agent id is a whole number from 1 up.", "id"));
        return std::nullopt;
    }
    return AgentId{id};
}

/// The number in E.164; replies 400 when the body is wrong or the text is no number. To be called
/// when all other fields were read.
std::optional<std::string> number_of(const Body& body, const std::string& typed,
                                     const Reply& reply) {
    if (refused_body(body, reply)) {
        return std::nullopt;
    }
    const auto number = dnc::read_number(typed);
    if (const auto* const fault = std::get_if<dnc::NumberFault>(&number)) {
        reply(error_response(400, dnc::explain(*fault), "number"));
        return std::nullopt;
    }
    return dnc::to_e164(std::get<dnc::Number>(number));
}

void set_running(const Call& call, const Reply& reply, bool running) {
    const Body body{call.body};
    if (refused_body(body, reply)) {
        return;
    }
    const std::string& name = call.arguments.at(0);
    if (name.size() > kNameBytesMax) {
        reply(error_response(404, "There is no campaign of that name."));
        return;
    }
    call.control.set_campaign_running(name, running, call.user.name, done_to(reply));
}

/// A request about one agent that has nothing more to say.
void tell(const Call& call, const Reply& reply, std::optional<AgentId> agent,
          void (Control::*act)(AgentId, Done)) {
    if (agent && !refused_body(Body{call.body}, reply)) {
        (call.control.*act)(*agent, done_to(reply));
    }
}

/// A request about one agent that gives a reason.
void tell_with_reason(const Call& call, const Reply& reply, std::optional<AgentId> agent,
                      void (Control::*act)(AgentId, std::string, Done)) {
    if (!agent) {
        return;
    }
    Body body{call.body};
    auto reason = body.text("reason", kReasonBytesMax);
    if (!refused_body(body, reply)) {
        (call.control.*act)(*agent, std::move(reason), done_to(reply));
    }
}

} // namespace

Refused refuse_number(dnc::NumberFault fault) {
    return {400, fmt::format("number: {}", dnc::explain(fault)),
            campaigns::advice_for(campaigns::reason_code(fault), dnc::explain(fault))};
}

void get_health(const Call& call, const Reply& reply) {
    const auto fault = call.control.unhealthy();
    auto response = json_response(
        fault ? json::serialize(json::object{{"status", "unhealthy"}, {"why", *fault}})
              : json::serialize(json::object{{"status", "ok"}}));
    response.status = fault ? 503 : 200;
    reply(std::move(response));
}

void get_metrics(const Call& call, const Reply& reply) {
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = call.control.metrics();
    reply(std::move(response));
}

void get_live(const Call& call, const Reply& reply) {
    const auto live = call.control.live();
    if (!live) {
        reply(error_response(503, "The engine has no figures yet."));
        return;
    }
    reply(json_response(*live));
}

void get_live_history(const Call& call, const Reply& reply) {
    reply(json_response(*call.control.live_history()));
}

void get_live_events(const Call& /*call*/, const Reply& reply) {
    reply(StreamKind::live);
}

void get_campaigns(const Call& call, const Reply& reply) {
    call.control.campaigns(json_to(reply));
}

void start_campaign(const Call& call, const Reply& reply) {
    set_running(call, reply, true);
}

void stop_campaign(const Call& call, const Reply& reply) {
    set_running(call, reply, false);
}

void get_agents(const Call& call, const Reply& reply) {
    call.control.agents(json_to(reply));
}

void pause_agent(const Call& call, const Reply& reply) {
    const auto agent = agent_argument(call, reply);
    if (!agent) {
        return;
    }
    Body body{call.body};
    auto reason = body.text("reason", kReasonBytesMax);
    if (!refused_body(body, reply)) {
        call.control.pause_agent(*agent, std::move(reason), call.user.name, done_to(reply));
    }
}

void sign_out_agent(const Call& call, const Reply& reply) {
    tell(call, reply, agent_argument(call, reply), &Control::sign_out);
}

void get_disposition_codes(const Call& call, const Reply& reply) {
    call.control.disposition_codes(json_to(reply));
}

void add_opt_out(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto typed = body.text("number", kNumberBytesMax);
    if (auto number = number_of(body, typed, reply)) {
        call.control.opt_out(std::move(*number), call.user.name, done_to(reply));
    }
}

void get_desk(const Call& call, const Reply& reply) {
    if (const auto agent = desk_of(call, reply)) {
        call.control.desk(*agent, json_to(reply));
    }
}

void get_desk_events(const Call& call, const Reply& reply) {
    if (desk_of(call, reply)) {
        reply(StreamKind::desk);
    }
}

void get_phone_login(const Call& call, const Reply& reply) {
    const auto agent = desk_of(call, reply);
    if (!agent) {
        return;
    }
    call.control.phone_login(*agent, [reply](std::optional<std::string> json) {
        reply(json ? json_response(std::move(*json))
                   : error_response(404, "There are no browser phones here; use a SIP phone."));
    });
}

void sign_in(const Call& call, const Reply& reply) {
    const auto agent = desk_of(call, reply);
    if (!agent) {
        return;
    }
    Body body{call.body};
    auto campaign = body.text("campaign", kNameBytesMax);
    const bool ready = body.optional_flag("ready", false);
    if (!refused_body(body, reply)) {
        call.control.sign_in(*agent, std::move(campaign), ready, done_to(reply));
    }
}

void sign_out(const Call& call, const Reply& reply) {
    tell(call, reply, desk_of(call, reply), &Control::sign_out);
}

void set_ready(const Call& call, const Reply& reply) {
    tell(call, reply, desk_of(call, reply), &Control::set_ready);
}

void pause(const Call& call, const Reply& reply) {
    tell_with_reason(call, reply, desk_of(call, reply), &Control::pause);
}

void hang_up(const Call& call, const Reply& reply) {
    tell(call, reply, desk_of(call, reply), &Control::hang_up_customer);
}

void dispose(const Call& call, const Reply& reply) {
    const auto agent = desk_of(call, reply);
    if (!agent) {
        return;
    }
    Body body{call.body};
    auto code = body.text("code", 64);
    auto note = body.optional_text("note", kNoteBytesMax);
    const bool ready = body.optional_flag("ready", true);
    if (!refused_body(body, reply)) {
        call.control.dispose(*agent, std::move(code), std::move(note), ready, done_to(reply));
    }
}

void wrap_up_ending(const Call& call, const Reply& reply) {
    const auto agent = desk_of(call, reply);
    if (!agent) {
        return;
    }
    Body body{call.body};
    const std::chrono::seconds in{body.whole_number("in_s", 0, kWrapUpEndingMaxS)};
    if (!refused_body(body, reply)) {
        call.control.wrap_up_ending(*agent, in, done_to(reply));
    }
}

void more_time(const Call& call, const Reply& reply) {
    const auto agent = desk_of(call, reply);
    if (!agent) {
        return;
    }
    Body body{call.body};
    const std::chrono::seconds by{body.whole_number("by_s", 1, kWrapUpEndingMaxS)};
    if (!refused_body(body, reply)) {
        call.control.more_time(*agent, by, done_to(reply));
    }
}

void preview_dial(const Call& call, const Reply& reply) {
    tell(call, reply, desk_of(call, reply), &Control::preview_dial);
}

void preview_skip(const Call& call, const Reply& reply) {
    tell_with_reason(call, reply, desk_of(call, reply), &Control::preview_skip);
}

void dial_number(const Call& call, const Reply& reply) {
    const auto agent = desk_of(call, reply);
    if (!agent) {
        return;
    }
    Body body{call.body};
    const auto typed = body.text("number", kNumberBytesMax);
    auto region = body.optional_text("region", kRegionBytesMax);
    if (auto number = number_of(body, typed, reply)) {
        call.control.dial_number(*agent, std::move(*number), std::move(region), done_to(reply));
    }
}

} // namespace dialer::http
