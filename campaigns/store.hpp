#pragma once

// The campaign store on PostgreSQL: one blocking session, used from one thread at a time.
//
// The only files with SQL are store_pg*.cpp and schema/*.sql. Every write that the law or the
// dial log depends on is one transaction. The store throws; callers on the database threads turn
// that into "not available" and nothing is dialed meanwhile.

#include "campaigns/attempt.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "campaigns/lists/lists.hpp"
#include "campaigns/types.hpp"
#include "dnc/abandonment_ledger.hpp"
#include "dnc/suppression.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// The connection is gone or cannot be made. The transaction did not happen.
struct StoreUnavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The connection broke during COMMIT: the transaction may or may not have happened. Look the
/// ids up on a new session.
struct CommitInDoubt : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A request that the data forbid (duplicate name, unknown campaign); the text is for people.
struct StoreRefusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Identity and settings of one engine process, logged once.
struct RunStart {
    RunId run{};
    Instant at{};
    std::string node;
    std::chrono::microseconds clock_shift{};
    std::string tzdb_version;
    std::string rules_version;
};

/// What reconciliation after a crash found and closed.
struct Reconciled {
    std::int64_t attempts_closed = 0; ///< open attempts of dead runs, now `interrupted`
    std::int64_t leases_released = 0;
};

/// Settings of a campaign to change; what is empty stays as it is.
struct CampaignChange {
    std::optional<DialMode> mode = {};
    std::optional<double> lines_per_agent = {};
    std::optional<double> lines_per_agent_max = {};
    std::optional<std::string> jurisdiction = {};
    std::optional<std::string> pool = {}; ///< "": a pool of its own
    std::optional<int> priority = {};
    std::optional<double> share = {};
    std::optional<dnc::Purpose> purpose = {};
    std::optional<std::string> subject = {};
    std::optional<std::string> offer = {}; ///< another regulatory campaign from now on
    std::optional<dnc::AtdsProfile> atds_profile = {};
};

/// A regulatory campaign (a seller's offer) with its answered calls.
struct AbandonmentAccount {
    std::int64_t regulatory_campaign = 0;
    std::string seller;
    std::string offer;
    std::string jurisdiction;
    std::optional<Instant> first_call_at; ///< empty: nothing was sent yet
    std::vector<dnc::AnsweredCall> calls;
};

/// A batch of log rows written in one transaction. Repeating a batch changes nothing.
struct LogBatch {
    std::vector<AttemptEvent> events;
    std::vector<AttemptResult> results; ///< also applies the retry rule to the lead
    std::vector<AgentStateChange> agent_states;
    std::vector<GateRefusal> refusals; ///< also releases the lead: until `until`, or for good
    std::vector<Disposition> dispositions;
    std::vector<PacingSample> pacing_samples;
    [[nodiscard]] bool empty() const {
        return events.empty() && results.empty() && agent_states.empty() && refusals.empty() &&
               dispositions.empty() && pacing_samples.empty();
    }
};

/// One blocking PostgreSQL session. Not thread-safe. Throws StoreUnavailable when it cannot
/// connect; after StoreUnavailable or CommitInDoubt the object is dead: make a new one.
class Store {
public:
    /// `dsn`: libpq connection string or URI. Refuses a schema that is not the one it was built
    /// for.
    explicit Store(const std::string& dsn);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    // -- engine: start and stop
    /// Takes the run's advisory lock on this session (keep the session for the life of the run).
    /// When that session was lost, call it again with the same run on a new one before anything
    /// else; StoreRefusal when another engine has closed the run meanwhile (begin a new run then).
    void begin_run(const RunStart& start);
    /// Closes open attempts and releases leases of every run whose advisory lock is free, and
    /// leases that expired. Safe to call at any time.
    Reconciled reconcile(Instant now);

    // -- engine: supply
    /// Up to `count` dialable leads of a running campaign, due at `now`, leased to `run` until
    /// `until`. FOR UPDATE SKIP LOCKED: two engines never get the same lead. Numbers known to be
    /// invalid are left out. With each lead comes all that the ledger knows about its phones, and
    /// the calls to the person since `now - memory`. StoreRefusal when the run was not begun or was
    /// closed by reconcile.
    std::vector<Lead> lease_leads(CampaignId campaign, RunId run, int count, Instant now,
                                  Instant until, std::chrono::days memory = std::chrono::days{31});
    /// Gives leads back untouched (shutdown, campaign stopped), and leads whose failed trunk was to
    /// be followed by another that never got a row. With `due` they rest until then (an agent
    /// skipped them in a preview).
    void return_leads(RunId run, const std::vector<LeadId>& leads,
                      std::optional<Instant> due = std::nullopt);

