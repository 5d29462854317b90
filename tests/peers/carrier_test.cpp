// Goal: the carrier does what its options and scripts say, and its journal and report count what a
// caller did.
// Method: the real program against SIPp on loopback; its counts against SIPp's own.

#include "tests/peers/process.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace peers;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

/// A folder that goes away with the test.
class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "carrier-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

/// A running carrier with report and journal in a folder of its own.
class Carrier {
public:
    explicit Carrier(std::vector<std::string> options, const std::string& script = {}) {
        std::vector<std::string> argv{CARRIER_PATH, "--report", scratch_.file("report.json"),
                                      "--journal", scratch_.file("journal.jsonl")};
        if (!script.empty()) {
            std::ofstream{scratch_.file("script.json")} << script;
            argv.insert(argv.end(), {"--script", scratch_.file("script.json")});
        }
        argv.insert(argv.end(), options.begin(), options.end());
        process_.emplace(argv);
        const auto line = process_->read_line(10s);
        REQUIRE(line);
        port = json::parse(*line).at("sip_port").to_number<int>();
    }

    json::value stop() {
        const auto code = process_->terminate(10s);
        REQUIRE(code);
        CHECK(*code == 0);
        return json::parse(content_of(scratch_.file("report.json")));
    }

    /// How often each event was journalled. Readable while the carrier runs.
    [[nodiscard]] std::map<std::string, int> journal() const {
        std::map<std::string, int> counts;
        std::istringstream lines{content_of(scratch_.file("journal.jsonl"))};
        for (std::string line; std::getline(lines, line);) {
            ++counts[std::string{json::parse(line).at("ev").as_string()}];
        }
        return counts;
    }

    [[nodiscard]] std::string sipp(const std::string& scenario, int calls, int rate,
                                   const std::string& number) const {
        Process caller{{"sipp", "-sf", std::string{SCENARIOS_PATH} + "/" + scenario + ".xml", "-i",
                        "127.0.0.1",
                        "-p", // not 5060, where anyone on this machine may knock
                        std::to_string(free_udp_port()), "-s", number, "-m", std::to_string(calls),
                        "-r", std::to_string(rate), "-timeout", "60", "-timeout_error", "-nostdin",
                        fmt::format("127.0.0.1:{}", port)}};
        const auto code = caller.wait(90s);
        return code ? std::to_string(*code) : "still running";
    }

    int port = 0;

private:
    Scratch scratch_;
    std::optional<Process> process_;
};

int count_in(const json::value& report, const char* name) {
    return report.at(name).to_number<int>();
}

} // namespace

TEST_CASE("answered calls end when the callee loses patience, and all is counted", "[peers][sip]") {
    Carrier carrier{{"--seed", "1"},
                    R"({"+12125550101": {"answer_ms": 100, "ring_ms": 20, "patience_ms": 300}})"};
    CHECK(carrier.sipp("call_until_callee_leaves", 40, 40, "+12125550101") == "0");
    const auto journal = carrier.journal();
    CHECK(journal.at("invite") == 40);
    CHECK(journal.at("answer") == 40);
    CHECK(journal.at("bye_out") == 40);
    const json::value report = carrier.stop();
    CHECK(count_in(report, "invites") == 40);
    CHECK(count_in(report, "oks_sent") == 40);
    CHECK(count_in(report, "answers") == 40);
    CHECK(count_in(report, "byes_sent") == 40);
    CHECK(count_in(report, "byes_received") == 0);
    CHECK(count_in(report, "cancels") == 0);
    CHECK(count_in(report, "answered_peak") > 1);
    CHECK(report.at("rtp").at("sent").to_number<int>() > 40 * 10);
    const auto& number = report.at("numbers").at("+12125550101");
    CHECK(number.at("invites").to_number<int>() == 40);
    const auto& call = number.at("calls").as_array().front();
    CHECK(call.at("x_attempt").as_string() == "a-1");
    CHECK(call.at("from").as_string() == "+12125550100");
    CHECK(call.at("attempt").to_number<int>() == 1);
}

TEST_CASE("callers that give up while it rings are counted as cancels", "[peers][sip]") {
    Carrier carrier{{}, R"({"+12125550102": {"ring_only": true}})"};
    CHECK(carrier.sipp("cancel_while_ringing", 30, 30, "+12125550102") == "0");
    const json::value report = carrier.stop();
    CHECK(count_in(report, "invites") == 30);
    CHECK(count_in(report, "cancels") == 30);
    CHECK(count_in(report, "answers") == 0);
    CHECK(report.at("finals").at("487").to_number<int>() == 30);
}

TEST_CASE("a challenged call takes two INVITEs and one attempt", "[peers][sip]") {
    Carrier carrier{{"--auth", "trunk:secret"}, R"({"+12125550103": {"busy": true}})"};
    CHECK(carrier.sipp("challenged", 10, 20, "+12125550103") == "0");
    const json::value report = carrier.stop();
    CHECK(count_in(report, "invites") == 20);
    CHECK(report.at("outcomes").at("challenged").to_number<int>() == 10);
    CHECK(report.at("outcomes").at("busy").to_number<int>() == 10);
    CHECK(report.at("finals").at("407").to_number<int>() == 10);
    CHECK(report.at("finals").at("486").to_number<int>() == 10);
}

TEST_CASE("lost datagrams change no count: every call is taken once", "[peers][sip]") {
    Carrier carrier{{"--drop", "0.2"}, R"({"+12125550104": {"busy": true}})"};
    CHECK(carrier.sipp("busy", 40, 40, "+12125550104") == "0");
    const json::value report = carrier.stop();
    CHECK(count_in(report, "invites") == 40);
    CHECK(report.at("finals").at("486").to_number<int>() == 40);
}

TEST_CASE("above its rate the carrier sheds calls with 503", "[peers][sip]") {
    Carrier carrier{{"--cps-max", "5"}, R"({"+12125550105": {"busy": true}})"};
    CHECK(carrier.sipp("busy", 60, 60, "+12125550105") != "0");
    const json::value report = carrier.stop();
    CHECK(count_in(report, "invites") == 60);
    CHECK(report.at("finals").at("503").to_number<int>() >= 30);
    CHECK(report.at("finals").at("486").to_number<int>() >= 5);
    CHECK(report.at("outcomes").at("shed") == report.at("finals").at("503"));
}

TEST_CASE("the bare mode refuses, or answers and hangs up, and counts the same", "[peers][sip]") {
    {
        Carrier carrier{{"--instant", "486"}};
        CHECK(carrier.sipp("busy", 300, 300, "+12125550106") == "0");
        const json::value report = carrier.stop();
        CHECK(count_in(report, "invites") == 300);
        CHECK(report.at("finals").at("486").to_number<int>() == 300);
    }
    {
        Carrier carrier{{"--instant", "200"}};
        CHECK(carrier.sipp("call_until_callee_leaves", 300, 300, "+12125550107") == "0");
        const json::value report = carrier.stop();
        CHECK(count_in(report, "invites") == 300);
        CHECK(count_in(report, "answers") == 300);
        CHECK(count_in(report, "byes_sent") == 300);
    }
}
