#include "dnc/abandonment_ledger.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace dnc {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::array<std::string_view, kAnswerClasses> kClassNames{
    "connected", "late", "abandoned", "early_hangup", "machine", "detector_machine"};

using CountsByDay = std::map<sys_days, AnswerCounts>;

std::chrono::microseconds time_to_agent(const AnsweredCall& call) {
    if (call.greeting_end_at) {
        return *call.bridged_at - *call.greeting_end_at;
    }
    return call.answer_to_agent.value_or(*call.bridged_at - call.answered_at);
}

/// `part` of `whole` of `count`, rounded up.
std::int64_t share_rounded_up(std::int64_t count, std::int64_t part, std::int64_t whole) {
    return (count * part + whole - 1) / whole;
}

/// Whether `left` is the larger share; none at all is the smallest.
bool is_worse(AbandonmentRate left, AbandonmentRate right) {
    if (left.answered == 0 || right.answered == 0) {
        return right.answered == 0 && left.abandoned > 0;
    }
    return left.abandoned * right.answered > right.abandoned * left.answered;
}

void add_all(AnswerCounts& sum, const AnswerCounts& part) {
    sum.connected += part.connected;
    sum.late += part.late;
    sum.abandoned += part.abandoned;
    sum.early_hangup += part.early_hangup;
    sum.machine += part.machine;
    sum.detector_machine += part.detector_machine;
}

AnswerCounts counts_between(const CountsByDay& by_day, sys_days from, sys_days to) {
    AnswerCounts sum;
    for (auto day = by_day.lower_bound(from); day != by_day.end() && day->first < to; ++day) {
        add_all(sum, day->second);
    }
    return sum;
}

sys_days month_begin(sys_days day, int months_on) {
    const std::chrono::year_month_day date{day};
    return sys_days{(date.year() / date.month() + std::chrono::months{months_on}) / 1};
}

/// The ledger of one campaign under the rules of one jurisdiction.
class Bookkeeper {
public:
    Bookkeeper(CountsByDay by_day, sys_days first_day, sys_days today, DetectorSample sample)
        : by_day_{std::move(by_day)}, first_day_{first_day}, today_{today}, sample_{sample} {}

    void write(const AbandonmentLimit& limit, std::vector<LedgerPeriod>& out) const {
        if (limit.period == AbandonmentPeriod::trailing_days) {
            return write_trailing(limit, out);
        }
        for (auto day = by_day_.begin(); day != by_day_.end();) {
            const auto [from, to] = bounds(limit, day->first);
            out.push_back(period(limit, from, to));
            day = by_day_.lower_bound(to);
        }
    }

private:
    [[nodiscard]] std::pair<sys_days, sys_days> bounds(const AbandonmentLimit& limit,
                                                       sys_days day) const {
        switch (limit.period) {
        case AbandonmentPeriod::calendar_month:
            return {month_begin(day, 0), month_begin(day, 1)};
        case AbandonmentPeriod::successive_days: {
            // A call before the first that the anchor knows belongs to a period of its own.
            const auto since = (day - first_day_).count();
            const auto index =
                since >= 0 ? since / limit.days : (since - limit.days + 1) / limit.days;
            const sys_days from = first_day_ + days{index * limit.days};
            return {from, from + days{limit.days}};
        }
        case AbandonmentPeriod::trailing_days:
        case AbandonmentPeriod::day:
            break;
        }
        return {day, day + days{1}};
    }

    void write_trailing(const AbandonmentLimit& limit, std::vector<LedgerPeriod>& out) const {
        const auto ending = [&](sys_days last) {
            return period(limit, last - days{limit.days - 1}, last + days{1});
        };
        std::optional<LedgerPeriod> worst;
        for (const auto& [day, counts] : by_day_) {
            if (day >= today_) {
                break;
            }
            auto candidate = ending(day);
            if (!worst || is_worse(candidate.conservative, worst->conservative)) {
                worst = candidate;
            }
        }
        if (worst) {
            out.push_back(*worst);
        }
        if (auto now = ending(today_); now.counts != AnswerCounts{}) {
            out.push_back(now);
        }
    }

