#include "campaigns/store_json.hpp"

#include "dnc/words.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace campaigns {

namespace {

namespace json = boost::json;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

/// Of one explanation of a pacing decision; real ones have about 500 bytes.
constexpr std::size_t kSampleBytesMax = 16 * 1024;

/// A lead refused for a reason that lies with us is tried again after this.
constexpr std::chrono::seconds kSystemRetry{600};

struct Sequence {
    int length;               ///< bytes, 0 when the lead byte is none
    unsigned char second_min; ///< of the second byte: shuts out overlong forms
    unsigned char second_max; ///< of the second byte: shuts out surrogates and > U+10FFFF
};

// The Unicode Standard, table 3-7, well-formed UTF-8 byte sequences.
Sequence sequence_of(unsigned char lead) {
    if (lead < 0x80) {
        return {1, 0, 0};
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return {2, 0x80, 0xBF};
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return {3, static_cast<unsigned char>(lead == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(lead == 0xED ? 0x9F : 0xBF)};
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        return {4, static_cast<unsigned char>(lead == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(lead == 0xF4 ? 0x8F : 0xBF)};
    }
    return {0, 0, 0};
}

/// Length of the character that starts the text, 0 when it is not well-formed.
std::size_t well_formed_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const Sequence sequence = sequence_of(byte(0));
    const auto length = static_cast<std::size_t>(sequence.length);
    if (length == 0 || length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        const bool second = i == 1;
        if (byte(i) < (second ? sequence.second_min : 0x80) ||
            byte(i) > (second ? sequence.second_max : 0xBF)) {
            return 0;
        }
    }
    return length;
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
}

json::value or_null(const std::optional<Instant>& at) {
    return at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
}

json::value or_null(const std::optional<std::chrono::microseconds>& length) {
    return length ? json::value(length->count()) : json::value(nullptr);
}

template <typename Id> json::value id_or_null(const std::optional<Id>& id) {
    return id ? json::value(static_cast<std::int64_t>(*id)) : json::value(nullptr);
}

template <typename Id> std::int64_t raw(Id id) {
    return static_cast<std::int64_t>(id);
}

json::object evidence_json(const dnc::Evidence& evidence) {
    json::array zones;
    for (const dnc::Evidence::Local& zone : evidence.zones) {
        zones.push_back({{"zone", clean_text(zone.zone)}, {"local", clean_text(zone.local)}});
    }
    json::array lists;
    for (const dnc::Evidence::ListVersion& list : evidence.lists) {
        // A list that was never loaded has no date.
        json::value as_of;
        if (list.as_of.ok()) {
            as_of = to_rfc3339(std::chrono::sys_days{list.as_of}).substr(0, 10);
        }
        lists.push_back(
            {{"list", clean_text(list.list)}, {"version", list.version_id}, {"as_of", as_of}});
    }
    json::array packs;
    for (const dnc::Evidence::PackVersion& pack : evidence.packs) {
        packs.push_back({{"id", clean_text(pack.id)},
                         {"version", clean_text(pack.version)},
                         {"sha256", clean_text(pack.sha256)}});
    }
    const auto or_null = [](const std::optional<std::int64_t>& id) {
        return id ? json::value(*id) : json::value(nullptr);
    };
    return {{"zones", std::move(zones)},
            {"lists", std::move(lists)},
            {"packs", std::move(packs)},
            {"tzdb", clean_text(evidence.tzdb_version)},
            {"consent", or_null(evidence.consent_id)},
            {"relationship", or_null(evidence.relationship_id)}};
}

/// What a draft took of each cap, for the log.
json::array caps_json(const std::vector<dnc::CapReservation>& caps,
                      const std::vector<std::int64_t>& counts) {
    json::array array;
    for (std::size_t i = 0; i < caps.size() && i < counts.size(); ++i) {
        array.push_back({{"rule", clean_text(caps[i].rule)},
                         {"from", to_rfc3339(caps[i].from)},
                         {"limit", caps[i].limit},
                         {"before", counts[i]}});
    }
    return array;
}

/// A cap as the statement that counts it reads it.
json::object wish_json(const dnc::CapReservation& cap) {
    json::array keys;
    for (const dnc::CapKey key : cap.keys) {
        keys.push_back(json::string{dnc::to_word(dnc::kCapKeys, key)});
    }
    json::array outcomes;
    for (const dnc::PastOutcome outcome : cap.outcomes) {
        outcomes.push_back(json::string{dnc::to_word(dnc::kPastOutcomes, outcome)});
    }
    return {{"rule", clean_text(cap.rule)},
            {"keys", std::move(keys)},
            {"from", to_rfc3339(cap.from)},
            {"limit", cap.limit},
            {"outcomes", std::move(outcomes)}};
}

json::array reasons_json(const std::vector<dnc::Reason>& reasons) {
    json::array array;
    for (const dnc::Reason& reason : reasons) {
        array.push_back({{"code", dnc::to_text(reason.code)},
                         {"rule", clean_text(reason.rule)},
                         {"cite", clean_text(reason.cite)},
                         {"detail", clean_text(reason.detail)}});
    }
    return array;
}

/// The JSON that the text holds, or the text. jsonb has no place for the character U+0000.
json::value parsed_or_text(const std::string& text) {
    if (text.size() <= kSampleBytesMax && text.find("\\u0000") == std::string::npos) {
        boost::system::error_code error;
        json::value value = json::parse(text, error);
        if (!error) {
            return value;
        }
    }
    return json::string{clean_text(text)};
}

/// True when every reason may go away by itself or is a fault of ours that somebody will mend: no
/// fact about the number.
bool may_pass(const dnc::Decision& decision) {
    return !decision.reasons.empty() &&
           std::none_of(decision.reasons.begin(), decision.reasons.end(),
                        [](const dnc::Reason& reason) {
                            return dnc::scope_of(reason.code) == dnc::ReasonScope::number;
                        });
}

/// When the number may be tried again; nothing when it is refused for good.
std::optional<Instant> next_chance(const GateRefusal& refusal) {
    if (refusal.decision.verdict == dnc::Verdict::defer && refusal.decision.until) {
        return *refusal.decision.until;
    }
    if (refusal.decision.verdict == dnc::Verdict::defer || may_pass(refusal.decision)) {
        return refusal.at + kSystemRetry;
    }
    return std::nullopt;
}

} // namespace

std::string clean_text(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max && is_plain(text)) {
        return std::string{text};
    }
    std::string clean;
    while (!text.empty()) {
        const std::size_t length = text.front() == '\0' ? 0 : well_formed_length(text);
        const std::string_view piece = length == 0 ? kReplacement : text.substr(0, length);
        if (clean.size() + piece.size() > bytes_max) {
            break;
        }
        clean += piece;
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return clean;
}

std::string to_rfc3339(Instant at) {
    using namespace std::chrono;
    constexpr Instant first{sys_days{year{1} / January / 1}};
    constexpr Instant last{sys_days{year{9999} / December / 31}};
    at = std::clamp(at, first, last);
    const sys_days day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

std::string json_of(const std::vector<AttemptDraft>& drafts, const CapCounts& counts,
                    const std::set<AttemptId>& without) {
    json::array rows;
    rows.reserve(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const AttemptDraft& draft = drafts[i];
        if (without.contains(draft.id)) {
            continue;
        }
        json::object evidence = evidence_json(draft.clearance.evidence());
        evidence["caps"] = caps_json(draft.clearance.caps(), counts[i]);
        rows.push_back({{"ord", i},
                        {"id", raw(draft.id)},
                        {"at", to_rfc3339(draft.clearance.decided_at())},
                        {"lead", raw(draft.lead)},
                        {"campaign", raw(draft.campaign)},
                        {"run", raw(draft.run)},
                        {"number", draft.clearance.number().e164},
                        {"caller_id", draft.caller_id.e164},
                        {"trunk", clean_text(draft.trunk)},
                        {"failover_of", id_or_null(draft.failover_of)},
                        {"seller", clean_text(draft.seller)},
                        {"subject", clean_text(draft.subject)},
                        {"purpose", dnc::to_word(dnc::kPurposes, draft.purpose)},
                        {"evidence", std::move(evidence)}});
    }
    return json::serialize(rows);
}

std::string json_of_wishes(const std::vector<AttemptDraft>& drafts) {
    json::array rows;
    rows.reserve(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const AttemptDraft& draft = drafts[i];
        json::array caps;
        for (const dnc::CapReservation& cap : draft.clearance.caps()) {
            caps.push_back(wish_json(cap));
        }
        rows.push_back({{"ord", i},
                        {"lead", raw(draft.lead)},
                        {"number", draft.clearance.number().e164},
                        {"seller", clean_text(draft.seller)},
                        {"subject", clean_text(draft.subject)},
                        {"failover_of", id_or_null(draft.failover_of)},
                        {"revocations_seen", draft.revocations_seen},
                        {"caps", std::move(caps)}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<AttemptEvent>& events) {
    json::array rows;
    rows.reserve(events.size());
    for (const AttemptEvent& event : events) {
        rows.push_back({{"attempt", raw(event.attempt)},
                        {"seq", event.seq},
                        {"at", to_rfc3339(event.at)},
                        {"kind", clean_text(event.kind)},
                        {"detail", clean_text(event.detail)}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<AttemptResult>& results) {
    json::array rows;
    rows.reserve(results.size());
    for (const AttemptResult& result : results) {
        rows.push_back({{"attempt", raw(result.attempt)},
                        {"outcome", to_text(result.outcome)},
                        {"treatment", to_text(result.treatment)},
                        {"sip_status", result.sip_status},
                        {"agent", id_or_null(result.agent)},
                        {"ringing_at", or_null(result.ringing_at)},
                        {"answered_at", or_null(result.answered_at)},
                        {"bridged_at", or_null(result.bridged_at)},
                        {"first_audio_at", or_null(result.first_audio_at)},
                        {"message_started_at", or_null(result.message_started_at)},
                        {"message_ended_at", or_null(result.message_ended_at)},
                        {"answer_to_bridge_us", or_null(result.answer_to_bridge)},
                        {"answer_to_agent_us", or_null(result.answer_to_agent)},
                        {"ended_at", to_rfc3339(result.ended_at)},
                        {"ended_by", clean_text(result.ended_by)},
                        {"failover_follows", result.failover_follows}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<AgentStateChange>& changes) {
    json::array rows;
    rows.reserve(changes.size());
    for (const AgentStateChange& change : changes) {
        rows.push_back({{"id", change.id},
                        {"agent", raw(change.agent)},
                        {"at", to_rfc3339(change.at)},
                        {"from_state", to_text(change.from)},
                        {"to_state", to_text(change.to)},
                        {"reason", clean_text(change.reason)},
                        {"attempt", id_or_null(change.attempt)},
                        {"campaign", id_or_null(change.campaign)}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<GateRefusal>& refusals) {
    json::array rows;
    rows.reserve(refusals.size());
    for (const GateRefusal& refusal : refusals) {
        const bool defer = refusal.decision.verdict == dnc::Verdict::defer;
        rows.push_back({{"id", refusal.id},
                        {"at", to_rfc3339(refusal.at)},
                        {"campaign", raw(refusal.campaign)},
                        {"lead", raw(refusal.lead)},
                        {"number", refusal.number.e164},
                        {"verdict", defer ? "defer" : "deny"},
                        {"until", or_null(refusal.decision.until)},
                        {"last_phone", refusal.last_phone},
                        {"reasons", reasons_json(refusal.decision.reasons)},
                        {"evidence", evidence_json(refusal.decision.evidence)}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<Disposition>& dispositions) {
    json::array rows;
    rows.reserve(dispositions.size());
    for (const Disposition& disposition : dispositions) {
        rows.push_back({{"attempt", raw(disposition.attempt)},
                        {"agent", raw(disposition.agent)},
                        {"at", to_rfc3339(disposition.at)},
                        {"code", clean_text(disposition.code)},
                        {"note", clean_text(disposition.note)}});
    }
    return json::serialize(rows);
}

std::string json_of(const std::vector<PacingSample>& samples) {
    json::array rows;
    rows.reserve(samples.size());
    for (const PacingSample& sample : samples) {
        rows.push_back({{"id", sample.id},
                        {"at", to_rfc3339(sample.at)},
                        {"campaign", raw(sample.campaign)},
                        {"explanation", parsed_or_text(sample.explanation)}});
    }
    return json::serialize(rows);
}

std::vector<LeadRelease> releases_of(const std::vector<GateRefusal>& refusals) {
    std::map<LeadId, std::optional<Instant>> chances; // of the lead's numbers so far, the earliest
    std::map<LeadId, LeadRelease> releases;
    for (const GateRefusal& refusal : refusals) {
        std::optional<Instant>& chance = chances[refusal.lead];
        if (const std::optional<Instant> next = next_chance(refusal)) {
            chance = chance ? std::min(*chance, *next) : *next;
        }
        if (refusal.last_phone) {
            releases[refusal.lead] = {refusal.lead, refusal.id, !chance, chance};
            chances.erase(refusal.lead);
        }
    }
    std::vector<LeadRelease> list;
    list.reserve(releases.size());
    for (const auto& [lead, release] : releases) {
        list.push_back(release);
    }
    return list;
}

std::string json_of(const std::vector<LeadRelease>& releases) {
    json::array rows;
    rows.reserve(releases.size());
    for (const LeadRelease& release : releases) {
        rows.push_back({{"lead", raw(release.lead)},
                        {"refusal", release.refusal},
                        {"blocked", release.blocked},
                        {"due", or_null(release.due)}});
    }
    return json::serialize(rows);
}

} // namespace campaigns
