#include "bench/pacing/run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace pacing_sim {
namespace {

std::unique_ptr<Policy> fresh_policy(const PolicySettings& settings) {
    std::unique_ptr<Policy> policy = make_policy(settings);
    if (policy == nullptr) {
        throw std::invalid_argument{"no such policy: " + settings.name};
    }
    return policy;
}

// The 97.5 % point of Student's t.
double student(std::size_t degrees) {
    constexpr std::array points{12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
    return degrees <= points.size() ? points[degrees - 1] : 1.96;
}

double share(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

template <typename Value>
std::vector<double> daily(const std::vector<DayResult>& days, Value value) {
    std::vector<double> values;
    values.reserve(days.size());
    for (const DayResult& day : days) {
        values.push_back(static_cast<double>(value(day)));
    }
    return values;
}

std::vector<CampaignSummary> summarise_campaigns(const std::vector<DayResult>& days,
                                                 std::int64_t served) {
    std::vector<CampaignSummary> summaries(days.empty() ? 0 : days.front().campaigns.size());
    for (std::size_t at = 0; at < summaries.size(); ++at) {
        CampaignSummary& summary = summaries[at];
        summary.abandonment = ratio_of_sums(
            daily(days, [at](const DayResult& day) { return day.campaigns[at].abandoned; }),
            daily(days, [at](const DayResult& day) { return day.campaigns[at].answered; }));
        for (const DayResult& day : days) {
            summary.served += day.campaigns[at].served;
            summary.dials += day.campaigns[at].dials;
        }
        summary.served_share = share(summary.served, served);
    }
    return summaries;
}

void add_counts(Summary& summary, const DayResult& day, double cap) {
    const CampaignDay total = day.total();
    summary.answered += total.answered;
    summary.abandoned += total.abandoned;
    summary.served += total.served;
    summary.dials += total.dials;
    summary.idle_s += day.idle_s;
    summary.talk_s += day.talk_s;
    summary.wrap_s += day.wrap_s;
    summary.inbound += day.inbound;
    summary.machines_passed += day.machines_passed;
    summary.cancelled += day.cancelled;
    summary.wrongly_dropped += day.wrongly_dropped;
    summary.early_cancels += day.early_cancels;
    summary.decision_us += day.decision_us;
    // With several campaigns the law looks at each of them.
    bool over = false;
    for (const CampaignDay& campaign : day.campaigns) {
        const double abandonment = share(campaign.abandoned, campaign.answered);
        summary.worst_day = std::max(summary.worst_day, abandonment);
        over = over || abandonment > cap;
    }
    summary.days_over += over ? 1 : 0;
    summary.first_hour_worst = std::max(summary.first_hour_worst,
                                        share(day.first_hour.abandoned, day.first_hour.answered));
}

} // namespace

RunResult run_days(const RunSettings& settings) {
    RunResult result;
    std::unique_ptr<Policy> policy = fresh_policy(settings.policy);
    if (settings.cold) {
        for (int day = 0; day < settings.days; ++day) {
            policy = fresh_policy(settings.policy);
            World world{settings.world, *policy};
            result.days.push_back(world.run_day(settings.seed, day));
        }
        result.note = policy->note();
        return result;
    }
    World world{settings.world, *policy};
    for (int day = 0; day < settings.warm_up + settings.days; ++day) {
        DayResult today = world.run_day(settings.seed, day);
        if (day >= settings.warm_up) {
            result.days.push_back(std::move(today));
        }
    }
    result.note = policy->note();
    return result;
}

Figure ratio_of_sums(const std::vector<double>& top, const std::vector<double>& bottom) {
    double top_sum = 0;
    double bottom_sum = 0;
    for (std::size_t at = 0; at < top.size(); ++at) {
        top_sum += top[at];
        bottom_sum += bottom[at];
    }
    if (bottom_sum <= 0) {
        return {};
    }
    Figure figure{top_sum / bottom_sum, 0};
    if (top.size() < 2) {
        return figure;
    }
    double squares = 0;
    for (std::size_t at = 0; at < top.size(); ++at) {
        const double residual = top[at] - figure.value * bottom[at];
        squares += residual * residual;
    }
    const auto count = static_cast<double>(top.size());
    const double spread = std::sqrt(squares / (count - 1) * count) / bottom_sum;
    figure.half_width = student(top.size() - 1) * spread;
    return figure;
}

Summary summarise(const std::vector<DayResult>& days, double cap) {
    Summary summary;
    summary.days = static_cast<int>(days.size());
    if (days.empty()) {
        return summary;
    }
    for (const DayResult& day : days) {
        add_counts(summary, day, cap);
    }
    summary.decision_us /= summary.days;
    const std::vector<double> idle = daily(days, [](const DayResult& day) { return day.idle_s; });
    summary.idle_s_per_call = ratio_of_sums(
        idle, daily(days, [](const DayResult& day) { return day.served + day.inbound; }));
    summary.utilisation = ratio_of_sums(
        daily(days, [](const DayResult& day) { return day.talk_s + day.wrap_s; }),
        daily(days, [](const DayResult& day) { return day.talk_s + day.wrap_s + day.idle_s; }));
    summary.abandonment =
        ratio_of_sums(daily(days, [](const DayResult& day) { return day.total().abandoned; }),
                      daily(days, [](const DayResult& day) { return day.total().answered; }));
    summary.first_hour =
        ratio_of_sums(daily(days, [](const DayResult& day) { return day.first_hour.abandoned; }),
                      daily(days, [](const DayResult& day) { return day.first_hour.answered; }));
    const CampaignDay& first = days.front().first_hour;
    summary.first_hour_first_day = share(first.abandoned, first.answered);
    summary.campaigns = summarise_campaigns(days, summary.served);
    return summary;
}

} // namespace pacing_sim
