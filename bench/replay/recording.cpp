#include "bench/replay/recording.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace replay {

namespace {

using pacing::AgentId;
using pacing::CallId;
using pacing::Event;
using pacing::EventKind;

constexpr Duration kLate = std::chrono::milliseconds{100}; // timers are at most so late, usually

// So that no difference of two instants of a log overflows.
bool sane(Instant at) {
    constexpr Instant latest{std::chrono::days{84'006}}; // 2200-01-01
    return at >= Instant{} && at <= latest;
}

// Follows agents and calls through the log and writes down what each came to.
class Recorder {
public:
    Recording record(const std::vector<Event>& events) {
        if (!events.empty()) {
            recording_.from = events.front().at;
            recording_.to = events.back().at;
        }
        for (const Event& event : events) {
            on(event);
        }
        close();
        return std::move(recording_);
    }

private:
    enum class Doing { away, not_ready, ready, talking, wrap };
    struct Agent {
        std::size_t index = 0; // in the recording
        Doing doing = Doing::away;
        Instant since{};
        CallId call{};
        std::size_t inbound = 0; // in the recording, when the call at hand is not ours
        Service service;         // of the call at hand
    };
    struct Finished {
        std::size_t agent = 0;
        CallId call{};
        Service service;
    };
    struct Call {
        std::size_t index = 0; // in the recording
        std::optional<Instant> answered;
        bool over = false;
        bool served = false;
        bool machine = false;
    };
    using Handler = void (Recorder::*)(const Event&);

    void on(const Event& event);
    void close();

    // Agents.
    Agent& agent_of(const Event& event);
    void signed_in(const Event& event);
    void signed_out(const Event& event);
    void ready(const Event& event) { move(event, Doing::ready); }
    void talking(const Event& event);
    void wrap_up(const Event& event) { move(event, Doing::wrap); }
    void wrap_ending(const Event& event);
    void paused(const Event& event) { move(event, Doing::not_ready); }
    void move(const Event& event, Doing doing);
    void leave_state(Agent& agent, Instant at, bool whole);
    void finish_service(const Agent& agent);
    void hand_out_services();
    [[nodiscard]] bool somebody_is_ready() const {
        return std::any_of(agents_.begin(), agents_.end(),
                           [](const auto& entry) { return entry.second.doing == Doing::ready; });
    }

    // Calls.
    Call* open_call(const Event& event);
    CallRecord& record_of(const Call& call) { return recording_.calls[call.index]; }
    void dial_started(const Event& event);
    void ringing(const Event& event);
    void answered(const Event& event);
    void machine(const Event& event);
    void ended(const Event& event);
    void abandoned(const Event& event) { ended(event); }
    void cancelled(const Event& event);
    void notice(const Event& event) { recording_.notices.push_back(event); }

    Recording recording_;
    std::map<AgentId, Agent> agents_;
    std::unordered_map<std::int64_t, Call> calls_;
    std::vector<Finished> finished_; // a call may turn out to be a machine long after its talk
};

void Recorder::on(const Event& event) {
    // Indexed by the kind's value.
    static constexpr std::array<Handler, pacing::event_kinds> handlers{
        &Recorder::signed_in, &Recorder::signed_out,  &Recorder::ready,   &Recorder::talking,
        &Recorder::wrap_up,   &Recorder::wrap_ending, &Recorder::paused,  &Recorder::dial_started,
        &Recorder::ringing,   &Recorder::answered,    &Recorder::machine, &Recorder::ended,
        &Recorder::abandoned, &Recorder::cancelled,   &Recorder::notice,  &Recorder::notice};
    (this->*handlers.at(static_cast<std::size_t>(event.kind)))(event);
}

// The log may end in the middle of a shift: whoever is there leaves, what rings is cut off.
void Recorder::close() {
    for (auto& [id, agent] : agents_) {
        Event event;
        event.at = recording_.to;
        event.agent = id;
        if (agent.doing != Doing::away) {
            signed_out(event);
        }
    }
    for (auto& [id, call] : calls_) {
        CallRecord& record = record_of(call);
        if (!call.over && !call.answered) {
            record.delay = std::max(Duration{}, recording_.to - record.dialed);
        }
    }
    hand_out_services();
    std::sort(recording_.campaigns.begin(), recording_.campaigns.end());
}

Recorder::Agent& Recorder::agent_of(const Event& event) {
    const auto [found, fresh] = agents_.try_emplace(event.agent);
    if (fresh) {
        found->second.index = recording_.agents.size();
        recording_.agents.push_back({.id = event.agent, .shifts = {}, .services = {}});
    }
    return found->second;
}

void Recorder::signed_in(const Event& event) {
    Agent& agent = agent_of(event);
    if (agent.doing != Doing::away) {
        ++recording_.contradictions;
        return;
    }
    recording_.agents[agent.index].shifts.push_back({event.at, event.at, {}});
    agent.doing = Doing::not_ready;
    agent.since = event.at;
}

void Recorder::signed_out(const Event& event) {
    Agent& agent = agent_of(event);
    if (agent.doing == Doing::away) {
        ++recording_.contradictions;
        return;
    }
    leave_state(agent, event.at, false);
    if (agent.call == CallId{}) {
        finish_service(agent); // what is known of it; one of ours would only mislead
    }
    agent.doing = Doing::away;
    recording_.agents[agent.index].shifts.back().to = event.at;
}

void Recorder::talking(const Event& event) {
    Agent& agent = agent_of(event);
    if (agent.doing == Doing::away || agent.doing == Doing::talking) {
        ++recording_.contradictions;
        return;
    }
    leave_state(agent, event.at, true);
    agent.doing = Doing::talking;
    agent.since = event.at;
    agent.call = event.call;
    agent.service = {};
    if (event.call == CallId{}) {
        ++recording_.figures.inbound;
        agent.inbound = recording_.inbound.size();
        recording_.inbound.push_back({event.at, agent.index, {}});
        return;
    }
    Call* call = open_call(event);
    if (call == nullptr) {
        return;
    }
    if (!call->answered) {
        answered(event); // a log may leave the answer out: then the bridge is the sign of it
    }
    record_of(*call).waited = event.at - *call->answered;
    call->over = true;
    call->served = true;
    ++recording_.figures.served;
}

void Recorder::wrap_ending(const Event& event) {
    Agent& agent = agent_of(event);
    if (agent.doing != Doing::wrap) {
        ++recording_.contradictions;
        return;
    }
    agent.service.signals.push_back({event.at - agent.since, event.until - agent.since});
}

void Recorder::move(const Event& event, Doing doing) {
    Agent& agent = agent_of(event);
    const bool needs_talk = doing == Doing::wrap;
    if (agent.doing == Doing::away || agent.doing == doing ||
        (needs_talk && agent.doing != Doing::talking)) {
        ++recording_.contradictions;
        return;
    }
    leave_state(agent, event.at, true);
    if (!needs_talk) {
        finish_service(agent);
    }
    agent.doing = doing;
    agent.since = event.at;
}

// `whole` is false when the state was cut off: then its length says too little.
void Recorder::leave_state(Agent& agent, Instant at, bool whole) {
    const Duration length = std::max(Duration{}, at - agent.since);
    Figures& figures = recording_.figures;
    switch (agent.doing) {
    case Doing::away:
        return;
    case Doing::ready:
        figures.idle_s += seconds(length);
        return;
    case Doing::talking:
        figures.talk_s += seconds(length);
        agent.service.talk = length;
        return;
    case Doing::wrap:
        figures.wrap_s += seconds(length);
        agent.service.wrap = length;
        return;
    case Doing::not_ready:
        if (length > Duration{} || !whole) {
            recording_.agents[agent.index].shifts.back().breaks.push_back({agent.since, length});
        }
        return;
    }
}

void Recorder::finish_service(const Agent& agent) {
    if (agent.doing != Doing::talking && agent.doing != Doing::wrap) {
        return;
    }
    if (agent.call == CallId{}) {
        recording_.inbound[agent.inbound].service = agent.service;
    } else {
        finished_.push_back({agent.index, agent.call, agent.service});
    }
}

// Talks with people belong to the agent, whoever he talks to next; a machine belongs to its call.
void Recorder::hand_out_services() {
    for (const Finished& finished : finished_) {
        const auto call = calls_.find(static_cast<std::int64_t>(finished.call));
        if (call != calls_.end() && call->second.machine) {
            record_of(call->second).machine = finished.service;
        } else {
            recording_.agents[finished.agent].services.push_back(finished.service);
        }
    }
}

// The call of an event, if it can still change.
Recorder::Call* Recorder::open_call(const Event& event) {
    const auto call = calls_.find(static_cast<std::int64_t>(event.call));
    if (call == calls_.end() || call->second.over) {
        // The end of a call that an agent had says nothing new.
        const bool served = call != calls_.end() && call->second.served;
        recording_.contradictions += served ? 0 : 1;
        return nullptr;
    }
    return &call->second;
}

void Recorder::dial_started(const Event& event) {
    const auto [call, fresh] = calls_.try_emplace(static_cast<std::int64_t>(event.call));
    if (!fresh) {
        ++recording_.contradictions;
        return;
    }
    call->second.index = recording_.calls.size();
    CallRecord record;
    record.campaign = event.campaign;
    record.dialed = event.at;
    record.group = event.group;
    recording_.calls.push_back(record);
    ++recording_.figures.dials;
    if (std::find(recording_.campaigns.begin(), recording_.campaigns.end(), event.campaign) ==
        recording_.campaigns.end()) {
        recording_.campaigns.push_back(event.campaign);
    }
}

void Recorder::ringing(const Event& event) {
    if (Call* call = open_call(event); call != nullptr && !call->answered) {
        CallRecord& record = record_of(*call);
        record.ringing = record.ringing.value_or(event.at - record.dialed);
    }
}

void Recorder::answered(const Event& event) {
    Call* call = open_call(event);
    if (call == nullptr || call->answered) {
        return;
    }
    call->answered = event.at;
    CallRecord& record = record_of(*call);
    record.fate = Fate::person;
    record.delay = event.at - record.dialed;
    ++recording_.figures.answered;
}

void Recorder::machine(const Event& event) {
    const auto found = calls_.find(static_cast<std::int64_t>(event.call));
    if (found == calls_.end() || found->second.machine ||
        (found->second.over && !found->second.served)) {
        ++recording_.contradictions;
        return;
    }
    Call& call = found->second;
    CallRecord& record = record_of(call);
    call.machine = true;
    recording_.figures.answered -= call.answered ? 1 : 0;
    if (call.served) {
        --recording_.figures.served;
        record.machine.emplace();
        return;
    }
    call.over = true;
    record.fate = Fate::other;
    record.end = EventKind::machine;
    record.delay = event.at - record.dialed;
}

// Busy, no answer, a failure; or somebody who answered and left, whatever the log calls it.
void Recorder::ended(const Event& event) {
    Call* call = open_call(event);
    if (call == nullptr) {
        return;
    }
    call->over = true;
    CallRecord& record = record_of(*call);
    if (!call->answered) {
        record.fate = Fate::other;
        record.delay = event.at - record.dialed;
        return;
    }
    record.waited = event.at - *call->answered;
    record.left = true; // see tell_who_left()
    record.gone = record.waited == Duration{} && somebody_is_ready();
    record.leaving = event.kind;
    recording_.figures.abandoned += event.kind == EventKind::abandoned ? 1 : 0;
}

void Recorder::cancelled(const Event& event) {
    Call* call = open_call(event);
    if (call == nullptr) {
        return;
    }
    call->over = true;
    CallRecord& record = record_of(*call);
    if (!call->answered) {
        record.fate = Fate::open;
        record.delay = event.at - record.dialed;
    }
}

// Where the longest waits of abandoned calls lie close together their time was up; single longer
// ones are timers that came late, and people who left on their own left before.
Duration usual_tolerance(const Recording& recording) {
    constexpr Duration lawful = std::chrono::seconds{2}; // 47 CFR 64.1200(a)(7)
    std::vector<Duration> waits;
    for (const CallRecord& call : recording.calls) {
        if (call.left && !call.gone && call.leaving == EventKind::abandoned) {
            waits.push_back(call.waited);
        }
    }
    std::sort(waits.begin(), waits.end());
    const std::size_t crowd = std::max<std::size_t>(3, waits.size() / 50);
    for (std::size_t last = waits.size(); last >= crowd; --last) {
        if (waits[last - 1] - waits[last - crowd] <= kLate) {
            return waits[last - 1];
        }
    }
    return lawful;
}

void tell_who_left(Recording& recording) {
    for (CallRecord& call : recording.calls) {
        call.left = call.gone || (call.left && call.waited < recording.tolerance - kLate);
    }
}

} // namespace

double Figures::idle_s_per_call() const {
    return served > 0 ? idle_s / static_cast<double>(served) : 0;
}
double Figures::abandonment() const {
    return answered > 0 ? static_cast<double>(abandoned) / static_cast<double>(answered) : 0;
}
double Figures::utilisation() const {
    const double all = idle_s + talk_s + wrap_s;
    return all > 0 ? (talk_s + wrap_s) / all : 0;
}

std::optional<std::vector<Event>> read_events(std::istream& in, std::string& why) {
    std::vector<Event> events;
    std::string line;
    for (std::int64_t number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        const auto event = pacing::event_from_line(line, why);
        if (!event) {
            why = "line " + std::to_string(number) + ": " + why;
            return std::nullopt;
        }
        if (!sane(event->at) || !sane(event->until)) {
            why = "line " + std::to_string(number) + ": at or until: not between 1970 and 2200";
            return std::nullopt;
        }
        events.push_back(*event);
    }
    return events;
}

Recording record(std::vector<Event> events, std::optional<Duration> tolerance) {
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& left, const Event& right) { return left.at < right.at; });
    Recording recording = Recorder{}.record(events);
    recording.tolerance = tolerance ? *tolerance : usual_tolerance(recording);
    tell_who_left(recording);
    return recording;
}

} // namespace replay
