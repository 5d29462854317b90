// How long does a full decision of the gate take, with all shipped packs loaded?
//
// Calls of several kinds are judged over and over, as the engine does before every INVITE: facts
// with consents, past calls and answers of lists, by day and by night. Each decision is timed
// alone; the cost of reading the clock is measured in the same run and shown beside. Prints JSON.

#include "dnc/gate.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const dnc::Instant kNoon = std::chrono::sys_days{std::chrono::November / 23 / 2026} + 20h;
const dnc::Instant kNight = kNoon + 12h;

struct Kind {
    std::string name;
    std::vector<dnc::CallFacts> calls;
    dnc::Instant at;
};

struct Figures {
    std::int64_t p50_ns = 0;
    std::int64_t p99_ns = 0;
    std::int64_t max_ns = 0;
    double mean_ns = 0;
};

dnc::Consent consent(dnc::ConsentGrade grade, dnc::Instant at) {
    dnc::Consent made;
    made.id = 1;
    made.grade = grade;
    made.sellers = {"Acme Energy", "Acme Energy Partners"};
    made.at = at;
    made.evidence = true;
    return made;
}

/// All that a lead brings along, and answers of all lists.
dnc::CallFacts call_to(std::int64_t number) {
    dnc::CallFacts facts;
    facts.number = {number};
    facts.seller = "Acme Energy";
    facts.subject = "solar";
    facts.person = "lead 4711";
    facts.line_type = dnc::LineType::wireless;
    facts.ring_max = 30s;
    facts.consents = {consent(dnc::ConsentGrade::express, kNoon - 2000h),
                      consent(dnc::ConsentGrade::written, kNoon - 1000h)};
    facts.revocations.emplace();
    facts.relationship.emplace(
        dnc::Relationship{.id = 2, .kind = dnc::Relationship::Kind::purchase, .at = kNoon - 900h});
    facts.attempts.emplace();
    for (const auto ago : {26h, 50h, 74h}) {
        dnc::PastAttempt attempt;
        attempt.at = kNoon - ago;
        attempt.number = facts.number;
        attempt.person = facts.person;
        attempt.seller = facts.seller;
        attempt.subject = facts.subject;
        facts.attempts->push_back(attempt);
    }
    facts.emergencies.emplace();
    facts.proclaimed_holidays.emplace();
    dnc::ListAnswer answer;
    answer.as_of = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(kNoon - 72h)};
    facts.lists.national = facts.lists.state = facts.lists.preference = answer;
    facts.lists.litigator = facts.lists.other = answer;
    facts.lists.company.emplace();
    facts.lists.reassigned = {dnc::Reassignment::Answer::no, kNoon - 100h};
    return facts;
}

std::vector<Kind> kinds() {
    const std::vector<std::int64_t> numbers = {12125550123, 13055550123, 13125550123, 17135550123,
                                               14045550123, 16025550123, 12065550123, 15045550123,
                                               12075550123, 12255550123, 14055550123, 18015550123};
    Kind by_day{"US, one state, by day", {}, kNoon};
    Kind listed{"US, on the national registry, lifted by a relationship", {}, kNoon};
    Kind two_states{"US, address in another state", {}, kNoon};
    Kind by_night{"US, by night: deferred to the morning", {}, kNight};
    for (const std::int64_t number : numbers) {
        by_day.calls.push_back(call_to(number));
        listed.calls.push_back(call_to(number));
        listed.calls.back().lists.national->listed = true;
        two_states.calls.push_back(call_to(number));
        two_states.calls.back().address.region = "FL";
        by_night.calls.push_back(call_to(number));
    }
    Kind unknown{"US, area code unknown: all states' zones", {call_to(12735550123)}, kNoon};
    return {by_day, listed, two_states, by_night, unknown};
}

Figures figures_of(std::vector<std::int64_t>& times) {
    std::sort(times.begin(), times.end());
    const auto at = [&times](std::size_t percent) {
        return times[std::min(times.size() - 1, times.size() * percent / 100)];
    };
    double sum = 0;
    for (const std::int64_t time : times) {
        sum += static_cast<double>(time);
    }
    return {at(50), at(99), times.back(), sum / static_cast<double>(times.size())};
}

template <typename Run> Figures measure(std::size_t count, Run run) {
    std::vector<std::int64_t> times(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto begin = Clock::now();
        run(i);
        times[i] = std::chrono::nanoseconds{Clock::now() - begin}.count();
    }
    return figures_of(times);
}

std::string json_of(const std::string& name, const Figures& figures, const std::string& verdicts) {
    return fmt::format(R"({{"case": "{}", "p50_us": {:.3f}, "p99_us": {:.3f}, "mean_us": {:.3f}, )"
                       R"("max_us": {:.1f}, "verdicts": "{}"}})",
                       name, static_cast<double>(figures.p50_ns) / 1000,
                       static_cast<double>(figures.p99_ns) / 1000, figures.mean_ns / 1000,
                       static_cast<double>(figures.max_ns) / 1000, verdicts);
}

void run(const std::string& folder, std::size_t count) {
    const auto zones = dnc::load_zones("");
    const dnc::Gate gate{dnc::load_packs(folder + "/packs"), dnc::load_geography(folder + "/geo"),
                         *zones};
    dnc::Judgement judgement;
    std::string lines = json_of("reading the clock", measure(count, [](std::size_t) {}), "");
    for (const Kind& kind : kinds()) {
        std::array<std::size_t, 3> verdicts{};
        const auto judge = [&](std::size_t i) {
            const dnc::CallFacts& facts = kind.calls[i % kind.calls.size()];
            gate.judge(facts, facts.lists, kind.at, judgement);
            ++verdicts.at(static_cast<std::size_t>(judgement.verdict));
        };
        measure(count / 10, judge); // warm
        verdicts = {};
        const Figures figures = measure(count, judge);
        lines += ",\n  " + json_of(kind.name, figures,
                                   fmt::format("{} allow, {} deny, {} defer", verdicts[0],
                                               verdicts[1], verdicts[2]));
    }
    fmt::print("{{\"packs\": {}, \"decisions_per_case\": {}, \"cases\": [\n  {}\n]}}\n",
               gate.packs().packs.size(), count, lines);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"How long a full decision of the gate takes"};
    std::string folder = "dnc";
    std::size_t count = 200'000;
    app.add_option("--dnc", folder, "Folder with packs/ and geo/")->capture_default_str();
    app.add_option("--count", count, "Decisions a case")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        run(folder, count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
