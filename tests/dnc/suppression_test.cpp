// Goal: a NumberSet holds exactly the numbers put in, whatever the order, its memory follows what
// it holds, and a file of one is used only when every byte of it is the one that was written.
// Method: random operations against std::set, sizes worked out by hand, and files damaged byte by
// byte.

#include "dnc/number_set_blocks.hpp"
#include "dnc/number_set_file.hpp"
#include "dnc/suppression.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <utility>
#include <vector>

using dnc::Number;
using dnc::NumberSet;

namespace {

constexpr dnc::NumberSetIdentity kIdentity{
    .list_id = 2, .version_id = 7, .as_of = std::chrono::year{2026} / std::chrono::November / 20};

/// A folder of its own, gone with the test.
struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "dncset.XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::string file() const { return path + "/list.dncset"; }
    std::string path;
};

/// Dense and sparse area codes, other countries, and the edges of blocks.
NumberSet mixed_set() {
    NumberSet set;
    for (std::int64_t i = 0; i < 10'000'000; i += 997) {
        set.insert({12'120'000'000 + i}); // every exchange of 212
    }
    for (std::int64_t i = 0; i < 200; ++i) {
        set.insert({13'055'550'000 + i * 51});
        set.insert({441'632'960'000 + i * 7});
    }
    set.insert({12'000'000'000});
    set.insert({19'999'999'999});
    return set;
}

std::vector<std::int64_t> numbers_of(const NumberSet& set) {
    std::vector<std::int64_t> numbers;
    set.for_each_block([&](std::int64_t block, std::size_t count, const dnc::NumberBlock& lines) {
        std::size_t found = 0;
        for (std::size_t line = 0; line < dnc::kBlockNumbers; ++line) {
            if ((lines[line / 8] >> (line % 8) & 1) != 0) {
                numbers.push_back(block * dnc::kBlockNumbers + static_cast<std::int64_t>(line));
                ++found;
            }
        }
        CHECK(found == count);
    });
    return numbers;
}

std::string write(const NumberSet& set, const std::string& path) {
    auto written = dnc::write_number_set(set, kIdentity, path);
    REQUIRE(std::holds_alternative<std::string>(written));
    return std::get<std::string>(written);
}

} // namespace

TEST_CASE("a number is found after it was inserted and gone after it was erased", "[suppression]") {
    const std::vector<std::int64_t> edges = {12000000000,
                                             12125550100,
                                             12125550199,
                                             12125559999,
                                             12125560000,
                                             19999999999,
                                             11999999999,
                                             20000000000,
                                             442079460123,
                                             999999999999999,
                                             1};
    NumberSet set;
    for (const std::int64_t e164 : edges) {
        CAPTURE(e164);
        CHECK_FALSE(set.contains({e164}));
        CHECK_FALSE(set.erase({e164}));
        CHECK(set.insert({e164}));
        CHECK_FALSE(set.insert({e164}));
        CHECK(set.contains({e164}));
        CHECK_FALSE(set.contains({e164 + 1'000'000'000'000'000}));
    }
    CHECK(set.size() == edges.size());
    for (const std::int64_t e164 : edges) {
        CAPTURE(e164);
        CHECK(set.erase({e164}));
        CHECK_FALSE(set.contains({e164}));
    }
    CHECK(set.size() == 0);
}

TEST_CASE("what is no number is never held", "[suppression]") {
    NumberSet set;
    for (const std::int64_t e164 : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN}) {
        CHECK_FALSE(set.insert({e164}));
        CHECK_FALSE(set.contains({e164}));
        CHECK_FALSE(set.erase({e164}));
    }
    CHECK(set.size() == 0);
}

TEST_CASE("a block costs 1.25 KB and an empty one is given back", "[suppression]") {
    NumberSet set;
    const std::size_t empty = set.memory_bytes();
    CHECK(empty < 24'000);
    set.insert({12125550100});
    const std::size_t one = set.memory_bytes();
    set.insert({12125560100});
    const std::size_t block = set.memory_bytes() - one;
    CHECK(block >= 1250);
    CHECK(block <= 1300);
    for (int line = 0; line < 10'000; ++line) {
        set.insert({12125550000 + line});
    }
    CHECK(set.memory_bytes() == one + block);
    CHECK(set.size() == 10'001);
    set.erase({12125560100});
    CHECK(set.memory_bytes() == one);
}

TEST_CASE("numbers of other countries cost at most 32 bytes each", "[suppression]") {
    NumberSet set;
    const std::size_t empty = set.memory_bytes();
    for (std::int64_t i = 0; i < 100'000; ++i) {
        set.insert({440'000'000'000 + i * 7919});
    }
    CHECK(set.size() == 100'000);
    CHECK(set.memory_bytes() - empty <= 3'200'000);
}

TEST_CASE("a moved set takes its numbers along", "[suppression]") {
    NumberSet source;
    source.insert({12125550123});
    const NumberSet target{std::move(source)};
    CHECK(target.contains({12125550123}));
    CHECK(target.size() == 1);
}

TEST_CASE("random insertions and erasures agree with std::set", "[suppression][property]") {
    CHECK(rc::check([] {
        // Few bases and small steps, so that the same numbers come again and blocks fill and empty.
        const std::vector<std::int64_t> bases = {
            12125550000, 12125559995, 11999999998, 19999999990, 442079460000, 4420794600000, 60};
        NumberSet set;
        std::set<std::int64_t> model;
        const auto steps = *rc::gen::container<std::vector<std::pair<int, std::pair<int, bool>>>>(
            rc::gen::pair(rc::gen::inRange<int>(0, static_cast<int>(bases.size())),
                          rc::gen::pair(rc::gen::inRange(0, 40), rc::gen::arbitrary<bool>())));
        for (const auto& [base, step] : steps) {
            const std::int64_t e164 = bases[static_cast<std::size_t>(base)] + step.first;
            if (step.second) {
                RC_ASSERT(set.insert({e164}) == model.insert(e164).second);
            } else {
                RC_ASSERT(set.erase({e164}) == (model.erase(e164) == 1));
            }
            RC_ASSERT(set.size() == model.size());
        }
        for (const std::int64_t base : bases) {
            for (std::int64_t e164 = base - 2; e164 < base + 42; ++e164) {
                RC_ASSERT(set.contains({e164}) == (model.count(e164) == 1));
            }
        }
    }));
}

TEST_CASE("an area code with many exchanges becomes one bitmap and keeps its numbers",
          "[suppression]") {
    NumberSet set;
    std::vector<std::int64_t> expected;
    for (std::int64_t exchange = 0; exchange < 1000; ++exchange) {
        expected.push_back(12'120'000'000 + exchange * 10'000 + exchange);
        CHECK(set.insert({expected.back()}));
        CHECK_FALSE(set.insert({expected.back()}));
    }
    CHECK(numbers_of(set) == expected);
    CHECK(set.memory_bytes() >= 1'250'000);
    CHECK(set.memory_bytes() <= 1'300'000);
    CHECK(set.erase({expected[500]}));
    CHECK_FALSE(set.contains({expected[500]}));
    CHECK(set.size() == 999);
}

TEST_CASE("blocks that are added give the numbers that were in them", "[suppression]") {
    const NumberSet source = mixed_set();
    NumberSet target;
    target.insert({12'125'550'100});
    source.for_each_block(
        [&target](std::int64_t block, std::size_t /*count*/, const dnc::NumberBlock& lines) {
            target.insert_block(block, lines);
            target.insert_block(block, lines); // twice does no harm
        });
    target.erase({12'125'550'100});
    auto expected = numbers_of(source);
    std::erase(expected, 12'125'550'100);
    CHECK(numbers_of(target) == expected);
    CHECK(target.size() == expected.size());
    NumberSet none;
    dnc::NumberBlock all;
    all.fill(0xFF);
    none.insert_block(-1, all);
    none.insert_block(INT64_MAX / 4, all);
    CHECK(none.size() == 0);
    none.insert_block(0, all); // 0 is no number
    CHECK(none.size() == 9'999);
}

TEST_CASE("a mapped file holds what was written and can be changed without changing it",
          "[suppression][file]") {
    const Folder folder;
    const NumberSet set = mixed_set();
    const std::string seal = write(set, folder.file());
    auto opened = dnc::map_number_set(folder.file(), kIdentity, seal);
    REQUIRE(std::holds_alternative<NumberSet>(opened));
    NumberSet mapped = std::get<NumberSet>(std::move(opened));
    CHECK(mapped.size() == set.size());
    CHECK(numbers_of(mapped) == numbers_of(set));
    for (const std::int64_t e164 : {12'129'999'999, 13'055'559'999, 442'079'460'123}) {
        CHECK(mapped.insert({e164}));
        CHECK(mapped.contains({e164}));
    }
    CHECK(mapped.erase({12'120'000'000}));
    CHECK(mapped.erase({441'632'960'000}));
    CHECK_FALSE(mapped.contains({12'120'000'000}));
    for (std::int64_t i = 0; i < 10'000; ++i) {
        mapped.insert({447'700'900'000 + i}); // the table outgrows the file
    }
    CHECK(mapped.contains({441'632'960'007}));
    CHECK(mapped.size() == set.size() + 10'001);
    const auto again = dnc::map_number_set(folder.file(), kIdentity, seal);
    CHECK(numbers_of(std::get<NumberSet>(again)) == numbers_of(set));
}

TEST_CASE("equal sets give equal files, whatever their history", "[suppression][file]") {
    const Folder folder;
    NumberSet set = mixed_set();
    const std::string seal = write(set, folder.file());
    NumberSet other;
    for (std::int64_t exchange = 0; exchange < 1000; ++exchange) {
        other.insert({13'050'000'000 + exchange * 10'000}); // dense for a while
    }
    const auto numbers = numbers_of(set);
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        other.insert({*number});
    }
    for (std::int64_t exchange = 0; exchange < 1000; ++exchange) {
        if (!set.contains({13'050'000'000 + exchange * 10'000})) {
            other.erase({13'050'000'000 + exchange * 10'000});
        }
    }
    CHECK(write(other, folder.file()) == seal);
    other.insert({12'125'550'123});
    CHECK(write(other, folder.file()) != seal);
    CHECK(std::filesystem::exists(folder.file()));
    CHECK(std::distance(std::filesystem::directory_iterator{folder.path}, {}) == 1);
}

TEST_CASE("a file that is not the one the store knows is refused", "[suppression][file]") {
    const Folder folder;
    const std::string seal = write(mixed_set(), folder.file());
    const auto refused = [&](const dnc::NumberSetIdentity& identity, const std::string& known) {
        return std::holds_alternative<dnc::NumberSetFault>(
            dnc::map_number_set(folder.file(), identity, known));
    };
    CHECK_FALSE(refused(kIdentity, seal));
    CHECK(refused(kIdentity, std::string(64, '0')));
    auto other = kIdentity;
    other.version_id = 8;
    CHECK(refused(other, seal));
    other = kIdentity;
    other.list_id = 3;
    CHECK(refused(other, seal));

    std::ifstream in{folder.file(), std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    const auto replace = [&](const std::string& content) {
        std::filesystem::remove(folder.file());
        std::ofstream{folder.file(), std::ios::binary} << content;
        return refused(kIdentity, seal);
    };
    CHECK_FALSE(replace(bytes));
    CHECK(replace(bytes.substr(0, bytes.size() - 1)));
    CHECK(replace(bytes + "x"));
    CHECK(replace(""));
    CHECK(replace("#!/bin/sh\n"));
    // Any byte: of the header, the directory, a bitmap, the hash table.
    const auto matters = [](std::size_t at) {
        return at < 64 + 64 * 5 || (at % 4096 < 1250 && at >= 65536);
    };
    for (std::size_t at = 0; at < bytes.size(); at += at < 512 ? 3 : 99'991) {
        if (matters(at)) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
            CAPTURE(at);
            CHECK(replace(damaged));
        }
    }
    std::filesystem::remove(folder.file());
    CHECK(refused(kIdentity, seal));
}

TEST_CASE("an empty set can be kept in a file too", "[suppression][file]") {
    const Folder folder;
    const std::string seal = write(NumberSet{}, folder.file());
    const auto opened = dnc::map_number_set(folder.file(), kIdentity, seal);
    CHECK(std::get<NumberSet>(opened).size() == 0);
}

TEST_CASE("a folder that is not there is told, not thrown", "[suppression][file]") {
    const auto written = dnc::write_number_set(NumberSet{}, kIdentity, "/nonexistent/x.dncset");
    CHECK(std::holds_alternative<dnc::NumberSetFault>(written));
}
