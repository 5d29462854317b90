// Goal: leads that come one by one while a list is imported are taken at once, and no import is
// spoilt by their numbers. Method: real PostgreSQL; the import stands still between two batches
// while another session adds leads or dials by hand, then many sessions at once.

#include "campaigns/import/import.hpp"
#include "campaigns/import/imports.hpp"
#include "campaigns/import/list.hpp"
#include "campaigns/import/lookups.hpp"
#include "campaigns/supply/supply.hpp"

#include "import_files.hpp"
#include "store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <atomic>
#include <future>
#include <latch>
#include <random>
#include <thread>
#include <utility>

using namespace campaigns;
using namespace std::chrono_literals;
using import_test::Folder;
using store_test::kNoon;
using store_test::number_at;

namespace {

const Actor kAnna{"anna", kNoon};
using Counts = std::map<std::string, std::int64_t>;

std::string text_of(int number) {
    return dnc::to_e164(number_at(number));
}

NewLead hot(const std::vector<int>& numbers) {
    NewLead lead{.campaign = "spring", .phones = {}};
    for (const int number : numbers) {
        lead.phones.push_back(text_of(number));
    }
    return lead;
}

/// A campaign, a session that imports and one that adds leads.
struct Fixture {
    Fixture() {
        caller.create_campaign(store_test::usual_campaign());
        campaign = caller.campaigns().front();
    }

    [[nodiscard]] ImportRequest request(const std::string& path) const {
        return {.path = path,
                .campaign = "spring",
                .columns = {},
                .refused_path = path + ".refused.csv",
                .actor = {"maria", kNoon}};
    }
    /// One row a lead, from line 2 on.
    std::string file(const std::vector<std::vector<int>>& rows) {
        std::string text = "phone,mobile,name\n";
        for (const auto& row : rows) {
            text += fmt::format("{},{},Ann\n", text_of(row.at(0)),
                                row.size() > 1 ? text_of(row.at(1)) : "");
        }
        return folder.write("list.csv", text);
    }
    /// Imports; `between` happens when all rows are read and no number is written yet.
    template <typename Between>
    ImportSummary import(const ImportRequest& request, Between&& between) {
        bool done = false;
        const auto once = [&](const ImportProgress& /*progress*/) {
            if (!std::exchange(done, true)) {
                between();
            }
        };
        auto imported = import_leads(importer, request, once);
        REQUIRE(done);
        return std::get<ImportSummary>(imported);
    }
    /// What a run of the engine may take by hand.
    Lead dial_by_hand(int number) {
        if (run == RunId{}) {
            run = RunId{ids.make(kNoon)};
            caller.begin_run(store_test::run_start(run));
        }
        return caller.lease_number(campaign.id, run, number_at(number), "", kNoon, kNoon + 60s);
    }
    /// "" when the counts say what the leads are.
    [[nodiscard]] std::string wrong_counts() const {
        return db.sql("WITH told AS (SELECT list_id, status, sum(n) AS n FROM ("
                      "  SELECT list_id, status, leads AS n FROM lead_counts UNION ALL"
                      "  SELECT list_id, status, change FROM lead_count_changes) AS c"
                      "  GROUP BY 1, 2 HAVING sum(n) <> 0),"
                      "are AS (SELECT list_id, status, count(*)::numeric AS n FROM leads"
                      "  GROUP BY 1, 2) "
                      "(SELECT 'told', * FROM told EXCEPT SELECT 'told', * FROM are) UNION ALL "
                      "(SELECT 'are', * FROM are EXCEPT SELECT 'are', * FROM told)");
    }

    store_test::Database db;
    Store importer{db.engine_dsn()};
    Store caller{db.engine_dsn()};
    IdMaker ids{1};
    Campaign campaign;
    RunId run{};
    Folder folder;
};

/// The writing half of an import alone, each batch with its numbers written at once.
struct Writing {
    explicit Writing(Fixture& test)
        : request{test.request("list.csv")}, lookups{test.caller,
                                                     {.campaign = test.campaign.id,
                                                      .seller = {},
                                                      .source = {},
                                                      .dedupe = {},
                                                      .now = kNoon}},
          list{test.importer, request, std::string(64, 'a'), 1, 1} {
        request.file_name = "list.csv";
        REQUIRE(list.begin());
    }

