// Goal: whatever a pacer is told, it keeps to what it promises: caps, signs, determinism, no calls
// for nobody. Method: random lives of a pool with three campaigns (pacer_script.hpp), in which news
// come twice, late, out of order or of nobody, clocks step and agents vanish; each decision is held
// against a truth that is kept apart. RC_PARAMS="max_success=10000" makes it a night's work.

#include "pacer_script.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <array>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

using namespace pacing;
using pacer_script::Decision;
using pacer_script::Runner;
using pacer_script::Step;

namespace {

constexpr int kLengthMax = 250;

std::vector<Step> any_script(pacer_script::Kind kind) {
    const auto seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint32_t>());
    // Only the length shrinks: a shorter life from the same seed is the same life cut off.
    const auto length = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(1, kLengthMax));
    return pacer_script::make(seed, length, kind);
}

bool needs_people(Mode mode) {
    return mode != Mode::agentless;
}
bool dials_by_itself(Mode mode) {
    return mode != Mode::manual && mode != Mode::preview;
}

void require_not_negative(const Pacer::Counts& counts) {
    for (const int count : {counts.signed_in, counts.ready, counts.talking, counts.wrap_up,
                            counts.paused, counts.in_flight, counts.waiting}) {
        RC_ASSERT(count >= 0);
    }
    RC_ASSERT(counts.ready + counts.talking + counts.wrap_up + counts.paused <= counts.signed_in);
}

void require_within_room(const Decision& decision) {
    const Plan& plan = decision.plan;
    RC_ASSERT(plan.dial >= 0);
    RC_ASSERT(plan.give_up >= 0);
    RC_ASSERT(plan.dial <= decision.next);
    RC_ASSERT(plan.dial <= decision.room.channels);
    RC_ASSERT(plan.dial <= decision.room.rate);
    RC_ASSERT(plan.give_up <= decision.rang_long_enough);
}

void require_within_caps(const Decision& decision) {
    const Settings& settings = decision.settings;
    if (decision.plan.dial == 0) {
        return; // a team that shrinks leaves more lines behind than the cap; none are added
    }
    RC_ASSERT(decision.known);
    RC_ASSERT(dials_by_itself(settings.mode));
    const int lines = decision.in_flight + decision.plan.dial;
    RC_ASSERT(lines <= settings.channels_max);
    if (needs_people(settings.mode)) {
        RC_ASSERT(decision.signed_in > 0);
        RC_ASSERT(lines <= settings.lines_per_agent_max * decision.signed_in);
    }
}

// Of expectations, which are kept as running sums.
constexpr double kRounding = 1e-6;

void require_sound(const Explanation& explanation, const Settings& settings) {
    for (const double figure :
         {explanation.agents_expected, explanation.horizon_s, explanation.answers_expected,
          explanation.answer_rate, explanation.shortage, explanation.threshold,
          explanation.abandoned_share}) {
        RC_ASSERT(std::isfinite(figure));
        RC_ASSERT(figure >= -kRounding);
    }
    RC_ASSERT(!std::isnan(explanation.budget_left));
    RC_ASSERT(explanation.shortage <= 1);
    RC_ASSERT(explanation.answer_rate <= 1);
    RC_ASSERT(explanation.abandoned_share <= 1);
    if (settings.mode == Mode::predictive) {
        RC_ASSERT(explanation.threshold >= 1e-5);
        RC_ASSERT(explanation.threshold <= 0.8);
    }
    RC_ASSERT(!to_sentence(explanation).empty());
}

void require_sound_standings(const Pacer& pacer, const Runner& runner) {
    for (const auto& [campaign, settings] : runner.campaigns()) {
        for (const Budget::Standing& standing : pacer.standings(campaign)) {
            RC_ASSERT(standing.count.abandoned >= 0);
            RC_ASSERT(standing.count.answered >= standing.count.abandoned);
        }
    }
}

