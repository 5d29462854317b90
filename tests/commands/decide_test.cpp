// Goal: `dialer decide` and `dialer packs` keep their contract at the edges that only the program
// has: lines, answers while the peer waits, exit codes, folders. Method: the real binary, fed
// through pipes; every wait has a deadline.

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Clock = std::chrono::steady_clock;

constexpr auto kDeadline = 60s; // generous: sanitizers and a busy machine

class Pipe {
public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error{"no pipe"};
        }
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int end(std::size_t which) const { return ends_[which]; }
    void close_end(std::size_t which) {
        if (ends_[which] >= 0) {
            ::close(ends_[which]);
            ends_[which] = -1;
        }
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

/// The program with pipes for its input and output; standard error goes to its output too.
class Program {
public:
    explicit Program(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), DIALER_BINARY);
        std::vector<char*> argv;
        for (std::string& argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        std::signal(SIGPIPE, SIG_IGN); // a program that ended early is told by its exit code
        pid_ = ::fork();
        if (pid_ == 0) {
            std::signal(SIGPIPE, SIG_DFL);
            ::dup2(input_.end(0), STDIN_FILENO);
            ::dup2(output_.end(1), STDOUT_FILENO);
            ::dup2(output_.end(1), STDERR_FILENO);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        input_.close_end(0);
        output_.close_end(1);
    }
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void send(const std::string& text) {
        for (std::size_t done = 0; done < text.size();) {
            const ssize_t sent = ::write(input_.end(1), text.data() + done, text.size() - done);
            if (sent <= 0) {
                return; // it has ended
            }
            done += static_cast<std::size_t>(sent);
        }
    }
    void end_input() { input_.close_end(1); }

    std::string line() {
        const auto deadline = Clock::now() + kDeadline;
        std::size_t end = text_.find('\n');
        while (end == std::string::npos) {
            if (!read_some(deadline)) {
                throw std::runtime_error{"no line came, only: " + text_};
            }
            end = text_.find('\n');
        }
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
    }

    std::string rest() {
        const auto deadline = Clock::now() + kDeadline;
        while (read_some(deadline)) {
        }
        return text_;
    }

    int exit_code() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    bool read_some(Clock::time_point deadline) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd ready{output_.end(0), POLLIN, 0};
        if (left <= 0ms || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) {
            throw std::runtime_error{"the program did not answer in time"};
        }
        std::array<char, 65536> buffer{};
        const ssize_t got = ::read(output_.end(0), buffer.data(), buffer.size());
        text_.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        return got > 0;
    }

    Pipe input_;
    Pipe output_;
    pid_t pid_ = -1;
    std::string text_;
};

struct Ran {
    int exit = -1;
    std::string text;
    std::vector<json::value> answers; ///< the lines that are JSON objects
};

/// Sends from a thread: the program answers while it reads.
Ran run(const std::vector<std::string>& arguments, const std::string& input = {}) {
    Program program{arguments};
    std::thread sender{[&] {
        program.send(input);
        program.end_input();
    }};
    Ran ran;
    ran.text = program.rest();
    sender.join();
    ran.exit = program.exit_code();
    std::istringstream lines{ran.text};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('{')) {
            ran.answers.push_back(json::parse(line));
        }
    }
    return ran;
}

std::string verdict(const json::value& answer) {
    return std::string{answer.at("verdict").as_string()};
}

bool has_code(const json::value& answer, std::string_view begin) {
    for (const json::value& reason : answer.at("reasons").as_array()) {
        if (std::string_view{reason.at("code").as_string()}.starts_with(begin)) {
            return true;
        }
    }
    return false;
}

/// A call at noon in New York.
std::string noon(const std::string& id) {
    return R"({"id":")" + id + R"(","number":"(212) 555-0101","at":"2026-11-23T17:00:00Z"})" + "\n";
}

const std::vector<std::string> kAssumed{"decide", "--assume-clear", "--packs", PACKS_FOLDER};

class Folder {
public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "decide-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error{"no temporary folder"};
        }
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

