// Goal: the verifier believes what was written and nothing else, and names the first thing that is
// wrong.
// Method: exports of a log in memory; each kind of damage by hand, with the check sums of the lines
// made anew where a forger would; then 1,000 seeded faults on an export of 100,000 records.

#include "tests/campaigns/audit_log.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace audit_test;

namespace {

Verdict verdict_of(const std::string& file, const Log& log) {
    return verify_export(file, {log.key.public_key()});
}

/// Index of the line of a leaf.
std::size_t line_of(const std::vector<std::string>& lines, std::int64_t leaf) {
    const std::string begin = R"({"leaf":)" + std::to_string(leaf) + ",";
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const auto& line) { return line.starts_with(begin); });
    REQUIRE(found != lines.end());
    return static_cast<std::size_t>(found - lines.begin());
}

std::size_t line_with(const std::vector<std::string>& lines, const std::string& begin) {
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const auto& line) { return line.starts_with(begin); });
    REQUIRE(found != lines.end());
    return static_cast<std::size_t>(found - lines.begin());
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("an export is proved as it was written", "[audit]") {
    for (const std::int64_t size : {1, 2, 63, 64, 65, 127, 200, 1000}) {
        Log log{size};
        const auto verdict = verdict_of(log.whole(), log);
        INFO(explain(verdict));
        REQUIRE_FALSE(verdict.fault);
        CHECK(verdict.records == size);
        CHECK(verdict.heads.size() == 4);
        CHECK(verdict.trusted_by == id_of(log.key.public_key()));
        CHECK(explain(verdict).find("Complete") != std::string::npos);
    }
}

TEST_CASE("a part of the log is proved when heads enclose it", "[audit]") {
    Log log{1000};
    const std::vector<SignedHead> heads{log.head(100, 10, log.key), log.head(700, 20, log.key),
                                        log.head(1000, 30, log.key)};
    const Header header{log.log, minute(31), minute(10), minute(20), "", 100, 700, 1000};
    const auto verdict = verdict_of(log.write(header, {}, heads), log);
    INFO(explain(verdict));
    CHECK_FALSE(verdict.fault);
    CHECK(verdict.records == 600);

    SECTION("no head from before the period") {
        auto other = header;
        other.from = minute(9);
        const auto fault = verdict_of(log.write(other, {}, heads), log).fault;
        REQUIRE(fault);
        CHECK(fault->what.find("cover the period") != std::string::npos);
    }
    SECTION("no head from after the period") {
        auto other = header;
        other.to = minute(21);
        CHECK(verdict_of(log.write(other, {}, heads), log).fault);
    }
}

TEST_CASE("a filtered export proves its records and says that it is filtered", "[audit]") {
    Log log{1000};
    const Header header{log.log, minute(31), "", "", "number 12125550123", 0, 1000, 1000};
    const auto file = log.write(header, {}, {log.head(1000, 30, log.key)}, 37);
    const auto verdict = verdict_of(file, log);
    INFO(explain(verdict));
    CHECK_FALSE(verdict.fault);
    CHECK(verdict.records == 28);
    CHECK(explain(verdict).find("not proved") != std::string::npos);

    auto lines = lines_of(file);
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line_of(lines, 74)));
    const auto fault = verdict_of(joined(lines), log).fault;
    REQUIRE(fault);
    CHECK(fault->leaf == 74);
}

TEST_CASE("a record that was changed is named, whatever else was made to fit", "[audit]") {
    Log log{1000};
    auto lines = lines_of(log.whole());
    const auto at = line_of(lines, 321);
    lines[at] = replaced(lines[at], "\"note\": \"", "\"note\": \"not ");
    auto fault = verdict_of(joined(lines), log).fault;
    REQUIRE(fault);
    CHECK(fault->line == static_cast<std::int64_t>(at) + 1);
    CHECK(fault->leaf == 321);
    CHECK(fault->kind == "attempt");
    CHECK(fault->subject == "attempt 322");

    SECTION("with the hash of the changed record in its block") {
        const auto block = line_with(lines, R"({"block":5,)");
        const auto old_hash = hex_of(log.tree.complete(0, 321));
        const auto record = lines[at].substr(lines[at].find(R"("record":)") + 9);
        merkle::Hasher hasher;
        lines[block] = replaced(lines[block], old_hash,
                                hex_of(hasher.leaf(record.substr(0, record.size() - 2))));
        fault = verdict_of(joined(lines), log).fault;
        REQUIRE(fault);
        CHECK(fault->line == static_cast<std::int64_t>(block) + 1);
        CHECK(fault->what.find("block 5") != std::string::npos);
    }
}