// Each bit counts: -0.0 or another NaN would betray another path.
using Bits = std::array<std::uint64_t, 20>;
Bits bits_of(const Decision& decision) {
    const auto whole = [](auto value) { return static_cast<std::uint64_t>(value); };
    const auto real = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    const Explanation& e = decision.explanation;
    return {whole(decision.plan.dial),
            whole(decision.plan.give_up),
            whole(decision.plan.limit),
            whole(e.at.time_since_epoch().count()),
            whole(e.mode),
            whole(e.limit),
            whole(e.dial),
            whole(e.give_up),
            whole(e.agents_signed_in),
            whole(e.agents_free),
            real(e.agents_expected),
            real(e.horizon_s),
            whole(e.lines_in_flight),
            real(e.answers_expected),
            whole(e.waiting),
            real(e.answer_rate),
            real(e.shortage),
            real(e.threshold),
            real(e.budget_left),
            real(e.abandoned_share)};
}

void require_same(const Runner& left, const Runner& right) {
    RC_ASSERT(left.decisions().size() == right.decisions().size());
    for (std::size_t i = 0; i < left.decisions().size(); ++i) {
        RC_ASSERT(bits_of(left.decisions()[i]) == bits_of(right.decisions()[i]));
    }
}

// Loading adds up anew what had been kept as running sums: the decisions are the same, their
// figures agree but for rounding.
void require_alike(const Runner& left, const Runner& right) {
    RC_ASSERT(left.decisions().size() == right.decisions().size());
    constexpr double rounding = 1e-4;
    for (std::size_t i = 0; i < left.decisions().size(); ++i) {
        const Decision& a = left.decisions()[i];
        const Decision& b = right.decisions()[i];
        RC_ASSERT(a.plan.dial == b.plan.dial);
        RC_ASSERT(a.plan.give_up == b.plan.give_up);
        RC_ASSERT(a.plan.limit == b.plan.limit);
        RC_ASSERT(std::abs(a.explanation.threshold - b.explanation.threshold) <= rounding);
        RC_ASSERT(std::abs(a.explanation.shortage - b.explanation.shortage) <= rounding);
        RC_ASSERT(std::abs(a.explanation.answer_rate - b.explanation.answer_rate) <= rounding);
    }
}

void require_same_memory(Runner& left, Runner& right) {
    for (const auto& [campaign, settings] : left.campaigns()) {
        RC_ASSERT(left.pacer().save(campaign) == right.pacer().save(campaign));
    }
}

void through_text(Pacer& pacer, const Event& event) {
    std::string why;
    const auto read = event_from_line(to_line(event), why);
    RC_ASSERT(read.has_value());
    pacer.on(*read);
}

} // namespace

TEST_CASE("no life, however wild, makes it dial more than it may", "[pacing][property]") {
    const bool extreme = GENERATE(false, true);
    CHECK(rc::check([extreme] {
        Runner runner;
        for (const Step& step : any_script({.extreme_clock = extreme})) {
            runner.play(step);
            require_not_negative(runner.pacer().counts());
        }
        for (const Decision& decision : runner.decisions()) {
            require_within_room(decision);
            require_within_caps(decision);
            if (decision.known) {
                require_sound(decision.explanation, decision.settings);
            }
        }
        require_sound_standings(runner.pacer(), runner);
    }));
}

TEST_CASE("an unknown campaign dials nothing and knows nothing", "[pacing][property]") {
    CHECK(rc::check([] {
        Runner runner;
        for (const Step& step : any_script({})) {
            runner.play(step);
        }
        constexpr CampaignId nobody{4711};
        const std::vector<Group> next(20);
        const Plan plan = runner.pacer().decide(nobody, Instant{}, Room{}, next);
        RC_ASSERT(plan.dial == 0);
        RC_ASSERT(plan.give_up == 0);
        RC_ASSERT(runner.pacer().standings(nobody).empty());
        RC_ASSERT(!runner.pacer().load(nobody, "1"));
    }));
}

