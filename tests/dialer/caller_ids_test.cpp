// Goal: a called person is shown a number that may be shown, near to him, fairly chosen and always
// the same; numbers that go bad are noticed and rest, and good ones are left in peace.
// Method: real places; runs of many thousands of seeded calls, the seed printed on failure.

#include "dialer/call/caller_ids.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <set>

using namespace dialer::call;
using namespace campaigns;
using namespace std::chrono;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

constexpr Instant kNoon{sys_days{November / 23 / 2026} + 17h};
constexpr CampaignId kSpring{1};
constexpr dnc::Number kNewYork{12125550100};
constexpr dnc::Number kBuffalo{17165550101};
constexpr dnc::Number kBoston{16175550102};
constexpr dnc::Number kLosAngeles{13105550103};
constexpr dnc::Number kLondon{442079460104};

const dnc::ZoneDatabase& zones() {
    static const auto database = dnc::load_zones("");
    return *database;
}

CallerIds caller_ids() {
    static const auto geography = dnc::load_geography(DIALER_SOURCE_DIR "/dnc/geo");
    return CallerIds{dnc::Places{geography, zones()}, 7};
}

dnc::Number somebody(int area, int i) {
    return {10000000000 + area * 10000000LL + 5550100 + i % 100 + i / 100 * 10000};
}

/// A campaign with a pool, and a store that is played by hand.
struct Site {
    explicit Site(std::vector<PooledCallerId> pool = {}) {
        settings.id = kSpring;
        settings.caller_id = kNewYork;
        for (const auto& one : pool) {
            book.numbers[one.number].number = one.number;
        }
        book.numbers[kNewYork].number = kNewYork;
        if (!pool.empty()) {
            book.pools[kSpring] = std::move(pool);
        }
        load();
    }
    void load() {
        ids.set_book(book);
        ids.set_campaign(settings);
    }
    dnc::Number pick(dnc::Number called, Instant now = kNoon) {
        const auto picked = ids.pick(kSpring, called, now);
        if (const auto* why = std::get_if<campaigns::Sentence>(&picked)) {
            FAIL(campaigns::english(*why));
        }
        return std::get<dnc::Number>(picked);
    }
    /// One call with that number and how it ended.
    std::vector<CallerIdAlarm> call(dnc::Number shown, Outcome outcome, int sip_status = 0,
                                    seconds talked = 60s, const std::string& trunk = "a") {
        const AttemptId id{++last};
        ids.started(id, kSpring, shown, trunk);
        AttemptResult result;
        result.attempt = id;
        result.outcome = outcome;
        result.sip_status = sip_status;
        result.ended_by = "customer";
        result.ended_at = kNoon + talked;
        if (outcome == Outcome::answered) {
            result.answered_at = kNoon;
        }
        return ids.ended(result, kNoon);
    }

    CallerIds ids = caller_ids();
    CallerIdBook book;
    Campaign settings;
    std::int64_t last = 0;
};

} // namespace

// -- choosing

TEST_CASE("without a pool the campaign's own number is shown", "[caller_ids]") {
    Site site;
    CHECK(site.pick(somebody(310, 1)) == kNewYork);
    CHECK(site.pick(kLondon) == kNewYork);
    CHECK_FALSE(site.ids.obstacle(kSpring, kNoon));
}

TEST_CASE("before the store has answered nothing is shown", "[caller_ids]") {
    CallerIds ids = caller_ids();
    CHECK(std::holds_alternative<campaigns::Sentence>(ids.pick(kSpring, kBoston, kNoon)));
    CHECK(ids.obstacle(kSpring, kNoon));
}

TEST_CASE("the nearest number is shown", "[caller_ids]") {
    Site site{{{kNewYork}, {kBuffalo}, {kLosAngeles}, {kLondon}}};
    CHECK(site.pick(somebody(212, 5)) == kNewYork);    // the same area code
    CHECK(site.pick(somebody(716, 5)) == kBuffalo);    // the same area code
    CHECK(site.pick(somebody(415, 5)) == kLosAngeles); // the same state
    CHECK(site.pick(somebody(206, 5)) == kLosAngeles); // the same zone
    CHECK(site.pick({442079460123}) == kLondon);
    const auto upstate = site.pick(somebody(518, 5)); // the same state, two of them
    CHECK((upstate == kNewYork || upstate == kBuffalo));
    const auto hawaii = site.pick(somebody(808, 5)); // the same country, another zone
    CHECK(hawaii != kLondon);

    site.settings.caller_id_match = CallerIdMatch::state;
    site.load();
    std::set<dnc::Number> shown;
    for (int i = 0; i < 50; ++i) {
        shown.insert(site.pick(somebody(212, i)));
    }
    CHECK(shown == std::set<dnc::Number>{kNewYork, kBuffalo});

    site.settings.caller_id_match = CallerIdMatch::any;
    site.load();
    shown.clear();
    for (int i = 0; i < 100; ++i) {
        shown.insert(site.pick(somebody(212, i)));
    }
    CHECK(shown.size() == 4);
}

