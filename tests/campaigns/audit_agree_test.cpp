// Goal: two verifiers in two languages say the same of every file, and the example in
// campaigns/audit/AUDIT.md is a real one.
// Method: the example is cut out of the text and verified; some hundred exports, good, damaged and
// forged from a seed, go to both verifiers, and verdict, line and leaf are compared.

#include "tests/campaigns/audit_log.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

using namespace audit_test;

namespace {

std::string text_of_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string example() {
    const std::string text =
        text_of_file(std::string{DIALER_SOURCE_DIR} + "/campaigns/audit/AUDIT.md");
    const std::string begin = "```audit\n";
    const auto at = text.find(begin);
    REQUIRE(at != std::string::npos);
    const auto from = at + begin.size();
    return text.substr(from, text.find("```", from) - from);
}

/// A folder that goes with the test.
struct Folder {
    Folder() {
        std::string name = "/tmp/dialer-audit-XXXXXX";
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string path;
};

std::string short_verdict(const Verdict& verdict) {
    return verdict.fault
               ? std::to_string(verdict.fault->line) + " " + std::to_string(verdict.fault->leaf)
               : "proved";
}

/// What the other verifier says of the files 0, 1, 2 ... of a folder, a line each.
std::vector<std::string> others_say(const Folder& folder, std::size_t files, const Log& log) {
    std::ofstream names{folder.path + "/names"};
    for (std::size_t i = 0; i < files; ++i) {
        names << folder.path << "/" << i << "\n";
    }
    names.close();
    const std::string command = std::string{"python3 "} + DIALER_SOURCE_DIR +
                                "/tests/audit/verify.py --many " + text_of(log.key.public_key()) +
                                " < " + folder.path + "/names";
    const auto close = [](FILE* pipe) { pclose(pipe); };
    const std::unique_ptr<FILE, decltype(close)> pipe{popen(command.c_str(), "r"), close};
    REQUIRE(pipe);
    std::vector<std::string> lines;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) != nullptr) {
        lines.emplace_back(line.data());
        lines.back().pop_back();
    }
    return lines;
}

std::string whole_of(const std::vector<std::string>& lines) {
    std::string file;
    for (const auto& line : lines) {
        file += line;
    }
    return file;
}

/// One damage of some kind; what a forger would make fit again is made to fit every other time.
std::string damaged(const std::string& good, std::mt19937_64& random) {
    auto lines = lines_of(good);
    const auto line = random() % lines.size();
    const auto other = random() % lines.size();
    std::string& text = lines[line];
    switch (random() % 7) {
    case 0:
        text[random() % text.size()] ^= static_cast<char>(1 << random() % 8);
        break;
    case 1:
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
        break;
    case 2:
        std::swap(lines[line], lines[other]);
        break;
    case 3:
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(line), std::string{lines[other]});
        break;
    case 4:
        lines.resize(line);
        break;
    case 5: { // another digit
        const auto at = text.find_first_of("0123456789", random() % text.size());
        if (at != std::string::npos) {
            text[at] = static_cast<char>('0' + random() % 10);
        }
        break;
    }
    default:
        text.insert(random() % text.size(), 1, static_cast<char>(random() % 256));
        break;
    }
    return random() % 2 == 0 ? joined(lines) : whole_of(lines);
}

} // namespace

TEST_CASE("the example of the written format is real", "[audit]") {
    const std::string text = example();
    const auto key =
        public_key_from("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c");
    REQUIRE(key);
    CHECK(id_of(*key) == "34750f98bd59fcfc");
    const auto verdict = verify_export(text, {*key});
    INFO(explain(verdict));
    REQUIRE_FALSE(verdict.fault);
    CHECK(verdict.records == 3);
    REQUIRE(verdict.heads.size() == 2);
    CHECK(hex_of(verdict.heads[0].root) ==
          "71b58aed3798300ee81cdc68f688bd55e94c93669e02a5ac7d616d48802b9586");
}

TEST_CASE("both verifiers say the same of good, damaged and forged exports", "[audit]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random{seed};
    Log log{300};
    const SigningKey next = key_of_seed(7);
    KeyRecord second{log.log, next.public_key(), minute(2), id_of(log.key.public_key()), {}};
    second.signature = log.key.sign(text_of(second));
    const std::vector<SignedHead> heads{log.head(100, 10, log.key), log.head(180, 20, next),
                                        log.head(300, 30, next)};
    const std::vector<std::string> good{
        log.whole(3),
        log.write({log.log, minute(31), minute(10), minute(20), "", 100, 180, 300}, {second},
                  heads),
        log.write({log.log, minute(31), "", minute(20), "campaign 4", 0, 180, 300}, {second}, heads,
                  7)};
    const Folder folder;
    std::vector<std::string> ours;
    for (std::size_t i = 0; i < 400; ++i) {
        const auto& from = good[i % good.size()];
        const std::string file = i < good.size() ? from : damaged(from, random);
        ours.push_back(short_verdict(verify_export(file, {log.key.public_key()})));
        std::ofstream{folder.path + "/" + std::to_string(i), std::ios::binary} << file;
    }
    const auto theirs = others_say(folder, ours.size(), log);
    REQUIRE(theirs.size() == ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        INFO("file " << i);
        CHECK(ours[i] == theirs[i]);
    }
    for (std::size_t i = 0; i < good.size(); ++i) {
        CHECK(ours[i] == "proved");
    }
}