TEST_CASE("when the last agent has gone nothing is dialed until one comes", "[pacing][property]") {
    CHECK(rc::check([] {
        Runner runner;
        const std::vector<Step> script = any_script({});
        for (const Step& step : script) {
            runner.play(step);
        }
        Step gone;
        gone.event.kind = EventKind::agent_signed_out;
        gone.calls_ago = -1;
        for (const std::int64_t agent :
             {std::int64_t{0}, std::int64_t{-1}, std::int64_t{77}, INT64_MIN, INT64_MAX,
              std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{4}, std::int64_t{5},
              std::int64_t{6}}) {
            gone.event.agent = AgentId{agent};
            runner.play(gone);
        }
        RC_ASSERT(runner.pacer().counts().signed_in == 0);
        const std::size_t before = runner.decisions().size();
        for (const Step& step : script) {
            if (step.event.kind != EventKind::agent_signed_in) {
                runner.play(step);
            }
        }
        for (std::size_t i = before; i < runner.decisions().size(); ++i) {
            const Decision& decision = runner.decisions()[i];
            RC_ASSERT(decision.plan.dial == 0 || !needs_people(decision.settings.mode));
        }
    }));
}

TEST_CASE("the same life gives the same plans bit for bit, also from a log", "[pacing][property]") {
    CHECK(rc::check([] {
        const std::vector<Step> script = any_script({.extreme_clock = *rc::gen::arbitrary<bool>()});
        Runner first;
        Runner again;
        Runner from_log{through_text};
        for (const Step& step : script) {
            first.play(step);
            again.play(step);
            from_log.play(step);
        }
        require_same(first, again);
        require_same(first, from_log);
        require_same_memory(first, again);
        require_same_memory(first, from_log);
    }));
}

TEST_CASE("loading what was just saved changes no later decision", "[pacing][property]") {
    CHECK(rc::check([] {
        const std::vector<Step> script = any_script({});
        const auto middle = *rc::gen::inRange<std::size_t>(0, script.size() + 1);
        Runner untouched;
        Runner loaded;
        for (std::size_t i = 0; i < script.size(); ++i) {
            if (i == middle) {
                for (const auto& [campaign, settings] : loaded.campaigns()) {
                    const std::string saved = loaded.pacer().save(campaign);
                    RC_ASSERT(loaded.pacer().load(campaign, saved));
                    RC_ASSERT(loaded.pacer().save(campaign) == saved);
                }
            }
            untouched.play(script[i]);
            loaded.play(script[i]);
        }
        require_alike(untouched, loaded);
    }));
}

TEST_CASE("a new pacer that loads what was saved has learnt the same", "[pacing][property]") {
    CHECK(rc::check([] {
        Runner runner;
        for (const Step& step : any_script({})) {
            runner.play(step);
        }
        for (const auto& [campaign, settings] : runner.campaigns()) {
            const std::string saved = runner.pacer().save(campaign);
            Pacer fresh;
            fresh.set_campaign(campaign, settings);
            RC_ASSERT(fresh.load(campaign, saved));
            RC_ASSERT(fresh.save(campaign) == saved);
        }
    }));
}

TEST_CASE("a saved text that is cut or damaged changes nothing", "[pacing][property]") {
    CHECK(rc::check([] {
        Runner runner;
        for (const Step& step : any_script({})) {
            runner.play(step);
        }
        if (runner.campaigns().empty()) {
            return;
        }
        const CampaignId campaign = runner.campaigns().begin()->first;
        const std::string before = runner.pacer().save(campaign);
        std::string damaged = before;
        const auto place = *rc::gen::inRange<std::size_t>(0, damaged.size());
        if (*rc::gen::arbitrary<bool>()) {
            damaged.resize(place);
        } else {
            damaged[place] = static_cast<char>(*rc::gen::inRange(0, 256));
        }
        const bool taken = runner.pacer().load(campaign, damaged);
        RC_ASSERT(taken == (damaged == before));
        RC_ASSERT(runner.pacer().save(campaign) == before);
        RC_ASSERT(!runner.pacer().load(campaign, ""));
        RC_ASSERT(!runner.pacer().load(campaign, before + before));
    }));
}
