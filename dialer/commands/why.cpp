// dialer why: why a lead is not dialed, or why it was.

#include "campaigns/funnel/why.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/funnel_commands.hpp"
#include "dialer/commands/funnel_gate.hpp"
#include "dialer/commands/output.hpp"

#include <fmt/format.h>

#include <charconv>
#include <variant>

namespace dialer::commands {

namespace {

// Ids of leads are shorter than telephone numbers; a lead with a longer one is asked for by number.
constexpr std::size_t kIdDigitsMax = 9;

std::optional<campaigns::LeadId> read_id(const std::string& text) {
    std::int64_t id = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, id);
    if (text.size() > kIdDigitsMax || read.ec != std::errc{} || read.ptr != end || id <= 0) {
        return std::nullopt;
    }
    return campaigns::LeadId{id};
}

/// What people type: an id, a telephone number, or the name that another system has for the lead.
campaigns::LeadQuery query_of(const WhyOptions& options) {
    campaigns::LeadQuery query;
    query.campaign = options.campaign;
    if (options.external) {
        query.external_id = options.lead;
        return query;
    }
    query.lead = read_id(options.lead);
    if (query.lead) {
        return query;
    }
    const auto number = dnc::read_number(options.lead);
    if (const auto* const found = std::get_if<dnc::Number>(&number)) {
        query.number = *found;
    } else {
        query.external_id = options.lead;
    }
    return query;
}

/// The lead that is meant. Several are named, so that the next question can be exact.
std::vector<campaigns::LeadFound> leads_meant(campaigns::Store& store, const WhyOptions& options) {
    campaigns::LeadQuery query = query_of(options);
    std::vector<campaigns::LeadFound> found = campaigns::find_leads(store, query);
    if (found.empty() && query.external_id.empty()) {
        query = {
            .lead = {}, .number = {}, .external_id = options.lead, .campaign = options.campaign};
        found = campaigns::find_leads(store, query);
    }
    if (found.empty()) {
        throw CommandError{
            Exit::failed,
            fmt::format("no lead has the id, number or external id \"{}\"{}", options.lead,
                        options.campaign.empty() ? "" : " in campaign " + options.campaign)};
    }
    return found;
}

} // namespace

Exit why(const WhyOptions& options) {
    const dnc::Instant at = instant_or_now(options.at);
    const LoadedGate loaded = gate_of(options.store, options.packs);
    campaigns::Store store{engine_dsn(options.store)};
    Output out{{}};
    bool first = true;
    for (const campaigns::LeadFound& lead : leads_meant(store, options)) {
        const campaigns::Why answer =
            campaigns::why_not_dialed(store, *loaded.gate, *loaded.zones, lead.lead, at);
        if (options.json) {
            out.write(campaigns::to_json(answer) + "\n");
        } else {
            out.write((first ? "" : "\n") + campaigns::to_text(answer));
        }
        first = false;
    }
    out.publish();
    return Exit::done;
}

} // namespace dialer::commands
