// Goal: a stranger can use the commands: errors name file, line and remedy, exit codes are as
// --help says, and repeating a command does no harm. Method: the real binary on a real PostgreSQL,
// with what it prints and returns.

#include "run_dialer.hpp"
#include "store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using import_test::Folder;
using import_test::Ran;
using import_test::run_dialer;
using import_test::Shell;
using import_test::store_environment;

namespace {

struct Fixture : Shell {
    Ran run_with(const std::string& environment, const std::string& arguments,
                 const std::string& input = "") {
        return run_dialer(folder, environment, arguments, input);
    }
};

} // namespace

TEST_CASE("help is printed for every command and names the exit codes", "[pg][cli]") {
    Fixture test;
    const Ran top = test.run("--help");
    CHECK(top.exit == 0);
    CHECK_THAT(top.out, Contains("Exit codes") && Contains("campaign") && Contains("migrate"));
    for (const char* command :
         {"migrate", "import", "dnc load", "campaign create", "campaign start", "campaign stop",
          "campaign show", "campaign list", "agent add", "agent list", "user add", "log export",
          "opt-out add", "serve"}) {
        CAPTURE(command);
        const Ran ran = test.run(fmt::format("{} --help", command));
        CHECK(ran.exit == 0);
        CHECK_FALSE(ran.out.empty());
    }
}

TEST_CASE("a wrong command line ends with 2", "[pg][cli]") {
    Fixture test;
    for (const char* arguments :
         {"", "no-such", "import", "import x.csv", "campaign create spring",
          "campaign create s --seller A --caller-id 12",
          "campaign create s --seller A --caller-id 212-555-0100 --ring-max 5",
          "campaign create s --seller A --caller-id 212-555-0100 --lines-per-agent 2",
          "dnc load x --list national --as-of tomorrow", "opt-out add hello",
          "log export --from 2026-11-23 --to 2026-11-01", "user add ana --role agent",
          "user add ana --role king"}) {
        CAPTURE(arguments);
        CHECK(test.run(arguments).exit == 2);
    }
}

TEST_CASE("without a store the remedy is named", "[pg][cli]") {
    Fixture test;
    const Ran ran = test.run_with("DIALER_STORE=", "campaign list");
    CHECK(ran.exit == 2);
    CHECK_THAT(ran.err, StartsWith("dialer: campaign list: ") && Contains("--store"));
}

TEST_CASE("a store out of reach is a failure told in one line", "[pg][cli]") {
    Fixture test;
    const Ran ran =
        test.run("campaign list --store 'host=/nonexistent dbname=dialer connect_timeout=2'");
    CHECK(ran.exit == 1);
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
}

TEST_CASE("migrate applies once", "[pg][cli]") {
    Fixture test;
    const Ran ran = test.run_with("DIALER_STORE='" + test.db.owner_dsn() + "'", "migrate");
    CHECK(ran.exit == 0);
    CHECK(ran.out == "the store is up to date\n");
}

TEST_CASE("an import tells what became of the rows and repeats without harm", "[pg][cli]") {
    Fixture test;
    test.create_campaign();
    test.folder.write("leads.csv", "Name;Phone\nAnn;212-555-0101\nBo;12\nCy;2125550101\n");
    const Ran ran = test.run("import leads.csv --campaign spring --json");
    REQUIRE(ran.exit == 0);
    const auto summary = boost::json::parse(ran.out).as_object();
    CHECK(summary.at("rows").as_int64() == 3);
    CHECK(summary.at("accepted").as_int64() == 1);
    CHECK(summary.at("refused").as_object().at("phone_too_short").as_int64() == 1);
    CHECK(summary.at("refused").as_object().at("duplicate_in_file").as_int64() == 1);
    CHECK_THAT(test.folder.read("leads.csv.refused.csv"), Contains("\n3,refused,phone_too_short"));
    const Ran again = test.run("import leads.csv --campaign spring");
    CHECK(again.exit == 0);
    CHECK_THAT(again.out, Contains("nothing was changed"));
    CHECK(test.db.sql("SELECT count(*) FROM leads") == "1");
}

TEST_CASE("refused imports end with 3 and name file, line and remedy", "[pg][cli]") {
    Fixture test;
    test.create_campaign();
    test.folder.write("no-phone.csv", "Customer,Town\nAnn,Springfield\n");
    const Ran header = test.run("import no-phone.csv --campaign spring");
    CHECK(header.exit == 3);
    CHECK_THAT(header.err, StartsWith("dialer: import: no-phone.csv:1: ") && Contains("--map"));
    test.folder.write("bad.csv", "Phone\n12\n");
    const Ran rows = test.run("import bad.csv --campaign spring");
    CHECK(rows.exit == 3);
    CHECK_THAT(rows.err, Contains("bad.csv: no row was accepted"));
    CHECK(test.run("import bad.csv --campaign summer").exit == 3);
    CHECK(test.run("import no-such.csv --campaign spring").exit == 1);
}

TEST_CASE("a column chosen by hand is used", "[pg][cli]") {
    Fixture test;
    test.create_campaign();
    test.folder.write("leads.csv", "Who,Line\nAnn,212-555-0101\n");
    CHECK(test.run("import leads.csv --campaign spring --map 'phone=Line,name=Who'").exit == 0);
    CHECK(test.db.sql("SELECT name FROM leads") == "Ann");
}

