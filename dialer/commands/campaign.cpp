#include "campaigns/funnel.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/number.hpp"
#include "dnc/words.hpp"

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

campaigns::DialMode mode_of(const std::string& text) {
    const auto mode = campaigns::dial_mode_from_text(text);
    require(mode.has_value(),
            fmt::format("--mode \"{}\": it is manual, preview, progressive, predictive, ratio or "
                        "agentless",
                        text));
    return *mode;
}

bool is_jurisdiction(const std::string& text) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto of_region = [&](char c) { return capital(c) || (c >= '0' && c <= '9'); };
    const std::string_view country = std::string_view{text}.substr(0, 2);
    const std::string_view rest = std::string_view{text}.substr(country.size());
    const bool region = rest.size() >= 2 && rest.size() <= 4 && rest.front() == '-' &&
                        std::ranges::all_of(rest.substr(1), of_region);
    return country.size() == 2 && std::ranges::all_of(country, capital) && (rest.empty() || region);
}

bool within(double value, double low, double high) {
    return value >= low && value <= high; // false for what is no number
}

template <typename Value, std::size_t kCount>
Value word_of(const char* option, const dnc::Words<Value, kCount>& words, const std::string& text) {
    const auto value = dnc::from_word(words, text);
    require(value.has_value(),
            fmt::format("{} \"{}\": it is one of {}", option, text, dnc::all_words(words)));
    return *value;
}

template <typename Value, std::size_t kCount>
std::optional<Value> word_of(const char* option, const dnc::Words<Value, kCount>& words,
                             const std::optional<std::string>& text) {
    return text ? std::optional{word_of(option, words, *text)} : std::nullopt;
}

// The same ranges as the table's checks, told before the store is asked.
void check_pacing(const campaigns::CampaignChange& change, campaigns::DialMode mode) {
    require(within(change.lines_per_agent.value_or(1.0), 1.0, 10.0),
            "--lines-per-agent lies between 1 and 10");
    require(mode == campaigns::DialMode::ratio || change.lines_per_agent.value_or(1.0) == 1.0,
            "--lines-per-agent needs --mode ratio; the other modes find out for themselves");
    require(within(change.lines_per_agent_max.value_or(1.0), 1.0, 50.0),
            "--lines-per-agent-max lies between 1 and 50");
    require(is_jurisdiction(change.jurisdiction.value_or("US")),
            "--jurisdiction is a code such as US, CA or GB, or one of a region such as US-FL");
    require(change.pool.value_or("").size() <= 100, "--pool has at most 100 characters");
    require(within(change.priority.value_or(0), -100, 100), "--priority lies between -100 and 100");
    require(within(change.share.value_or(1.0), 0.01, 100.0), "--share lies between 0.01 and 100");
}

void check_limits(const CampaignCreateOptions& options) {
    require(!options.name.empty() && options.name.size() <= 100,
            "the campaign's name has 1 to 100 characters");
    require(!options.seller.empty(), "--seller: name the seller on whose behalf is called");
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

Exit set_running(const CampaignNameOptions& options, bool running) {
    campaigns::Store store{engine_dsn(options.store)};
    find(store, options.name);
    store.set_campaign_running(options.name, running);
    fmt::print("campaign {} is {}\n", options.name, running ? "running" : "stopped");
    return Exit::done;
}

} // namespace

Exit campaign_create(const CampaignCreateOptions& options) {
    const auto mode = mode_of(options.mode);
    check_limits(options);
    check_pacing({.mode = mode,
                  .lines_per_agent = options.lines_per_agent,
                  .lines_per_agent_max = options.lines_per_agent_max,
                  .jurisdiction = options.jurisdiction,
                  .pool = options.pool,
                  .priority = options.priority,
                  .share = options.share},
                 mode);
    campaigns::Campaign campaign;
    campaign.name = options.name;
    campaign.seller = options.seller;
    campaign.mode = mode;
    campaign.lines_per_agent = options.lines_per_agent;
    campaign.lines_per_agent_max = options.lines_per_agent_max;
    campaign.jurisdiction = options.jurisdiction;
    campaign.pool = options.pool;
    campaign.purpose = word_of("--purpose", dnc::kPurposes, options.purpose);
    campaign.subject = options.subject;
    campaign.offer = options.offer;
    campaign.atds_profile = word_of("--atds-profile", dnc::kAtdsProfiles, options.atds_profile);
    campaign.priority = options.priority;
    campaign.share = options.share;
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

Exit campaign_set(const CampaignSetOptions& options) {
    const campaigns::CampaignChange change{
        options.mode ? std::optional{mode_of(*options.mode)} : std::nullopt,
        options.lines_per_agent,
        options.lines_per_agent_max,
        options.jurisdiction,
        options.pool,
        options.priority,
        options.share,
        word_of("--purpose", dnc::kPurposes, options.purpose),
        options.subject,
        options.offer,
        word_of("--atds-profile", dnc::kAtdsProfiles, options.atds_profile)};
    require(change.mode || change.lines_per_agent || change.lines_per_agent_max ||
                change.jurisdiction || change.pool || change.priority || change.share ||
                change.purpose || change.subject || change.offer || change.atds_profile,
            "nothing to change: give --mode or another setting; see --help");
    campaigns::Store store{engine_dsn(options.store)};
    const auto before = find(store, options.name);
    check_pacing(change, change.mode.value_or(before.mode));
    store.change_campaign(options.name, change);
    const auto after = find(store, options.name);
    fmt::print("campaign {}: mode {}, at most {} lines an agent, jurisdiction {}, {}\n", after.name,
               mode_text(after), after.lines_per_agent_max, after.jurisdiction, pool_text(after));
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
    const auto funnel = campaigns::totals_of(
        campaigns::funnel_counts(store, campaign.id, Clock{}.now().wall));
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