TEST_CASE("records that are dropped, added, swapped or repeated are named", "[audit]") {
    Log log{1000};
    auto lines = lines_of(log.whole());
    const auto at = static_cast<std::ptrdiff_t>(line_of(lines, 500));
    const auto expect = [&](std::int64_t line, std::int64_t leaf) {
        const auto fault = verdict_of(joined(lines), log).fault;
        REQUIRE(fault);
        CHECK(fault->line == line);
        CHECK(fault->leaf == leaf);
    };
    SECTION("dropped") {
        lines.erase(lines.begin() + at);
        expect(at + 1, 500);
    }
    SECTION("repeated") {
        lines.insert(lines.begin() + at, lines[static_cast<std::size_t>(at)]);
        expect(at + 2, 501);
    }
    SECTION("added") {
        lines.insert(lines.begin() + at, R"({"leaf":500,"record":{"id":7}})" + std::string{"\n"});
        expect(at + 1, 500);
    }
    SECTION("swapped") {
        std::swap(lines[static_cast<std::size_t>(at)], lines[static_cast<std::size_t>(at) + 3]);
        expect(at + 1, 500);
    }
    SECTION("the whole block of 64 is gone") {
        const auto block = static_cast<std::ptrdiff_t>(line_with(lines, R"({"block":7,)"));
        lines.erase(lines.begin() + block, lines.begin() + block + 65);
        expect(block + 1, -1);
    }
    SECTION("the end is gone, and the last line counts what is left") {
        const auto block = static_cast<std::ptrdiff_t>(line_with(lines, R"({"block":8,)"));
        lines.erase(lines.begin() + block, lines.end());
        lines.push_back(R"({"records":512,"blocks":8,"check":"x"})");
        expect(block + 1, 512);
    }
}

TEST_CASE("heads and keys that are not the log's are named", "[audit]") {
    Log log{1000};
    const auto size = static_cast<std::int64_t>(log.records.size());
    const Header header{log.log, minute(31), "", "", "", 0, size, size};
    const SigningKey other = key_of_seed(9);
    const auto fault_of = [&](const std::string& file) {
        const auto verdict = verdict_of(file, log);
        REQUIRE(verdict.fault);
        return verdict.fault->what;
    };
    SECTION("signed with another key") {
        const auto file = log.write(header, {}, {log.head(size, 30, other)});
        CHECK(fault_of(file).find("not the one that was given") != std::string::npos);
    }
    SECTION("signed with another key, in the name of ours") {
        auto head = log.head(size, 30, log.key);
        head.signature = other.sign(text_of(head.head));
        CHECK(fault_of(log.write(header, {}, {head})).find("signature") != std::string::npos);
    }
    SECTION("a head of another tree before it") {
        Log longer{1200, 2};
        auto strange = longer.head(900, 20, log.key);
        const auto file = log.write(header, {}, {strange, log.head(size, 30, log.key)});
        CHECK(fault_of(file).find("does not begin with") != std::string::npos);
    }
    SECTION("an older head in the place of the last") {
        auto lines = lines_of(log.whole());
        const auto first = line_with(lines, R"({"head":)");
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(first) + 3);
        CHECK(fault_of(joined(lines)).find("last head") != std::string::npos);
    }
    SECTION("the header of another export") {
        auto lines = lines_of(log.whole());
        Log shorter{640};
        lines[0] = lines_of(shorter.whole())[0];
        CHECK_FALSE(fault_of(joined(lines)).empty());
    }
    SECTION("no head at all") {
        auto lines = lines_of(log.whole());
        const auto first = static_cast<std::ptrdiff_t>(line_with(lines, R"({"head":)"));
        lines.erase(lines.begin() + first, lines.begin() + first + 4);
        CHECK(fault_of(joined(lines)).find("signed head") != std::string::npos);
    }
    SECTION("of another log") {
        auto strange = header;
        strange.log[0] = 'f';
        CHECK(fault_of(log.write(strange, {}, {log.head(size, 30, log.key)})).find("another log") !=
              std::string::npos);
    }
}

TEST_CASE("a key that the trusted one has signed is trusted, and no other", "[audit]") {
    Log log{100};
    const SigningKey next = key_of_seed(7);
    KeyRecord first{log.log, log.key.public_key(), minute(1), "", {}};
    KeyRecord second{log.log, next.public_key(), minute(2), id_of(log.key.public_key()), {}};
    second.signature = log.key.sign(text_of(second));
    const Header header{log.log, minute(31), "", "", "", 0, 100, 100};
    const std::vector<SignedHead> heads{log.head(50, 3, log.key), log.head(100, 4, next)};

    const auto file = log.write(header, {first, second}, heads);
    const auto verdict = verdict_of(file, log);
    INFO(explain(verdict));
    CHECK_FALSE(verdict.fault);
    CHECK(explain(verdict).find("introduced by key") != std::string::npos);

    CHECK(verify_export(file, {next.public_key()}).fault); // the first head's key is not given
    CHECK_FALSE(verify_export(file, {next.public_key(), log.key.public_key()}).fault);

    second.signature = next.sign(text_of(second)); // vouches for itself
    CHECK(verdict_of(log.write(header, {first, second}, heads), log).fault);
    second.endorsed_by = "";
    CHECK(verdict_of(log.write(header, {first, second}, heads), log).fault);
}