TEST_CASE("a person sees the same number again, whatever comes and goes", "[caller_ids]") {
    Site site{{{kNewYork}, {kBuffalo}, {kBoston}, {kLosAngeles}}};
    site.settings.caller_id_match = CallerIdMatch::any;
    site.load();
    std::map<dnc::Number, dnc::Number> before;
    for (int i = 0; i < 2000; ++i) {
        before[somebody(303, i)] = site.pick(somebody(303, i));
    }
    Site restarted{{{kNewYork}, {kBuffalo}, {kBoston}, {kLosAngeles}}};
    restarted.settings.caller_id_match = CallerIdMatch::any;
    restarted.book.rests[kBoston] = {1, kBoston, kNoon, kNoon + 24h, "ana", ""};
    restarted.load();
    std::map<dnc::Number, int> shares;
    for (const auto& [called, shown] : before) {
        ++shares[shown];
        const auto now = restarted.pick(called);
        CHECK(now != kBoston);
        CHECK((shown == kBoston || now == shown));
    }
    for (const auto& [number, count] : shares) {
        CHECK(count > 400); // 500 each, give or take five standard deviations
        CHECK(count < 600);
    }
}

TEST_CASE("without stickiness numbers take turns by their weights", "[caller_ids]") {
    Site site{{{kNewYork, 1}, {kBuffalo, 3}, {kBoston, 4}}};
    site.settings.caller_id_sticky = false;
    site.settings.caller_id_match = CallerIdMatch::any;
    site.load();
    std::map<dnc::Number, int> shown;
    for (int i = 0; i < 800; ++i) {
        ++shown[site.pick(somebody(303, 1))];
    }
    CHECK(shown[kNewYork] == 100);
    CHECK(shown[kBuffalo] == 300);
    CHECK(shown[kBoston] == 400);
    // Settings that are loaded again do not begin the turns anew.
    site.load();
    std::map<dnc::Number, int> more;
    for (int i = 0; i < 8; ++i) {
        ++more[site.pick(somebody(303, 1))];
    }
    CHECK(more[kBoston] == 4);
}

TEST_CASE("the same calls in the same order are shown the same numbers", "[caller_ids]") {
    for (const bool sticky : {true, false}) {
        std::vector<dnc::Number> first;
        for (int round = 0; round < 2; ++round) {
            Site site{{{kNewYork}, {kBuffalo}, {kBoston, 7}}};
            site.settings.caller_id_sticky = sticky;
            site.load();
            std::vector<dnc::Number> shown;
            for (int i = 0; i < 200; ++i) {
                shown.push_back(site.pick(somebody(201 + i % 7, i)));
            }
            CHECK((round == 0 || shown == first));
            first = shown;
        }
    }
}

TEST_CASE("a number without right or at rest is never shown", "[caller_ids]") {
    Site site{{{kNewYork}, {kBuffalo}, {kBoston}}};
    site.book.numbers[kNewYork].valid_to = sys_days{November / 22 / 2026};
    site.book.numbers.erase(kBoston);
    site.load();
    for (int i = 0; i < 100; ++i) {
        CHECK(site.pick(somebody(212, i)) == kBuffalo);
    }
    site.book.rests[kBuffalo] = {1, kBuffalo, kNoon, kNoon + 1h, "ana", "labelled"};
    site.load();
    CHECK(std::holds_alternative<campaigns::Sentence>(site.ids.pick(kSpring, kBoston, kNoon)));
    const auto why = site.ids.obstacle(kSpring, kNoon);
    REQUIRE(why);
    CHECK_THAT(campaigns::english(*why),
               Contains("none of the 3") && Contains("2026-11-23T18:00Z"));
    CHECK_FALSE(site.ids.obstacle(kSpring, kNoon + 1h));
    int faults = 0;
    for (const auto& one : site.ids.standing(kSpring, kNoon)) {
        faults += !one.usable && !one.why.empty() ? 1 : 0;
    }
    CHECK(faults == 3);
}

TEST_CASE("a number comes back from its rest gradually", "[caller_ids]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    site.settings.caller_id_match = CallerIdMatch::any;
    site.book.rests[kBuffalo] = {1, kBuffalo, kNoon - 24h, kNoon, "engine", "blocked"};
    site.load();
    const auto share_at = [&](Instant now) {
        int of_buffalo = 0;
        for (int i = 0; i < 4000; ++i) {
            of_buffalo += site.pick(somebody(303, i), now) == kBuffalo ? 1 : 0;
        }
        return of_buffalo / 4000.0;
    };
    CHECK(share_at(kNoon - 1s) == 0);
    CHECK(std::abs(share_at(kNoon) - 0.1 / 1.1) < 0.03);
    CHECK(std::abs(share_at(kNoon + 12h) - 0.5 / 1.5) < 0.04);
    CHECK(std::abs(share_at(kNoon + 24h) - 0.5) < 0.04);
}

