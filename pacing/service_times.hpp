#pragma once

// How long agents talk and wrap up, and from that when busy ones come free.

#include "pacing/grid.hpp"
#include "pacing/signal_times.hpp"
#include "pacing/ticks.hpp"

#include <array>
#include <cstdint>

namespace pacing {

class SavedReader;
class SavedWriter;

/// Ages are told apart by bins that grow by a fifth each: 0..1 s, then up to an hour, then all
/// more.
inline constexpr int age_bins = 48;
/// The first tick of each bin; ascending, the first is 0.
[[nodiscard]] const std::array<std::int32_t, age_bins>& age_edges();
[[nodiscard]] int age_bin(Tick age);

/// Ends of a phase of work per second in it, by age. Constant within a bin.
struct Hazard {
    std::array<double, age_bins> rate{};
    std::array<double, age_bins> sum{}; ///< integral from 0 to the first tick of the bin

    void integrate();
    /// Integral from 0 to `age_s`.
    [[nodiscard]] double integral(double age_s) const;
    /// Probability of an end within 0, 0.5, 1 ... s for somebody aged `age_s`.
    void ends_within(double age_s, std::array<double, grid_steps + 1>& share) const;
};

/// What is counted of one phase.
struct PhaseCounts {
    std::array<double, age_bins> ends{};  ///< phases that ended in the bin
    std::array<double, age_bins> lasts{}; ///< phases that ended or were cut off in the bin
    std::array<double, age_bins> stays{}; ///< seconds that those spent in their last bin
    double weight = 0;                    ///< ends, all bins
    double time_s = 0;                    ///< all time in the phase

    /// A phase of `length_s`; `cut` when it was not seen to its end.
    void add(double length_s, bool cut);
    void scale(double factor);
    /// Hazards from these counts and a lognormal prior of weak weight, scaled to the mean seen.
    [[nodiscard]] Hazard hazard(double prior_mean_s, double prior_cv) const;
    [[nodiscard]] double mean_s(double prior_mean_s) const;
    void save(SavedWriter& out, std::string_view name) const;
    void load(SavedReader& in, std::string_view name);
};

/// What switches of Features change here.
struct ServiceView {
    bool phases = true;
    bool agent_age = true;
    friend bool operator==(const ServiceView&, const ServiceView&) = default;
};

/// Learns talk and wrap times of one campaign's calls and keeps, for each age, the probability that
/// an agent of that age is free again within each time of the grid.
///
/// The tables follow the counts with a lag of a few per cent of what was learnt, so that their cost
/// is spread over many events.
class ServiceTimes {
public:
    ServiceTimes();

    void talk_ended(double length_s, bool cut);
    void wrap_ended(double length_s, bool cut);
    /// Talk and wrap as one, for Features::phases off.
    void work_ended(double length_s, bool cut);
    /// What came after the work: ready again, or a pause.
    void went_on(bool paused);
    /// Ready `late_s` after the time the agent had signalled; negative: earlier.
    void signal_kept(double late_s);

    void set_view(const ServiceView& view);
    [[nodiscard]] const ServiceView& view() const { return view_; }

    [[nodiscard]] const Moments& talking(int bin) const { return talk_rows_[index(bin)]; }
    [[nodiscard]] const Moments& wrapping(int bin) const { return wrap_rows_[index(bin)]; }
    /// For an agent who said he would be ready in `ahead_s` (negative: ago).
    [[nodiscard]] const Moments& signalled(double ahead_s) const { return signals_.row(ahead_s); }

    /// Changes whenever a row does.
    [[nodiscard]] std::uint32_t version() const { return version_; }
    /// Mean seconds of talk and wrap together.
    [[nodiscard]] double work_s() const;

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    struct Counts {
        PhaseCounts talk;
        PhaseCounts wrap;
        PhaseCounts work;
        double went_on = 0;
        double paused = 0;
        SignalCounts signal;
    };
    static std::size_t index(int bin) { return static_cast<std::size_t>(bin); }
    static void save(SavedWriter& out, std::string_view prefix, const Counts& counts);
    static void load(SavedReader& in, std::string_view prefix, Counts& counts);
    void changed();
    void build();
    void build_talk(const Hazard& talk, const Hazard& wrap, float stays);
    static void level_ages(const Hazard& hazard, std::array<Moments, age_bins>& rows);

    ServiceView view_;
    Counts counts_;
    Counts built_; // what the rows were made from
    double news_ = 0;
    std::uint32_t version_ = 0;
    std::array<Moments, age_bins> talk_rows_;
    std::array<Moments, age_bins> wrap_rows_;
    SignalTimes signals_;
};

} // namespace pacing
