#include "tests/campaigns/reports_support.hpp"

#include "dnc/abandonment.hpp"
#include "dnc/number.hpp"
#include "dnc/pack.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace reports_test {

using namespace std::chrono_literals;
using campaigns::AttemptResult;
using campaigns::Cell;
using campaigns::Outcome;
using campaigns::Treatment;
using store_test::kNoon;
using store_test::World;

namespace {

struct CellText {
    std::string operator()(std::monostate /*nothing*/) const { return {}; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return std::to_string(number); }
    std::string operator()(Instant at) const {
        return std::to_string(at.time_since_epoch().count());
    }
    std::string operator()(dnc::Number number) const { return dnc::to_e164(number); }
};

const Cell& cell(const Report& report, std::size_t row, const std::string& column) {
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
        if (report.columns[i].name == column) {
            return report.rows.at(row).at(i);
        }
    }
    throw std::runtime_error{"the report " + report.name + " has no column " + column};
}

} // namespace

const dnc::ZoneDatabase& zones() {
    static const auto loaded = dnc::load_zones("");
    return *loaded;
}

campaigns::ReportWorld report_world() {
    static const auto laws =
        dnc::abandonment_rules(dnc::load_packs(std::string{DIALER_SOURCE_DIR} + "/dnc/packs"),
                               std::chrono::floor<std::chrono::days>(kNoon));
    return {.zones = zones(), .laws = laws};
}

Report report_of(campaigns::Store& store, const std::string& name,
                 const std::vector<std::string>& by, Instant from, Instant to) {
    return make_report(store, report_world(),
                       {.name = name,
                        .campaigns = {},
                        .from = from,
                        .to = to,
                        .zone = kZone,
                        .by = by,
                        .now = kNoon + 48h});
}

std::string cell_text(const Report& report, std::size_t row, const std::string& column) {
    return std::visit(CellText{}, cell(report, row, column));
}

std::int64_t whole(const Report& report, std::size_t row, const std::string& column) {
    return std::get<std::int64_t>(cell(report, row, column));
}

double decimal(const Report& report, std::size_t row, const std::string& column) {
    return std::get<double>(cell(report, row, column));
}

std::int64_t sum(const Report& report, const std::string& column) {
    std::int64_t total = 0;
    for (std::size_t row = 0; row < report.rows.size(); ++row) {
        total += whole(report, row, column);
    }
    return total;
}

AttemptResult connected_result(World& world, const campaigns::AttemptDraft& draft,
                               campaigns::AgentId agent, Instant at) {
    auto result = world.result(draft, Outcome::answered, at + 68s + 500ms);
    result.treatment = Treatment::bridged;
    result.sip_status = 200;
    result.agent = agent;
    result.ringing_at = at + 2s;
    result.answered_at = at + 8s;
    result.bridged_at = at + 8s + 500ms;
    result.answer_to_bridge = 800us;
    result.answer_to_agent = 500ms;
    result.ended_by = "agent";
    return result;
}

campaigns::AttemptId connected_call(World& world, campaigns::AgentId agent, Instant at) {
    const auto draft = world.dial_one(at);
    world.write_result(connected_result(world, draft, agent, at));
    return draft.id;
}

void dispose(World& world, campaigns::AttemptId attempt, campaigns::AgentId agent, Instant at,
             const std::string& code) {
    campaigns::LogBatch batch;
    batch.dispositions.push_back({attempt, agent, at, code, ""});
    world.store.write_log(batch);
}

RandomDay::RandomDay(World& world, int calls) : world_{world} {
    for (const char* name : {"Ada", "Bob", "Cleo"}) {
        agents_.push_back(world_.store.add_agent({{}, name, name, std::string(32, 'a')}));
    }
    campaigns_.push_back(world_.campaign);
    auto other = store_test::usual_campaign();
    other.name = "autumn";
    other.seller = "Other";
    other.id = world_.store.create_campaign(other);
    campaigns_.push_back(other);
    for (const auto& campaign : campaigns_) {
        world_.campaign = campaign;
        // Two lists each.
        world_.add_leads(calls);
        world_.add_leads(calls / 3 + 1);
    }
    for (int i = 0; i < calls; ++i) {
        call(i);
    }
    world_.campaign = campaigns_.front();
}

bool RandomDay::chance(double probability) {
    return std::bernoulli_distribution{probability}(engine_);
}

void RandomDay::call(int i) {
    constexpr std::array outcomes{Outcome::busy,           Outcome::no_answer, Outcome::rejected,
                                  Outcome::invalid_number, Outcome::cancelled, Outcome::not_sent,
                                  Outcome::trunk_failure};
    const Instant at = kNoon + i * 97s;
    world_.campaign = campaigns_[chance(0.4) ? 1 : 0];
    const auto leads = world_.lease(1, at);
    if (leads.empty()) {
        throw std::runtime_error{"no lead is due"};
    }
    std::vector<campaigns::AttemptDraft> drafts;
    drafts.push_back(world_.draft(leads.front(), at));
    drafts.front().caller_id = {12125550180 + i % 3};
    drafts.front().trunk = chance(0.5) ? "carrier-a" : "carrier-b";
    if (world_.store.commit_attempts(drafts).tickets.size() != 1) {
        throw std::runtime_error{"the attempt got no ticket"};
    }
    const auto& draft = drafts.front();
    if (!chance(0.5)) {
        auto result = world_.result(draft, outcomes[engine_() % outcomes.size()], at + 25s);
        result.ringing_at = at + 1s;
        result.sip_status = 603;
        return world_.write_result(result);
    }
    auto result = connected_result(world_, draft, agents_[engine_() % agents_.size()], at);
    if (chance(0.2)) {
        result.treatment = chance(0.5) ? Treatment::abandoned : Treatment::early_hangup;
        result.agent.reset();
        result.bridged_at.reset();
        result.answer_to_agent.reset();
        result.answer_to_bridge.reset();
        const bool early = result.treatment == Treatment::early_hangup;
        result.ended_at = *result.answered_at + (early ? 900ms : 4s);
        result.ended_by = early ? "customer" : "engine";
    } else if (chance(0.1)) {
        result.bridged_at = *result.answered_at + 2500ms; // too late
        result.answer_to_agent = 2500ms;
    }
    world_.write_result(result);
    if (result.agent) {
        say(result, at + 80s);
    }
}

void RandomDay::say(const AttemptResult& result, Instant at) {
    constexpr std::array codes{"sale",    "contact",      "callback",   "no_contact",
                               "machine", "wrong_number", "do_not_call"};
    while (chance(0.7)) { // some say nothing, some think again
        dispose(world_, result.attempt, *result.agent, at, codes[engine_() % codes.size()]);
        at += 10s;
    }
}

} // namespace reports_test