TEST_CASE("a call that goes on by another trunk keeps its number", "[caller_ids]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    site.ids.started(AttemptId{9}, kSpring, kBuffalo, "a");
    CHECK(site.ids.shown(AttemptId{9}) == kBuffalo);
    const auto again = site.ids.pick(kSpring, somebody(212, 1), kNoon, kBuffalo);
    CHECK(std::get<dnc::Number>(again) == kBuffalo);
    site.ids.forget(AttemptId{9});
    CHECK_FALSE(site.ids.shown(AttemptId{9}));
}

// -- noticing

TEST_CASE("refusals of a number's calls send it to rest", "[caller_ids][watch]") {
    for (const int status : {603, 607, 608}) {
        Site site{{{kNewYork}, {kBuffalo}}};
        int calls = 0;
        std::vector<CallerIdAlarm> alarms;
        while (alarms.empty() && calls < 1000) {
            ++calls;
            alarms = calls % 4 == 0 ? site.call(kNewYork, Outcome::rejected, status)
                                    : site.call(kNewYork, Outcome::no_answer, 480);
        }
        REQUIRE(alarms.size() == 1);
        CHECK(calls < 100);
        CHECK(alarms[0].signal == "blocked");
        CHECK(alarms[0].trunk == "a");
        CHECK(alarms[0].rest_until == kNoon + 24h);
        CHECK(site.pick(somebody(212, 1)) == kBuffalo);
        // Calls that were out then say nothing new.
        for (int i = 0; i < 200; ++i) {
            CHECK(site.call(kNewYork, Outcome::rejected, status).empty());
        }
    }
}

TEST_CASE("the next rest within a month is twice as long", "[caller_ids][watch]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    site.book.rested_lately[kNewYork] = 1;
    site.load();
    std::vector<CallerIdAlarm> alarms;
    while (alarms.empty()) {
        alarms = site.call(kNewYork, Outcome::rejected, 608);
    }
    CHECK(alarms[0].rest_until == kNoon + 48h);
}

TEST_CASE("an answer rate that halves is noticed within a few hundred calls",
          "[caller_ids][watch]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    site.book.history[{kNewYork, "a"}] = {5000, 1100, 200, 50};
    site.book.history[{kBuffalo, "a"}] = {5000, 1100, 200, 50};
    site.load();
    std::mt19937 random{11};
    const auto calls = [&](dnc::Number number, double rate) {
        const bool answered = std::bernoulli_distribution{rate}(random);
        return site.call(number, answered ? Outcome::answered : Outcome::no_answer);
    };
    std::vector<CallerIdAlarm> alarms;
    int needed = 0;
    while (alarms.empty() && needed < 3000) {
        ++needed;
        CHECK(calls(kBuffalo, 0.22).empty());
        alarms = calls(kNewYork, 0.10);
    }
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0].signal == "answer_rate");
    CHECK(alarms[0].rest_until);
    CHECK(needed < 800);
}

TEST_CASE("a bad hour of the whole pool is told and rests nobody", "[caller_ids][watch]") {
    Site site{{{kNewYork}, {kBuffalo}, {kBoston}}};
    for (const auto number : {kNewYork, kBuffalo, kBoston}) {
        site.book.history[{number, "a"}] = {5000, 1500, 200, 50};
    }
    site.load();
    std::mt19937 random{12};
    int alarmed = 0;
    int rested = 0;
    for (int i = 0; i < 1500; ++i) {
        for (const auto number : {kNewYork, kBuffalo, kBoston}) {
            const bool answered = std::bernoulli_distribution{0.08}(random);
            for (const auto& alarm :
                 site.call(number, answered ? Outcome::answered : Outcome::no_answer)) {
                ++alarmed;
                rested += alarm.rest_until ? 1 : 0;
            }
        }
    }
    CHECK(alarmed > 10);
    CHECK(rested == 0);
}

TEST_CASE("calls that end as soon as they begin are noticed", "[caller_ids][watch]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    site.book.history[{kNewYork, "a"}] = {5000, 1500, 225, 50};
    site.load();
    std::vector<CallerIdAlarm> alarms;
    int calls = 0;
    while (alarms.empty() && calls < 1000) {
        ++calls;
        alarms = site.call(kNewYork, Outcome::answered, 200, calls % 2 == 0 ? 4s : 60s);
    }
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0].signal == "short_calls");
    CHECK(calls < 150);
}

