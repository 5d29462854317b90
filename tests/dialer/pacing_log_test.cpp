// Goal: every event that pacing saw can be read back from the file of its pool and day, and a
// folder that cannot be written is said at start.
// Method: events are written to a scratch folder; the destructor waits for the last line.

#include "dialer/call/pacing_log.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using dialer::call::PacingLog;

namespace {

class Folder {
public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "pacing-log-XXXXXX";
        path = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path path;
};

std::vector<pacing::Event> read_back(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::vector<pacing::Event> events;
    for (std::string line; std::getline(in, line);) {
        std::string why;
        const auto event = pacing::event_from_line(line, why);
        INFO(line << ": " << why);
        REQUIRE(event.has_value());
        events.push_back(*event);
    }
    return events;
}

pacing::Event ringing(std::int64_t call) {
    pacing::Event event;
    event.at = pacing::Instant{std::chrono::seconds{1'800'000'000 + call}};
    event.kind = pacing::EventKind::ringing;
    event.call = pacing::CallId{call};
    return event;
}

} // namespace

TEST_CASE("events come back from the file of their pool, in order, after a restart too",
          "[pacing_log]") {
    const Folder folder;
    const auto one = std::make_shared<const std::string>("campaign-1-2026-11-23");
    const auto two = std::make_shared<const std::string>("pool-west-2026-11-23");
    {
        PacingLog log{folder.path / "made"};
        for (int call = 1; call <= 1000; ++call) {
            log.add(call % 2 == 0 ? one : two, ringing(call));
        }
        CHECK(log.dropped() == 0);
    }
    {
        PacingLog log{folder.path / "made"};
        log.add(one, ringing(1001));
    }
    const auto events = read_back(folder.path / "made" / (*one + ".jsonl"));
    REQUIRE(events.size() == 501);
    CHECK(events.front() == ringing(2));
    CHECK(events.back() == ringing(1001));
    CHECK(read_back(folder.path / "made" / (*two + ".jsonl")).size() == 500);
}

TEST_CASE("events beyond what may wait are dropped and counted, and none waits for a disk",
          "[pacing_log]") {
    const Folder folder;
    const auto file = std::make_shared<const std::string>("campaign-1-2026-11-23");
    std::int64_t dropped = 0;
    const auto sent = static_cast<std::int64_t>(3 * PacingLog::waiting_max);
    {
        PacingLog log{folder.path};
        for (std::int64_t call = 1; call <= sent; ++call) {
            log.add(file, ringing(call));
        }
        dropped = log.dropped();
    }
    CHECK(dropped > 0);
    const auto kept = read_back(folder.path / (*file + ".jsonl")).size();
    CHECK(static_cast<std::int64_t>(kept) + dropped == sent);
}

TEST_CASE("a folder that cannot be made is said at once", "[pacing_log]") {
    const Folder folder;
    std::ofstream{folder.path / "file"} << "in the way";
    CHECK_THROWS_AS(PacingLog{folder.path / "file" / "events"}, std::runtime_error);
}

TEST_CASE("a file that cannot be opened costs its lines and nothing else", "[pacing_log]") {
    const Folder folder;
    const auto bad = std::make_shared<const std::string>("no/such/folder");
    const auto good = std::make_shared<const std::string>("campaign-1-2026-11-23");
    {
        PacingLog log{folder.path};
        log.add(bad, ringing(1));
        log.add(good, ringing(2));
    }
    CHECK(read_back(folder.path / (*good + ".jsonl")).size() == 1);
}
