// `dialer abandonment`: what the law of the campaign's jurisdiction makes of its answered calls,
// every definition side by side, out of the raw instants of the dial log.

#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/abandonment_ledger.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::AbandonmentAccount;
using dnc::AbandonmentPeriod;
using dnc::AbandonmentRate;
using dnc::LedgerPeriod;

// Successive periods of past years can be asked for; nobody has calls from before this.
constexpr dnc::Instant kBeginning = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

dnc::DetectorSample sample_of(const AbandonmentOptions& options) {
    if (options.detector_sampled < 0 || options.detector_persons < 0 ||
        options.detector_persons > options.detector_sampled) {
        throw CommandError{Exit::usage, "--detector-persons must lie between 0 and the calls of "
                                        "--detector-sampled"};
    }
    return {options.detector_sampled, options.detector_persons};
}

dnc::Instant instant_of(const std::string& text) {
    const auto at = dnc::read_instant(text);
    if (!at) {
        throw CommandError{
            Exit::usage, fmt::format("--at \"{}\": write a time like 2026-11-23T21:00:00Z", text)};
    }
    return *at;
}

std::string period_name(const dnc::AbandonmentLimit& limit) {
    switch (limit.period) {
    case AbandonmentPeriod::successive_days:
        return fmt::format("successive {} days", limit.days);
    case AbandonmentPeriod::trailing_days:
        return fmt::format("trailing {} days", limit.days);
    case AbandonmentPeriod::calendar_month:
        return "calendar month";
    case AbandonmentPeriod::day:
        break;
    }
    return "day";
}

std::string date_of(std::chrono::sys_days day) {
    return dnc::date_text(std::chrono::year_month_day{day});
}

json::object rate_object(AbandonmentRate rate) {
    const auto percent = dnc::percent_rounded_up(rate);
    return {{"abandoned", rate.abandoned},
            {"answered", rate.answered},
            {"percent_rounded_up", percent.empty() ? json::value(nullptr) : json::value(percent)}};
}

json::object period_object(const LedgerPeriod& period) {
    const auto& counts = period.counts;
    const auto& limit = *period.limit;
    return {{"rule", limit.id},
            {"cite", limit.cite},
            {"confidence", limit.confidence},
            {"period", period_name(limit)},
            {"from", date_of(period.from)},
            {"to", date_of(period.to - std::chrono::days{1})},
            {"under_way", period.under_way},
            {"cap", json::array{limit.cap_numerator, limit.cap_denominator}},
            {"connected", counts.connected},
            {"late", counts.late},
            {"abandoned", counts.abandoned},
            {"early_hangup", counts.early_hangup},
            {"machine", counts.machine},
            {"detector_machine", counts.detector_machine},
            {"by_text", rate_object(period.by_text)},
            {"conservative", rate_object(period.conservative)},
            {"with_detector", rate_object(period.with_detector)},
            {"met", period.met},
            {"met_conservative", period.met_conservative}};
}

std::string as_json(const AbandonmentAccount& account, const dnc::AbandonmentRules& rules,
                    const std::vector<LedgerPeriod>& ledger) {
    json::array periods;
    for (const LedgerPeriod& period : ledger) {
        periods.push_back(period_object(period));
    }
    const json::object whole{{"regulatory_campaign", account.regulatory_campaign},
                             {"seller", account.seller},
                             {"offer", account.offer},
                             {"jurisdiction", rules.jurisdiction},
                             {"zone", rules.zone},
                             {"answered_calls", account.calls.size()},
                             {"periods", std::move(periods)}};
    return json::serialize(whole) + "\n";
}

std::string share(AbandonmentRate rate) {
    const auto percent = dnc::percent_rounded_up(rate);
    return percent.empty() ? "-" : fmt::format("{}/{} {}%", rate.abandoned, rate.answered, percent);
}

std::string verdict_of(const LedgerPeriod& period) {
    if (!period.met) {
        return "EXCEEDED";
    }
    return period.met_conservative ? "met" : "met by the text only";
}

std::string as_table(const AbandonmentAccount& account, const dnc::AbandonmentRules& rules,
                     const std::vector<LedgerPeriod>& ledger) {
    std::string text =
        fmt::format("Seller {}{}: {} answered calls, rules of {}, days of {}\n", account.seller,
                    account.offer.empty() ? "" : ", offer " + account.offer, account.calls.size(),
                    rules.jurisdiction, rules.zone);
    text += fmt::format("{:<14} {:<19} {:<23} {:>6} {:>18} {:>18} {:>18}  {}\n", "rule", "period",
                        "days", "limit", "by the text", "conservative", "with detector", "");
    for (const LedgerPeriod& period : ledger) {
        const auto& limit = *period.limit;
        text +=
            fmt::format("{:<14} {:<19} {} {}{} {:>6} {:>18} {:>18} {:>18}  {}\n", limit.id,
                        period_name(limit), date_of(period.from),
                        date_of(period.to - std::chrono::days{1}), period.under_way ? "+" : " ",
                        dnc::percent_rounded_up({limit.cap_numerator, limit.cap_denominator}) + "%",
                        share(period.by_text), share(period.conservative),
                        share(period.with_detector), verdict_of(period));
    }
    if (ledger.empty()) {
        text += "No call was answered yet.\n";
    }
    return text + "A + marks a period that is still under way. Conservative counts who hung up "
                  "early as abandoned;\nwith detector adds the people that a machine detector is "
                  "estimated to have dropped.\n";
}

} // namespace

Exit abandonment(const AbandonmentOptions& options) {
    const auto sample = sample_of(options);
    const auto files = gate_files(options.packs, options.tzdata);
    const auto zones = dnc::load_zones(files.tzdata);
    const auto now = options.at.empty() ? Clock{}.now().wall : instant_of(options.at);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const auto laws = dnc::abandonment_rules(dnc::load_packs(files.packs), today);
    campaigns::Store store{engine_dsn(options.store)};
    const auto account = store.abandonment_account(options.campaign, kBeginning, now);
    const auto rules = laws.find(account.jurisdiction);
    if (rules == laws.end()) {
        throw CommandError{Exit::failed,
                           fmt::format("there are no abandonment rules for {}; the packs in {} "
                                       "have some for other places only",
                                       account.jurisdiction, files.packs)};
    }
    const auto ledger = dnc::abandonment_ledger(account.calls, rules->second, *zones,
                                                account.first_call_at.value_or(now), now, sample);
    Output out{options.out};
    out.write(options.json ? as_json(account, rules->second, ledger)
                           : as_table(account, rules->second, ledger));
    out.publish();
    return Exit::done;
}

} // namespace dialer::commands
