#pragma once

// Calls that people asked for: at an instant, by one agent or by whoever is free.
//
// Each is a call like any other to the gate, when it is agreed and when it is due.

#include "campaigns/ledger/ledger.hpp"
#include "campaigns/types.hpp"
#include "dnc/gate.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

class Store;

struct CallbackWish {
    LeadId lead{};
    Instant due{};                     ///< kept to the minute
    std::optional<AgentId> agent = {}; ///< empty: whoever is free
    std::string note = {};
    std::optional<AttemptId> attempt = {}; ///< the call in which it was agreed
};

/// What the gate says about calling the lead at an instant, the person's consent and the lists
/// aside; made by legal_by_gate.
using Legal = std::function<dnc::Decision(const Lead& lead, const Campaign& campaign, Instant at)>;
/// `declared` as the ledger has it.
[[nodiscard]] Legal legal_by_gate(const dnc::Gate& gate, Declarations declared);

/// The instant is not legal for that person: `next` are the first instants that are, one a day.
struct CallbackRefused {
    std::string why;
    std::vector<Instant> next;
};

struct Callback {
    std::int64_t id = 0;
    LeadId lead{};
    CampaignId campaign{};
    std::string campaign_name;
    std::string lead_name;
    dnc::Number number; ///< the lead's first
    std::optional<AgentId> agent;
    std::string agent_name;
    Instant due{};
    std::string note;
    std::string by;
    Instant at{};
    std::string status;     ///< "open", "done", "cancelled", "replaced"
    bool opened = false;    ///< its agent's no longer: whoever is free
    bool missed = false;    ///< open, and its grace is over
    std::string end_reason; ///< how it ended: an outcome, who cancelled it
};

/// Makes it durable; a callback that the lead had is replaced. The lead is ready at that instant
/// before all others, also when it was finished or exhausted; a lead in a call becomes so when the
/// call is over. A refusal is a value; StoreRefusal when there is no such lead or agent, the
/// instant is past or more than a year ahead, or the lead is blocked.
[[nodiscard]] std::variant<Callback, CallbackRefused>
add_callback(Store& store, const CallbackWish& wish, const Legal& legal, const Actor& actor);

/// The lead as the gate is asked about its callbacks, and of its campaign what that needs;
/// StoreRefusal when there is no such lead, or nobody could promise it a call.
struct CallbackLead {
    Lead lead;
    Campaign campaign;
};
[[nodiscard]] CallbackLead callback_lead(Store& store, LeadId lead);

/// When something is open; half-open, to the minute.
struct OpenSpan {
    Instant from{};
    Instant until{};
    friend bool operator==(const OpenSpan&, const OpenSpan&) = default;
};
/// All of [from, until) when `open` says yes, in order, none touching the next. What is open or
/// closed for less than a quarter of an hour may be missed. About 100 questions a day.
[[nodiscard]] std::vector<OpenSpan> open_spans(const std::function<bool(Instant)>& open,
                                               Instant from, Instant until);

/// StoreRefusal when it is not open. The lead is again what it would be without it.
void cancel_callback(Store& store, std::int64_t id, const std::string& why, const Actor& actor);

struct CallbacksWanted {
    std::string campaign = {}; ///< by name; empty: all
    std::optional<LeadId> lead = {};
    std::optional<AgentId> agent = {};
    bool open_only = true;
    bool missed_only = false;
    Instant now{};
    int limit = 200;
};
/// The next ones first.
[[nodiscard]] std::vector<Callback> callbacks(Store& store, const CallbacksWanted& wanted);

/// An agent's own callback that is due.
struct DueCallback {
    std::int64_t id = 0;
    LeadId lead{};
    CampaignId campaign{};
    dnc::Number number;
    AgentId agent{};
    std::string note;
};
/// Those of these agents, the oldest first; nothing is taken.
[[nodiscard]] std::vector<DueCallback> due_callbacks(Store& store, Instant now,
                                                     const std::vector<AgentId>& agents);
/// The lead of an agent's own callback, with all its phones, on loan to the run as by lease_supply.
/// Nothing when it is not due to him any more.
[[nodiscard]] std::optional<Lead> lease_callback(Store& store, std::int64_t id, AgentId agent,
                                                 RunId run, Instant now, Instant until,
                                                 std::chrono::days memory);
/// Own callbacks whose agent did not take them within the campaign's grace, or who is signed in
/// nowhere when they are due, become anybody's where the campaign says so; callbacks of leads that
/// are finished or blocked for good end. Returns how many were opened.
int open_callbacks(Store& store, Instant now);

struct CallbackRule {
    std::chrono::seconds grace{900};
    bool opens = true; ///< after the grace it is anybody's
};
[[nodiscard]] CallbackRule callback_rule(Store& store, const std::string& campaign);
void set_callback_rule(Store& store, const std::string& campaign, const CallbackRule& rule,
                       const Actor& actor);

} // namespace campaigns
