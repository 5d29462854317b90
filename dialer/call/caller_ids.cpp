#include "dialer/call/caller_ids.hpp"

#include "campaigns/store_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace dialer::call {

using campaigns::AttemptResult;
using campaigns::CallerIdAlarm;
using campaigns::CallerIdCounts;
using campaigns::CallerIdMatch;
using campaigns::CampaignId;
using campaigns::Outcome;

namespace {

// A person who hangs up this soon has heard nothing that mattered.
constexpr std::chrono::seconds short_call_max{6};
// A number that comes back from a rest begins with this part of its weight.
constexpr double comeback_weight = 0.1;
// A rest is doubled for each one of the last 30 days, up to this.
constexpr int rest_doublings_max = 3;
constexpr std::chrono::hours rest_max{30 * 24};
// Other numbers say something about the campaign's calls when they had this many of late.
constexpr double others_calls_min = 50;
// Others that are answered this much less than usual have the same trouble.
constexpr double others_fallen = 0.8;

/// splitmix64: spreads every bit of the input over the result.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

/// Above 0 and below 1, the same for the same numbers.
double unit(std::uint64_t seed, dnc::Number called, dnc::Number shown) {
    const auto one = mixed(seed ^ static_cast<std::uint64_t>(called.e164));
    const auto both = mixed(one ^ static_cast<std::uint64_t>(shown.e164));
    return (static_cast<double>(both >> 11U) + 0.5) / 9007199254740992.0; // 2^53
}

bool share_region(const dnc::Place& one, const dnc::Place& other) {
    return std::ranges::any_of(one.of_number, [&](const dnc::Jurisdiction& region) {
        return region.region.front() != 0 &&
               std::ranges::find(other.of_number, region) != other.of_number.end();
    });
}

bool share_country(const dnc::Place& one, const dnc::Place& other) {
    return std::ranges::any_of(one.of_number, [&](const dnc::Jurisdiction& here) {
        return std::ranges::any_of(other.of_number, [&](const dnc::Jurisdiction& there) {
            return here.country == there.country;
        });
    });
}

bool share_zone(const dnc::Place& one, const dnc::Place& other) {
    return std::ranges::any_of(one.zones, [&](dnc::ZoneId zone) {
        return std::ranges::find(other.zones, zone) != other.zones.end();
    });
}

/// How far the number is from the person as he sees it, 0: the same area code. Numbers of one
/// country and zone are the nearest thing to a neighbouring state that the tables know.
int distance(CallerIdMatch match, const dnc::Place& shown, const dnc::Place& called) {
    if (match == CallerIdMatch::any) {
        return 0;
    }
    if (match == CallerIdMatch::area && shown.area_code != 0 &&
        shown.area_code == called.area_code) {
        return 0;
    }
    if (share_region(shown, called)) {
        return 1;
    }
    if (!share_country(shown, called)) {
        return 4;
    }
    return share_zone(shown, called) ? 2 : 3;
}

/// What the result says about the number that was shown; nothing when it says nothing.
std::optional<CallerIdWatch::Ended> observed(const AttemptResult& result) {
    using enum Outcome;
    const bool reached = result.outcome == answered || result.outcome == busy ||
                         result.outcome == no_answer || result.outcome == rejected;
    if (!reached) {
        return std::nullopt;
    }
    CallerIdWatch::Ended call;
    call.answered = result.outcome == answered;
    call.short_call = call.answered && result.answered_at && result.ended_by == "customer" &&
                      result.ended_at - *result.answered_at <= short_call_max;
    // RFC 3261 21.6.2 (declined, also by analytics), RFC 8197 (unwanted), RFC 8688 (rejected).
    call.blocked = result.sip_status == 603 || result.sip_status == 607 || result.sip_status == 608;
    return call;
}

CallerIdCounts counts_of(const CallerIdWatch::Ended& call) {
    return {1, call.answered ? 1 : 0, call.short_call ? 1 : 0, call.blocked ? 1 : 0};
}

std::string sentence(const CallerIdWatch::Alarm& found) {
    using enum CallerIdWatch::Signal;
    switch (found.signal) {
    case blocked:
        return fmt::format("{:.0f} % of its last calls were refused with 603, 607 or 608, {:.1f} % "
                           "before",
                           found.recent * 100, found.usual * 100);
    case short_calls:
        return fmt::format("{:.0f} % of those who answered of late hung up within six seconds, "
                           "{:.0f} % before",
                           found.recent * 100, found.usual * 100);
    case answer_rate:
        break;
    }
    return fmt::format("{:.0f} % of its last calls were answered, {:.0f} % before",
                       found.recent * 100, found.usual * 100);
}

} // namespace