    // -- engine: the way to a call
    /// Inserts the attempts and marks their leads as dialing, in one transaction, group commit.
    /// The caps of each clearance are counted there, so that of two engines with one slot left one
    /// gets it; opt-outs and revocations that the gate could not know are looked for as well. A
    /// draft refused for that gets no row and is named; its lead stays leased.
    /// A draft whose lead is not (any more) leased to its run, or whose number is not one of the
    /// lead's, gets no row and no ticket. Tickets come in the order of the drafts. A failover draft
    /// needs the lead still dialing, its predecessor as the lead's latest attempt, to the same
    /// number, and a result of that one that is a technical failure, or none yet. An id that exists
    /// already gets no ticket: after CommitInDoubt ask find_attempts and draft anew what is
    /// missing; what is there must be closed with a result `not_sent`.
    Commitment commit_attempts(const std::vector<AttemptDraft>& drafts);
    /// Which of the drafts are rows, after CommitInDoubt. Waits for a commit that the server is
    /// still busy with though its session is lost.
    std::vector<AttemptId> find_attempts(const std::vector<AttemptDraft>& drafts);
    /// Logs that the attempt's INVITE is repeated with credentials; durable on return. StoreRefusal
    /// when the attempt is unknown, is over, or has an event of that `seq` already.
    ResendTicket log_resend(const AttemptEvent& event);
    /// Text is cleaned (UTF-8, no NUL) and shortened; a result of an unknown attempt is left out.
    void write_log(const LogBatch& batch);

    /// A lead for a number that an agent dials by hand, leased to `run` until `until`: the
    /// campaign's lead with that phone when it is free, else a new one on the campaign's list of
    /// numbers dialed by hand, which nothing but an agent's hand ever dials. The lead's only phone
    /// is that number. A lead that was not ready (finished, exhausted, blocked) may be taken too
    /// and goes back to what it was, unless the call is bridged. StoreRefusal, in words for the
    /// agent, when the lead is in another hand, the campaign is unknown or stopped, the run is not
    /// open, or an import that is not done yet has written the number (that is waited for, a
    /// second).
    Lead lease_number(CampaignId campaign, RunId run, dnc::Number number, const std::string& region,
                      Instant now, Instant until, std::chrono::days memory = std::chrono::days{31});

    // -- abandonment
    /// The answered calls, from <= answered < to, of the regulatory campaign that the campaign of
    /// that name counts for, whatever campaign they were dialed in. StoreRefusal when there is no
    /// such campaign.
    AbandonmentAccount abandonment_account(const std::string& campaign, Instant from, Instant to);

    // -- pacing
    /// Replaces what the campaign's pacing has learnt, whole or not at all; durable on return.
    /// StoreRefusal for an unknown campaign, or text that is no UTF-8 or longer than 1 MiB.
    void save_pacing(CampaignId campaign, const std::string& state, Instant at);
    /// Empty when nothing was saved.
    std::string load_pacing(CampaignId campaign);
    /// Calls answered by a person (bridged or abandoned; early hang-ups on top) of each civil day,
    /// of the campaign's regulatory campaign, in whatever campaign they were dialed. Days are those
    /// of `zone` (IANA name), from `from` on, oldest first; days without answers are left out.
    /// Calls that an agent found to be a machine are in `machines` and in no other count.
    /// A call that was open when its engine died counts by its events: as bridged, or as abandoned
    /// when it was answered and not bridged. StoreRefusal when the zone is unknown.
    std::vector<DayAnswers> answers_by_day(CampaignId campaign, const std::string& zone,
                                           Instant from);
    /// What agents did from `from` on and before `to`, ordered by time: those signed in to the
    /// campaign, and whoever took one of its calls. Of agents without a call, rows written before
    /// the log knew campaigns are left out.
    std::vector<AgentStateChange> agent_states(CampaignId campaign, Instant from, Instant to);