    void write(const std::vector<std::vector<int>>& rows) {
        ImportBatch batch;
        const auto ids = lookups.lead_ids(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            LeadRow lead;
            lead.name = "Ann";
            append_lead(batch.leads, list.frame(), lead, ids[i], 0);
            std::int16_t position = 0;
            for (const int number : rows[i]) {
                batch.phones.push_back({ids[i], number_at(number).e164, ++line, position++});
            }
        }
        batch.accepted = static_cast<std::int64_t>(rows.size());
        summary.rows += batch.accepted;
        summary.accepted += batch.accepted;
        list.write(batch);
    }
    Overtaken commit() {
        Overtaken overtaken = list.finish();
        summary.accepted += overtaken.correction.accepted;
        summary.refused += overtaken.correction.refused;
        list.commit(summary, {});
        return overtaken;
    }

    ImportRequest request;
    ImportLookups lookups;
    ImportList list;
    ImportSummary summary;
    std::int64_t line = 1;
};

constexpr const char* kWaiting =
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock')";

} // namespace

TEST_CASE("a lead that comes before its number is written makes its row a duplicate",
          "[pg][meanwhile]") {
    Fixture test;
    const auto path = test.file({{0}, {1}, {2, 3}, {4}});
    AddedLead added;
    const auto summary = test.import(test.request(path),
                                     [&] { added = add_lead(test.caller, hot({2}), {}, kAnna); });
    CHECK_FALSE(added.existed);
    CHECK(added.will_be_dialed);
    CHECK(summary.rows == 4);
    CHECK(summary.accepted == 3);
    CHECK(summary.refused == 1);
    CHECK(summary.refused_by_reason == Counts{{"duplicate_in_campaign", 1}});
    const std::string advice =
        fmt::format("lead {} of list {} (leads that came one by one) has the number already; "
                    "nothing to do",
                    static_cast<std::int64_t>(added.id),
                    test.db.sql("SELECT id FROM lists WHERE kind = 'api'"));
    CHECK(test.db.sql("SELECT line, reason, field, value, refused, advice FROM import_refusals") ==
          "4|duplicate_in_campaign|phone|" + text_of(2) + "|t|" + advice);
    CHECK_THAT(test.folder.read("list.csv.refused.csv"),
               Catch::Contains("4,refused,duplicate_in_campaign,phone," + text_of(2)));
    CHECK(test.db.sql("SELECT rows_read, rows_accepted, rows_refused FROM lists "
                      "WHERE kind = 'file'") == "4|3|1");
    CHECK(test.db.sql("SELECT status, rows, accepted, refused, refusals FROM imports") ==
          R"(done|4|3|1|{"duplicate_in_campaign": 1})");
    CHECK(test.db.sql("SELECT count(*), count(DISTINCT lead_id) FROM lead_phones") == "4|4");
    CHECK(test.db.sql("SELECT count(*) FROM leads") == "4");
    CHECK(test.wrong_counts().empty());

    // And it is not the import's: that is undone without it.
    undo_import(test.caller, summary.import_id, kAnna);
    CHECK(test.db.sql("SELECT status FROM leads WHERE id = " +
                      std::to_string(static_cast<std::int64_t>(added.id))) == "ready");
    CHECK(test.wrong_counts().empty());
    // The number that its row lost with it is free.
    CHECK_FALSE(add_lead(test.caller, hot({3}), {}, kAnna).existed);
}

