// Goal: people set, copy and revert settings and keep caller ids by commands with clear words and
// exit codes, and a command that is killed leaves everything before it or after it.
// Method: the real binary on a real PostgreSQL; kills at the points where it waits for a lock, and
// at random moments, the seed printed on failure.

#include "tests/campaigns/run_dialer.hpp"
#include "tests/campaigns/store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using import_test::Ran;
using import_test::Shell;

namespace {

struct Fixture : Shell {
    Fixture() { cwd = DIALER_SOURCE_DIR; }

    /// Starts the binary by itself, so that it can be killed.
    pid_t start(std::vector<std::string> arguments) const {
        const std::string dsn = db.engine_dsn();
        arguments.insert(arguments.begin(), DIALER_BINARY);
        std::vector<char*> words;
        for (std::string& word : arguments) {
            words.push_back(word.data());
        }
        words.push_back(nullptr);
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("DIALER_STORE", dsn.c_str(), 1);
            static_cast<void>(std::freopen("/dev/null", "w", stdout));
            static_cast<void>(std::freopen("/dev/null", "w", stderr));
            ::execv(DIALER_BINARY, words.data());
            ::_exit(127);
        }
        REQUIRE(child > 0);
        return child;
    }

    std::string row() const {
        return db.sql("SELECT ring_max_s, wrap_up_max_s, pool FROM campaigns");
    }
    /// The row, and what the latest version says it is: they must be one.
    bool agrees() const {
        return db.sql("SELECT to_jsonb(c) = (SELECT after FROM setting_changes s WHERE "
                      "s.table_name = 'campaigns' ORDER BY id DESC LIMIT 1) FROM campaigns c") ==
               "t";
    }
    bool nobody_is_connected() const {
        return db.becomes_true("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = "
                               "'dialer_engine' AND datname = current_database()");
    }
};

void kill_and_wait(pid_t child) {
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
}

const std::vector<std::string> kSet{"campaign",      "set", "spring", "--ring-max", "40",
                                    "--wrap-up-max", "50",  "--pool", "evening"};

} // namespace

TEST_CASE("a campaign is made from a template and says what is missing", "[pg][cli][settings]") {
    Fixture test;
    CHECK(test.run("campaign create poll --template us-survey --caller-id 212-555-0100").exit == 2);
    CHECK(test.run("campaign create poll --template us-survey --seller A").exit == 2);
    const Ran unknown = test.run("campaign create poll --template mars --seller A --caller-id "
                                 "212-555-0100");
    CHECK(unknown.exit == 2);
    CHECK_THAT(unknown.text(), Contains("us-sales"));
    REQUIRE(test.run("campaign create poll --template us-survey --seller A --caller-id "
                     "212-555-0100 --wrap-up-max 5")
                .exit == 0);
    const Ran shown = test.run("settings show poll --json");
    REQUIRE(shown.exit == 0);
    const auto settings = boost::json::parse(shown.text()).at("settings").as_object();
    CHECK(settings.at("purpose") == "survey");
    CHECK(settings.at("mode") == "progressive");
    CHECK(settings.at("wrap_up_max_s") == "5");
    CHECK(settings.at("attempts_per_day") == "1");
    CHECK(settings.at("calling_hours") == "mon-fri 10:00-20:30, sat-sun 11:00-18:00");
    CHECK_THAT(test.run("campaign templates").text(), Contains("uk-sales"));
    CHECK(test.db.sql("SELECT by_whom FROM setting_changes WHERE table_name = 'campaigns'") ==
          "maria");
}

TEST_CASE("settings are set, shown, taken back", "[pg][cli][settings]") {
    Fixture test;
    test.create_campaign();
    const Ran set = test.run("campaign set spring --hours 'mon-fri 9-17' --hours-zone "
                             "America/Chicago --trunk a --trunk b --lines-max 7 --by ana");
    REQUIRE(set.exit == 0);
    CHECK_THAT(set.text(), Contains("calling_hours") && Contains("mon-fri 09:00-17:00"));
    CHECK_THAT(test.run("settings show spring").text(),
               Contains("America/Chicago") && Contains("a,b"));
    const Ran history = test.run("settings history --campaign spring --json --limit 1");
    const auto change = boost::json::parse(history.text());
    CHECK(change.at("by") == "ana");
    const auto id = boost::json::value_to<std::int64_t>(change.at("id"));
    const Ran reverted = test.run(fmt::format("settings revert {}", id));
    REQUIRE(reverted.exit == 0);
    CHECK_THAT(reverted.text(), Contains("is taken back by change"));
    CHECK(test.db.sql("SELECT calling_hours, hours_zone, lines_max, trunks FROM campaigns") ==
          "||0|{}");
    CHECK_THAT(test.run(fmt::format("settings revert {}", id)).text(), Contains("nothing to do"));
    CHECK_THAT(test.run("settings history --campaign spring").text(), Contains("taken back by"));

    // Somebody changed it meanwhile.
    CHECK(test.run(fmt::format("campaign set spring --pool x --if-change {}", id)).exit == 3);
    CHECK(test.run("settings revert 99999").exit == 3);
    CHECK(test.run("settings revert many").exit == 2);
    CHECK(test.run("settings show winter").exit == 3);
    CHECK(test.run("campaign set spring --hours 'noon'").exit == 2);
    CHECK(test.run("campaign set spring --hours-zone Mars/Base").exit == 3);
    CHECK(test.run("campaign set spring").exit == 2);
    CHECK(test.run("campaign start spring --by ana").exit == 0);
    CHECK(test.run("campaign copy spring autumn --subject storage").exit == 0);
    CHECK(test.run("campaign copy spring autumn").exit == 3);
    CHECK(test.db.sql("SELECT name, running, subject FROM campaigns ORDER BY id") ==
          "spring|t|\nautumn|f|storage");
}

