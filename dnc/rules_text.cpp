// Sentences about findings, for people and logs.

#include "dnc/rules_judgement.hpp"
#include "dnc/time_text.hpp"

#include <array>

namespace dnc {

namespace {

using Write = std::string (*)(const Finding&, const ZoneDatabase&);

constexpr std::array<std::string_view, 4> kLineTypes{
    "a landline", "a wireless line", "a voice-over-internet line", "a protected line"};
constexpr std::array<std::string_view, 3> kGrades{"oral consent", "express consent",
                                                  "written consent"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

std::string day_text(sys_days day) {
    return date_text(std::chrono::year_month_day{day});
}

/// "It is 21:03 on Sunday in America/New_York".
std::string now_there(const Finding& finding, const ZoneDatabase& zones) {
    const auto weekday = std::chrono::weekday{finding.day}.c_encoding();
    return "It is " + clock_text(finding.of_day) + " on " + std::string{kWeekdays.at(weekday)} +
           ", " + day_text(finding.day) + ", in " + std::string{zones.name(finding.zone)};
}

/// "08:00 to 20:00", "10:00 to 13:00 and 14:00 to 20:00", "no hour".
std::string hours_text(const std::vector<Interval>& hours) {
    std::string text;
    for (const Interval& interval : hours) {
        text += (text.empty() ? "" : " and ") + clock_text(interval.open) + " to " +
                clock_text(interval.close);
    }
    return text.empty() ? "no hour" : text;
}

std::string week_hours(const Finding& finding) {
    const auto* window = finding.rule ? std::get_if<WindowRule>(&finding.rule->body) : nullptr;
    const auto weekday = std::chrono::weekday{finding.day}.c_encoding();
    return window == nullptr ? "" : hours_text(window->weekdays.at(weekday));
}

std::string special_hours(const Finding& finding, bool before) {
    const auto* window = finding.rule ? std::get_if<WindowRule>(&finding.rule->body) : nullptr;
    const auto* hours = window == nullptr ? nullptr
                        : before          ? &window->pre_holiday
                                          : &window->holiday;
    return hours == nullptr || !*hours ? "no hour" : hours_text(**hours);
}

std::string outside_hours(const Finding& finding, const ZoneDatabase& zones) {
    return now_there(finding, zones) + ", outside the hours of that day: " + week_hours(finding) +
           ".";
}

std::string rings_past_hours(const Finding& finding, const ZoneDatabase& zones) {
    return now_there(finding, zones) +
           ", and the call could ring past the hours of that day: " + week_hours(finding) + ".";
}

std::string holiday(const Finding& finding, const ZoneDatabase& zones) {
    return now_there(finding, zones) + ": " + std::string{finding.name} + ", when the hours are " +
           special_hours(finding, false) + ".";
}

std::string before_holiday(const Finding& finding, const ZoneDatabase& zones) {
    const std::string name{finding.name};
    return now_there(finding, zones) + (name.empty() ? "" : ", the day before " + name) +
           ", when the hours are " + special_hours(finding, true) + ".";
}

std::string emergency(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "A state of emergency is declared for " + std::string{finding.name} +
           (finding.at == Instant::max() ? "."
                                         : ", which ends at " + instant_text(finding.at) + ".");
}

std::string too_many(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return std::to_string(finding.count) + " calls count already, and " +
           std::to_string(finding.limit) + " are allowed.";
}

std::string too_soon(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The call of " + instant_text(finding.at) + " asks for a quiet time after it.";
}

std::string no_consent(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "There is no " + std::string{kGrades.at(static_cast<std::size_t>(finding.limit))} +
           " with its evidence for this seller and matter that is in force.";
}

std::string revoked(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The person asked not to be called on " + instant_text(finding.at) +
           (finding.name.empty() ? "." : " (" + std::string{finding.name} + ").");
}

std::string listed(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The number is on the list '" + std::string{finding.name} + "'.";
}

std::string company_listed(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The number is on the company's do-not-call list" +
           (finding.name.empty() ? "." : ", of " + std::string{finding.name} + ".");
}

std::string list_old(const Finding& finding, const ZoneDatabase& /*zones*/) {
    const std::string limit = finding.limit > 0
                                  ? ", more than " + std::to_string(finding.limit) + " days ago."
                                  : ", too long ago.";
    return "The list '" + std::string{finding.name} + "' is of " + day_text(finding.day) + limit;
}

std::string list_not_of_time(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The list '" + std::string{finding.name} + "' is of " + day_text(finding.day) +
           ", after the call: it is no version of that time.";
}

std::string list_missing(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "There is no version of the list '" + std::string{finding.name} + "'.";
}

std::string not_subscribed(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The list '" + std::string{finding.name} + "' was not asked for" +
           (finding.count > 0 ? " the area code " + std::to_string(finding.count) + "."
                              : " this number's area.");
}

std::string feed_silent(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "Opt-outs may be missing: the change feed of the lists has been silent for more than " +
           std::to_string(finding.limit) + " seconds.";
}

std::string feed_ahead(const Finding& /*finding*/, const ZoneDatabase& /*zones*/) {
    return "The last proof of the change feed lies in the future: the clock was set back.";
}

std::string line_type(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "The number is " + std::string{kLineTypes.at(static_cast<std::size_t>(finding.limit))} +
           ".";
}

std::string own_words(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return std::string{finding.name};
}

std::string reassigned_old(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "Whether the number has a new owner was asked on " + day_text(finding.day) +
           ", not within the " + std::to_string(finding.limit) + " days before the call.";
}

std::string zone_not_in_data(const Finding& /*finding*/, const ZoneDatabase& /*zones*/) {
    return "A time zone of this place is not in the zone data.";
}

std::string no_zone(const Finding& /*finding*/, const ZoneDatabase& /*zones*/) {
    return "No time zone is known for this place.";
}

std::string no_common_hour(const Finding& /*finding*/, const ZoneDatabase& /*zones*/) {
    return "The places this number may be in have no common time inside all hours.";
}

std::string zones_old(const Finding& finding, const ZoneDatabase& zones) {
    return "The zone data are of release " + std::string{zones.version()} + "; the rules ask for " +
           std::string{finding.name} + " or later.";
}

std::string no_pack(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return finding.name.empty()
               ? "The country of this number is not known."
               : "There are no rules for the country " + std::string{finding.name} + ".";
}

std::string unknown(const Finding& finding, const ZoneDatabase& /*zones*/) {
    return "It is not known " + std::string{finding.name} + ".";
}

struct Sentence {
    Saying saying;
    Write write;
};

// In the order of Saying.
constexpr std::array<Sentence, 26> kSentences{{
    {Saying::outside_hours, &outside_hours},
    {Saying::rings_past_hours, &rings_past_hours},
    {Saying::holiday, &holiday},
    {Saying::before_holiday, &before_holiday},
    {Saying::emergency, &emergency},
    {Saying::too_many, &too_many},
    {Saying::too_soon, &too_soon},
    {Saying::no_consent, &no_consent},
    {Saying::revoked, &revoked},
    {Saying::listed, &listed},
    {Saying::company_listed, &company_listed},
    {Saying::list_old, &list_old},
    {Saying::list_not_of_time, &list_not_of_time},
    {Saying::list_missing, &list_missing},
    {Saying::not_subscribed, &not_subscribed},
    {Saying::feed_silent, &feed_silent},
    {Saying::feed_ahead, &feed_ahead},
    {Saying::line_type, &line_type},
    {Saying::place, &own_words},
    {Saying::reassigned, &own_words},
    {Saying::reassigned_old, &reassigned_old},
    {Saying::zone_not_in_data, &zone_not_in_data},
    {Saying::no_zone, &no_zone},
    {Saying::no_common_hour, &no_common_hour},
    {Saying::zones_old, &zones_old},
    {Saying::no_pack, &no_pack},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kSentences.size(); ++i) {
        if (static_cast<std::size_t>(kSentences[i].saying) != i) {
            return false;
        }
    }
    return static_cast<std::size_t>(Saying::unknown) == kSentences.size();
}
static_assert(in_order());

} // namespace

std::string describe(const Finding& finding, const ZoneDatabase& zones) {
    const auto index = static_cast<std::size_t>(finding.saying);
    return index < kSentences.size() ? kSentences.at(index).write(finding, zones)
                                     : unknown(finding, zones);
}

} // namespace dnc
