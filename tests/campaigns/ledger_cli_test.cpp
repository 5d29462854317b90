// Goal: people can put consents, relationships, emergencies and holidays on record, take consent
// back, and read everything about a number; what is wrong is named with line, field and remedy.
// Method: the real binary on a real PostgreSQL, with what it prints and returns.

#include "run_dialer.hpp"
#include "store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <string>

using Catch::Matchers::Contains;
using import_test::Ran;
using import_test::Shell;

namespace {

constexpr const char* kConsents = "number,grade,sellers,at,form,ip\n"
                                  "(212) 555-0123,written,Acme|Other,2026-11-02,page v7,192.0.2.7\n"
                                  "555-0123,written,Acme,2026-11-02,page v7,\n"
                                  "212-555-0124,verbal,Acme,2026-11-02,page v7,\n"
                                  "212-555-0125,oral,Acme,2026-11-02,,\n";

} // namespace

TEST_CASE("a consent file is loaded, its bad rows are named, and twice is once",
          "[pg][cli][ledger]") {
    Shell test;
    test.folder.write("consents.csv", kConsents);
    const Ran first = test.run("consent load consents.csv --quiet --by maria");
    CHECK(first.exit == 0);
    CHECK_THAT(first.out, Contains("4 rows, 1 added, 0 there already, 3 refused"));
    CHECK_THAT(first.err, Contains("consents.csv:3: number") && Contains("consents.csv:4: grade") &&
                              Contains("consents.csv:5: form"));
    CHECK_THAT(test.folder.read("consents.csv.refused.csv"), Contains("evidence_missing"));
    const Ran second = test.run("consent load consents.csv --quiet --json");
    CHECK_THAT(second.out, Contains("\"added\":0") && Contains("\"known\":1"));
    CHECK(test.db.sql("SELECT recorded_by, source ~ '^consents.csv:2 sha256:[0-9a-f]{16}$', "
                      "evidence->>'ip', evidence->>'timestamp' FROM consents") ==
          "maria|t|192.0.2.7|2026-11-02");
    const Ran listed = test.run("consent list 2125550123");
    CHECK_THAT(listed.out, Contains("written for Acme, Other") && Contains("page v7"));
}

TEST_CASE("a consent file without its columns is refused whole", "[pg][cli][ledger]") {
    Shell test;
    test.folder.write("bad.csv", "phone,seller\n2125550123,Acme\n");
    const Ran ran = test.run("consent load bad.csv --quiet");
    CHECK(ran.exit == 3);
    CHECK_THAT(ran.err, Contains("bad.csv:1") && Contains("number, grade, sellers, at, form"));
}

TEST_CASE("single consents, relationships and revocations are put on record", "[pg][cli][ledger]") {
    Shell test;
    const std::string add = "consent add 2125550123 --grade express --seller Acme --at "
                            "2026-11-02T14:00:00-05:00 --form 'call script 3' --evidence agent=ana";
    CHECK_THAT(test.run(add).out, Contains("is on record now"));
    CHECK_THAT(test.run(add).out, Contains("was on record already"));
    CHECK(
        test.run("consent add 2125550123 --grade express --seller Acme --at soon --form x").exit ==
        2);
    CHECK(test.run("relationship add 2125550123 --seller Acme --kind purchase --at 2026-03-01 "
                   "--proof invoice=4711")
              .exit == 0);
    // Friday before Thanksgiving week: ten business days, the holiday left out by the packs.
    const Ran revoked = test.run("consent revoke 2125550123 --means 'sms STOP' --scope all --at "
                                 "2026-11-20T15:00:00Z --by ana");
    CHECK(revoked.exit == 0);
    CHECK_THAT(revoked.out, Contains("the law's last day is 2026-12-0"));
    CHECK(test.db.sql("SELECT means, scope, recorded_by, deadline >= '2026-12-04' "
                      "FROM revocations") == "sms STOP|all|ana|t");
    CHECK(test.run("consent revoke 2125550123 --means sms --scope everything").exit == 2);
    CHECK_THAT(test.run("consent list 2125550199").out, Contains("nothing is on record"));
}

TEST_CASE("emergencies and holidays need a source and somebody who read it", "[pg][cli][ledger]") {
    Shell test;
    CHECK(test.run("emergency add NY --from 2026-11-23").exit == 2);
    const Ran added = test.run("emergency add US-NY --from 2026-11-23T09:00:00-05:00 --source "
                               "https://governor.example/eo-12 --reviewer maria");
    CHECK_THAT(added.out, Contains("emergency 1 in NY from 2026-11-23T14:00:00Z, until it is"));
    CHECK_THAT(test.run("emergency end 1 --to 2026-11-25 --source x --reviewer maria").out,
               Contains("ends at 2026-11-25T00:00:00Z"));
    CHECK(test.run("emergency end 7 --source x --reviewer maria").exit == 3);
    CHECK_THAT(test.run("emergency list").out, Contains("2026-11-25T00:00:00Z"));
    CHECK(test.run("holiday add LA 2026-12-24 --source https://governor.example/p-9 --reviewer "
                   "maria")
              .exit == 0);
    CHECK(test.run("holiday add la 2026-12-24 --source x --reviewer maria").exit == 2);
    CHECK_THAT(test.run("holiday list").out, Contains("2026-12-24") && Contains("LA"));
}

