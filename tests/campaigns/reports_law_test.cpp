// Goal: abandonment in reports is that of the ledger, for every rule and period; caller ids that
// fall are noticed; refusals and opt-outs are counted as the log has them.
// Method: a random log whose ledger is computed by dnc::abandonment_ledger from the raw calls, and
// small logs made by hand.

#include "tests/campaigns/reports_support.hpp"

#include "dnc/abandonment_ledger.hpp"
#include "dnc/time_text.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace reports_test;
using namespace store_test;
using namespace std::chrono_literals;
using campaigns::Outcome;

namespace {

std::string date_of(std::chrono::sys_days day) {
    return dnc::date_text(std::chrono::year_month_day{day});
}

/// The row of the rule whose period begins on that day.
std::optional<std::size_t> row_of(const Report& report, const std::string& seller,
                                  const dnc::LedgerPeriod& period) {
    for (std::size_t row = 0; row < report.rows.size(); ++row) {
        if (cell_text(report, row, "seller") == seller &&
            cell_text(report, row, "rule") == period.limit->id &&
            cell_text(report, row, "from") == date_of(period.from)) {
            return row;
        }
    }
    return std::nullopt;
}

void check_period(const Report& report, std::size_t row, const dnc::LedgerPeriod& period) {
    INFO(period.limit->id << " from " << date_of(period.from));
    CHECK(cell_text(report, row, "to") == date_of(period.to - std::chrono::days{1}));
    CHECK((cell_text(report, row, "under_way") == "yes") == period.under_way);
    CHECK(whole(report, row, "connected") == period.counts.connected);
    CHECK(whole(report, row, "late") == period.counts.late);
    CHECK(whole(report, row, "abandoned") == period.counts.abandoned);
    CHECK(whole(report, row, "early_hangup") == period.counts.early_hangup);
    CHECK(whole(report, row, "machines") == period.counts.machine);
    CHECK(whole(report, row, "numerator") == period.by_text.abandoned);
    CHECK(whole(report, row, "denominator") == period.by_text.answered);
    CHECK(cell_text(report, row, "percent") == dnc::percent_rounded_up(period.by_text));
    CHECK(cell_text(report, row, "conservative_percent") ==
          dnc::percent_rounded_up(period.conservative));
    CHECK((cell_text(report, row, "met") == "yes") == period.met);
}

/// One call of the campaign that the engine gave up.
void abandoned_call(World& world, Instant at) {
    const auto draft = world.dial_one(at);
    auto result = world.result(draft, Outcome::answered, at + 12s);
    result.treatment = campaigns::Treatment::abandoned;
    result.answered_at = at + 8s;
    result.ended_by = "engine";
    world.write_result(result);
}

dnc::Decision refusal(std::vector<dnc::ReasonCode> codes, dnc::Verdict verdict) {
    dnc::Decision decision;
    decision.verdict = verdict;
    for (const auto code : codes) {
        decision.reasons.push_back({.code = code, .rule = "R", .cite = "C", .detail = "d"});
    }
    return decision;
}

} // namespace

TEST_CASE("abandonment in the report is that of the ledger", "[pg][reports]") {
    World world;
    RandomDay day{world, 400};
    const Instant now = kNoon + 48h;
    const auto report =
        report_of(world.store, "abandonment", {}, kNoon - std::chrono::days{60}, kNoon + 48h);
    std::size_t compared = 0;
    for (const char* campaign : {"spring", "autumn"}) {
        const auto account = world.store.abandonment_account(campaign, Instant{}, now);
        const auto& rules = report_world().laws.at(account.jurisdiction);
        for (const auto& period : dnc::abandonment_ledger(account.calls, rules, zones(),
                                                          account.first_call_at.value(), now)) {
            const auto row = row_of(report, account.seller, period);
            INFO(campaign << " " << period.limit->id << " " << date_of(period.from));
            REQUIRE(row);
            check_period(report, *row, period);
            ++compared;
        }
    }
    CHECK(compared >= 4);
    CHECK(sum(report_of(world.store, "attempts", {}, kNoon - 1h, now), "abandoned") > 0);
}

TEST_CASE("a period that began before the days asked for is counted whole", "[pg][reports]") {
    World world;
    world.add_leads(5);
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    connected_call(world, agent, kNoon);
    connected_call(world, agent, kNoon + 1min);
    abandoned_call(world, kNoon + 2min);
    connected_call(world, agent, kNoon + 24h);
    const auto report = report_of(world.store, "abandonment", {}, kNoon + 23h, kNoon + 25h);
    REQUIRE(report.rows.size() == 2); // successive and trailing
    for (std::size_t row = 0; row < 2; ++row) {
        INFO(cell_text(report, row, "rule"));
        CHECK(whole(report, row, "numerator") == 1);
        CHECK(whole(report, row, "denominator") == 4);
        CHECK(cell_text(report, row, "percent") == "25.00");
        CHECK(cell_text(report, row, "met") == "no");
        CHECK(whole(report, row, "headroom") == 0);
        CHECK(cell_text(report, row, "applies") == "campaign");
    }
    // Day by day it grows.
    const auto days = report_of(world.store, "abandonment_days", {}, kNoon, kNoon + 25h);
    REQUIRE(days.rows.size() == 4);
    CHECK(whole(days, 0, "denominator") == 3);
    CHECK(whole(days, 1, "denominator") == 4);
    CHECK(cell_text(days, 0, "percent") == "33.34"); // never rounded down
}