TEST_CASE("the demo's list comes to exactly the counts its maker wrote down", "[pg][cli]") {
    Fixture test;
    test.create_campaign();
    const std::string make =
        fmt::format("cd {} && {}/tools/make_leads leads.csv --seed 7 --national national.txt "
                    "--company company.txt --expect expect.json",
                    test.folder.path(""), DIALER_SOURCE_DIR);
    REQUIRE(std::system(make.c_str()) == 0);
    CHECK(test.run("dnc load national.txt --list national --as-of 2999-11-20").exit == 3);
    REQUIRE(test.run("dnc load national.txt --list national --as-of 2025-11-20").exit == 0);
    REQUIRE(test.run("dnc load company.txt --list company --as-of 2025-11-20").exit == 0);
    const Ran ran = test.run("import leads.csv --campaign spring --json");
    REQUIRE(ran.exit == 0);
    const auto got = boost::json::parse(ran.out).as_object();
    const auto expected = boost::json::parse(test.folder.read("expect.json")).as_object();
    for (const char* key : {"rows", "accepted", "refused_total"}) {
        CAPTURE(key);
        CHECK(got.at(key) == expected.at(key));
    }
    CHECK(got.at("refused") == expected.at("refused"));
    CHECK(got.at("warnings") == expected.at("warnings"));
    CHECK(got.at("listed_now") == expected.at("on_any_list"));
}

TEST_CASE("bad lines of a number file are named", "[pg][cli]") {
    Fixture test;
    test.folder.write("list.txt", "212-555-0101\nhello 5551234567890\n");
    const Ran ran = test.run("dnc load list.txt --list national --as-of 2025-11-20");
    CHECK(ran.exit == 3);
    CHECK_THAT(ran.err, Contains("dialer: dnc load: list.txt:2: ") && Contains("--allow-bad"));
    const Ran allowed =
        test.run("dnc load list.txt --list national --as-of 2025-11-20 --allow-bad --json");
    CHECK(allowed.exit == 0);
    CHECK(boost::json::parse(allowed.out).as_object().at("bad").as_int64() == 1);
}

TEST_CASE("a campaign is made, shown, started and stopped", "[pg][cli]") {
    Fixture test;
    test.create_campaign();
    CHECK(test.run("campaign create spring --seller Acme --caller-id 212-555-0100").exit == 3);
    CHECK_THAT(test.run("campaign start spring").out, Contains("running"));
    CHECK_THAT(test.run("campaign show spring").out,
               Contains("running") && Contains("+12125550100") && Contains("leads ready"));
    CHECK_THAT(test.run("campaign stop spring").out, Contains("stopped"));
    CHECK_THAT(test.run("campaign list").out, Contains("spring"));
    CHECK(test.run("campaign start summer").exit == 3);
}

TEST_CASE("an agent's password is stored as its digest hash only", "[pg][cli]") {
    Fixture test;
    const Ran ran =
        test.run("agent add --name 'Mufasa' --sip-user Mufasa --realm testrealm@host.com",
                 "Circle Of Life\n");
    CHECK(ran.exit == 0);
    // MD5 of the user, realm and password of the example in RFC 2617 section 3.5.
    CHECK(test.db.sql("SELECT sip_ha1 FROM agents") == "939e7578ed9e3c518a452acee763bce9");
    CHECK_THAT(test.run("agent list").out, Contains("Mufasa"));
    CHECK(test.run("agent add --name Bo --sip-user 'bo@x' --password p").exit == 2);
    CHECK(test.run("agent add --name Bo --sip-user bo", "\n").exit == 2);
}

TEST_CASE("a user's token is shown once and works", "[pg][cli]") {
    Fixture test;
    REQUIRE(test.run("agent add --name Ana --sip-user ana --password p").exit == 0);
    const Ran ran = test.run("user add ana --role agent --agent ana");
    REQUIRE(ran.exit == 0);
    REQUIRE(ran.out.size() == 65);
    campaigns::Store store{test.db.engine_dsn()};
    const auto user = store.find_user(ran.out.substr(0, 64));
    REQUIRE(user);
    CHECK(user->name == "ana");
    CHECK(user->agent.has_value());
    CHECK(test.run("user add ana --role ops").exit == 3);
    CHECK(test.run("user add bo --role agent --agent nobody").exit == 3);
}

TEST_CASE("an opt-out stands at once and may be repeated", "[pg][cli]") {
    Fixture test;
    CHECK(test.run("opt-out add '(212) 555-0123' --by lena").out ==
          "+12125550123 is on the company list now\n");
    CHECK(test.run("opt-out add +12125550123").out ==
          "+12125550123 was on the company list already\n");
    CHECK(test.db.sql("SELECT source, by_user FROM suppression_changes ORDER BY id") ==
          "command|lena\ncommand|maria");
}

TEST_CASE("the log is exported as CSV and as JSON with the same attempts", "[pg][cli]") {
    store_test::World world;
    Folder folder;
    world.add_leads(2);
    for (int i = 0; i < 2; ++i) {
        const auto draft = world.dial_one();
        world.write_result(world.result(draft, campaigns::Outcome::busy));
    }
    const auto run = [&](const std::string& arguments) {
        return run_dialer(folder, store_environment(world.db.engine_dsn()),
                          "log export " + arguments);
    };
    const std::string period = "--from 2026-11-23 --to 2026-11-23";
    const Ran exported = run(period + " --format json");
    REQUIRE(exported.exit == 0);
    const auto rows = boost::json::parse(exported.out).as_array();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].as_object().at("outcome") == "busy");
    REQUIRE(run(period + " --out log.csv").exit == 0);
    const std::string csv = folder.read("log.csv");
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
    CHECK_THAT(csv, StartsWith("attempt,at,campaign,") && Contains(",busy,") && Contains("\n") &&
                        Contains(",+1201555"));
    const Ran next_day = run("--from 2026-11-24 --to 2026-11-24 --format json");
    REQUIRE(next_day.exit == 0);
    CHECK(boost::json::parse(next_day.out).as_array().empty());
    CHECK(run(period + " --campaign nobody").exit == 3);
    CHECK(run(period + " --out /nonexistent/log.csv").exit == 1);
}
