#pragma once

// The values of the campaign store: campaigns, leads, attempts, agents and their log rows.
//
// Plain data, no database types. Identifiers are strong integers; those of log rows are made by
// the engine (campaigns/ids.hpp), so that a commit in doubt can be looked up.

#include "campaigns/sentence.hpp"
#include "campaigns/settings/hours.hpp"
#include "dnc/facts.hpp"
#include "dnc/gate.hpp"
#include "dnc/number.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

using dnc::Instant;

enum class CampaignId : std::int64_t {};
enum class ListId : std::int64_t {};
enum class LeadId : std::int64_t {};
enum class AttemptId : std::int64_t {};
enum class AgentId : std::int64_t {};
enum class RunId : std::int64_t {}; ///< one life of one engine process

/// How lines are dialed; what each does is said in pacing/settings.hpp.
enum class DialMode { manual, preview, progressive, predictive, ratio, agentless };

/// How near the number that a person is shown shall be, if the campaign's pool has one.
enum class CallerIdMatch { area, state, any };
/// What signs of a bad reputation of a shown number do.
enum class CallerIdSignals { off, alarm, rest };

/// What becomes of a lead that an agent has looked at for as long as his campaign allows.
enum class PreviewThen { skip, dial };

struct Campaign {
    CampaignId id{};
    std::string name;
    std::string seller;
    std::string offer; ///< with the seller: the regulatory campaign that abandoned calls count for
    std::string subject; ///< of the calls, for caps and consents; empty: any
    dnc::Purpose purpose = dnc::Purpose::telemarketing;
    dnc::AtdsProfile atds_profile = dnc::AtdsProfile::strict;
    std::int64_t regulatory_campaign = 0; ///< read only
    bool running = false;
    DialMode mode = DialMode::predictive;
    double lines_per_agent = 1.0;      ///< for DialMode::ratio, 1.0 .. 10.0
    double lines_per_agent_max = 12.0; ///< hard cap in every mode, 1.0 .. 50.0
    std::string jurisdiction = "US";   ///< whose abandonment rules hold
    std::string pool;                  ///< campaigns of one pool share agents; empty: its own
    int priority = 0;                  ///< in the pool; higher goes first, -100 .. 100
    double share = 1.0;                ///< of the pool's calls among equal priorities, 0.01 .. 100
    /// Of the first attempt of the regulatory campaign that was sent; anchor of successive periods;
    /// read only.
    std::optional<Instant> first_call_at;
    dnc::Number caller_id;                ///< shown to the called party
    std::vector<std::string> trunks;      ///< in order of preference; empty: all of the engine's
    std::chrono::seconds ring_max{25};    ///< given up as no answer after this much ringing
    std::chrono::seconds wrap_up_max{30}; ///< then the agent is made ready again
    int attempts_max = 3;                 ///< per lead
    std::chrono::seconds retry_after{3600};
    std::string message_file; ///< safe-harbour message, WAV 8 kHz mono; may be empty
    CallingHours hours;       ///< its own, inside those of the law
    int lines_max = 0;        ///< of the campaign; 0: as many as the engine has
    CallerIdMatch caller_id_match = CallerIdMatch::area;
    bool caller_id_sticky = true; ///< a person is shown one number
    CallerIdSignals caller_id_signals = CallerIdSignals::rest;
    std::chrono::seconds caller_id_rest{86400}; ///< of a number that shows such signs
    std::chrono::seconds preview_limit{0}; ///< of a look at a lead; 0: as long as the agent wants
    PreviewThen preview_then = PreviewThen::skip;
    /// What its call records lack or would lack, for people; nothing is dialed meanwhile. Read
    /// only.
    std::vector<Sentence> record_obstacles;
};

/// What the ledger says about one number, for calls of one seller.
struct PhoneFacts {
    std::vector<dnc::Consent> consents;
    std::vector<dnc::Revocation> revocations;
    std::optional<dnc::Relationship> purchase;   ///< the latest
    std::optional<dnc::Relationship> inquiry;    ///< the latest
    std::optional<dnc::Reassignment> reassigned; ///< the latest answer; empty: never asked
};

/// A lead on loan to one engine run until `leased_until`.
struct Lead {
    LeadId id{};
    CampaignId campaign{};
    ListId list{};
    std::vector<dnc::Number> phones; ///< in order of preference, at least one
    std::string name;
    std::string address_region;
    std::string postal_code;
    int attempts = 0; ///< made before this lease
    Instant leased_until{};
    std::vector<PhoneFacts> facts; ///< of each phone, in their order
    /// Earlier calls to the person, at any number known to be the same person's, in any campaign.
    std::vector<dnc::PastAttempt> past;
    std::int64_t revocations_seen = 0; ///< no revocation up to this one is missing in `facts`
    std::string address_country = {};  ///< "US"; empty: that of the number
    std::string county = {};
    std::string debt = {};                 ///< caps on collections count by debt
    std::int32_t place = 0;                ///< row of `places`; 0: nobody looked
    int priority = 0;                      ///< 9 first
    std::optional<int> phone_turn = {};    ///< modulo its phones: which is next; empty: `attempts`
    std::optional<AgentId> for_agent = {}; ///< a callback of his own
    std::optional<std::int64_t> callback = {}; ///< the open callback that it is dialed for
};