    [[nodiscard]] LedgerPeriod period(const AbandonmentLimit& limit, sys_days from,
                                      sys_days to) const {
        LedgerPeriod made;
        made.limit = &limit;
        made.from = from;
        made.under_way = to > today_;
        made.to = std::min(to, today_ + days{1});
        made.counts = counts_between(by_day_, from, to);
        made.by_text = rate_by_text(made.counts);
        made.conservative = rate_conservative(made.counts);
        made.with_detector = rate_with_detector(made.counts, sample_);
        made.met = within_limit(made.by_text, limit);
        made.met_conservative =
            within_limit(made.conservative, limit) && within_limit(made.with_detector, limit);
        return made;
    }

    CountsByDay by_day_;
    sys_days first_day_;
    sys_days today_;
    DetectorSample sample_;
};

} // namespace

std::string_view to_text(AnswerClass value) {
    return kClassNames.at(static_cast<std::size_t>(value));
}

AnswerClass classify(const AnsweredCall& call, std::chrono::milliseconds within) {
    if (call.machine_by_agent) {
        return AnswerClass::machine;
    }
    if (call.bridged_at) {
        return time_to_agent(call) <= within ? AnswerClass::connected : AnswerClass::late;
    }
    if (call.machine_by_detector) {
        return AnswerClass::detector_machine;
    }
    const Instant clock_start = call.greeting_end_at.value_or(call.answered_at);
    const bool left_early =
        call.ended_by_customer && !call.open_at_crash && call.ended_at - clock_start < within;
    return left_early ? AnswerClass::early_hangup : AnswerClass::abandoned;
}

void AnswerCounts::add(AnswerClass value) {
    constexpr std::array<std::int64_t AnswerCounts::*, kAnswerClasses> members{
        &AnswerCounts::connected,    &AnswerCounts::late,    &AnswerCounts::abandoned,
        &AnswerCounts::early_hangup, &AnswerCounts::machine, &AnswerCounts::detector_machine};
    ++(this->*members.at(static_cast<std::size_t>(value)));
}

std::string percent_rounded_up(AbandonmentRate rate) {
    if (rate.answered <= 0) {
        return {};
    }
    const std::int64_t hundredths = share_rounded_up(rate.abandoned, 10'000, rate.answered);
    const std::string fraction = std::to_string(100 + hundredths % 100);
    return std::to_string(hundredths / 100) + "." + fraction.substr(1);
}

AbandonmentRate rate_by_text(const AnswerCounts& counts) {
    const std::int64_t abandoned = counts.late + counts.abandoned;
    return {abandoned, abandoned + counts.connected};
}

AbandonmentRate rate_conservative(const AnswerCounts& counts) {
    const AbandonmentRate by_text = rate_by_text(counts);
    return {by_text.abandoned + counts.early_hangup, by_text.answered + counts.early_hangup};
}

AbandonmentRate rate_with_detector(const AnswerCounts& counts, DetectorSample sample) {
    const std::int64_t whole = std::max<std::int64_t>(sample.sampled, 1);
    const std::int64_t persons = sample.sampled > 0 ? sample.persons : 1;
    const std::int64_t mistaken = share_rounded_up(counts.detector_machine, persons, whole);
    const AbandonmentRate by_text = rate_by_text(counts);
    return {by_text.abandoned + mistaken, by_text.answered + mistaken};
}

bool within_limit(AbandonmentRate rate, const AbandonmentLimit& limit) {
    return rate.abandoned * limit.cap_denominator <= limit.cap_numerator * rate.answered;
}

std::vector<LedgerPeriod> abandonment_ledger(const std::vector<AnsweredCall>& calls,
                                             const AbandonmentRules& rules,
                                             const ZoneDatabase& zones, Instant first_call,
                                             Instant now, DetectorSample sample) {
    const auto zone = zones.find(rules.zone);
    if (!zone) {
        throw std::runtime_error{"the zone " + rules.zone + " of the abandonment rules of " +
                                 rules.jurisdiction + " is not in the zone data"};
    }
    const auto day_of = [&](Instant at) { return sys_days{zones.local(*zone, at).date}; };
    std::vector<LedgerPeriod> periods;
    for (const AbandonmentLimit& limit : rules.limits) {
        CountsByDay by_day;
        for (const AnsweredCall& call : calls) {
            by_day[day_of(call.answered_at)].add(classify(call, limit.connect_within));
        }
        Bookkeeper{std::move(by_day), day_of(first_call), day_of(now), sample}.write(limit,
                                                                                     periods);
    }
    return periods;
}

} // namespace dnc
