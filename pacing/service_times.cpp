#include "pacing/service_times.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace pacing {

namespace {

// Where nothing is known: a call of two minutes and half a minute of work after it.
constexpr double talk_mean_s = 120.0;
constexpr double talk_cv = 1.0;
constexpr double wrap_mean_s = 30.0;
constexpr double wrap_cv = 0.8;
constexpr double prior_weight = 12.0; // phases that the prior stands for
constexpr double mean_weight = 5.0;   // of them, for its scale
constexpr double weight_max = 8000.0; // then all is halved, so that old times are forgotten
constexpr double rate_max = 40.0;     // ends per second
constexpr double break_prior = 0.2;   // pauses among
constexpr double break_weight = 20.0; // so many ends of work
constexpr double length_max_s = 86'400.0;

constexpr int last_bin = age_bins - 1;

double edge_s(int bin) {
    return age_edges()[static_cast<std::size_t>(bin)] * tick_s;
}

/// Share of a lognormal of mean 1 that is at least `x`.
double lognormal_stays(double x, double cv) {
    if (x <= 0.0) {
        return 1.0;
    }
    const double sigma2 = std::log1p(cv * cv);
    return 0.5 * std::erfc((std::log(x) + 0.5 * sigma2) / std::sqrt(2.0 * sigma2));
}

double middle_age_s(int bin) {
    return bin == last_bin ? edge_s(bin) * 1.1 : 0.5 * (edge_s(bin) + edge_s(bin + 1));
}

} // namespace

const std::array<std::int32_t, age_bins>& age_edges() {
    static const auto edges = [] {
        std::array<std::int32_t, age_bins> ticks{};
        for (int bin = 1; bin < age_bins; ++bin) {
            const double edge = std::pow(3600.0, (bin - 1) / (age_bins - 2.0));
            ticks[static_cast<std::size_t>(bin)] =
                static_cast<std::int32_t>(std::lround(edge / tick_s));
        }
        return ticks;
    }();
    return edges;
}

int age_bin(Tick age) {
    const auto& edges = age_edges();
    const auto above = std::upper_bound(edges.begin() + 1, edges.end(), age);
    return static_cast<int>(above - edges.begin()) - 1;
}

void Hazard::integrate() {
    for (int bin = 1; bin < age_bins; ++bin) {
        const auto b = static_cast<std::size_t>(bin);
        sum[b] = sum[b - 1] + rate[b - 1] * (edge_s(bin) - edge_s(bin - 1));
    }
}

double Hazard::integral(double age_s) const {
    const int bin = age_bin(static_cast<Tick>(age_s / tick_s));
    const auto b = static_cast<std::size_t>(bin);
    return sum[b] + rate[b] * (age_s - edge_s(bin));
}

void Hazard::ends_within(double age_s, std::array<double, grid_steps + 1>& share) const {
    const double start = integral(age_s);
    int bin = age_bin(static_cast<Tick>(age_s / tick_s));
    for (int step = 0; step <= grid_steps; ++step) {
        const double age = age_s + 0.5 * step;
        while (bin < last_bin && age >= edge_s(bin + 1)) {
            ++bin;
        }
        const auto b = static_cast<std::size_t>(bin);
        const double until = sum[b] + rate[b] * (age - edge_s(bin));
        share[static_cast<std::size_t>(step)] = -std::expm1(start - until);
    }
}

void PhaseCounts::add(double length_s, bool cut) {
    const double length = std::clamp(length_s, 0.0, length_max_s);
    const int bin = age_bin(static_cast<Tick>(length / tick_s));
    const auto b = static_cast<std::size_t>(bin);
    lasts[b] += 1.0;
    stays[b] += length - edge_s(bin);
    time_s += length;
    if (!cut) {
        ends[b] += 1.0;
        weight += 1.0;
    }
    if (weight > weight_max) {
        scale(0.5);
    }
}

void PhaseCounts::scale(double factor) {
    for (std::size_t b = 0; b < age_bins; ++b) {
        ends[b] *= factor;
        lasts[b] *= factor;
        stays[b] *= factor;
    }
    weight *= factor;
    time_s *= factor;
}