void write_file(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
}

/// A company's pack that refuses the time between ten and eleven.
std::string company_pack(const std::string& opens, const std::string& verdict_text) {
    return R"({"schema":1,"pack":"acme","version":"1","level":"company","reviewed":"2026-11-22",
        "rules":[{"id":"ACME-HRS","kind":"window","cite":"house rule","confidence":"P",
            "status":"in_force","effective":[null,null],"days":{"*":[[")" +
           opens + R"(","20:00"]]}}],
        "cases":[{"name":"noon","facts":{"number":"+12125550101","at":"2026-11-23T17:00:00Z"},
            "verdict":")" +
           verdict_text + "\"}]}";
}

} // namespace

TEST_CASE("each line gets its answer, and a bad one does not stop the rest", "[decide]") {
    const Ran ran =
        run(kAssumed, noon("a") + "\n  \r\n{\"id\":\"b\",\"number\":7}\nnot json\n" +
                          R"({"id":3,"number":"2125550101","at":"2026-11-23T12:00:00Z"})");
    CHECK(ran.exit == 2);
    REQUIRE(ran.answers.size() == 4);
    CHECK(ran.answers[0].at("id") == "a");
    CHECK(verdict(ran.answers[0]) == "allow");
    CHECK(ran.answers[0].at("reasons").as_array().empty());
    CHECK_FALSE(ran.answers[0].at("zones").as_array().empty());
    CHECK_FALSE(ran.answers[0].at("packs").as_array().empty());
    CHECK_FALSE(ran.answers[0].at("tzdb").as_string().empty());
    CHECK(ran.answers[1].at("line") == 4);
    CHECK(ran.answers[1].at("id") == "b");
    CHECK_FALSE(ran.answers[1].at("error").at("fix").as_string().empty());
    CHECK(ran.answers[2].at("line") == 5);
    CHECK_FALSE(ran.answers[2].as_object().contains("id"));
    CHECK(ran.answers[3].at("id") == 3);
    CHECK(verdict(ran.answers[3]) == "defer");
    CHECK(ran.answers[3].at("until") == "2026-11-23T13:00:00Z");
}

TEST_CASE("a peer that waits has its answer at once", "[decide]") {
    Program program{kAssumed};
    for (const std::string id : {"one", "two", "three"}) {
        program.send(noon(id));
        CHECK(json::parse(program.line()).at("id") == json::string_view{id});
    }
    program.end_input();
    CHECK(program.rest().empty());
    CHECK(program.exit_code() == 0);
}

TEST_CASE("a line that is too long is passed over", "[decide]") {
    const std::string longest = std::string(3 * 1024 * 1024, 'x') + "\n";
    const Ran ran = run(kAssumed, longest + noon("after") + std::string(1024 * 1024 + 1, ' '));
    CHECK(ran.exit == 2);
    REQUIRE(ran.answers.size() == 3);
    CHECK(ran.answers[0].at("line") == 1);
    CHECK(ran.answers[1].at("id") == "after");
    CHECK(ran.answers[2].at("line") == 3);
}

TEST_CASE("a byte order mark and Windows line ends do no harm", "[decide]") {
    std::string text = noon("a");
    text.replace(text.size() - 1, 1, "\r\n");
    const Ran ran = run(kAssumed, "\xEF\xBB\xBF" + text + text);
    CHECK(ran.exit == 0);
    CHECK(ran.answers.size() == 2);
}

TEST_CASE("what is not given refuses, unless it is assumed to be clear", "[decide]") {
    const Ran strict = run({"decide", "--packs", PACKS_FOLDER}, noon("a"));
    CHECK(strict.exit == 0);
    REQUIRE(strict.answers.size() == 1);
    CHECK(verdict(strict.answers[0]) == "deny");
    CHECK(has_code(strict.answers[0], "UNKNOWN_"));
}

TEST_CASE("emergency and premium numbers are refused, not malformed", "[decide]") {
    for (const std::string number : {"911", "+1911", "988", "1-900-555-0101", "800-555-0101"}) {
        INFO(number);
        const Ran ran =
            run(kAssumed, R"({"number":")" + number + R"(","at":"2026-11-23T17:00:00Z"})" + "\n");
        CHECK(ran.exit == 0);
        REQUIRE(ran.answers.size() == 1);
        CHECK(verdict(ran.answers[0]) == "deny");
        CHECK(has_code(ran.answers[0], "LINE_"));
    }
}

TEST_CASE("packs may lie anywhere, and a company's own are added to them", "[decide]") {
    const Folder folder;
    fs::copy(PACKS_FOLDER, folder.path() / "packs", fs::copy_options::recursive);
    const std::string packs = (folder.path() / "packs").string();
    write_file(folder.path() / "packs" / "acme.json", company_pack("13:00", "allow"));
    const Ran ran = run({"decide", "--assume-clear", "--packs", packs}, noon("a"));
    CHECK(ran.exit == 0);
    REQUIRE(ran.answers.size() == 1);
    CHECK(verdict(ran.answers[0]) == "defer");
    CHECK(has_code(ran.answers[0], "HOURS_COMPANY"));
    CHECK(ran.answers[0].at("until") == "2026-11-23T18:00:00Z");

    SECTION("a golden case that comes out otherwise is a fault") {
        const Ran checked = run({"packs", "validate", packs});
        CHECK(checked.exit == 1);
        CHECK_THAT(checked.text, Contains("FAULT    acme: case \"noon\": verdict: expected allow"));
    }
    SECTION("what changed is told in words") {
        const std::string before = (folder.path() / "before").string();
        fs::copy(packs, before, fs::copy_options::recursive);
        write_file(folder.path() / "packs" / "acme.json", company_pack("10:00", "allow"));
        fs::remove(folder.path() / "packs" / "us-wy.json");
        const Ran diff = run({"packs", "diff", before, packs});
        CHECK(diff.exit == 0);
        CHECK_THAT(diff.text, Contains("pack acme changed"));
        CHECK_THAT(diff.text, Contains("rule ACME-HRS changed"));
        CHECK_THAT(diff.text,
                   Contains(R"(ACME-HRS.days.* changed from [["13:00","20:00"]] to [["10:00")"));
        CHECK_THAT(diff.text, Contains("pack us-wy removed"));
        CHECK(run({"packs", "diff", packs, packs}).text == "no difference\n");
    }
    SECTION("a pack with a fault is named with its field") {
        write_file(folder.path() / "packs" / "acme.json", company_pack("25:00", "allow"));
        for (const std::string command : {"list", "validate"}) {
            const Ran refused =
                run(command == "list" ? std::vector<std::string>{"packs", "list", "--packs", packs}
                                      : std::vector<std::string>{"packs", "validate", packs});
            CHECK(refused.exit == 1);
            CHECK_THAT(refused.text, Contains("acme.json: rules[0].days.*[0][0]: must be a time"));
        }
    }
}

TEST_CASE("the shipped packs are valid and listed", "[decide]") {
    const Ran checked = run({"packs", "validate", PACKS_FOLDER});
    INFO(checked.text);
    CHECK(checked.exit == 0);
    const Ran listed = run({"packs", "list", "--packs", PACKS_FOLDER, "--json"});
    CHECK(listed.exit == 0);
    REQUIRE_FALSE(listed.answers.empty());
    const json::value& first = listed.answers.front();
    CHECK(first.at("level") == "federal");
    CHECK(first.at("sha256").as_string().size() == 64);
    CHECK(first.at("confidence").as_object().contains("K"));
}

TEST_CASE("a folder without packs is told and nothing is answered", "[decide]") {
    const Folder folder;
    const Ran ran = run({"decide", "--packs", folder.path().string()});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.text, Contains("has no rule packs"));
    const Ran zones = run({"decide", "--packs", PACKS_FOLDER, "--tzdata", folder.path().string()});
    CHECK(zones.exit == 1);
}