TEST_CASE("a file that ends early is named where it ends", "[audit]") {
    Log log{200};
    const auto file = log.whole();
    const auto lines = lines_of(file);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const std::size_t cut : {bytes, bytes + 1, bytes + lines[i].size() - 1}) {
            const auto fault = verdict_of(file.substr(0, cut), log).fault;
            REQUIRE(fault);
            REQUIRE(fault->line == static_cast<std::int64_t>(i) + 1);
        }
        bytes += lines[i].size();
    }
    const auto fault = verdict_of(file + "\n", log).fault;
    REQUIRE(fault);
    CHECK(fault->line == static_cast<std::int64_t>(lines.size()) + 1);
}

TEST_CASE("every single byte counts", "[audit]") {
    Log log{70};
    const auto good = log.whole(2);
    std::mt19937_64 random{5};
    std::int64_t line = 1;
    std::string file = good;
    for (std::size_t at = 0; at < good.size(); ++at) {
        file[at] = static_cast<char>(file[at] ^ (1 << random() % 8));
        const auto fault = verdict_of(file, log).fault;
        INFO("byte " << at << " of line " << line);
        REQUIRE(fault);
        REQUIRE(fault->line == line);
        file[at] = good[at];
        line += good[at] == '\n' ? 1 : 0;
    }
}

TEST_CASE("what is no export is refused without harm", "[audit]") {
    Log log{1};
    for (const std::string file : {"", "\n", "{}\n", "{\"audit_export\":1", "\0\0\0\n"}) {
        const auto verdict = verdict_of(file, log);
        REQUIRE(verdict.fault);
        CHECK(verdict.fault->line == 1);
        CHECK_FALSE(explain(verdict).empty());
    }
}

#ifdef __SANITIZE_ADDRESS__
constexpr int kRounds = 60; // ten times slower; a build without sanitizers does them all
#else
constexpr int kRounds = 1000;
#endif

TEST_CASE("of 1,000 faults in an export of 100,000 records none is missed", "[audit][faults]") {
    Log log{100'000};
    const auto good = log.whole(16);
    REQUIRE_FALSE(verdict_of(good, log).fault);
    std::vector<std::size_t> begins{0};
    for (std::size_t at = 0; at < good.size(); ++at) {
        if (good[at] == '\n') {
            begins.push_back(at + 1);
        }
    }
    const auto lines = begins.size() - 1;
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random{seed};
    const auto text = [&](std::size_t line) {
        return good.substr(begins[line], begins[line + 1] - begins[line]);
    };
    std::string file;
    for (int round = 0; round < kRounds; ++round) {
        const auto line = random() % lines;
        const auto other = random() % lines;
        auto first = line;
        file = good;
        switch (round % 6) {
        case 0: { // one bit
            const auto at = begins[line] + random() % (begins[line + 1] - begins[line]);
            file[at] = static_cast<char>(file[at] ^ (1 << random() % 8));
            break;
        }
        case 1:
            file.erase(begins[line], begins[line + 1] - begins[line]);
            break;
        case 2: { // swapped
            const auto low = std::min(line, other);
            const auto high = line == other ? line + 1 : std::max(line, other);
            if (high >= lines) {
                continue;
            }
            const auto a = text(low);
            const auto b = text(high);
            file.replace(begins[high], b.size(), a);
            file.replace(begins[low], a.size(), b);
            first = low;
            break;
        }
        case 3: // a copy of some line
            file.insert(begins[line], text(other));
            if (other == line) {
                ++first;
            }
            break;
        case 4:
            file.resize(begins[line] + random() % (begins[line + 1] - begins[line]));
            break;
        default: { // one byte more
            const auto at = begins[line] + random() % (begins[line + 1] - begins[line]);
            file.insert(at, 1, static_cast<char>(random() % 256));
            break;
        }
        }
        const auto fault = verdict_of(file, log).fault;
        INFO("round " << round << ", line " << first + 1);
        REQUIRE(fault);
        REQUIRE(fault->line == static_cast<std::int64_t>(first) + 1);
    }
}
