#include "campaigns/funnel/funnel.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/number.hpp"
#include "dnc/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dialer::commands {

namespace {

campaigns::Campaign find(campaigns::Store& store, const std::string& name) {
    const auto all = store.campaigns();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& campaign) { return campaign.name == name; });
    if (found == all.end()) {
        throw campaigns::StoreRefusal{
            fmt::format("there is no campaign \"{}\"; see: dialer campaign list", name)};
    }
    return *found;
}

std::string mode_text(const campaigns::Campaign& campaign) {
    const auto name = campaigns::to_text(campaign.mode);
    return campaign.mode == campaigns::DialMode::ratio
               ? fmt::format("{} ({} lines for each free agent)", name, campaign.lines_per_agent)
               : std::string{name};
}

std::string pool_text(const campaigns::Campaign& campaign) {
    return campaign.pool.empty() ? "its own agents"
                                 : fmt::format("{} (priority {}, share {})", campaign.pool,
                                               campaign.priority, campaign.share);
}

} // namespace

Exit campaign_show(const CampaignNameOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const campaigns::Campaign campaign = find(store, options.name);
    const auto funnel =
        campaigns::totals_of(campaigns::funnel_counts(store, campaign.id, Clock{}.now().wall));
    fmt::print(
        "name             {}\nseller           {}\noffer            {}\n"
        "purpose          {}\nsubject          {}\nautodialer       {}\n"
        "state            {}\n"
        "mode             {}\nlines, at most   {} an agent signed in\n"
        "jurisdiction     {}\npool             {}\ncaller id        {}\n"
        "trunks           {}\nring             {} s\nwrap-up          {} s\n"
        "attempts         {} a lead, {} s apart\nmessage          {}\n",
        campaign.name, campaign.seller, campaign.offer.empty() ? "-" : campaign.offer,
        dnc::to_word(dnc::kPurposes, campaign.purpose),
        campaign.subject.empty() ? "any" : campaign.subject,
        dnc::to_word(dnc::kAtdsProfiles, campaign.atds_profile),
        campaign.running ? "running" : "stopped", mode_text(campaign), campaign.lines_per_agent_max,
        campaign.jurisdiction, pool_text(campaign), dnc::to_e164(campaign.caller_id),
        campaign.trunks.empty() ? "all" : fmt::format("{}", fmt::join(campaign.trunks, ", ")),
        campaign.ring_max.count(), campaign.wrap_up_max.count(), campaign.attempts_max,
        campaign.retry_after.count(),
        campaign.message_file.empty() ? "none" : campaign.message_file);
    fmt::print("leads ready      {}\nleads in a call  {}\nleads due later  {}\n"
               "leads used up    {}\nleads finished   {}\nleads refused    {}\n",
               funnel.ready, funnel.leased, funnel.resting, funnel.exhausted, funnel.finished,
               funnel.blocked);
    return Exit::done;
}

Exit campaign_list(const ListOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    fmt::print("{:>6}  {:<8}  {:<11}  {:<12}  {:<14}  {}\n", "id", "state", "mode", "pool",
               "caller id", "name");
    for (const campaigns::Campaign& campaign : store.campaigns()) {
        fmt::print("{:>6}  {:<8}  {:<11}  {:<12}  {:<14}  {}\n",
                   static_cast<std::int64_t>(campaign.id), campaign.running ? "running" : "stopped",
                   campaigns::to_text(campaign.mode), campaign.pool.empty() ? "-" : campaign.pool,
                   dnc::to_e164(campaign.caller_id), campaign.name);
    }
    return Exit::done;
}

} // namespace dialer::commands