TEST_CASE("the dossier has everything about a number, and a page that runs nothing of it",
          "[pg][cli][ledger]") {
    Shell test;
    REQUIRE(test.run("campaign create spring --seller '<b>Acme</b>' --caller-id 212-555-0100 "
                     "--subject solar --offer roofs --purpose survey --atds-profile duguid")
                .exit == 0);
    test.folder.write("leads.csv", "phone,name\n2125550123,<script>alert(1)</script>\n");
    REQUIRE(test.run("import leads.csv --campaign spring --quiet").exit == 0);
    REQUIRE(test.run("opt-out add 2125550123 --by 'ana & co'").exit == 0);
    REQUIRE(
        test.run("relationship add 2125550123 --seller Acme --kind inquiry --at 2026-03-01").exit ==
        0);
    test.db.sql("INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, "
                "trunk, evidence, seller) SELECT 4711, '2026-11-23 17:00Z', l.id, 1, 1, "
                "12125550123, 12125550100, 'a', '{\"tzdb\":\"2026b\"}', 'Acme' FROM leads l;"
                "INSERT INTO attempt_events VALUES (4711, 0, '2026-11-23 17:00:03Z', 'ringing', "
                "'180');"
                "INSERT INTO gate_refusals VALUES (12, '2026-11-24 17:00Z', 1, 1, 12125550123, "
                "'deny', NULL, true, '[{\"code\":\"COMPANY_DNC\"}]', '{}')");
    const Ran ran = test.run("dossier 2125550123 --json --html page.html");
    REQUIRE(ran.exit == 0);
    const auto dossier = boost::json::parse(ran.out).as_object();
    CHECK(dossier.at("number") == "+12125550123");
    CHECK(dossier.at("leads").as_array().size() == 1);
    CHECK(dossier.at("leads").at(0).at("purpose") == "survey");
    CHECK(dossier.at("relationships").as_array().size() == 1);
    CHECK(dossier.at("opt_outs").at(0).at("by") == "ana & co");
    CHECK(dossier.at("attempts").at(0).at("attempt") == "4711");
    CHECK(dossier.at("attempts").at(0).at("events").as_array().size() == 1);
    CHECK(dossier.at("attempts").at(0).at("result").is_null());
    CHECK(dossier.at("refusals").at(0).at("reasons").at(0).at("code") == "COMPANY_DNC");
    CHECK(dossier.at("lists").as_array().size() >= 2);
    const std::string page = test.folder.read("page.html");
    CHECK_THAT(page, Contains("&lt;script&gt;alert(1)") && Contains("ana &amp; co") &&
                         Contains("COMPANY_DNC") && Contains("+12125550123"));
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<b>Acme") == std::string::npos);
    const Ran summary = test.run("dossier 2125550199");
    CHECK(summary.exit == 0);
    CHECK_THAT(summary.out, Contains("+12125550199"));
    CHECK(test.run("dossier hello").exit == 2);
}

TEST_CASE("the dossier tells of a list that had the number until its import was undone",
          "[pg][cli][ledger]") {
    Shell test;
    REQUIRE(test.run("campaign create spring --seller Acme --caller-id 212-555-0100").exit == 0);
    test.folder.write("leads.csv", "phone\n2125550123\n2125550124\n");
    REQUIRE(test.run("import leads.csv --campaign spring --quiet").exit == 0);
    const bool dialed = GENERATE(false, true); // such a lead keeps its number
    if (dialed) {
        test.db.sql("UPDATE leads SET attempt_id = 4711 FROM lead_phones p "
                    "WHERE p.lead_id = id AND p.number = 12125550123");
    }
    CHECK(test.run("dossier 2125550123").out.find("undone") == std::string::npos);
    REQUIRE(test.run("import undo 1 --by ana").exit == 0);

    const std::string at = test.db.sql("SELECT rfc3339(undone_at) FROM imports");
    const Ran ran = test.run("dossier 2125550123 --json --html page.html");
    REQUIRE(ran.exit == 0);
    const auto leads = boost::json::parse(ran.out).at("leads").as_array();
    REQUIRE(leads.size() == 1);
    CHECK(leads.at(0).at("campaign") == "spring");
    CHECK(leads.at(0).at("list").at("file") == "leads.csv");
    CHECK(leads.at(0).at("undone_at").as_string().c_str() == at);
    CHECK_THAT(test.folder.read("page.html"), Contains("import was undone") && Contains(at));
    CHECK_THAT(test.run("dossier 2125550123").out,
               Contains("was on the list leads.csv of campaign spring until its import was undone "
                        "at " +
                        at));

    // Another import may have it again: it was on one list, and is on the other.
    test.folder.write("again.csv", "phone\n2125550124\n");
    REQUIRE(test.run("import again.csv --campaign spring --quiet").exit == 0);
    const auto both = boost::json::parse(test.run("dossier 2125550124 --json").out).at("leads");
    REQUIRE(both.as_array().size() == 2);
    CHECK(both.at(0).at("undone_at").as_string().c_str() == at);
    CHECK(both.at(1).at("undone_at").is_null());
}
