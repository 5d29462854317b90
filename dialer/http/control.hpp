#pragma once

// What the HTTP API may ask of the engine, and what it gets to show.
//
// Implemented by the engine. Every method may be called from the HTTP thread; the engine does the
// work on its control loop and calls `done` from there (the server posts it back to itself).

#include "campaigns/sentence.hpp"
#include "campaigns/settings/templates.hpp"
#include "campaigns/types.hpp"
#include "dialer/http/message.hpp"
#include "dnc/abandonment.hpp"
#include "dnc/gate.hpp"
#include "dnc/number.hpp"
#include "dnc/places.hpp"
#include "dnc/zones.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace campaigns {
class Store;
}

namespace dialer::http {

/// Nothing when the request was carried out, else why not, for people; `status` is an HTTP status.
struct Refused {
    int status = 409;
    std::string why;
    campaigns::Sentence said = {}; ///< the same for pages, where they know it in other languages
};
/// With the words of the sentence.
[[nodiscard]] inline Refused refuse(int status, campaigns::Sentence said) {
    return {status, campaigns::english(said), std::move(said)};
}
/// 400: it is no number, and why.
[[nodiscard]] Refused refuse_number(dnc::NumberFault fault);
using Done = std::function<void(std::optional<Refused>)>;

/// Work on the store for people who look at it or change settings. What it throws is answered:
/// campaigns::StoreRefusal with 409 and its text.
using OfficeJob = std::function<Response(campaigns::Store&)>;

/// What such work may ask beside the store. Never changes while the engine lives; any thread.
struct World {
    const dnc::Gate& gate;
    const dnc::Places& places;
    const dnc::ZoneDatabase& zones;
    std::map<std::string, dnc::AbandonmentRules> laws; ///< of abandonment, by jurisdiction
    std::vector<campaigns::CampaignTemplate> templates;
    std::string lists_cache; ///< folder of large lists as files; empty: none
};

class Control {
public:
    virtual ~Control() = default;

    /// The phone is called and the leg kept; the agent becomes paused, or ready when `ready`.
    virtual void sign_in(campaigns::AgentId agent, std::string campaign, bool ready, Done done) = 0;
    virtual void sign_out(campaigns::AgentId agent, Done done) = 0;
    virtual void set_ready(campaigns::AgentId agent, Done done) = 0;
    virtual void pause(campaigns::AgentId agent, std::string reason, Done done) = 0;
    /// As pause(), by somebody else, which is logged; who is paused already gets another reason.
    virtual void pause_agent(campaigns::AgentId agent, std::string reason, std::string by,
                             Done done) = 0;
    /// Ends the customer's call; the agent's own leg stays.
    virtual void hang_up_customer(campaigns::AgentId agent, Done done) = 0;
    /// Disposition of the call being wrapped up (or talked on). "do_not_call" is an opt-out too.
    virtual void dispose(campaigns::AgentId agent, std::string code, std::string note, bool ready,
                         Done done) = 0;
    /// The wrap-up will be over in about `in`: the next call may be prepared.
    virtual void wrap_up_ending(campaigns::AgentId agent, std::chrono::seconds in, Done done) = 0;
    /// The wrap-up may last so much longer.
    virtual void more_time(campaigns::AgentId agent, std::chrono::seconds by, Done done) = 0;
    /// Preview mode: dials the lead that is shown to the ready agent.
    virtual void preview_dial(campaigns::AgentId agent, Done done) = 0;
    /// Preview mode: another lead, please; this one goes back for later. `reason` for the log.
    virtual void preview_skip(campaigns::AgentId agent, std::string reason, Done done) = 0;
    /// Manual mode: dials a number for a ready agent, through the same gate as any other. Refused
    /// with 409 and the gate's reasons when the number must not be called.
    virtual void dial_number(campaigns::AgentId agent, std::string number, std::string region,
                             Done done) = 0;
    virtual void opt_out(std::string number, std::string by, Done done) = 0;
    virtual void set_campaign_running(std::string campaign, bool running, std::string by,
                                      Done done) = 0;

    /// What an agent's desk shows now, as JSON (state, since, call with lead's data).
    virtual void desk(campaigns::AgentId agent, std::function<void(std::string json)> reply) = 0;

    /// What the agent's browser registers with to be his phone, as JSON; nothing when browsers
    /// cannot be phones here.
    virtual void phone_login(campaigns::AgentId agent,
                             std::function<void(std::optional<std::string> json)> reply) = 0;

    /// The live figures as JSON; thread-safe, a snapshot at most 250 ms old.
    [[nodiscard]] virtual std::shared_ptr<const std::string> live() const = 0;
    /// Lines and free agents of the last ten minutes as JSON; thread-safe.
    [[nodiscard]] virtual std::shared_ptr<const std::string> live_history() const = 0;
    /// Prometheus text format; thread-safe.
    [[nodiscard]] virtual std::string metrics() const = 0;
    /// Nothing when healthy (database in reach, threads alive), else what is wrong.
    [[nodiscard]] virtual std::optional<std::string> unhealthy() const = 0;
    /// Token or session (credentials.hpp) to user; may be answered from a cache for some seconds;
    /// `reply` with nothing when unknown.
    virtual void authenticate(std::string credential,
                              std::function<void(std::optional<campaigns::User>)> reply) = 0;
    /// Nothing is believed of this credential (empty: of any) any more without asking the store.
    virtual void forget(std::string credential) = 0;
    virtual void campaigns(std::function<void(std::string json)> reply) = 0;
    virtual void agents(std::function<void(std::string json)> reply) = 0;
    virtual void disposition_codes(std::function<void(std::string json)> reply) = 0;

    /// Runs the job on a session that calls do not need, and answers from another thread.
    virtual void office(OfficeJob job, std::function<void(Response)> reply) = 0;
    [[nodiscard]] virtual const World& world() const = 0;
    /// A session for work that takes long, on the caller's thread. Throws
    /// campaigns::StoreUnavailable.
    [[nodiscard]] virtual campaigns::Store open_store() const = 0;
    /// What the engine's wall clock says; any thread.
    [[nodiscard]] virtual campaigns::Instant now() const = 0;
};

} // namespace dialer::http
