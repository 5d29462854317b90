#include "dnc/gate.hpp"

#include "dnc/zone_release.hpp"

#include <algorithm>
#include <utility>

namespace dnc {

namespace {

using std::chrono::seconds;

// Every zone opens once a day, so zones that do not share a minute within this time never will.
constexpr std::chrono::days kOpeningSearch{4};

void append_padded(std::string& text, std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    text.append(width > digits.size() ? width - digits.size() : 0, '0');
    text += digits;
}

void append_time(std::string& text, seconds of_day, bool with_seconds) {
    append_padded(text, of_day.count() / 3600, 2);
    text += ':';
    append_padded(text, of_day.count() / 60 % 60, 2);
    if (with_seconds) {
        text += ':';
        append_padded(text, of_day.count() % 60, 2);
    }
}

std::string clock_text(seconds of_day) {
    std::string text;
    append_time(text, of_day, false);
    return text;
}

std::string date_text(std::chrono::year_month_day date) {
    std::string text;
    append_padded(text, static_cast<int>(date.year()), 4);
    text += '-';
    append_padded(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append_padded(text, static_cast<unsigned>(date.day()), 2);
    return text;
}

/// "2026-11-23T15:04:05-05:00", RFC 3339.
std::string timestamp(const LocalTime& local) {
    std::string text = date_text(local.date);
    text += 'T';
    append_time(text, local.of_day, true);
    text += local.offset < seconds::zero() ? '-' : '+';
    append_time(text, std::chrono::abs(local.offset), false);
    return text;
}

/// Whether zone data of release `have` may decide under rules that ask for `need`. A release that
/// cannot be told is not new enough.
bool is_current(std::string_view have, std::string_view need) {
    const auto have_release = read_zone_release(have);
    const auto need_release = read_zone_release(need);
    return have_release && need_release && *have_release >= *need_release;
}

/// The calling window in civil time, asked zone by zone.
class Window {
public:
    Window(const Rules& rules, const ZoneDatabase& zones) : rules_{rules}, zones_{zones} {}

    [[nodiscard]] bool contains(seconds of_day) const {
        return of_day >= rules_.window_open && of_day < rules_.window_close;
    }

    /// Whether a call begun at `at` also rings inside the window to its end.
    [[nodiscard]] bool is_open(ZoneId zone, Instant at) const {
        return contains(zones_.local(zone, at).of_day) &&
               contains(zones_.local(zone, at + rules_.ring_guard).of_day);
    }

    /// First instant from `at` on at which the window is open in all zones together; nothing when
    /// there is none, as with zones on opposite sides of the earth.
    [[nodiscard]] std::optional<Instant> first_open(const std::vector<ZoneId>& zones,
                                                    Instant at) const {
        Instant candidate = at;
        for (bool moved = true; moved && candidate < at + kOpeningSearch;) {
            moved = false;
            for (const ZoneId zone : zones) {
                if (!is_open(zone, candidate)) {
                    candidate = zones_.next_time_of_day(
                        zone, candidate + std::chrono::microseconds{1}, rules_.window_open);
                    moved = true;
                }
            }
            if (!moved) {
                return candidate;
            }
        }
        return std::nullopt;
    }

private:
    const Rules& rules_;
    const ZoneDatabase& zones_;
};

/// One decision in the making. The checks run in the order of ReasonCode.
class Examination {
public:
    Examination(const Rules& rules, const ZoneDatabase& zones, const SuppressionSnapshot& lists,
                Instant at)
        : rules_{rules}, zones_{zones}, lists_{lists}, at_{at} {}

    [[nodiscard]] Decision run(const Facts& facts, const Place& place, bool zones_current) {
        collect_evidence(place);
        check_hours(place);
        check_listed(facts.number);
        check_list_versions();
        check_feed();
        check_place(place, zones_current);
        settle();
        return std::move(decision_);
    }

private:
    void fail(ReasonCode code, std::string detail) {
        const RuleSource& source = rules_.sources[static_cast<std::size_t>(code)];
        decision_.reasons.push_back({code, source.id, source.cite, std::move(detail)});
    }

    void collect_evidence(const Place& place);
    void check_hours(const Place& place);
    void check_listed(Number number);
    void check_list_versions();
    void check_feed();
    void check_place(const Place& place, bool zones_current);
    void settle();

    [[nodiscard]] std::string hours_detail(ZoneId zone) const;

    const Rules& rules_;
    const ZoneDatabase& zones_;
    const SuppressionSnapshot& lists_;
    Instant at_;
    Decision decision_;
    std::optional<Instant> opening_; // when closed now: the next time all zones are open
    std::optional<std::chrono::year_month_day> date_; // the latest of the called party's dates
};

void Examination::collect_evidence(const Place& place) {
    Evidence& evidence = decision_.evidence;
    evidence.zones.reserve(place.zones.size());
    for (const ZoneId zone : place.zones) {
        const LocalTime local = zones_.local(zone, at_);
        evidence.zones.push_back({std::string{zones_.name(zone)}, timestamp(local)});
        date_ = date_ ? std::max(*date_, local.date) : local.date;
    }
    evidence.lists.reserve(lists_.lists.size());
    for (const SuppressionList& list : lists_.lists) {
        evidence.lists.push_back({list.name, list.version_id, list.as_of});
    }
    evidence.tzdb_version = zones_.version();
    evidence.rules_version = rules_.version;
}

std::string Examination::hours_detail(ZoneId zone) const {
    const Window window{rules_, zones_};
    const seconds of_day = zones_.local(zone, at_).of_day;
    std::string text = "It is " + clock_text(of_day) + " in " + std::string{zones_.name(zone)};
    text += window.contains(of_day) ? " and the call could ring past the end of the window "
                                    : ", outside the window ";
    return text + clock_text(rules_.window_open) + " to " + clock_text(rules_.window_close) + ".";
}

void Examination::check_hours(const Place& place) {
    if (place.kind == LineKind::other_country) {
        return; // this window is no rule of that country; COUNTRY_UNSUPPORTED refuses the call
    }
    const Window window{rules_, zones_};
    const auto closed = std::find_if(place.zones.begin(), place.zones.end(),
                                     [&](ZoneId zone) { return !window.is_open(zone, at_); });
    if (closed == place.zones.end()) {
        return;
    }
    fail(ReasonCode::hours_federal, hours_detail(*closed));
    opening_ = window.first_open(place.zones, at_);
}

void Examination::check_listed(Number number) {
    constexpr std::array<std::pair<ListKind, ReasonCode>, 3> kKinds = {{
        {ListKind::company, ReasonCode::company_dnc},
        {ListKind::national, ReasonCode::list_national},
        {ListKind::other, ReasonCode::list_other},
    }};
    for (const auto& [kind, code] : kKinds) {
        for (const SuppressionList& list : lists_.lists) {
            if (list.kind == kind && list.numbers.contains(number)) {
                fail(code, "The number is on the list '" + list.name + "'.");
            }
        }
    }
}

void Examination::check_list_versions() {
    const auto is_national = [](const SuppressionList& list) {
        return list.kind == ListKind::national;
    };
    if (std::none_of(lists_.lists.begin(), lists_.lists.end(), is_national)) {
        fail(ReasonCode::list_missing, "There is no national list.");
    }
    for (const SuppressionList& list : lists_.lists) {
        if (is_national(list) && list.version_id == 0) {
            fail(ReasonCode::list_missing,
                 "No version of the list '" + list.name + "' was ever loaded.");
        }
    }
    // Without a zone the call is refused in any case; the earliest date on earth then keeps this
    // reason from going away when a zone becomes known.
    const std::chrono::sys_days today =
        date_ ? std::chrono::sys_days{*date_}
              : std::chrono::floor<std::chrono::days>(at_ - std::chrono::hours{12});
    for (const SuppressionList& list : lists_.lists) {
        if (!is_national(list) || list.version_id == 0) {
            continue;
        }
        if (!list.as_of.ok() ||
            today - std::chrono::sys_days{list.as_of} > rules_.national_age_max) {
            fail(ReasonCode::list_stale,
                 "The list '" + list.name + "' is of " + date_text(list.as_of) + ", more than " +
                     std::to_string(rules_.national_age_max.count()) + " days ago.");
        }
    }
}

void Examination::check_feed() {
    if (lists_.feed_alive_at < at_ - rules_.feed_age_max) {
        fail(ReasonCode::feed_stale, "Opt-outs of the last seconds may be missing: the change feed "
                                     "of the lists does not answer.");
    } else if (lists_.feed_alive_at > at_ + rules_.feed_age_max) {
        // A clock that was set back would make one old proof last until the clock caught up.
        fail(ReasonCode::feed_stale,
             "The last proof of the change feed lies in the future: the clock was set back.");
    }
}

void Examination::check_place(const Place& place, bool zones_current) {
    if (place.kind == LineKind::not_geographic) {
        fail(ReasonCode::line_not_geographic,
             "The area code is toll-free, premium, personal or never assigned.");
    }
    const bool is_us = place.kind == LineKind::us || place.kind == LineKind::us_perhaps;
    const bool closed =
        std::any_of(decision_.reasons.begin(), decision_.reasons.end(),
                    [](const Reason& reason) { return reason.code == ReasonCode::hours_federal; });
    if (!place.zones_known) {
        fail(ReasonCode::tz_unknown, "A time zone of this place is not in the zone data.");
    } else if (is_us && place.zones.empty()) {
        fail(ReasonCode::tz_unknown, "No time zone is known for this place.");
    } else if (closed && !opening_) {
        fail(ReasonCode::tz_unknown,
             "The places this number may be in have no common time inside the window.");
    }
    if (!zones_current) {
        fail(ReasonCode::tzdb_stale, "The zone data are of release " +
                                         std::string{zones_.version()} + "; the rules ask for " +
                                         rules_.min_tzdb + " or later.");
    }
    if (place.kind == LineKind::other_country) {
        fail(ReasonCode::country_unsupported, "There are no rules for the country of this number.");
    }
}

void Examination::settle() {
    const std::vector<Reason>& reasons = decision_.reasons;
    if (reasons.empty()) {
        decision_.verdict = Verdict::allow;
        return;
    }
    const bool passes = std::all_of(reasons.begin(), reasons.end(), [](const Reason& reason) {
        return scope_of(reason.code) == ReasonScope::time;
    });
    if (passes && opening_) {
        decision_.verdict = Verdict::defer;
        decision_.until = opening_;
        return;
    }
    decision_.verdict = Verdict::deny;
}

} // namespace

Gate::Gate(Rules rules, const AreaCodes& area_codes, const ZoneDatabase& zones)
    : rules_{std::move(rules)}, zones_{zones}, places_{area_codes, zones},
      zones_current_{is_current(zones.version(), rules_.min_tzdb)} {}

std::variant<Clearance, Decision> Gate::clear(const Facts& facts, const SuppressionSnapshot& lists,
                                              Instant at) const {
    Decision decision = decide(facts, lists, at);
    if (decision.verdict == Verdict::allow) {
        return Clearance{facts.number, at, std::move(decision.evidence)};
    }
    return decision;
}

Decision Gate::decide(const Facts& facts, const SuppressionSnapshot& lists, Instant at) const {
    Examination examination{rules_, zones_, lists, at};
    return examination.run(facts, places_.find(facts.number, facts.address_region), zones_current_);
}

} // namespace dnc