TEST_CASE("a lead comes without the number that another one got meanwhile, where that is allowed",
          "[pg][meanwhile]") {
    Fixture test;
    auto request = test.request(test.file({{0, 1}, {2, 3}, {4}}));
    request.dedupe.campaign = false;
    const auto summary = test.import(request, [&] {
        static_cast<void>(add_lead(test.caller, hot({0}), {}, kAnna));
        static_cast<void>(add_lead(test.caller, hot({3}), {}, kAnna));
        static_cast<void>(test.dial_by_hand(4));
    });
    CHECK(summary.accepted == 2);
    CHECK(summary.refused_by_reason == Counts{{"duplicate_in_campaign", 1}});
    CHECK(summary.warnings_by_reason == Counts{{"duplicate_in_campaign_left_out", 2}});
    CHECK(test.db.sql("SELECT line, reason, refused FROM import_refusals ORDER BY line") ==
          "2|duplicate_in_campaign_left_out|f\n3|duplicate_in_campaign_left_out|f\n"
          "4|duplicate_in_campaign|t");
    CHECK(test.db.sql("SELECT p.position, p.number FROM lead_phones p JOIN leads l ON l.id = "
                      "p.lead_id JOIN lists s ON s.id = l.list_id WHERE s.kind = 'file' "
                      "ORDER BY l.id") ==
          fmt::format("0|{}\n0|{}", number_at(1).e164, number_at(2).e164));
    CHECK(test.db.sql("SELECT rows_accepted FROM lists ORDER BY kind") == "2\n1\n2");
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("a consent whose row is refused for another lead's sake is not on record",
          "[pg][meanwhile]") {
    Fixture test;
    std::string text = "phone,consent_grade,consent_at,consent_form\n";
    for (int i = 0; i < 3; ++i) {
        text += text_of(i) + ",written,2026-11-02T10:00:00Z,form\n";
    }
    const auto path = test.folder.write("list.csv", text);
    const auto summary = test.import(
        test.request(path), [&] { static_cast<void>(add_lead(test.caller, hot({1}), {}, kAnna)); });
    CHECK(summary.accepted == 2);
    CHECK(summary.consents == 2);
    CHECK(test.db.sql("SELECT number FROM consents ORDER BY number") ==
          fmt::format("{}\n{}", number_at(0).e164, number_at(2).e164));
}

TEST_CASE("an import that loses all its rows leaves no list, and its file is welcome again",
          "[pg][meanwhile]") {
    Fixture test;
    const auto request = test.request(test.file({{0}, {1}}));
    const auto summary = test.import(request, [&] {
        static_cast<void>(add_lead(test.caller, hot({0, 1}), {}, kAnna));
    });
    CHECK(summary.list_id == 0);
    CHECK(summary.accepted == 0);
    CHECK(summary.refused == 2);
    CHECK(test.db.sql("SELECT status, list_id IS NULL, error FROM imports") ==
          "refused|t|no row was accepted");
    CHECK(test.db.sql("SELECT status, rows_accepted FROM lists WHERE kind = 'file'") == "undone|0");
    CHECK(test.db.sql("SELECT count(*) FROM leads") == "1");
    CHECK(test.wrong_counts().empty());
    const auto again = test.import(request, [] {});
    CHECK_FALSE(again.already_imported);
    CHECK(again.refused_by_reason == Counts{{"duplicate_in_campaign", 2}});
}

TEST_CASE("a number dialed by hand while a list is imported is dialed, and no lead twice",
          "[pg][meanwhile]") {
    Fixture test;
    Lead taken;
    const auto summary = test.import(test.request(test.file({{0}, {1}, {2}})), [&] {
        taken = test.dial_by_hand(1);
        CHECK(test.dial_by_hand(3).id != taken.id); // on no list
    });
    CHECK(summary.accepted == 2);
    CHECK(summary.refused_by_reason == Counts{{"duplicate_in_campaign", 1}});
    CHECK(test.db.sql("SELECT status FROM leads WHERE id = " +
                      std::to_string(static_cast<std::int64_t>(taken.id))) == "leased");
    CHECK(test.db.sql("SELECT rows_accepted FROM lists ORDER BY kind") == "2\n2");
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("a lead waits only for its own number, and then knows the import's lead",
          "[pg][meanwhile]") {
    Fixture test;
    Writing import{test};
    import.write({{0}, { 1 }}); // written, not committed
    // Others need not wait, though one of them does.
    auto waiting = std::async(std::launch::async, [&] {
        Store third{test.db.engine_dsn()};
        return add_lead(third, hot({10, 1}), {}, kAnna);
    });
    REQUIRE(test.db.becomes_true(kWaiting));
    CHECK_FALSE(add_lead(test.caller, hot({11}), {}, kAnna).existed);
    CHECK_NOTHROW(test.dial_by_hand(12));
    REQUIRE(test.db.becomes_true(kWaiting));
    CHECK(import.commit().rows.empty());
    const auto added = waiting.get();
    CHECK(added.existed);
    CHECK(added.will_be_dialed);
    CHECK(test.db.sql("SELECT l.priority FROM leads l JOIN lead_phones p ON p.lead_id = l.id "
                      "WHERE p.number = " +
                      std::to_string(number_at(1).e164)) == "9");
    CHECK(test.db.sql("SELECT count(*) FROM lead_phones") == "4"); // 10 is nobody's
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("a lead whose number is in an import that goes on is refused for now",
          "[pg][meanwhile]") {
    Fixture test;
    Writing import{test};
    import.write({{ 0 }});
    CHECK_THROWS_WITH(add_lead(test.caller, hot({0}), {}, kAnna),
                      Catch::Contains("imported") && Catch::Contains("send the lead again"));
    CHECK_THROWS_WITH(test.dial_by_hand(0),
                      Catch::Contains("imported") && Catch::Contains("try again"));
    CHECK(import.commit().rows.empty());
    CHECK(add_lead(test.caller, hot({0}), {}, kAnna).existed);
    CHECK(test.db.sql("SELECT kind FROM lists") == "file"); // refused: nothing was made
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("an import and a lead that wait for each other: the import goes on", "[pg][meanwhile]") {
    Fixture test;
    Writing import{test};
    import.write({{ 5 }});
    auto answer = std::async(std::launch::async, [&] {
        Store third{test.db.engine_dsn()};
        try {
            return add_lead(third, hot({5, 3}), {}, kAnna).status;
        } catch (const StoreRefusal& refusal) {
            return std::string{refusal.what()};
        }
    });
    REQUIRE(test.db.becomes_true(kWaiting)); // it has 3 and wants 5
    import.write({{3}, { 4 }});
    CHECK_THAT(answer.get(), Catch::Contains("imported"));
    CHECK(import.commit().rows.empty());
    CHECK(test.db.sql("SELECT count(*), count(DISTINCT l.list_id) FROM lead_phones p "
                      "JOIN leads l ON l.id = p.lead_id") == "3|1");
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("an import that is ended for waiting in a circle begins its run again",
          "[pg][meanwhile]") {
    Fixture test;
    static_cast<void>(add_lead(test.caller, hot({20}), {}, kAnna)); // makes the list
    Writing import{test};
    import.write({{ 5 }});
    // Like a lead with two numbers, but one that the server does not end: the import has to give
    // in.
    pqxx::connection connection{test.db.admin_dsn()};
    pqxx::work rival{connection};
    rival.exec("SET LOCAL deadlock_timeout = '1min'; SET LOCAL lock_timeout = '2500ms'");
    constexpr auto add = "INSERT INTO lead_phones (lead_id, position, campaign_id, number) "
                         "SELECT max(id), {}, max(campaign_id), {} FROM leads l "
                         "WHERE l.list_id = (SELECT id FROM lists WHERE kind = 'api')";
    rival.exec(fmt::format(add, 1, number_at(3).e164));
    auto written = std::async(std::launch::async, [&] { import.write({{3}, { 4 }}); });
    REQUIRE(test.db.becomes_true(kWaiting));
    CHECK_THROWS_AS(rival.exec(fmt::format(add, 2, number_at(5).e164)), pqxx::sql_error);
    rival.abort();
    CHECK_NOTHROW(written.get());
    CHECK(import.commit().rows.empty());
    CHECK(test.db.sql("SELECT count(*), count(DISTINCT l.list_id) FROM lead_phones p "
                      "JOIN leads l ON l.id = p.lead_id") == "4|2");
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("a lead that waited for an import's undoing is a new one", "[pg][meanwhile]") {
    Fixture test;
    const auto summary = test.import(test.request(test.file({{0}, {1}})), [] {});
    pqxx::connection connection{test.db.engine_dsn()};
    pqxx::work undoing{connection};
    undoing.exec("SELECT take_back_list(" + std::to_string(summary.list_id) + ", now())");
    auto hot_lead = std::async(std::launch::async, [&] {
        Store third{test.db.engine_dsn()};
        return add_lead(third, hot({0}), {}, kAnna);
    });
    REQUIRE(test.db.becomes_true(kWaiting));
    undoing.commit();
    const auto added = hot_lead.get();
    CHECK_FALSE(added.existed);
    CHECK(added.will_be_dialed);
    CHECK(test.db.sql("SELECT lead_id FROM lead_phones") ==
          std::to_string(static_cast<std::int64_t>(added.id)));
    CHECK(test.wrong_counts().empty());
}

TEST_CASE("hundreds of leads with the numbers of a file while it is imported", "[pg][meanwhile]") {
    constexpr int kRows = 50'000;
    Fixture test;
    std::vector<std::vector<int>> rows;
    for (int i = 0; i < kRows; ++i) {
        rows.push_back({i});
    }
    const auto request = test.request(test.file(rows));
    std::atomic<bool> over = false;
    std::latch started{3};
    struct Answers {
        std::int64_t made = 0;
        std::int64_t existed = 0;
        std::int64_t refused = 0;
        std::string other_words; // of a refusal that should not be
    };
    const auto add_many = [&](unsigned seed) {
        Store store{test.db.engine_dsn()};
        std::mt19937 draw{seed};
        Answers answers;
        started.arrive_and_wait();
        while (!over) {
            auto lead = hot({static_cast<int>(draw() % kRows)});
            if (draw() % 3 == 0) {
                lead.phones.push_back(text_of(static_cast<int>(draw() % kRows)));
            }
            try {
                const auto added = add_lead(store, lead, {}, kAnna);
                ++(added.existed ? answers.existed : answers.made);
            } catch (const StoreRefusal& refusal) {
                ++answers.refused;
                const std::string text = refusal.what();
                if (text.find("being imported") == std::string::npos) {
                    answers.other_words = text;
                }
            }
        }
        return answers;
    };
    auto first = std::async(std::launch::async, add_many, 1);
    auto second = std::async(std::launch::async, add_many, 2);
    const auto summary = test.import(request, [&] {
        static_cast<void>(add_lead(test.caller, hot({7, 8}), {}, kAnna));
        started.arrive_and_wait();
    });
    over = true;
    const auto one = first.get();
    const auto two = second.get();
    UNSCOPED_INFO(fmt::format("made {}, known {}, refused {}; rows refused {}",
                              one.made + two.made + 1, one.existed + two.existed,
                              one.refused + two.refused, summary.refused));
    CHECK(one.other_words + two.other_words == "");
    CHECK(summary.rows == kRows);
    CHECK(summary.refused >= 2);
    CHECK(summary.accepted + summary.refused == kRows);
    CHECK(summary.refused_by_reason == Counts{{"duplicate_in_campaign", summary.refused}});
    // Every number of the file is somebody's, and nobody is without a number.
    CHECK(test.db.sql("SELECT count(*), count(DISTINCT number) FROM lead_phones") ==
          fmt::format("{0}|{0}", kRows));
    CHECK(test.db.sql("SELECT count(*) FROM leads l WHERE NOT EXISTS "
                      "(SELECT FROM lead_phones p WHERE p.lead_id = l.id)") == "0");
    CHECK(test.db.sql("SELECT kind, rows_accepted, (SELECT count(*) FROM leads l "
                      "WHERE l.list_id = s.id) FROM lists s ORDER BY kind") ==
          fmt::format("api|{0}|{0}\nfile|{1}|{1}", one.made + two.made + 1, summary.accepted));
    CHECK(test.db.sql("SELECT count(*), count(DISTINCT line) FROM import_refusals") ==
          fmt::format("{0}|{0}", summary.refused));
    CHECK(test.wrong_counts().empty());
}
