#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace dialer::commands {

namespace {

// 47 CFR 64.1200(a)(6): no unanswered telemarketing call is given up before 15 seconds or four
// rings.
constexpr int kRingSecondsMin = 15;
constexpr int kRingSecondsMax = 120;

void require(bool ok, const std::string& text) {
    if (!ok) {
        throw CommandError{Exit::usage, text};
    }
}

dnc::Number caller_id_of(const std::string& text) {
    const auto read = dnc::read_number(text);
    if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
        throw CommandError{Exit::usage,
                           fmt::format("--caller-id \"{}\": {}", text, dnc::explain(*fault))};
    }
    return std::get<dnc::Number>(read);
}

// The engine runs elsewhere in the file system: the path is kept whole.
std::string message_path(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    std::ifstream file{path, std::ios::binary};
    std::string magic(4, '\0');
    file.read(magic.data(), 4);
    require(file.good() && magic == "RIFF",
            fmt::format("--message {}: not a readable WAV file; give one of 8 kHz, mono", path));
    return std::filesystem::absolute(path).lexically_normal().string();
}

void check_limits(const CampaignCreateOptions& options, campaigns::DialMode mode) {
    require(!options.name.empty() && options.name.size() <= 100,
            "the campaign's name has 1 to 100 characters");
    require(!options.seller.empty(), "--seller: name the seller on whose behalf is called");
    require(options.lines_per_agent >= 1.0 && options.lines_per_agent <= 10.0,
            "--lines-per-agent lies between 1 and 10");
    require(mode == campaigns::DialMode::ratio || options.lines_per_agent == 1.0,
            "--lines-per-agent needs --mode ratio; progressive dials one line for one agent");
    require(options.ring_max_s >= kRingSecondsMin && options.ring_max_s <= kRingSecondsMax,
            "--ring-max lies between 15 and 120 seconds (47 CFR 64.1200(a)(6) asks for 15)");
    require(options.wrap_up_max_s >= 0 && options.wrap_up_max_s <= 3600,
            "--wrap-up-max lies between 0 and 3600 seconds");
    require(options.attempts_max >= 1 && options.attempts_max <= 100,
            "--attempts-max lies between 1 and 100");
    require(options.retry_after_s >= 60 && options.retry_after_s <= 30 * 86400,
            "--retry-after lies between 60 seconds and 30 days");
}

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

Exit set_running(const CampaignNameOptions& options, bool running) {
    campaigns::Store store{engine_dsn(options.store)};
    find(store, options.name);
    store.set_campaign_running(options.name, running);
    fmt::print("campaign {} is {}\n", options.name, running ? "running" : "stopped");
    return Exit::done;
}

} // namespace

Exit campaign_create(const CampaignCreateOptions& options) {
    const auto mode = campaigns::dial_mode_from_text(options.mode);
    require(mode.has_value(), "--mode is progressive or ratio");
    check_limits(options, *mode);
    campaigns::Campaign campaign;
    campaign.name = options.name;
    campaign.seller = options.seller;
    campaign.mode = *mode;
    campaign.lines_per_agent = options.lines_per_agent;
    campaign.caller_id = caller_id_of(options.caller_id);
    campaign.trunks = options.trunks;
    campaign.ring_max = std::chrono::seconds{options.ring_max_s};
    campaign.wrap_up_max = std::chrono::seconds{options.wrap_up_max_s};
    campaign.attempts_max = options.attempts_max;
    campaign.retry_after = std::chrono::seconds{options.retry_after_s};
    campaign.message_file = message_path(options.message_file);
    campaigns::Store store{engine_dsn(options.store)};
    const auto id = store.create_campaign(campaign);
    fmt::print("campaign {} has id {}; it is stopped\n", options.name,
               static_cast<std::int64_t>(id));
    return Exit::done;
}

Exit campaign_start(const CampaignNameOptions& options) {
    return set_running(options, true);
}

Exit campaign_stop(const CampaignNameOptions& options) {
    return set_running(options, false);
}

Exit campaign_show(const CampaignNameOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const campaigns::Campaign campaign = find(store, options.name);
    const auto funnel = store.funnel(campaign.id, Clock{}.now().wall);
    fmt::print("name             {}\nseller           {}\nstate            {}\n"
               "mode             {} ({} lines an agent)\ncaller id        {}\n"
               "trunks           {}\nring             {} s\nwrap-up          {} s\n"
               "attempts         {} a lead, {} s apart\nmessage          {}\n",
               campaign.name, campaign.seller, campaign.running ? "running" : "stopped",
               campaigns::to_text(campaign.mode), campaign.lines_per_agent,
               dnc::to_e164(campaign.caller_id),
               campaign.trunks.empty() ? "all"
                                       : fmt::format("{}", fmt::join(campaign.trunks, ", ")),
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
    fmt::print("{:>6}  {:<8}  {:<11}  {:<14}  {}\n", "id", "state", "mode", "caller id", "name");
    for (const campaigns::Campaign& campaign : store.campaigns()) {
        fmt::print("{:>6}  {:<8}  {:<11}  {:<14}  {}\n", static_cast<std::int64_t>(campaign.id),
                   campaign.running ? "running" : "stopped", campaigns::to_text(campaign.mode),
                   dnc::to_e164(campaign.caller_id), campaign.name);
    }
    return Exit::done;
}

} // namespace dialer::commands
