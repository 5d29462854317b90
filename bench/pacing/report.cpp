#include "bench/pacing/report.hpp"

#include <fmt/format.h>

#include <iterator>

namespace pacing_sim {
namespace {

std::string campaigns_json(const Summary& summary) {
    std::string text;
    for (const CampaignSummary& campaign : summary.campaigns) {
        fmt::format_to(std::back_inserter(text),
                       R"({}{{"abandonment": {:.6f}, "abandonment_half_width": {:.6f}, )"
                       R"("served": {}, "dials": {}, "served_share": {:.4f}}})",
                       text.empty() ? "" : ", ", campaign.abandonment.value,
                       campaign.abandonment.half_width, campaign.served, campaign.dials,
                       campaign.served_share);
    }
    return text;
}

} // namespace

std::string to_json(const RunName& name, const Summary& summary) {
    std::string text;
    auto out = std::back_inserter(text);
    fmt::format_to(out,
                   R"({{"policy": "{}", "scenario": "{}", "agents": {}, "answer": {}, )"
                   R"("seed": {}, "days": {}, )",
                   name.policy, name.scenario, name.agents, name.answer_share, name.seed,
                   summary.days);
    fmt::format_to(out,
                   R"("idle_s_per_call": {:.4f}, "idle_s_per_call_half_width": {:.4f}, )"
                   R"("utilisation": {:.6f}, "utilisation_half_width": {:.6f}, )"
                   R"("abandonment": {:.6f}, "abandonment_half_width": {:.6f}, )",
                   summary.idle_s_per_call.value, summary.idle_s_per_call.half_width,
                   summary.utilisation.value, summary.utilisation.half_width,
                   summary.abandonment.value, summary.abandonment.half_width);
    fmt::format_to(out,
                   R"("worst_day": {:.6f}, "days_over": {}, "first_hour": {:.6f}, )"
                   R"("first_hour_half_width": {:.6f}, "first_hour_worst": {:.6f}, )"
                   R"("first_hour_first_day": {:.6f}, )",
                   summary.worst_day, summary.days_over, summary.first_hour.value,
                   summary.first_hour.half_width, summary.first_hour_worst,
                   summary.first_hour_first_day);
    fmt::format_to(
        out,
        R"("answered": {}, "abandoned": {}, "served": {}, "inbound": {}, )"
        R"("dials": {}, "cancelled": {}, "early_cancels": {}, )"
        R"("wrongly_dropped": {}, "machines_passed": {}, "idle_s": {:.1f}, )"
        R"("talk_s": {:.1f}, "wrap_s": {:.1f}, "decision_us": {:.3f}, "chosen": {:.4f}, )"
        R"("campaigns": [{}]}})",
        summary.answered, summary.abandoned, summary.served, summary.inbound, summary.dials,
        summary.cancelled, summary.early_cancels, summary.wrongly_dropped, summary.machines_passed,
        summary.idle_s, summary.talk_s, summary.wrap_s, summary.decision_us, name.chosen,
        campaigns_json(summary));
    return text;
}

std::string to_table(const RunName& name, const Summary& summary, std::string_view note) {
    std::string text;
    auto out = std::back_inserter(text);
    const auto line = [&](std::string_view label, const Figure& figure, double scale,
                          std::string_view unit) {
        fmt::format_to(out, "  {:<22}{:>10.3f} +- {:.3f} {}\n", label, figure.value * scale,
                       figure.half_width * scale, unit);
    };
    fmt::format_to(out, "{} in {}: {} agents, {:.0f} % answered, {} days, seed {}\n", name.policy,
                   name.scenario, name.agents, 100 * name.answer_share, summary.days, name.seed);
    if (name.chosen > 0) {
        fmt::format_to(out, "  {:<22}{:>10.3f}\n", "found in hindsight", name.chosen);
    }
    line("idle per call", summary.idle_s_per_call, 1, "s");
    line("utilisation", summary.utilisation, 100, "%");
    line("abandonment", summary.abandonment, 100, "%");
    fmt::format_to(out, "  {:<22}{:>10.3f} %; days over the cap: {}\n", "worst day",
                   100 * summary.worst_day, summary.days_over);
    line("first hour", summary.first_hour, 100, "%");
    fmt::format_to(out, "  {:<22}{:>10} of {} dials, {} answered, {} given up\n", "served",
                   summary.served, summary.dials, summary.answered, summary.cancelled);
    fmt::format_to(out, "  {:<22}{:>10.3f} us\n", "a decision", summary.decision_us);
    for (std::size_t at = 0; summary.campaigns.size() > 1 && at < summary.campaigns.size(); ++at) {
        const CampaignSummary& campaign = summary.campaigns[at];
        fmt::format_to(out,
                       "  campaign {:<13}{:>10.3f} +- {:.3f} % abandoned, {:.1f} % of served\n",
                       at + 1, 100 * campaign.abandonment.value,
                       100 * campaign.abandonment.half_width, 100 * campaign.served_share);
    }
    if (!note.empty()) {
        fmt::format_to(out, "  at the end: {}\n", note);
    }
    return text;
}

} // namespace pacing_sim