TEST_CASE("headroom is what may still be abandoned", "[pg][reports]") {
    World world;
    world.add_leads(70);
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    for (int i = 0; i < 66; ++i) {
        connected_call(world, agent, kNoon + i * 2min);
    }
    // 3 % of 68 is two: (0 + k) * 100 <= 3 * (66 + k) holds for 2, not for 3.
    auto report = report_of(world.store, "abandonment", {}, kNoon, kNoon + 3h);
    CHECK(whole(report, 0, "headroom") == 2);
    abandoned_call(world, kNoon + 150min);
    report = report_of(world.store, "abandonment", {}, kNoon, kNoon + 3h);
    CHECK(whole(report, 0, "headroom") == 1);
    CHECK(cell_text(report, 0, "met") == "yes");
}

TEST_CASE("a caller id whose answers fall is said to have dropped", "[pg][reports]") {
    World world;
    world.db.sql(
        "INSERT INTO report_calls (attempt_id, at, answered_at, campaign_id, lead_id, "
        "caller_id, answered_us, place, attempt_no, sip_status, bridged, person_left, "
        "outcome, treatment, trunk) SELECT i, at, CASE WHEN hit THEN at END, 1, i, caller, "
        "CASE WHEN hit THEN 5000000 END, 0, 1, CASE WHEN hit THEN 200 ELSE 608 END, "
        "false, true, CASE WHEN hit THEN 'answered' ELSE 'rejected' END, 'none', 't' "
        "FROM (SELECT i, caller, '2026-11-23 17:00Z'::timestamptz - (i % 8) * interval "
        "'1 day' AS at, (i / 8) % 100 < CASE WHEN i % 8 = 0 AND caller = 12125550101 THEN "
        "10 ELSE 22 END AS hit FROM generate_series(0, 1599) i, "
        "(VALUES (12125550101), (12125550102)) AS c (caller)) d");
    const auto report = report_of(world.store, "caller_ids", {}, kNoon - 1h, kNoon + 1h);
    REQUIRE(report.rows.size() == 2);
    CHECK(cell_text(report, 0, "caller_id") == "+12125550101");
    CHECK(whole(report, 0, "sent") == 200);
    CHECK(whole(report, 0, "answered") == 20);
    CHECK(whole(report, 0, "sent_before") == 1400);
    CHECK(decimal(report, 0, "answer_rate_before") == Approx(0.22));
    CHECK(cell_text(report, 0, "alarm") == "dropped");
    CHECK(whole(report, 0, "refused_608") == 180);
    CHECK(whole(report, 0, "short_calls") == 20);
    CHECK(decimal(report, 0, "short_share_all") == Approx(1.0));
    CHECK(cell_text(report, 1, "alarm").empty());
    CHECK(decimal(report, 1, "answer_rate") == Approx(0.22));
}

TEST_CASE("refusals are counted by reason, each once", "[pg][reports]") {
    World world;
    world.add_leads(3);
    const auto leads = world.lease(3);
    campaigns::LogBatch batch;
    const auto refuse = [&](std::size_t i, dnc::Decision decision) {
        batch.refusals.push_back({world.ids.make(kNoon), kNoon, world.campaign.id, leads[i].id,
                                  leads[i].phones.front(), std::move(decision), true});
    };
    refuse(0, refusal({dnc::ReasonCode::list_national, dnc::ReasonCode::hours_federal},
                      dnc::Verdict::deny));
    refuse(1, refusal({dnc::ReasonCode::hours_federal, dnc::ReasonCode::hours_federal},
                      dnc::Verdict::defer));
    refuse(2, refusal({dnc::ReasonCode::hours_federal}, dnc::Verdict::defer));
    world.store.write_log(batch);
    const auto report = report_of(world.store, "refusals", {"reason"}, kNoon, kNoon + 1h);
    REQUIRE(report.rows.size() == 2);
    CHECK(sum(report, "first") == 3);
    for (std::size_t row = 0; row < 2; ++row) {
        const bool hours = cell_text(report, row, "reason") ==
                           std::string{dnc::to_text(dnc::ReasonCode::hours_federal)};
        CHECK(whole(report, row, "refusals") == (hours ? 3 : 1));
        CHECK(whole(report, row, "for_good") == 1);
    }
    const auto all = report_of(world.store, "refusals", {"day"}, kNoon, kNoon + 1h);
    REQUIRE(all.rows.size() == 1);
    CHECK(whole(all, 0, "refusals") == 3);
    CHECK(sum(report_of(world.store, "day", {}, kNoon, kNoon + 1h), "refusals") == 3);
}

TEST_CASE("opt-outs show how soon they acted and what came after", "[pg][reports]") {
    World world;
    world.add_leads(1);
    const auto first = world.dial_one(kNoon);
    auto result = world.result(first, Outcome::cancelled, kNoon + 30s + 250ms);
    world.write_result(result);
    const auto ask = [&](Instant at, std::optional<campaigns::AttemptId> attempt) {
        campaigns::OptOut opt_out;
        opt_out.id = world.ids.make(at);
        opt_out.number = number_at(0);
        opt_out.at = at;
        opt_out.source = "api";
        opt_out.attempt = attempt;
        world.store.add_opt_out(opt_out);
    };
    ask(kNoon + 30s, std::nullopt);
    const auto report = report_of(world.store, "opt_outs", {}, kNoon, kNoon + 1h);
    REQUIRE(report.rows.size() == 1);
    CHECK(cell_text(report, 0, "source") == "api");
    CHECK(whole(report, 0, "requests") == 1);
    CHECK(whole(report, 0, "calls_ended") == 1);
    CHECK(decimal(report, 0, "ended_max_s") == Approx(0.25));
    CHECK(whole(report, 0, "calls_after") == 0);
}
