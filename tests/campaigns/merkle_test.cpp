// Goal: roots and proofs are those of RFC 6962, and nothing else passes for them.
// Method: the known roots of eight known leaves; every size up to 130 against the definitions of
// the RFC, written down once more as they stand there; proofs with one thing changed.

#include "campaigns/audit/form.hpp"
#include "campaigns/audit/merkle.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace campaigns::merkle;
using campaigns::audit::hex_of;

namespace {

constexpr std::int64_t kSizes = 130;

std::vector<Hash> leaves_of(std::int64_t count) {
    Hasher hasher;
    std::vector<Hash> leaves;
    for (std::int64_t i = 0; i < count; ++i) {
        leaves.push_back(hasher.leaf("leaf " + std::to_string(i)));
    }
    return leaves;
}

MemoryTree tree_of(const std::vector<Hash>& leaves) {
    MemoryTree tree;
    for (const Hash& leaf : leaves) {
        tree.add(leaf);
    }
    return tree;
}

std::size_t split(std::size_t n) {
    std::size_t k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    return k;
}

using Leaves = std::vector<Hash>;

Leaves part(const Leaves& d, std::size_t from, std::size_t to) {
    return {d.begin() + static_cast<std::ptrdiff_t>(from),
            d.begin() + static_cast<std::ptrdiff_t>(to)};
}

// RFC 6962 2.1
Hash mth(const Leaves& d) {
    Hasher hasher;
    if (d.empty()) {
        return hasher.empty();
    }
    if (d.size() == 1) {
        return d[0];
    }
    const auto k = split(d.size());
    return hasher.node(mth(part(d, 0, k)), mth(part(d, k, d.size())));
}

// RFC 6962 2.1.1
Leaves path(std::size_t m, const Leaves& d) {
    if (d.size() == 1) {
        return {};
    }
    const auto k = split(d.size());
    const auto left = part(d, 0, k);
    const auto right = part(d, k, d.size());
    auto proof = m < k ? path(m, left) : path(m - k, right);
    proof.push_back(m < k ? mth(right) : mth(left));
    return proof;
}

// RFC 6962 2.1.2
Leaves subproof(std::size_t m, const Leaves& d, bool b) {
    if (m == d.size()) {
        return b ? Leaves{} : Leaves{mth(d)};
    }
    const auto k = split(d.size());
    const auto left = part(d, 0, k);
    const auto right = part(d, k, d.size());
    auto proof = m <= k ? subproof(m, left, b) : subproof(m - k, right, false);
    proof.push_back(m <= k ? mth(right) : mth(left));
    return proof;
}

} // namespace

TEST_CASE("the roots of the known leaves are the known roots", "[merkle]") {
    using std::string;
    const std::vector<string> data{"",
                                   string(1, '\0'),
                                   "\x10",
                                   "\x20\x21",
                                   "\x30\x31",
                                   "\x40\x41\x42\x43",
                                   "\x50\x51\x52\x53\x54\x55\x56\x57",
                                   "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e"
                                   "\x6f"};
    const std::vector<string> roots{
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Hasher hasher;
    MemoryTree tree;
    CHECK(hex_of(root(0, tree, hasher)) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (std::size_t i = 0; i < data.size(); ++i) {
        tree.add(hasher.leaf(data[i]));
        CHECK(hex_of(root(tree.size(), tree, hasher)) == roots[i]);
    }
}

TEST_CASE("every way to a root is the definition's", "[merkle]") {
    Hasher hasher;
    Frontier frontier;
    const Leaves all = leaves_of(kSizes);
    auto tree = tree_of(all);
    for (std::int64_t size = 1; size <= kSizes; ++size) {
        const auto leaves = part(all, 0, static_cast<std::size_t>(size));
        const Hash wanted = mth(leaves);
        frontier.add(leaves.back(), [&](int level, std::int64_t index, const Hash& hash) {
            CHECK(hash == tree.complete(level, index));
        });
        CHECK(root(size, tree, hasher) == wanted);
        CHECK(root_of(leaves, hasher) == wanted);
        CHECK(frontier.root() == wanted);
        CHECK(frontier.size() == size);
        BlockTree blocks{tree, 3, size, hasher};
        CHECK(root((size + 7) / 8, blocks, hasher) == wanted);
    }
}

TEST_CASE("an inclusion proof is the definition's and leads to the root", "[merkle]") {
    Hasher hasher;
    const Leaves all = leaves_of(kSizes);
    auto tree = tree_of(all);
    for (std::int64_t size = 1; size <= kSizes; ++size) {
        const auto leaves = part(all, 0, static_cast<std::size_t>(size));
        const Hash top = mth(leaves);
        for (std::int64_t leaf = 0; leaf < size; ++leaf) {
            const auto at = static_cast<std::size_t>(leaf);
            auto proof = inclusion_proof(leaf, size, tree, hasher);
            if (size % 16 == 3) {
                REQUIRE(proof == path(at, leaves));
            }
            REQUIRE(root_by_inclusion(leaf, size, leaves[at], proof, hasher) == top);
            REQUIRE(root_by_inclusion(leaf, size, all[(at + 1) % all.size()], proof, hasher) !=
                    top);
            if (size > 1) {
                REQUIRE(root_by_inclusion((leaf + 1) % size, size, leaves[at], proof, hasher) !=
                        top);
                proof.pop_back();
                REQUIRE(root_by_inclusion(leaf, size, leaves[at], proof, hasher) != top);
            }
        }
    }
}

TEST_CASE("a consistency proof is the definition's and holds for no other tree", "[merkle]") {
    Hasher hasher;
    const Leaves all = leaves_of(kSizes);
    auto tree = tree_of(all);
    std::vector<Hash> tops;
    for (std::int64_t size = 0; size <= kSizes; ++size) {
        tops.push_back(mth(part(all, 0, static_cast<std::size_t>(size))));
    }
    for (std::int64_t after = 1; after <= kSizes; ++after) {
        const Hash& top = tops[static_cast<std::size_t>(after)];
        for (std::int64_t before = 1; before <= after; ++before) {
            const Hash& bottom = tops[static_cast<std::size_t>(before)];
            auto proof = consistency_proof(before, after, tree, hasher);
            if (after % 16 == 5) {
                REQUIRE(proof == subproof(static_cast<std::size_t>(before),
                                          part(all, 0, static_cast<std::size_t>(after)), true));
            }
            REQUIRE(consistent(before, bottom, after, top, proof, hasher));
            REQUIRE_FALSE(
                consistent(before, all[0] == bottom ? all[1] : all[0], after, top, proof, hasher));
            for (Hash& hash : proof) {
                hash[7] ^= 1;
                REQUIRE_FALSE(consistent(before, bottom, after, top, proof, hasher));
                hash[7] ^= 1;
            }
            proof.push_back(top);
            REQUIRE_FALSE(consistent(before, bottom, after, top, proof, hasher));
        }
    }
}

TEST_CASE("a tree begins with the empty one, and with nothing larger", "[merkle]") {
    Hasher hasher;
    const Hash one = hasher.leaf("one");
    CHECK(consistent(0, hasher.empty(), 1, one, {}, hasher));
    CHECK_FALSE(consistent(0, one, 1, one, {}, hasher));
    CHECK_FALSE(consistent(2, one, 1, one, {}, hasher));
    CHECK_FALSE(consistent(-1, one, 1, one, {}, hasher));
    CHECK_FALSE(root_by_inclusion(1, 1, one, {}, hasher));
    CHECK_FALSE(root_by_inclusion(-1, 1, one, {}, hasher));
}
