#include "dialer/commands/past_events.hpp"

#include "dnc/time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::AgentState;
using campaigns::Outcome;
using campaigns::Treatment;
using pacing::Event;
using pacing::EventKind;

// The fields of a row. The first that is not what it should be is remembered.
class Row {
public:
    Row(const json::object& object, std::string& why) : object_{object}, why_{why} {}

    // Nothing when the field is null or missing.
    [[nodiscard]] std::optional<std::string_view> text(const char* name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || value->is_null()) {
            return std::nullopt;
        }
        const json::string* string = value->if_string();
        if (string == nullptr) {
            fail(name, "not a text");
            return std::nullopt;
        }
        return std::string_view{string->data(), string->size()};
    }
    [[nodiscard]] std::optional<campaigns::Instant> instant(const char* name) {
        const auto value = text(name);
        if (!value) {
            return std::nullopt;
        }
        const auto at = dnc::read_any_instant(*value);
        if (!at) {
            fail(name, "not a time");
        }
        return at;
    }
    // "123", or a number of E.164 with its "+".
    [[nodiscard]] std::optional<std::int64_t> number(const char* name) {
        auto digits = text(name);
        if (!digits) {
            return std::nullopt;
        }
        if (digits->starts_with('+')) {
            digits->remove_prefix(1);
        }
        std::int64_t value = 0;
        const auto [end, error] =
            std::from_chars(digits->data(), digits->data() + digits->size(), value);
        if (error != std::errc{} || end != digits->data() + digits->size()) {
            fail(name, "not a number");
            return std::nullopt;
        }
        return value;
    }
    // False when the field is null or missing.
    [[nodiscard]] bool flag(const char* name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || value->is_null()) {
            return false;
        }
        if (!value->is_bool()) {
            fail(name, "neither true nor false");
        }
        return value->is_bool() && value->get_bool();
    }
    // One of the values of an enumeration, by its name.
    template <typename Enum>
    [[nodiscard]] std::optional<Enum> one_of(const char* name, std::size_t count) {
        const auto value = text(name);
        for (std::size_t i = 0; value && i < count; ++i) {
            if (campaigns::to_text(static_cast<Enum>(i)) == *value) {
                return static_cast<Enum>(i);
            }
        }
        if (value) {
            fail(name, "not known");
        }
        return std::nullopt;
    }
    void need(const char* name, bool there) {
        if (!there) {
            fail(name, "missing");
        }
    }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    void fail(const char* name, const char* text) {
        if (ok_) {
            why_ = std::string{name} + ": " + text;
        }
        ok_ = false;
    }

    const json::object& object_;
    std::string& why_;
    bool ok_ = true;
};

// The local hour plus one, if all zones that the gate considered agree: "2026-11-23T15:04:05...".
std::int32_t hour_of(const json::object& row) {
    const json::value* evidence = row.if_contains("evidence");
    const json::object* object = evidence == nullptr ? nullptr : evidence->if_object();
    const json::value* zones = object == nullptr ? nullptr : object->if_contains("zones");
    const json::array* array = zones == nullptr ? nullptr : zones->if_array();
    std::set<int> hours;
    for (const json::value& zone : array == nullptr ? json::array{} : *array) {
        const json::value* local =
            zone.is_object() ? zone.get_object().if_contains("local") : nullptr;
        if (local == nullptr || !local->is_string() || local->get_string().size() < 13) {
            return 0;
        }
        const char* const digits = local->get_string().data() + 11;
        int hour = -1;
        if (std::from_chars(digits, digits + 2, hour).ptr != digits + 2 || hour < 0 || hour > 23) {
            return 0;
        }
        hours.insert(hour);
    }
    return hours.size() == 1 ? *hours.begin() + 1 : 0;
}

// Gathers events and puts those of one instant into an order that makes sense.
class Gatherer {
public:
    explicit Gatherer(campaigns::CampaignId campaign)
        : campaign_{static_cast<pacing::CampaignId>(static_cast<std::int64_t>(campaign))} {}

    void add(const PastCall& call);
    void add(const campaigns::AgentStateChange& change, bool known_call);
    [[nodiscard]] std::vector<Event> finish() &&;

private:
    Event& put(EventKind kind, campaigns::Instant at);
    void put_call(EventKind kind, campaigns::Instant at, const PastCall& call);
    void put_agent(EventKind kind, campaigns::Instant at, campaigns::AgentId agent,
                   std::int64_t call);

    pacing::CampaignId campaign_;
    std::vector<Event> events_;
    std::set<campaigns::AgentId> signed_in_;
};

Event& Gatherer::put(EventKind kind, campaigns::Instant at) {
    Event& event = events_.emplace_back();
    event.at = at;
    event.kind = kind;
    return event;
}

void Gatherer::put_call(EventKind kind, campaigns::Instant at, const PastCall& call) {
    Event& event = put(kind, at);
    event.call = pacing::CallId{static_cast<std::int64_t>(call.attempt)};
    if (kind == EventKind::dial_started) {
        event.campaign = campaign_;
        event.group.caller_id = call.caller_id;
        event.group.hour = call.hour;
    }
}

void Gatherer::put_agent(EventKind kind, campaigns::Instant at, campaigns::AgentId agent,
                         std::int64_t call) {
    Event& event = put(kind, at);
    event.agent = pacing::AgentId{static_cast<std::int64_t>(agent)};
    event.call = pacing::CallId{kind == EventKind::agent_talking ? call : 0};
}