double PhaseCounts::mean_s(double prior_mean_s) const {
    return (prior_mean_s * mean_weight + time_s) / (mean_weight + weight);
}

Hazard PhaseCounts::hazard(double prior_mean_s, double prior_cv) const {
    const double mean = std::max(0.05, mean_s(prior_mean_s));
    Hazard hazard;
    double beyond = 0; // phases that lasted beyond the bin at hand
    for (int bin = last_bin; bin >= 0; --bin) {
        const auto b = static_cast<std::size_t>(bin);
        const bool last = bin == last_bin;
        const double width = last ? edge_s(bin) : edge_s(bin + 1) - edge_s(bin);
        const double stay = lognormal_stays(edge_s(bin) / mean, prior_cv);
        const double after = lognormal_stays((edge_s(bin) + width) / mean, prior_cv);
        const double prior_ends = prior_weight * (stay - after) + 1e-6;
        const double prior_time = prior_weight * 0.5 * (stay + after) * width + 1e-6 * mean;
        const double time = stays[b] + beyond * width;
        hazard.rate[b] = std::min(rate_max, (ends[b] + prior_ends) / (time + prior_time));
        beyond += lasts[b];
    }
    hazard.integrate();
    return hazard;
}

void PhaseCounts::save(SavedWriter& out, std::string_view name) const {
    const std::string prefix{name};
    out.put(prefix + "_ends", ends);
    out.put(prefix + "_lasts", lasts);
    out.put(prefix + "_stays", stays);
    out.put(prefix + "_weight", weight);
    out.put(prefix + "_time", time_s);
}

void PhaseCounts::load(SavedReader& in, std::string_view name) {
    const std::string prefix{name};
    in.get(prefix + "_ends", ends);
    in.get(prefix + "_lasts", lasts);
    in.get(prefix + "_stays", stays);
    weight = in.get(prefix + "_weight");
    time_s = in.get(prefix + "_time");
}

ServiceTimes::ServiceTimes() {
    build();
}

void ServiceTimes::talk_ended(double length_s, bool cut) {
    counts_.talk.add(length_s, cut);
    changed();
}

void ServiceTimes::wrap_ended(double length_s, bool cut) {
    counts_.wrap.add(length_s, cut);
    changed();
}

void ServiceTimes::work_ended(double length_s, bool cut) {
    counts_.work.add(length_s, cut);
}

void ServiceTimes::went_on(bool paused) {
    counts_.went_on += 1.0;
    counts_.paused += paused ? 1.0 : 0.0;
    if (counts_.went_on > weight_max) {
        counts_.went_on *= 0.5;
        counts_.paused *= 0.5;
    }
}

void ServiceTimes::signal_kept(double late_s) {
    counts_.signal.add(late_s);
    if (counts_.signal.weight > weight_max) {
        counts_.signal.scale(0.5);
    }
}

void ServiceTimes::set_view(const ServiceView& view) {
    if (view_ != view) {
        view_ = view;
        build();
    }
}

double ServiceTimes::work_s() const {
    return counts_.talk.mean_s(talk_mean_s) + counts_.wrap.mean_s(wrap_mean_s);
}

void ServiceTimes::changed() {
    news_ += 1.0;
    if (news_ >= std::max(8.0, 0.04 * (built_.talk.weight + built_.wrap.weight))) {
        built_ = counts_;
        build();
    }
}