TEST_CASE("what says nothing about a number is not counted", "[caller_ids][watch]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    for (int i = 0; i < 500; ++i) {
        for (const auto outcome : {Outcome::invalid_number, Outcome::congestion,
                                   Outcome::trunk_failure, Outcome::cancelled, Outcome::not_sent}) {
            CHECK(site.call(kNewYork, outcome, 603).empty());
        }
    }
    CHECK(site.ids.take_counts().empty());
    site.call(kNewYork, Outcome::answered, 200, 3s);
    site.call(kNewYork, Outcome::rejected, 607, 0s, "b");
    const auto counts = site.ids.take_counts();
    CHECK(counts.at({kNewYork, "a"}) == CallerIdCounts{1, 1, 1, 0});
    CHECK(counts.at({kNewYork, "b"}) == CallerIdCounts{1, 0, 0, 1});
    CHECK(site.ids.take_counts().empty());
}

TEST_CASE("signs act as the campaign says, and never stop one that has a single number",
          "[caller_ids][watch]") {
    const auto alarms_of = [](Site& site) {
        std::vector<CallerIdAlarm> all;
        for (int i = 0; i < 100; ++i) {
            for (auto& alarm : site.call(kNewYork, Outcome::rejected, 608)) {
                all.push_back(std::move(alarm));
            }
        }
        return all;
    };
    Site off{{{kNewYork}}};
    off.settings.caller_id_signals = CallerIdSignals::off;
    off.load();
    CHECK(alarms_of(off).empty());
    Site alarm{{{kNewYork}}};
    alarm.settings.caller_id_signals = CallerIdSignals::alarm;
    alarm.load();
    const auto told = alarms_of(alarm);
    REQUIRE_FALSE(told.empty());
    CHECK_FALSE(told[0].rest_until);
    CHECK_THAT(told[0].detail, !Contains("stays in use")); // as somebody wanted it
    Site alone;
    const auto single = alarms_of(alone);
    REQUIRE_FALSE(single.empty());
    CHECK_FALSE(single[0].rest_until);
    CHECK_THAT(single[0].detail, Contains("so it stays in use: give the campaign a pool"));
    CHECK_FALSE(alone.ids.obstacle(kSpring, kNoon));
    Site pool{{{kNewYork}}}; // all of its pool rests: it stops, in words
    CHECK(alarms_of(pool).size() == 1);
    CHECK_THAT(
        campaigns::english(pool.ids.obstacle(kSpring, kNoon).value_or(campaigns::Sentence{})),
        Contains("rests until"));
}

TEST_CASE("a rest that the store has not heard of yet survives settings that are loaded",
          "[caller_ids][watch]") {
    Site site{{{kNewYork}, {kBuffalo}}};
    while (site.call(kNewYork, Outcome::rejected, 608).empty()) {
    }
    site.load();
    CHECK(site.pick(somebody(212, 1)) == kBuffalo);
    // A person woke it up later on.
    site.book.rests[kNewYork] = {5, kNewYork, kNoon + 1s, kNoon + 1s, "ana", "woken up"};
    site.load();
    CHECK(site.pick(somebody(212, 1), kNoon + 2s) == kNewYork);
}

TEST_CASE("false alarms are as rare as is said", "[caller_ids][watch]") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    // The true shares are what the history shows; the tests' bounds make them rarer still.
    constexpr int calls = 1'000'000;
    std::map<CallerIdWatch::Signal, int> alarms;
    for (int number = 0; number < 10; ++number) {
        CallerIdWatch watch{{4000, 880, 132, 60}};
        for (int i = 0; i < calls / 10; ++i) {
            const bool answered = std::bernoulli_distribution{0.22}(random);
            CallerIdWatch::Ended call;
            call.answered = answered;
            call.short_call = answered && std::bernoulli_distribution{0.15}(random);
            call.blocked = !answered && std::bernoulli_distribution{0.019}(random);
            if (const auto alarm = watch.add(call)) {
                ++alarms[alarm->signal];
            }
        }
    }
    // 10 are promised at most on average; more than 25 comes about once in 30,000 runs then.
    using enum CallerIdWatch::Signal;
    for (const auto signal : {blocked, short_calls, answer_rate}) {
        CAPTURE(to_text(signal));
        CHECK(alarms[signal] <= 25);
    }
}

TEST_CASE("one test with the true share has its false alarms as far apart as its limit says",
          "[caller_ids][watch]") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    for (const auto& [usual, suspect] :
         std::vector<std::pair<double, double>>{{0.22, 0.11}, {0.03, 0.09}, {0.15, 0.30}}) {
        ShareTest test{usual, suspect};
        int alarms = 0;
        for (int i = 0; i < 1'000'000; ++i) {
            alarms +=
                test.add(std::bernoulli_distribution{usual}(random), std::log(10'000)) ? 1 : 0;
        }
        CAPTURE(usual);
        CHECK(alarms <= 150); // 100 at most on average, five standard deviations more
    }
}
