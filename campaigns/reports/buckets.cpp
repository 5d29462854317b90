#include "campaigns/reports/buckets.hpp"

#include "dnc/time_text.hpp"

#include <array>

namespace campaigns {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

Bucket bucket_at(const dnc::ZoneDatabase& zones, dnc::ZoneId zone, dnc::Instant begin) {
    const dnc::LocalTime local = zones.local(zone, begin);
    return {.begin = begin,
            .date = sys_days{local.date},
            .hour = static_cast<int>(local.of_day / std::chrono::hours{1})};
}

/// The next instant at which the clock shows a full hour, or is put forward or back to another one.
dnc::Instant next_hour(const dnc::ZoneDatabase& zones, dnc::ZoneId zone, dnc::Instant at) {
    const dnc::LocalTime local = zones.local(zone, at);
    return at + (1h - local.of_day % 1h);
}

} // namespace

std::vector<Bucket> day_buckets(const dnc::ZoneDatabase& zones, dnc::ZoneId zone, dnc::Instant from,
                                dnc::Instant to) {
    std::vector<Bucket> days;
    if (from >= to) {
        return days;
    }
    sys_days date{zones.local(zone, from).date};
    for (dnc::Instant begin = zones.day_begin(zone, date); begin < to;) {
        if (!days.empty() && days.back().begin == begin) {
            days.pop_back(); // that day never was: Samoa, 30 December 2011
        }
        days.push_back({.begin = begin, .date = date, .hour = 0});
        date += std::chrono::days{1};
        begin = zones.day_begin(zone, date);
    }
    return days;
}

std::vector<Bucket> hour_buckets(const dnc::ZoneDatabase& zones, dnc::ZoneId zone,
                                 dnc::Instant from, dnc::Instant to) {
    std::vector<Bucket> hours;
    if (from >= to) {
        return hours;
    }
    for (dnc::Instant begin = zones.day_begin(zone, sys_days{zones.local(zone, from).date});
         begin < to; begin = next_hour(zones, zone, begin)) {
        hours.push_back(bucket_at(zones, zone, begin));
    }
    return hours;
}

std::string bounds_of(const std::vector<Bucket>& buckets) {
    std::string array = "{";
    for (const Bucket& bucket : buckets) {
        array += array.size() > 1 ? "," : "";
        array += dnc::instant_text(bucket.begin);
    }
    return array + "}";
}

std::string day_text(sys_days day) {
    return dnc::date_text(std::chrono::year_month_day{day});
}

std::string_view weekday_text(sys_days day) {
    constexpr std::array<std::string_view, 7> names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
    return names.at(std::chrono::weekday{day}.c_encoding());
}

} // namespace campaigns