void Gatherer::add(const PastCall& call) {
    if (call.outcome == Outcome::not_sent) {
        return; // its INVITE never left: nothing was dialed
    }
    put_call(EventKind::dial_started, call.at, call);
    if (call.ringing_at) {
        put_call(EventKind::ringing, *call.ringing_at, call);
    }
    if (call.answered_at) {
        put_call(EventKind::answered, *call.answered_at, call);
    }
    if (!call.outcome) {
        return; // still open
    }
    if (call.treatment == Treatment::abandoned || call.treatment == Treatment::early_hangup) {
        // Two seconds after the answer, unless the person left or heard the message before; who
        // left so early was abandoned too, for pacing. 47 CFR 64.1200(a)(7)
        const auto due = call.answered_at.value_or(call.ended_at) + std::chrono::seconds{2};
        put_call(EventKind::abandoned,
                 std::min({due, call.ended_at, call.message_started_at.value_or(due)}), call);
        return;
    }
    if (call.machine) {
        put_call(EventKind::machine, call.ended_at, call);
        return;
    }
    // The fate of an interrupted call is not known, like that of one we gave up.
    const bool cut_off = call.outcome == Outcome::cancelled || call.outcome == Outcome::interrupted;
    put_call(cut_off ? EventKind::cancelled : EventKind::ended, call.ended_at, call);
}

// Indexed by the agent's new state: offline, ready, reserved, talking, wrap_up, paused. An agent
// who is reserved is still free for pacing, until he talks or is ready again.
void Gatherer::add(const campaigns::AgentStateChange& change, bool known_call) {
    using enum EventKind;
    constexpr std::array<EventKind, 6> kinds{agent_signed_out, agent_ready,   agent_ready,
                                             agent_talking,    agent_wrap_up, agent_paused};
    const EventKind to = kinds.at(static_cast<std::size_t>(change.to));
    if (signed_in_.insert(change.agent).second) {
        put_agent(agent_signed_in, change.at, change.agent, 0);
        if (change.from != AgentState::offline && change.from != change.to) {
            put_agent(kinds.at(static_cast<std::size_t>(change.from)), change.at, change.agent, 0);
        }
    } else if (to == agent_ready &&
               (change.from == AgentState::reserved || change.to == AgentState::reserved)) {
        return;
    }
    const std::int64_t call =
        known_call && change.attempt ? static_cast<std::int64_t>(*change.attempt) : 0;
    put_agent(to, change.at, change.agent, call);
    if (to == agent_signed_out) {
        signed_in_.erase(change.agent);
    }
}

std::vector<Event> Gatherer::finish() && {
    // What a call does to agents comes before what they do, and its end after.
    const auto rank = [](EventKind kind) {
        using enum EventKind;
        const bool begins = kind == dial_started || kind == ringing || kind == answered;
        const bool ends =
            kind == ended || kind == machine || kind == abandoned || kind == cancelled;
        return begins ? 0 : ends ? 2 : 1;
    };
    std::stable_sort(events_.begin(), events_.end(), [&](const Event& left, const Event& right) {
        return left.at != right.at ? left.at < right.at : rank(left.kind) < rank(right.kind);
    });
    return std::move(events_);
}

} // namespace

std::optional<PastCall> read_past_call(std::string_view json_row, std::string& why) {
    boost::system::error_code error;
    const json::value value = json::parse({json_row.data(), json_row.size()}, error);
    const json::object* object = error ? nullptr : value.if_object();
    if (object == nullptr) {
        why = "row: not a JSON object";
        return std::nullopt;
    }
    constexpr std::size_t outcomes = 10;
    constexpr std::size_t treatments = 4;
    Row row{*object, why};
    PastCall call;
    const auto attempt = row.number("attempt");
    const auto at = row.instant("at");
    row.need("attempt", attempt.has_value());
    row.need("at", at.has_value());
    call.attempt = campaigns::AttemptId{attempt.value_or(0)};
    call.at = at.value_or(campaigns::Instant{});
    call.caller_id = row.number("caller_id").value_or(0);
    call.hour = hour_of(*object);
    call.outcome = row.one_of<Outcome>("outcome", outcomes);
    call.treatment = row.one_of<Treatment>("treatment", treatments).value_or(Treatment::none);
    call.ringing_at = row.instant("ringing_at");
    call.answered_at = row.instant("answered_at");
    call.message_started_at = row.instant("message_started_at");
    call.ended_at = row.instant("ended_at").value_or(call.at);
    call.machine = row.flag("machine");
    return row.ok() ? std::optional{call} : std::nullopt;
}

std::vector<Event> past_events(campaigns::CampaignId campaign, const std::vector<PastCall>& calls,
                               const std::vector<campaigns::AgentStateChange>& states) {
    Gatherer gatherer{campaign};
    std::set<campaigns::AttemptId> known;
    for (const PastCall& call : calls) {
        gatherer.add(call);
        known.insert(call.attempt);
    }
    for (const campaigns::AgentStateChange& change : states) {
        gatherer.add(change, change.attempt && known.contains(*change.attempt));
    }
    return std::move(gatherer).finish();
}

} // namespace dialer::commands
