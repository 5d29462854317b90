#include "campaigns/settings/caller_ids.hpp"

#include "campaigns/store_json.hpp"

#include <algorithm>

namespace campaigns {

namespace {

// Indexed by the enumerators' values; the same words stand in the database's checks.
constexpr std::array<std::string_view, 4> kProofs{"declared", "owned", "contract", "letter"};
constexpr std::array<std::string_view, 3> kMatches{"area", "state", "any"};
constexpr std::array<std::string_view, 3> kSignals{"off", "alarm", "rest"};

template <typename Enum, std::size_t size>
std::optional<Enum> value_of(const std::array<std::string_view, size>& names,
                             std::string_view text) {
    const auto found = std::ranges::find(names, text);
    return found == names.end() ? std::nullopt
                                : std::optional{static_cast<Enum>(found - names.begin())};
}

std::string date_text(std::chrono::sys_days day) {
    return to_rfc3339(day).substr(0, 10);
}

} // namespace

std::string_view to_text(CallerIdProof proof) {
    return kProofs.at(static_cast<std::size_t>(proof));
}

std::optional<CallerIdProof> caller_id_proof_from_text(std::string_view text) {
    return value_of<CallerIdProof>(kProofs, text);
}

std::string_view to_text(CallerIdMatch match) {
    return kMatches.at(static_cast<std::size_t>(match));
}

std::string_view to_text(CallerIdSignals signals) {
    return kSignals.at(static_cast<std::size_t>(signals));
}

std::optional<CallerIdMatch> caller_id_match_from_text(std::string_view text) {
    return value_of<CallerIdMatch>(kMatches, text);
}

std::optional<CallerIdSignals> caller_id_signals_from_text(std::string_view text) {
    return value_of<CallerIdSignals>(kSignals, text);
}

std::optional<Sentence> proof_fault(const CallerId& caller_id, Instant at) {
    const auto today = std::chrono::floor<std::chrono::days>(at);
    if (caller_id.valid_from && today < *caller_id.valid_from) {
        return Sentence{"caller_id_begins",
                        {{"number", dnc::to_e164(caller_id.number)},
                         {"day", date_text(*caller_id.valid_from)}}};
    }
    if (caller_id.valid_to && today > *caller_id.valid_to) {
        return Sentence{
            "caller_id_ended",
            {{"number", dnc::to_e164(caller_id.number)}, {"day", date_text(*caller_id.valid_to)}}};
    }
    return std::nullopt;
}

CallerIdCounts& CallerIdCounts::operator+=(const CallerIdCounts& other) {
    calls += other.calls;
    answered += other.answered;
    short_calls += other.short_calls;
    blocked += other.blocked;
    return *this;
}

} // namespace campaigns