TEST_CASE("caller ids are kept by commands", "[pg][cli][caller_ids]") {
    Fixture test;
    test.create_campaign();
    CHECK_THAT(test.run("caller-id list").text(), Contains("declared only"));
    CHECK(test.run("caller-id add 310-555-0101 --proof contract").exit == 3);
    CHECK(test.run("caller-id add 310-555-0101 --proof hearsay").exit == 2);
    CHECK(test.run("caller-id add 12").exit == 2);
    const auto folder =
        std::filesystem::temp_directory_path() / fmt::format("caller-ids-{}", ::getpid());
    std::filesystem::create_directories(folder);
    std::ofstream{folder / "contract.txt"} << "They may.";
    CHECK(test.run("caller-id add 310-555-0101 --document /no/such/file").exit == 2);
    REQUIRE(test.run(fmt::format("caller-id add 310-555-0101 --proof contract --owner Acme "
                                 "--reference 2026/1 --from 2026-01-01 --to 2090-12-31 --document "
                                 "'{}' --verified",
                                 (folder / "contract.txt").string()))
                .exit == 0);
    std::filesystem::remove_all(folder);
    CHECK(test.db.sql("SELECT document_sha256 = encode(sha256('They may.'), 'hex'), verified, "
                      "recorded_by FROM caller_ids WHERE proof = 'contract'") == "t|t|maria");
    REQUIRE(test.run("caller-id assign 310-555-0101 --campaign spring --weight 3").exit == 0);
    CHECK(test.run("caller-id assign 310-555-0199 --campaign spring").exit == 3);
    CHECK(test.run("caller-id assign 310-555-0101 --campaign spring --weight 101").exit == 2);
    CHECK_THAT(test.run("caller-id list --campaign spring").text(),
               Contains("spring (3)") && Contains("may be shown"));
    REQUIRE(test.run("caller-id rest 310-555-0101 --hours 72 --why labelled").exit == 0);
    CHECK_THAT(test.run("caller-id list --campaign spring").text(),
               Contains("rests until") && Contains("cannot dial"));
    CHECK_THAT(test.run("caller-id wake 310-555-0101").text(), Contains("is awake"));
    CHECK_THAT(test.run("caller-id wake 310-555-0101").text(), Contains("does not rest"));
    CHECK(test.run("caller-id rest 310-555-0101 --hours -1").exit == 2);
    CHECK(test.run("caller-id alarms").exit == 0);
    CHECK_THAT(test.run("settings history --table campaign_caller_ids").text(), Contains("made"));
}

TEST_CASE("a set that is killed between its steps leaves the settings before it",
          "[pg][cli][crash]") {
    Fixture test;
    test.create_campaign();
    const std::string before = test.row();
    // First before the row is changed, then after that and before the version is written.
    for (const char* lock :
         {"SELECT FROM campaigns FOR UPDATE", "LOCK TABLE setting_changes IN SHARE MODE"}) {
        CAPTURE(lock);
        pqxx::connection holder{test.db.admin_dsn()};
        pqxx::work holding{holder};
        holding.exec(lock);
        const pid_t child = test.start(kSet);
        CHECK(test.db.becomes_true("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = "
                                   "'dialer_engine' AND wait_event_type = 'Lock' AND datname = "
                                   "current_database())"));
        kill_and_wait(child);
        holding.abort();
        CHECK(test.nobody_is_connected());
        CHECK(test.row() == before);
        CHECK(test.agrees());
    }
    CHECK(test.run("campaign set spring --ring-max 40 --wrap-up-max 50 --pool evening").exit == 0);
    CHECK(test.row() == "40|50|evening");
}

TEST_CASE("a set or revert killed at any moment happened whole or not at all", "[pg][cli][crash]") {
    Fixture test;
    test.create_campaign();
    REQUIRE(test.run("campaign set spring --ring-max 40 --wrap-up-max 50 --pool evening").exit ==
            0);
    const std::string change = test.db.sql("SELECT max(id) FROM setting_changes");
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    int done = 0;
    for (int i = 0; i < 20; ++i) {
        const bool set = test.row() == "25|30|";
        const pid_t child = test.start(
            set ? kSet : std::vector<std::string>{"settings", "revert", change, "--force"});
        const auto moment =
            std::chrono::steady_clock::now() + std::chrono::milliseconds{random() % 80};
        int status = 0;
        pid_t ended = 0;
        while (ended == 0 && std::chrono::steady_clock::now() < moment) {
            ended = ::waitpid(child, &status, WNOHANG);
        }
        if (ended == 0) {
            kill_and_wait(child);
        }
        REQUIRE(test.nobody_is_connected());
        const std::string row = test.row();
        CAPTURE(row);
        REQUIRE((row == "25|30|" || row == "40|50|evening"));
        REQUIRE(test.agrees());
        done += (row == "40|50|evening") == set ? 1 : 0;
    }
    CHECK(done < 20); // some were killed in time
}