    // -- opt-outs and lists
    /// Adds the number to the seller's company list when there is one, else to the one of all
    /// sellers; durable on return; NOTIFYs all engines. Returns false when it was already there
    /// (the request is logged all the same).
    bool add_opt_out(const OptOut& opt_out);
    /// Lists in force with their numbers, streamed into bitmaps. To lose no change between this and
    /// the feed, call last_suppression_change() first and read the feed from there: applying a
    /// change twice, in order, does no harm.
    dnc::SuppressionSnapshot load_suppression(Instant now);
    /// The same for an engine that has lists already: of those whose version is held nothing but
    /// their settings comes, of those with a few changes since only these. Others come whole,
    /// mapped from a file in the folder `cache` when there is one with the seal that the store
    /// knows; large lists without one are written there. Empty `cache`: no files.
    SuppressionUpdate update_suppression(const std::vector<ListHeld>& held,
                                         const std::string& cache);
    /// What every list has said about the number up to `at`, by what was loaded then.
    std::vector<NumberOnList> history_of(dnc::Number number, Instant at);
    /// The version in force of each list (0: none), cheap: says whether a load is due.
    using ListVersion = ListHeld;
    std::vector<ListVersion> versions_in_force(); ///< ordered by list
    /// Numbers put on company lists after change `after_change_id`, in order; for the feed.
    struct SuppressionChange {
        std::int64_t change_id;
        std::int64_t list_id;
        dnc::Number number;
        bool listed;
    };
    std::vector<SuppressionChange> suppression_changes(std::int64_t after_change_id);
    std::int64_t last_suppression_change();

    // -- the ledger of consents and relationships, and what authorities declare
    /// Adds what is not there yet, all in one transaction, and gives leads that were refused for
    /// good another chance. StoreRefusal when a row lacks evidence (its form, its timestamp).
    Recorded add_consents(const std::vector<ConsentRecord>& consents);
    Recorded add_relationships(const std::vector<RelationshipRecord>& relationships);
    /// Durable on return; NOTIFYs all engines. False when the request is recorded already.
    bool add_revocation(const RevocationRecord& revocation);
    std::int64_t add_emergency(const EmergencyRecord& emergency);
    /// StoreRefusal when there is no such emergency.
    void end_emergency(std::int64_t id, Instant to, const Declared& declared);
    std::vector<EmergencyRecord> emergencies();
    /// False when that day is recorded already.
    bool add_holiday(const HolidayRecord& holiday);
    std::vector<HolidayRecord> proclaimed_holidays();
    /// Both, all that is on record.
    Declarations declarations();
    /// Revocations recorded after `after_id`, in order; for the feed.
    std::vector<RevocationRecord> revocations(std::int64_t after_id);
    std::int64_t last_revocation();
    /// What the ledger has on the number, oldest first.
    NumberLedger ledger_of(dnc::Number number);
    /// Everything about the number as members of a JSON object, each an array: leads, consents,
    /// revocations, relationships, reassigned, opt_outs, refusals, and attempts with events and
    /// results. `sink` gets the text in pieces. What lists say is history_of's matter.
    void dossier(dnc::Number number, const std::function<void(std::string_view)>& sink);

    // -- campaigns, agents, users
    std::vector<Campaign> campaigns();
    CampaignId create_campaign(const Campaign& campaign);
    void set_campaign_running(const std::string& name, bool running); ///< NOTIFYs engines
    /// Changes what is given and leaves the rest, in one statement; NOTIFYs engines. StoreRefusal
    /// when there is no such campaign or a value is out of its range.
    void change_campaign(const std::string& name, const CampaignChange& change);
    std::vector<Agent> agents();
    AgentId add_agent(const Agent& agent);
    /// Makes a user and stores only the SHA-256 of the token.
    void add_user(const User& user, const std::string& token);
    std::optional<User> find_user(const std::string& token);
    std::vector<User> users(); ///< in the order they were added
    std::vector<std::string> disposition_codes();

    // -- what people look at
    /// One row per attempt with its result and events, oldest first, as JSON objects; `sink` is
    /// called once a row. Constant memory. `campaign` empty: all. Ids of attempts and runs are JSON
    /// strings, since they exceed 2^53.
    void export_log(const std::string& campaign, Instant from, Instant to,
                    const std::function<void(std::string_view json_row)>& sink);

    // -- notifications (on a session of their own)
    /// Blocks until a notification or the time limit. Channels: dialer_suppression,
    /// dialer_campaigns, dialer_leads, dialer_ledger. Returns the channels that fired, each once.
    std::vector<std::string> wait_for_notifications(std::chrono::milliseconds limit);
    void listen();

    // -- import (campaigns/import/import.cpp and the dnc load command)
    struct Session; // the pqxx session, known to store_pg*.cpp only
    Session& session() { return *session_; }

private:
    std::unique_ptr<Session> session_;
};

/// Applies the numbered migrations of the schema that are missing, each in one transaction, and
/// records their SHA-256; refuses when an applied one differs. Returns the names applied.
/// `dsn` must be the owner's; the engine's role `dialer_engine` gets its grants here.
std::vector<std::string> migrate(const std::string& dsn);

} // namespace campaigns
