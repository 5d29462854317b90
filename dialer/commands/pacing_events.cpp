// `dialer log events`: a past day of the dial log as pacing would have been told of it.

#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/log_times.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/commands/past_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace dialer::commands {

namespace {

campaigns::CampaignId find_campaign(campaigns::Store& store, const std::string& name) {
    for (const campaigns::Campaign& campaign : store.campaigns()) {
        if (campaign.name == name) {
            return campaign.id;
        }
    }
    throw campaigns::StoreRefusal{fmt::format("there is no campaign named \"{}\"", name)};
}

std::vector<PastCall> read_calls(campaigns::Store& store, const std::string& campaign,
                                 const Period& period) {
    std::vector<PastCall> calls;
    store.export_log(campaign, period.from, period.to, [&](std::string_view row) {
        std::string why;
        const auto call = read_past_call(row, why);
        if (!call) {
            throw CommandError{Exit::failed, fmt::format("the dial log cannot be read: {}", why)};
        }
        calls.push_back(*call);
    });
    return calls;
}

} // namespace

Exit log_events(const LogEventsOptions& options) {
    const Period period = read_period(options.from, options.to);
    campaigns::Store store{engine_dsn(options.store)};
    const campaigns::CampaignId campaign = find_campaign(store, options.campaign);
    const std::vector<PastCall> calls = read_calls(store, options.campaign, period);
    const auto states = store.agent_states(campaign, period.from, period.to);
    Output out{options.out};
    for (const pacing::Event& event : past_events(campaign, calls, states)) {
        out.write(pacing::to_line(event) + "\n");
    }
    out.publish();
    return Exit::done;
}

} // namespace dialer::commands
