#include "dialer/live_history.hpp"

#include <boost/json.hpp>

#include <set>

namespace dialer {

namespace json = boost::json;

bool LiveHistory::add(const LiveView& view) {
    if (last_ && view.at.mono - *last_ < step) {
        return false;
    }
    last_ = view.at.mono;
    Sample sample;
    sample.at = view.at.wall;
    for (const auto& campaign : view.campaigns) {
        const auto& agents = campaign.pool.empty() ? campaign.agents : campaign.pool_agents;
        sample.campaigns[campaign.runtime->settings.id] = {
            campaign.runtime->committing + campaign.lines.unanswered(), agents.ready};
        sample.free += campaign.agents.ready;
    }
    samples_.push_back(std::move(sample));
    if (samples_.size() > kept) {
        samples_.pop_front();
    }
    return true;
}

std::string LiveHistory::json() const {
    std::set<campaigns::CampaignId> ids;
    json::array at;
    json::array free;
    for (const auto& sample : samples_) {
        at.push_back(json::string{rfc3339(sample.at)});
        free.push_back(sample.free);
        for (const auto& [id, figures] : sample.campaigns) {
            ids.insert(id);
        }
    }
    json::array campaigns;
    for (const auto id : ids) {
        json::array lines;
        json::array ready;
        for (const auto& sample : samples_) {
            const auto found = sample.campaigns.find(id);
            const bool there = found != sample.campaigns.end();
            lines.push_back(there ? json::value(found->second.lines) : json::value(nullptr));
            ready.push_back(there ? json::value(found->second.free) : json::value(nullptr));
        }
        campaigns.push_back(json::object{{"id", static_cast<std::int64_t>(id)},
                                         {"lines", std::move(lines)},
                                         {"agents_free", std::move(ready)}});
    }
    return json::serialize(json::object{{"step_s", step.count()},
                                        {"at", std::move(at)},
                                        {"agents_free", std::move(free)},
                                        {"campaigns", std::move(campaigns)}});
}

} // namespace dialer
