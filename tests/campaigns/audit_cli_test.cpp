// Goal: people can make a key, seal, sign, export, prove, verify and check with the program alone,
// and each refusal says what to do.
// Method: the real binary on a real PostgreSQL, with what it prints and returns.

#include "run_dialer.hpp"
#include "store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>

using Catch::Matchers::Contains;
using import_test::Ran;
using import_test::Shell;

TEST_CASE("a key, a head, an export and its verdict", "[pg][cli][audit]") {
    Shell test;
    CHECK_THAT(test.run("audit head").out, Contains("WARNING: no head was ever signed"));
    const Ran early = test.run("audit export");
    CHECK(early.exit == 3);
    CHECK_THAT(early.err, Contains("no head of the audit log was signed yet"));
    CHECK(test.run("audit key").exit == 2);

    const Ran made = test.run("audit key --key audit.key");
    REQUIRE(made.exit == 0);
    CHECK_THAT(made.out, Contains("public "));
    struct stat about {};
    REQUIRE(stat(test.folder.path("audit.key").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK(test.run("audit key --key audit.key").exit == 0); // the same key, known already
    CHECK(test.run("audit key --key audit.key --show").out == test.folder.read("audit.key.pub"));
    CHECK(test.db.sql("SELECT count(*), min(by_whom) FROM audit_keys") == "1|maria");

    const Ran sealed = test.run("audit seal --key audit.key");
    CHECK(sealed.exit == 0);
    CHECK_THAT(sealed.out, Contains("records sealed") && Contains("root "));
    CHECK(test.run("audit seal --key audit.key --close-day").exit == 0);
    CHECK_THAT(test.run("audit head --count 5 --json").out, Contains("\"closes\":\"20"));

    CHECK(test.run("audit export --out all.audit").exit == 0);
    const Ran verdict = test.run("audit verify all.audit --key audit.key.pub");
    CHECK(verdict.exit == 0);
    CHECK_THAT(verdict.out, Contains("PROVED") && Contains("Complete"));
    CHECK_THAT(test.run("audit verify all.audit --key audit.key.pub --json").out,
               Contains("\"proved\":true"));

    auto text = test.folder.read("all.audit");
    text.replace(text.find("\"kind\":\"list\""), 13, "\"kind\":\"lisd\"");
    test.folder.write("bad.audit", text);
    const Ran wrong = test.run("audit verify bad.audit --key audit.key.pub");
    CHECK(wrong.exit == 3);
    CHECK_THAT(wrong.out, Contains("WRONG at line") && Contains("leaf 0, kind lisd, list 1"));
    CHECK(test.run("audit verify none.audit --key audit.key.pub").exit == 1);
    CHECK(test.run("audit verify all.audit --key nonsense").exit == 2);
    CHECK(test.run("audit check").exit == 0);
}

TEST_CASE("an unsafe key file is refused, and a key is never replaced", "[pg][cli][audit]") {
    Shell test;
    REQUIRE(test.run("audit key --key audit.key").exit == 0);
    const auto before = test.folder.read("audit.key");
    REQUIRE(chmod(test.folder.path("audit.key").c_str(), 0640) == 0);
    const Ran ran = test.run("audit seal --key audit.key");
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.err, Contains("its owner alone"));
    REQUIRE(chmod(test.folder.path("audit.key").c_str(), 0600) == 0);
    CHECK(test.run("audit key --key next.key --follow audit.key").exit == 0);
    CHECK(test.folder.read("audit.key") == before);
    CHECK(test.db.sql("SELECT count(*) FROM audit_keys WHERE endorsed_by <> ''") == "1");
    test.folder.write("bad.key", "hello\n");
    REQUIRE(chmod(test.folder.path("bad.key").c_str(), 0600) == 0);
    CHECK_THAT(test.run("audit seal --key bad.key").err, Contains("is no audit key"));
}

TEST_CASE("a database that was altered is told by its check", "[pg][cli][audit]") {
    Shell test;
    test.db.sql("INSERT INTO audit_logins (at, user_name, what, from_addr) "
                "VALUES ('2026-11-23', 'eve', 'login', '192.0.2.1')");
    REQUIRE(test.run("audit key --key audit.key").exit == 0);
    REQUIRE(test.run("audit seal --key audit.key").exit == 0);
    CHECK(test.run("audit prove 17").exit == 3);
    CHECK(test.run("audit prove seventeen").exit == 2);
    test.db.sql("SET session_replication_role = replica; DELETE FROM audit_logins");
    const Ran ran = test.run("audit check");
    CHECK(ran.exit == 3);
    CHECK_THAT(ran.out, Contains("DIFFERS: login 1: is in the log, and audit_logins has no such"));
}

TEST_CASE("a sealer that is killed leaves the log as before or after a batch", "[pg][cli][audit]") {
    Shell test;
    test.db.sql("INSERT INTO audit_logins (at, user_name, what, from_addr) "
                "SELECT '2026-11-23', 'u', 'login', n::text FROM generate_series(1, 40000) AS n");
    for (const int leaves : {0, 5000, 15000}) {
        // exec: the shell's pid becomes the program's.
        const std::string command = fmt::format(
            "cd {} && (DIALER_STORE='{}' exec {} audit seal >sealed 2>&1) & echo $! >{}",
            test.folder.path(""), test.db.engine_dsn(), DIALER_BINARY, test.folder.path("pid"));
        REQUIRE(std::system(command.c_str()) == 0);
        REQUIRE(
            test.db.becomes_true(fmt::format("SELECT count(*) > {} FROM audit_leaves", leaves)));
        kill(std::stoi(test.folder.read("pid")), SIGKILL);
        // Its statement goes on for a moment, and keeps the next sealer away.
        REQUIRE(test.db.becomes_true("SELECT count(*) = 0 FROM pg_stat_activity "
                                     "WHERE application_name = 'dialer'"));
    }
    CHECK(test.db.sql("SELECT (SELECT count(*) FROM audit_leaves) / 16 = count(*) "
                      "FROM audit_nodes WHERE level = 4") == "t");
    CHECK(test.run("audit seal").exit == 0);
    CHECK(test.db.sql("SELECT (SELECT count(*) FROM audit_leaves) = count(*) "
                      "FROM audit_records") == "t");
    CHECK_THAT(test.run("audit check").out, Contains("agree"));
}