CallerIds::CallerIds(dnc::Places places, std::uint64_t seed)
    : places_{std::move(places)}, seed_{seed} {}

// -- settings

void CallerIds::set_book(campaigns::CallerIdBook book) {
    // A rest that began here a moment ago may not be in the store yet.
    for (auto& [number, rest] : book_.rests) {
        const auto stored = book.rests.find(number);
        if (rest.id == 0 && (stored == book.rests.end() || stored->second.from < rest.from)) {
            book.rests[number] = rest;
        }
    }
    book_ = std::move(book);
    loaded_ = true;
    for (auto& [key, entry] : watched_) {
        const auto history = book_.history.find(key);
        entry.watch.set_history(history == book_.history.end() ? CallerIdCounts{}
                                                               : history->second);
    }
    for (auto& [id, campaign] : campaigns_) {
        fill(id, campaign);
    }
}

void CallerIds::set_campaign(const campaigns::Campaign& settings) {
    auto& campaign = campaigns_[settings.id];
    campaign.settings = {settings.caller_id, settings.caller_id_match, settings.caller_id_sticky,
                         settings.caller_id_signals, settings.caller_id_rest};
    fill(settings.id, campaign);
}

/// The numbers that the campaign may choose from; those that were there keep their turn.
void CallerIds::fill(CampaignId id, Campaign& campaign) {
    std::map<dnc::Number, double> passes;
    double last = 0;
    for (const Candidate& candidate : campaign.candidates) {
        passes[candidate.number] = candidate.pass;
        last = std::max(last, candidate.pass);
    }
    campaign.candidates.clear();
    const auto add = [&](dnc::Number number, int weight) {
        const auto had = passes.find(number);
        campaign.candidates.push_back(
            {number, weight, places_.find(number, {}), had == passes.end() ? last : had->second});
    };
    if (const auto pool = book_.pools.find(id); pool != book_.pools.end()) {
        for (const campaigns::PooledCallerId& pooled : pool->second) {
            if (pooled.active) {
                add(pooled.number, pooled.weight);
            }
        }
    }
    campaign.pooled = !campaign.candidates.empty();
    if (!campaign.pooled) {
        add(campaign.settings.caller_id, 1);
    }
}

// -- choosing

/// why_not() without words, for each call.
bool CallerIds::usable(dnc::Number number, dnc::Instant now) const {
    const auto known = book_.numbers.find(number);
    const auto rest = book_.rests.find(number);
    return known != book_.numbers.end() && !campaigns::proof_fault(known->second, now) &&
           (rest == book_.rests.end() || now >= rest->second.until);
}

std::optional<campaigns::Sentence> CallerIds::why_not(dnc::Number number, dnc::Instant now) const {
    const auto known = book_.numbers.find(number);
    if (known == book_.numbers.end()) {
        return campaigns::Sentence{"caller_id_no_proof", {{"number", dnc::to_e164(number)}}};
    }
    if (auto fault = campaigns::proof_fault(known->second, now)) {
        return fault;
    }
    const auto rest = book_.rests.find(number);
    if (rest != book_.rests.end() && now < rest->second.until) {
        return campaigns::Sentence{"caller_id_rests_why",
                                   {{"number", dnc::to_e164(number)},
                                    {"until", rest->second.until},
                                    {"why", rest->second.why}}};
    }
    return std::nullopt;
}

/// Grows back to the whole weight over as long as the rest was.
double CallerIds::weight_now(const Candidate& candidate, dnc::Instant now) const {
    const auto rest = book_.rests.find(candidate.number);
    if (rest == book_.rests.end() || rest->second.until <= rest->second.from) {
        return candidate.weight;
    }
    const auto length = std::chrono::duration<double>(rest->second.until - rest->second.from);
    const auto since = std::chrono::duration<double>(now - rest->second.until);
    return candidate.weight * std::clamp(since / length, comeback_weight, 1.0);
}

CallerIds::Candidate& CallerIds::by_turn(std::vector<Candidate*>& equals, dnc::Instant now) const {
    const auto first = std::ranges::min_element(equals, [&](Candidate* one, Candidate* other) {
        return one->pass != other->pass
                   ? one->pass < other->pass
                   : mixed(seed_ ^ static_cast<std::uint64_t>(one->number.e164)) <
                         mixed(seed_ ^ static_cast<std::uint64_t>(other->number.e164));
    });
    Candidate& chosen = **first;
    // Who waited (resting, or too far from those called) does not make up for it in one go.
    for (Candidate* candidate : equals) {
        candidate->pass = std::max(candidate->pass, chosen.pass);
    }
    chosen.pass += 1 / weight_now(chosen, now);
    return chosen;
}