/// How an attempt ended at the SIP level.
enum class Outcome {
    answered,
    busy,
    no_answer,
    rejected,
    invalid_number,
    congestion,
    trunk_failure,
    cancelled,   ///< by us: opt-out, campaign stopped, agents gone
    not_sent,    ///< row committed, INVITE never left (commit in doubt, trunk lost, shutdown)
    interrupted, ///< the engine died while the call was open; its fate is unknown
};

/// What became of an answered call.
enum class Treatment {
    none, ///< not answered
    bridged,
    abandoned,    ///< no agent in time
    early_hangup, ///< the person left before anybody could be connected or was late
};

[[nodiscard]] std::string_view to_text(Outcome outcome);
[[nodiscard]] std::string_view to_text(Treatment treatment);
[[nodiscard]] std::string_view to_text(DialMode mode);
[[nodiscard]] std::optional<DialMode> dial_mode_from_text(std::string_view text);
[[nodiscard]] std::string_view to_text(CallerIdMatch match);
[[nodiscard]] std::string_view to_text(CallerIdSignals signals);
[[nodiscard]] std::optional<CallerIdMatch> caller_id_match_from_text(std::string_view text);
[[nodiscard]] std::optional<CallerIdSignals> caller_id_signals_from_text(std::string_view text);

/// One thing that happened to an attempt, in order of `seq` (0, 1, 2 ... per attempt).
struct AttemptEvent {
    AttemptId attempt{};
    int seq = 0;
    Instant at{};
    std::string kind;   ///< "ringing", "challenged", "answered", "bridged", "message_started", ...
    std::string detail; ///< SIP status and reason, agent, key pressed
};

/// The final word on an attempt; exactly one per attempt.
struct AttemptResult {
    AttemptId attempt{};
    LeadId lead{};
    Outcome outcome{};
    Treatment treatment = Treatment::none;
    int sip_status = 0; ///< last final status, 0 when there was none
    std::optional<AgentId> agent;
    std::optional<Instant> ringing_at;
    std::optional<Instant> answered_at;
    std::optional<Instant> bridged_at;
    std::optional<Instant> first_audio_at; ///< first customer packet sent to the agent
    std::optional<Instant> message_started_at;
    std::optional<Instant> message_ended_at;
    std::optional<std::chrono::microseconds> answer_to_bridge; ///< on the monotonic clock
    std::optional<std::chrono::microseconds> answer_to_agent;  ///< on the monotonic clock
    Instant ended_at{};
    std::string ended_by; ///< "customer", "agent", "engine", "carrier"
    /// The lead goes on to another trunk: it stays with this run, and the next attempt's result
    /// decides what becomes of it.
    bool failover_follows = false;
};

/// A decision not to dial, for the log.
struct GateRefusal {
    std::int64_t id = 0; ///< from IdMaker
    Instant at{};
    CampaignId campaign{};
    LeadId lead{};
    dnc::Number number;
    dnc::Decision decision;
    /// No further number of the lead is left to try: now the refusals of the lead in this batch
    /// decide what becomes of it. Refusals of one lead belong into one batch.
    bool last_phone = true;
};

/// A pacing decision with what it was made from, as JSON; one in a while is kept.
struct PacingSample {
    std::int64_t id = 0; ///< from IdMaker
    Instant at{};
    CampaignId campaign{};
    std::string explanation;
};

/// What became of the answered calls of one civil day.
struct DayAnswers {
    std::int32_t day = 0; ///< days since 1970-01-01, in the zone asked for
    std::int64_t bridged = 0;
    std::int64_t abandoned = 0;
    std::int64_t early_hangup = 0;
    std::int64_t machines = 0; ///< bridged, and disposed as a machine
};

enum class AgentState { offline, ready, reserved, talking, wrap_up, paused };
[[nodiscard]] std::string_view to_text(AgentState state);
[[nodiscard]] std::optional<AgentState> agent_state_from_text(std::string_view text);

struct Agent {
    AgentId id{};
    std::string name;     ///< what people see
    std::string sip_user; ///< user part of the phone's address of record
    std::string sip_ha1;  ///< MD5(user:realm:password), RFC 2617 3.2.2.2
};

struct AgentStateChange {
    std::int64_t id = 0; ///< from IdMaker
    AgentId agent{};
    Instant at{};
    AgentState from{};
    AgentState to{};
    std::string reason;
    std::optional<AttemptId> attempt;
    std::optional<CampaignId> campaign = {}; ///< signed in to
};

struct Disposition {
    AttemptId attempt{};
    AgentId agent{};
    Instant at{};
    std::string code; ///< one of the disposition_codes table
    std::string note;
};

/// A person asked not to be called again.
struct OptOut {
    std::int64_t id = 0; ///< from IdMaker
    dnc::Number number;
    Instant at{};
    std::string source; ///< "key_press", "agent", "api", "command"
    std::string by;     ///< user name; empty for a key press
    std::optional<AttemptId> attempt;
    std::string seller = {}; ///< whose list; empty: every seller's
};

/// Who may use the HTTP API, and as what.
enum class Role { ops, agent, supervisor, compliance, admin };
[[nodiscard]] std::string_view to_text(Role role);
[[nodiscard]] std::optional<Role> role_from_text(std::string_view text);

struct User {
    std::int64_t id = 0;
    std::string name;
    Role role = Role::agent;
    std::optional<AgentId> agent; ///< for Role::agent: whose desk it is
};

/// Who asks for something, and when.
struct Actor {
    std::string name; ///< of the user, or of the person at the command line
    Instant at{};
};

} // namespace campaigns