void ServiceTimes::build() {
    news_ = 0;
    ++version_;
    const double stays = 1.0 - (built_.paused + break_prior) / (built_.went_on + break_weight);
    const Hazard wrap = built_.wrap.hazard(wrap_mean_s, wrap_cv);
    std::array<double, grid_steps + 1> share{};
    for (int bin = 0; bin < age_bins; ++bin) {
        wrap.ends_within(middle_age_s(bin), share);
        Row row;
        for (int g = 0; g < grid_size; ++g) {
            const auto step = static_cast<std::size_t>(grid_half_s[static_cast<std::size_t>(g)]);
            row[g] = static_cast<float>(stays * share[step]);
        }
        wrap_rows_[index(bin)].set(row);
    }
    if (view_.phases) {
        const Hazard talk = built_.talk.hazard(talk_mean_s, talk_cv);
        build_talk(talk, wrap, static_cast<float>(stays));
        if (!view_.agent_age) {
            level_ages(talk, talk_rows_);
            level_ages(wrap, wrap_rows_);
        }
    } else {
        // One phase from the first word to the end of wrap-up: an end of it is an agent ready, so
        // what follows it takes no time.
        const Hazard work = built_.work.hazard(talk_mean_s + wrap_mean_s, talk_cv);
        Hazard at_once;
        at_once.rate.fill(rate_max);
        at_once.integrate();
        build_talk(work, at_once, static_cast<float>(stays));
        if (!view_.agent_age) {
            level_ages(work, talk_rows_);
        }
    }
    signals_.build(built_.signal, stays);
}

void ServiceTimes::build_talk(const Hazard& talk, const Hazard& wrap, float stays) {
    // The talk ends in some half second, the wrap-up within what is left of the horizon then.
    std::array<double, grid_steps> wrapped{};
    for (int step = 0; step < grid_steps; ++step) {
        wrapped[static_cast<std::size_t>(step)] = -std::expm1(-wrap.integral(0.25 + 0.5 * step));
    }
    std::array<double, grid_steps + 1> share{};
    for (int bin = 0; bin < age_bins; ++bin) {
        talk.ends_within(middle_age_s(bin), share);
        Row row;
        for (int g = 0; g < grid_size; ++g) {
            const auto steps = static_cast<std::size_t>(grid_half_s[static_cast<std::size_t>(g)]);
            double sum = 0;
            for (std::size_t step = 0; step < steps; ++step) {
                sum += (share[step + 1] - share[step]) * wrapped[steps - 1 - step];
            }
            row[g] = stays * static_cast<float>(sum);
        }
        talk_rows_[index(bin)].set(row);
    }
}

void ServiceTimes::level_ages(const Hazard& hazard, std::array<Moments, age_bins>& rows) {
    // Every age counts as much as agents are of it: the time that phases spend in the bin.
    Row sum = Row::Zero();
    double all = 0;
    for (int bin = 0; bin < last_bin; ++bin) {
        const double width = edge_s(bin + 1) - edge_s(bin);
        const double time = std::exp(-hazard.sum[index(bin)]) * width;
        sum += static_cast<float>(time) * rows[index(bin)].mean;
        all += time;
    }
    Moments level;
    level.set(sum / static_cast<float>(all));
    rows.fill(level);
}

void ServiceTimes::save(SavedWriter& out, std::string_view prefix, const Counts& counts) {
    const std::string name{prefix};
    counts.talk.save(out, name + "_talk");
    counts.wrap.save(out, name + "_wrap");
    counts.work.save(out, name + "_work");
    out.put(name + "_went_on", counts.went_on);
    out.put(name + "_paused", counts.paused);
    out.put(name + "_signal", counts.signal.late);
    out.put(name + "_signal_weight", counts.signal.weight);
}

void ServiceTimes::load(SavedReader& in, std::string_view prefix, Counts& counts) {
    const std::string name{prefix};
    counts.talk.load(in, name + "_talk");
    counts.wrap.load(in, name + "_wrap");
    counts.work.load(in, name + "_work");
    counts.went_on = in.get(name + "_went_on");
    counts.paused = in.get(name + "_paused");
    in.get(name + "_signal", counts.signal.late);
    counts.signal.weight = in.get(name + "_signal_weight");
}

void ServiceTimes::save(SavedWriter& out) const {
    save(out, "now", counts_);
    save(out, "used", built_);
    out.put("news", news_);
}

void ServiceTimes::load(SavedReader& in) {
    load(in, "now", counts_);
    load(in, "used", built_);
    const double news = in.get("news");
    build();
    news_ = news;
}

} // namespace pacing