/// Weighted rendezvous hashing: a person stays with his number whatever others come and go, and
/// each number has its share of the persons.
CallerIds::Candidate& CallerIds::by_person(std::vector<Candidate*>& equals, dnc::Number called,
                                           dnc::Instant now) const {
    Candidate* best = equals.front();
    double best_score = -1;
    for (Candidate* candidate : equals) {
        const double score =
            -weight_now(*candidate, now) / std::log(unit(seed_, called, candidate->number));
        if (score > best_score) {
            best = candidate;
            best_score = score;
        }
    }
    return *best;
}

std::variant<dnc::Number, campaigns::Sentence> CallerIds::pick(CampaignId id, dnc::Number called,
                                                               dnc::Instant now,
                                                               std::optional<dnc::Number> keep) {
    const auto found = campaigns_.find(id);
    if (!loaded_ || found == campaigns_.end()) {
        return campaigns::Sentence{"caller_ids_loading"};
    }
    Campaign& campaign = found->second;
    const auto place = places_.find(called, {});
    std::vector<Candidate*> nearest;
    int nearest_distance = std::numeric_limits<int>::max();
    for (Candidate& candidate : campaign.candidates) {
        if (!usable(candidate.number, now)) {
            continue;
        }
        if (keep == candidate.number) {
            return candidate.number;
        }
        const int its = distance(campaign.settings.match, candidate.place, place);
        if (its < nearest_distance) {
            nearest_distance = its;
            nearest.clear();
        }
        if (its == nearest_distance) {
            nearest.push_back(&candidate);
        }
    }
    if (nearest.empty()) {
        return obstacle(id, now).value_or(campaigns::Sentence{"caller_id_missing"});
    }
    return campaign.settings.sticky ? by_person(nearest, called, now).number
                                    : by_turn(nearest, now).number;
}

std::optional<campaigns::Sentence> CallerIds::obstacle(CampaignId id, dnc::Instant now) const {
    const auto found = campaigns_.find(id);
    if (!loaded_ || found == campaigns_.end()) {
        return campaigns::Sentence{"caller_ids_loading"};
    }
    if (std::ranges::any_of(found->second.candidates,
                            [&](const Candidate& c) { return usable(c.number, now); })) {
        return std::nullopt;
    }
    campaigns::Sentence first;
    std::optional<dnc::Instant> back;
    for (const Candidate& candidate : found->second.candidates) {
        if (first.empty()) {
            first = why_not(candidate.number, now).value_or(campaigns::Sentence{});
        }
        const auto rest = book_.rests.find(candidate.number);
        if (rest != book_.rests.end() && now < rest->second.until) {
            back = back ? std::min(*back, rest->second.until) : rest->second.until;
        }
    }
    const auto count = found->second.candidates.size();
    if (count == 1) {
        return first;
    }
    campaigns::Sentence none{back ? "caller_ids_none_until" : "caller_ids_none",
                             {{"n", static_cast<std::int64_t>(count)},
                              {"first", campaigns::SentenceRow{{std::move(first)}}}}};
    if (back) {
        none.values.emplace_back("until", *back);
    }
    return none;
}

// -- what became of calls

void CallerIds::started(campaigns::AttemptId attempt, CampaignId campaign, dnc::Number shown,
                        std::string trunk) {
    open_[attempt] = {campaign, {shown, std::move(trunk)}};
}

void CallerIds::forget(campaigns::AttemptId attempt) {
    open_.erase(attempt);
}

std::optional<dnc::Number> CallerIds::shown(campaigns::AttemptId attempt) const {
    const auto found = open_.find(attempt);
    return found == open_.end() ? std::nullopt : std::optional{found->second.key.number};
}

CallerIds::Watched& CallerIds::watched(const campaigns::CallerIdKey& key) {
    const auto found = watched_.find(key);
    if (found != watched_.end()) {
        return found->second;
    }
    const auto history = book_.history.find(key);
    return watched_
        .emplace(key, Watched{CallerIdWatch{history == book_.history.end() ? CallerIdCounts{}
                                                                           : history->second},
                              {}})
        .first->second;
}

