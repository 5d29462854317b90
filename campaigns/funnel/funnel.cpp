#include "campaigns/funnel/funnel.hpp"

#include "dnc/time_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace campaigns {

namespace {

using enum FunnelStep;

struct StepRow {
    FunnelStep step;
    std::string_view text;
};

// In the order of the enumeration.
constexpr std::array<StepRow, kFunnelSteps> kSteps{{
    {held, "held"},
    {filtered, "filtered"},
    {finished, "finished"},
    {used_up, "used_up"},
    {refused, "refused"},
    {in_hand, "in_hand"},
    {for_agent, "for_agent"},
    {list_off, "list_off"},
    {resting, "resting"},
    {closed, "closed"},
    {callable, "callable"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
        if (static_cast<std::size_t>(kSteps[i].step) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

struct StatusRow {
    std::string_view status;
    FunnelStep step;
};
constexpr std::array<StatusRow, 7> kStatuses{{{"held", held},
                                              {"filtered", filtered},
                                              {"finished", finished},
                                              {"exhausted", used_up},
                                              {"blocked", refused},
                                              {"leased", in_hand},
                                              {"for_agent", for_agent}}};
constexpr std::string_view kReady = "ready";

/// Statuses that this program does not know hold a lead back.
FunnelStep step_of(std::string_view status) {
    for (const StatusRow& row : kStatuses) {
        if (row.status == status) {
            return row.step;
        }
    }
    return held;
}

bool is_off(const FunnelList& list) {
    return list.weight == 0 || list.status != "active";
}

void earlier(std::optional<Instant>& known, const std::optional<Instant>& other) {
    if (other && (!known || *other < *known)) {
        known = other;
    }
}

std::string_view code_of(RestClass rest) {
    constexpr std::array<std::string_view, 3> kCodes{"within_hour", "within_day", "later"};
    return kCodes.at(static_cast<std::size_t>(rest));
}

std::string local_time(std::string_view zone, const dnc::ZoneDatabase& zones, Instant at) {
    const auto found = zones.find(zone);
    return found ? dnc::clock_text(zones.local(*found, at).of_day) : std::string{};
}

/// Reasons of one step, put together by code.
class Reasons {
public:
    void add(const std::string& code, Sentence words, std::int64_t leads,
             const std::optional<Instant>& until = std::nullopt) {
        if (leads == 0) {
            return;
        }
        FunnelReason& reason = by_code_[code];
        reason.code = code;
        reason.words = std::move(words);
        reason.leads += leads;
        earlier(reason.until, until);
    }

    /// Soonest first where that is known, then most leads first.
    [[nodiscard]] std::vector<FunnelReason> take() {
        std::vector<FunnelReason> all;
        for (auto& [code, reason] : by_code_) {
            all.push_back(std::move(reason));
        }
        std::stable_sort(all.begin(), all.end(), [](const FunnelReason& a, const FunnelReason& b) {
            const Instant never = Instant::max();
            const auto left = std::pair{a.until.value_or(never), -a.leads};
            return left < std::pair{b.until.value_or(never), -b.leads};
        });
        return all;
    }

private:
    std::map<std::string, FunnelReason, std::less<>> by_code_;
};

/// Puts a funnel together from what the store has counted.
class Builder {
public:
    Builder(const FunnelCounts& counts, HoursOf& hours, Instant at)
        : counts_{counts}, hours_{hours}, at_{at} {
        for (const FunnelCounts::List& list : counts.lists) {
            lists_.emplace(list.shown.list, Entry{list.shown, list.by_hand});
        }
    }

    void build(Funnel& out) {
        add_groups(out);
        add_places();
        add_due(out);
        add_resting(out);
        finish(out);
    }

private:
    struct Entry {
        FunnelList shown;
        bool by_hand = false;
        std::int64_t ready = 0;
        std::int64_t due = 0;
    };
    struct Spot {
        FunnelPlace shown;
        const PlaceSample* sample = nullptr;
        StepCounts counts;
        std::int64_t ready_on = 0; ///< ready, on active lists
    };

    [[nodiscard]] Reasons& reasons(FunnelStep step) {
        return reasons_[static_cast<std::size_t>(step)];
    }

    [[nodiscard]] Sentence words_for(const std::string& code, Sentence otherwise) const {
        const auto found = counts_.words.find(code);
        if (found != counts_.words.end() && !found->second.empty()) {
            return typed(found->second);
        }
        return code.empty() ? otherwise : sentence_of_reason(code);
    }

    void add_groups(Funnel& out) {
        for (const FunnelCounts::Group& group : counts_.groups) {
            const auto found = lists_.find(group.list);
            if (found == lists_.end()) {
                continue;
            }
            Entry& entry = found->second;
            if (entry.by_hand) {
                out.by_hand += group.leads;
                continue;
            }
            if (group.status == kReady) {
                entry.ready += group.leads;
                continue;
            }
            const FunnelStep step = step_of(group.status);
            entry.shown.counts[step] += group.leads;
            reasons(step).add(group.stop_reason, words_for(group.stop_reason, words_of(step)),
                              group.leads);
        }
        for (auto& [id, entry] : lists_) {
            if (!entry.by_hand && is_off(entry.shown)) {
                entry.shown.counts[list_off] = entry.ready;
                const bool weightless = entry.shown.status == "active";
                const std::string code = weightless ? "weight_0" : "list_" + entry.shown.status;
                reasons(list_off).add(code, sentence_of_reason(code), entry.ready);
            }
        }
    }

    void add_places() {
        for (const PlaceSample& sample : counts_.whereabouts) {
            Spot& spot = spots_[sample.id];
            spot.sample = &sample;
            spot.shown.place = sample.id;
            spot.shown.key = sample.key;
            spot.shown.hours = hours_.ask(sample, at_);
        }
        for (const FunnelCounts::ByPlace& group : counts_.places) {
            Spot& spot = spots_[group.place];
            spot.shown.place = group.place;
            spot.shown.leads += group.leads;
            if (group.status != kReady) {
                spot.counts[step_of(group.status)] += group.leads;
            } else if (group.list_off) {
                spot.counts[list_off] += group.leads;
            } else {
                spot.ready_on += group.leads;
            }
        }
    }

    void add_due(Funnel& out) {
        for (const FunnelCounts::Due& group : counts_.due) {
            const auto found = lists_.find(group.list);
            if (found == lists_.end() || found->second.by_hand || is_off(found->second.shown)) {
                continue;
            }
            Spot& spot = spots_[group.place];
            const PlaceHours& hours = spot.shown.hours;
            const FunnelStep step = hours.open ? callable : closed;
            found->second.due += group.leads;
            found->second.shown.counts[step] += group.leads;
            spot.shown.due += group.leads;
            spot.counts[step] += group.leads;
            if (!hours.open) {
                reasons(closed).add(hours.code, sentence_of_reason(hours.code), group.leads,
                                    hours.opens_at);
                earlier(out.next_change, hours.opens_at);
            }
        }
    }

    void add_resting(Funnel& out) {
        for (const FunnelCounts::Resting& group : counts_.resting) {
            const auto found = lists_.find(group.list);
            if (found == lists_.end() || found->second.by_hand || is_off(found->second.shown)) {
                continue;
            }
            const std::string code{code_of(group.until)};
            reasons(resting).add(code, sentence_of_reason(code), group.leads, group.first);
            earlier(out.next_change, group.first);
        }
        // What is ready and not due rests; so each ready lead is counted once, whatever clocks say.
        for (auto& [id, entry] : lists_) {
            if (!entry.by_hand && !is_off(entry.shown)) {
                entry.shown.counts[resting] = std::max<std::int64_t>(entry.ready - entry.due, 0);
            }
        }
        for (auto& [place, spot] : spots_) {
            spot.counts[resting] = std::max<std::int64_t>(spot.ready_on - spot.shown.due, 0);
        }
    }

    void finish(Funnel& out) {
        for (const FunnelCounts::List& list : counts_.lists) { // in their order
            const Entry& entry = lists_.at(list.shown.list);
            if (entry.by_hand) {
                continue;
            }
            for (std::size_t step = 0; step < kFunnelSteps; ++step) {
                out.counts.leads[step] += entry.shown.counts.leads[step];
            }
            out.rows_refused += entry.shown.rows_refused;
            out.lists.push_back(entry.shown);
        }
        out.loaded = out.counts.total();
        std::int64_t left = out.loaded;
        for (const StepRow& row : kSteps) {
            FunnelStage& stage = out.stages.emplace_back();
            stage.step = row.step;
            stage.leads = out.counts[row.step];
            stage.left = left -= stage.leads;
            stage.reasons = reasons(row.step).take();
        }
        add_zones(out);
    }

    void add_zones(Funnel& out) {
        std::map<std::vector<std::string>, FunnelZone> by_zones;
        for (auto& [place, spot] : spots_) {
            std::vector<std::string> names;
            if (spot.sample != nullptr) {
                names = spot.sample->zones;
            }
            std::sort(names.begin(), names.end());
            FunnelZone& zone = by_zones[names];
            zone.zones = std::move(names);
            for (std::size_t step = 0; step < kFunnelSteps; ++step) {
                zone.counts.leads[step] += spot.counts.leads[step];
            }
            earlier(zone.opens_at, spot.shown.hours.opens_at);
            earlier(zone.closes_at, spot.shown.hours.closes_at);
            zone.places.push_back(spot.shown);
        }
        for (auto& [names, zone] : by_zones) {
            for (const std::string& name : names) {
                zone.local.push_back(local_time(name, hours_.zones(), at_));
            }
            std::stable_sort(
                zone.places.begin(), zone.places.end(),
                [](const FunnelPlace& a, const FunnelPlace& b) { return a.leads > b.leads; });
            out.zones.push_back(std::move(zone));
        }
        std::stable_sort(out.zones.begin(), out.zones.end(),
                         [](const FunnelZone& a, const FunnelZone& b) {
                             return a.counts.total() > b.counts.total();
                         });
    }

    const FunnelCounts& counts_;
    HoursOf& hours_;
    Instant at_;
    std::map<ListId, Entry> lists_;
    std::map<std::int32_t, Spot> spots_;
    std::array<Reasons, kFunnelSteps> reasons_;
};

} // namespace

std::string_view to_text(FunnelStep step) {
    return kSteps.at(static_cast<std::size_t>(step)).text;
}

Sentence words_of(FunnelStep step) {
    return {find_sentence(fmt::format("step.{}", to_text(step)))->key};
}

std::int64_t StepCounts::total() const {
    return std::accumulate(leads.begin(), leads.end(), std::int64_t{0});
}

Funnel make_funnel(const Campaign& campaign, const FunnelCounts& counts, HoursOf& hours,
                   Instant at) {
    Funnel funnel;
    funnel.at = at;
    funnel.campaign = campaign.id;
    funnel.name = campaign.name;
    funnel.running = campaign.running;
    Builder{counts, hours, at}.build(funnel);
    return funnel;
}

FunnelTotals totals_of(const FunnelCounts& counts) {
    std::map<std::string_view, std::int64_t> by_status;
    for (const FunnelCounts::Group& group : counts.groups) {
        by_status[group.status] += group.leads;
    }
    std::map<ListId, bool> off;
    for (const FunnelCounts::List& list : counts.lists) {
        off[list.shown.list] = is_off(list.shown);
    }
    std::int64_t due = 0;
    for (const FunnelCounts::Due& group : counts.due) {
        due += off[group.list] ? 0 : group.leads;
    }
    return {.ready = due,
            .leased = by_status["leased"],
            .resting = std::max<std::int64_t>(by_status[kReady] - due, 0) + by_status["for_agent"],
            .exhausted = by_status["exhausted"],
            .finished = by_status["finished"],
            .blocked = by_status["blocked"]};
}

FunnelTotals totals_of(const Funnel& funnel) {
    const StepCounts& counts = funnel.counts;
    return {.ready = counts[callable] + counts[closed],
            .leased = counts[in_hand],
            .resting = counts[resting] + counts[for_agent] + counts[list_off],
            .exhausted = counts[used_up],
            .finished = counts[finished],
            .blocked = counts[refused]};
}

} // namespace campaigns
