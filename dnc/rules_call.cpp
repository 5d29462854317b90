#include "dnc/rules_call.hpp"

#include <algorithm>
#include <array>

namespace dnc {

namespace {

using std::chrono::days;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool same_letters(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

/// "Baldwin" of "Baldwin County".
std::string_view bare_county(std::string_view text) {
    constexpr std::array<std::string_view, 4> kSuffixes{" county", " parish", " borough", " co."};
    const std::string_view name = trimmed(text);
    for (const std::string_view suffix : kSuffixes) {
        if (name.size() > suffix.size() &&
            same_letters(name.substr(name.size() - suffix.size()), suffix)) {
            return trimmed(name.substr(0, name.size() - suffix.size()));
        }
    }
    return name;
}

std::string_view region_text(const Jurisdiction& jurisdiction) {
    const auto end = std::find(jurisdiction.region.begin(), jurisdiction.region.end(), '\0');
    return {jurisdiction.region.data(),
            static_cast<std::size_t>(end - jurisdiction.region.begin())};
}

std::string_view country_text(const Jurisdiction& jurisdiction) {
    return {jurisdiction.country.data(), jurisdiction.country.size()};
}

bool contains(const Jurisdiction& outer, const Jurisdiction& inner) {
    return outer.country == inner.country &&
           (region_text(outer).empty() || outer.region == inner.region);
}

/// Whether the address may lie in `where` while its county is not known.
bool address_may_be_in(const Call& call, const Jurisdiction& where) {
    const Address& address = call.facts.address;
    if (trimmed(address.region).empty() && trimmed(address.postal_code).empty()) {
        return false; // no address, or one that says nothing closer than the number does
    }
    const auto in = [&where](const Jurisdiction& place) { return contains(where, place); };
    const std::vector<Jurisdiction>& all = call.place.jurisdictions;
    if (std::none_of(all.begin(), all.end(), in)) {
        return false;
    }
    // The code of another region is the one thing that tells the address is not here: a name in
    // full or a postal code may be anything the place was found from.
    constexpr std::size_t kCodeMax = 3;
    const std::string_view region = trimmed(address.region);
    const bool is_code = !region.empty() && region.size() <= kCodeMax;
    const std::vector<Jurisdiction>& number = call.place.of_number;
    return std::none_of(number.begin(), number.end(), in) || !is_code ||
           !trimmed(address.postal_code).empty() || same_letters(region, region_text(where));
}

bool is_robocall(const CallFacts& facts) {
    const bool atds =
        facts.atds_profile == AtdsProfile::strict && facts.dialing == Manner::automated;
    return atds || facts.voice != Voice::live;
}

bool is_automated(const CallFacts& facts, Condition::Automation automation) {
    const bool selection = facts.selection == Manner::automated;
    const bool dialing = facts.dialing == Manner::automated;
    switch (automation) {
    case Condition::Automation::any:
        return true;
    case Condition::Automation::dialing:
        return dialing;
    case Condition::Automation::selection_and_dialing:
        return selection && dialing;
    case Condition::Automation::selection_or_dialing:
        return selection || dialing;
    }
    return true;
}

template <typename T> bool one_of(const std::vector<T>& values, const T& value) {
    return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

/// A list says that the number must not be called; one that was not asked says so as well, unless
/// the call is studied with what is not known as clear.
bool is_on_a_list(const Call& call, Instant at) {
    const bool unknown = !call.facts.assume_clear && (!call.lists.national || !call.lists.company);
    return unknown || (call.lists.national && call.lists.national->listed) ||
           listed_by_company(call, at);
}

/// The day up to which a pack spares the caller who did not know of the port.
std::optional<sys_days> grace_end(const Call& call, const Moment& moment, const ReadyPack& pack) {
    std::optional<sys_days> end;
    for (const Rule* rule : pack.ports) {
        if (in_force(*rule, moment) && one_of(rule->when.purposes, call.facts.purpose) &&
            one_of(rule->when.voices, call.facts.voice)) {
            const auto& port = std::get<PortRule>(rule->body);
            const sys_days last = sys_days{*call.facts.ported_at} + days{port.grace_days};
            end = end ? std::min(*end, last) : last;
        }
    }
    return end;
}

} // namespace

ZoneMoment moment_in(const Call& call, ZoneId zone, Instant at) {
    ZoneMoment moment{zone, call.zones.local(zone, at), {}};
    moment.ring_end = call.facts.ring_max > seconds{0}
                          ? call.zones.local(zone, at + call.facts.ring_max)
                          : moment.now;
    return moment;
}

void set_moment(Moment& moment, const Call& call, Instant at) {
    moment.at = at;
    moment.zones.clear();
    moment.earliest = moment.latest = std::chrono::floor<days>(at);
    for (const ZoneId zone : call.place.zones) {
        const ZoneMoment& there = moment.zones.emplace_back(moment_in(call, zone, at));
        const sys_days date{there.now.date};
        const bool first = moment.zones.size() == 1;
        moment.earliest = first ? date : std::min(moment.earliest, date);
        moment.latest = first ? date : std::max(moment.latest, date);
    }
}

bool same_name(std::string_view left, std::string_view right) {
    return same_letters(trimmed(left), trimmed(right));
}

bool same_county(std::string_view left, std::string_view right) {
    return same_letters(bare_county(left), bare_county(right));
}

bool names_region(std::string_view region, const Jurisdiction& jurisdiction) {
    const std::string_view text = trimmed(region);
    const std::string_view country = country_text(jurisdiction);
    const std::string_view code = region_text(jurisdiction);
    if (code.empty()) {
        return same_letters(text, country);
    }
    return same_letters(text, code) || (text.size() == country.size() + 1 + code.size() &&
                                        same_letters(text.substr(0, country.size()), country) &&
                                        same_letters(text.substr(country.size() + 1), code));
}

bool in_force(const Rule& rule, sys_days date) {
    return rule.status != RuleStatus::waived &&
           (!rule.effective.from || *rule.effective.from <= date) &&
           (!rule.effective.to || date < *rule.effective.to);
}

bool in_force(const Rule& rule, const Moment& moment) {
    return rule.status != RuleStatus::waived &&
           (!rule.effective.from || *rule.effective.from <= moment.latest) &&
           (!rule.effective.to || moment.earliest < *rule.effective.to);
}

Instant ends_at(const Rule& rule, const Call& call) {
    if (!rule.effective.to) {
        return Instant::max();
    }
    Instant end = Instant::min();
    for (const ZoneId zone : call.place.zones) {
        end = std::max(end, call.zones.day_begin(zone, *rule.effective.to));
    }
    return end == Instant::min() ? Instant{*rule.effective.to} : end;
}

bool applies(const Pack& pack, const Place& place) {
    if (!pack.jurisdiction) {
        return true;
    }
    return std::any_of(
        place.jurisdictions.begin(), place.jurisdictions.end(),
        [&pack](const Jurisdiction& there) { return contains(*pack.jurisdiction, there); });
}

bool is_located(const Call& call, const std::optional<Jurisdiction>& where,
                const std::vector<int>& npas, const std::vector<std::string>& counties) {
    if (npas.empty() && counties.empty()) {
        return true;
    }
    if (std::find(npas.begin(), npas.end(), call.place.area_code) != npas.end()) {
        return true;
    }
    const Address& address = call.facts.address;
    if (!trimmed(address.county).empty()) {
        return std::any_of(counties.begin(), counties.end(), [&address](const std::string& county) {
            return same_county(county, address.county);
        });
    }
    if (counties.empty() || !where) {
        return !counties.empty();
    }
    // The number's county is never known: its area code may tell, and where none is named, it
    // may be any.
    return address_may_be_in(call, *where) || npas.empty();
}

bool listed_by_company(const Call& call, Instant at) {
    const std::optional<CompanyListing>& listing = call.lists.company;
    if (!listing || !listing->listed || (listing->listed_at && *listing->listed_at > at)) {
        return false;
    }
    return trimmed(listing->seller).empty() || trimmed(call.facts.seller).empty() ||
           same_name(listing->seller, call.facts.seller);
}

std::optional<LineType> line_of(const Call& call, const Moment& moment, const ReadyPack& pack) {
    const std::optional<LineType>& told = call.facts.line_type;
    if (!call.facts.ported_at || !call.facts.ported_at->ok() || told == LineType::protected_line) {
        return told;
    }
    const auto grace = grace_end(call, moment, pack);
    if (!grace || moment.latest > *grace || is_on_a_list(call, moment.at)) {
        return LineType::wireless;
    }
    return told && told != LineType::wireless ? told : LineType::landline;
}

Looks looks_at(const ReadyRule& ready, const Call& call, const Moment& moment) {
    const Rule& rule = *ready.rule;
    const Condition& when = rule.when;
    if (!one_of(when.purposes, call.facts.purpose) || !one_of(when.voices, call.facts.voice) ||
        (when.robocall && !is_robocall(call.facts)) || !is_automated(call.facts, when.automation) ||
        !is_located(call, ready.pack->pack->jurisdiction, when.npas, when.counties)) {
        return Looks::no;
    }
    if (when.lines.empty()) {
        return Looks::yes;
    }
    if (const auto line = line_of(call, moment, *ready.pack)) {
        return one_of(when.lines, *line) ? Looks::yes : Looks::no;
    }
    return call.facts.assume_clear ? Looks::no : Looks::perhaps;
}

} // namespace dnc