std::vector<CallerIdAlarm> CallerIds::ended(const AttemptResult& result, dnc::Instant now) {
    const auto found = open_.find(result.attempt);
    if (found == open_.end()) {
        return {};
    }
    const Open open = std::move(found->second);
    open_.erase(found);
    const auto call = observed(result);
    if (!call) {
        return {};
    }
    counted_[open.key] += counts_of(*call);
    Watched& entry = watched(open.key);
    entry.today += counts_of(*call);
    const auto alarm = entry.watch.add(*call);
    const auto campaign = campaigns_.find(open.campaign);
    const bool off = campaign == campaigns_.end() ||
                     campaign->second.settings.signals == campaigns::CallerIdSignals::off;
    const bool rests =
        book_.rests.contains(open.key.number) && now < book_.rests.at(open.key.number).until;
    if (!alarm || off || rests) {
        return {}; // calls that were out when the rest began tell nothing new
    }
    return {alarm_of(open, *alarm, now)};
}

/// Whether the other numbers of the pool are answered less than usual, too: then it is not the
/// number, but the hour or the list.
bool CallerIds::others_too(const Campaign& campaign, const campaigns::CallerIdKey& key) const {
    double calls = 0;
    double answered = 0;
    double expected = 0;
    for (const auto& [other, entry] : watched_) {
        const bool of_pool = std::ranges::any_of(
            campaign.candidates, [&](const Candidate& c) { return c.number == other.number; });
        const auto usual = entry.watch.usual_answer_rate();
        if (of_pool && usual && other.number != key.number) {
            const auto& recent = entry.watch.recent();
            calls += recent.calls;
            answered += recent.answered;
            expected += recent.calls * *usual;
        }
    }
    return calls >= others_calls_min && answered < others_fallen * expected;
}

CallerIdAlarm CallerIds::alarm_of(const Open& open, const CallerIdWatch::Alarm& found,
                                  dnc::Instant now) {
    const Campaign& campaign = campaigns_.at(open.campaign);
    CallerIdAlarm alarm;
    alarm.at = now;
    alarm.campaign = open.campaign;
    alarm.number = open.key.number;
    alarm.trunk = open.key.trunk;
    alarm.signal = to_text(found.signal);
    alarm.detail = sentence(found);
    if (found.signal == CallerIdWatch::Signal::answer_rate && others_too(campaign, open.key)) {
        alarm.detail +=
            "; the other numbers of the pool are answered less as well, so it does not rest";
        return alarm;
    }
    if (campaign.settings.signals != campaigns::CallerIdSignals::rest) {
        return alarm;
    }
    if (!campaign.pooled) {
        // Nobody said that the campaign may stop for its number: people decide, once they are told.
        alarm.detail += "; the campaign has no other number, so it stays in use: give the campaign "
                        "a pool of caller ids";
        return alarm;
    }
    int& before = book_.rested_lately[alarm.number];
    const auto doubled = campaign.settings.rest * (1 << std::min(before, rest_doublings_max));
    ++before;
    alarm.rest_until = now + std::min<std::chrono::seconds>(doubled, rest_max);
    book_.rests[alarm.number] = {0, alarm.number, now, *alarm.rest_until, "engine", alarm.detail};
    return alarm;
}

std::map<campaigns::CallerIdKey, CallerIdCounts> CallerIds::take_counts() {
    return std::exchange(counted_, {});
}

// -- for people

std::vector<CallerIds::Standing> CallerIds::standing(CampaignId id, dnc::Instant now) const {
    std::vector<Standing> all;
    const auto found = campaigns_.find(id);
    if (found == campaigns_.end()) {
        return all;
    }
    for (const Candidate& candidate : found->second.candidates) {
        Standing& one = all.emplace_back();
        one.number = candidate.number;
        one.weight = candidate.weight;
        if (const auto known = book_.numbers.find(candidate.number); known != book_.numbers.end()) {
            one.proof = known->second.proof;
        }
        auto why = why_not(candidate.number, now);
        one.usable = !why;
        one.why = std::move(why).value_or(campaigns::Sentence{});
        const auto rest = book_.rests.find(candidate.number);
        if (rest != book_.rests.end() && now < rest->second.until) {
            one.resting_until = rest->second.until;
        }
        for (auto entry = watched_.lower_bound({candidate.number, ""});
             entry != watched_.end() && entry->first.number == candidate.number; ++entry) {
            one.today += entry->second.today;
            one.answer_rate_usual = entry->second.watch.usual_answer_rate().value_or(0);
        }
    }
    return all;
}

} // namespace dialer::call
