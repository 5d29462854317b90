#include "campaigns/audit/merkle.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace campaigns::merkle {

namespace {

// RFC 6962 2.1: the largest power of two smaller than n, for n > 1.
std::int64_t split_of(std::int64_t n) {
    return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(n - 1)));
}

constexpr std::string_view kLeafPrefix{"\x00", 1};
constexpr std::string_view kNodePrefix{"\x01", 1};

} // namespace

struct Hasher::Context {
    struct FreeContext {
        void operator()(EVP_MD_CTX* made) const { EVP_MD_CTX_free(made); }
    };
    struct FreeDigest {
        void operator()(EVP_MD* fetched) const { EVP_MD_free(fetched); }
    };
    // Fetched once: to look the algorithm up takes longer than to hash a node.
    std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

Hasher::Hasher() : context_{std::make_unique<Context>()} {
    if (!context_->digest || !context_->context) {
        throw std::runtime_error{"SHA-256 is not available in the crypto library"};
    }
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hash Hasher::sha256(std::string_view bytes) {
    return sha256({}, bytes);
}

Hash Hasher::sha256(std::string_view first, std::string_view second) {
    EVP_MD_CTX* context = context_->context.get();
    Hash hash;
    if (EVP_DigestInit_ex2(context, context_->digest.get(), nullptr) != 1 ||
        (!first.empty() && EVP_DigestUpdate(context, first.data(), first.size()) != 1) ||
        EVP_DigestUpdate(context, second.data(), second.size()) != 1 ||
        EVP_DigestFinal_ex(context, hash.data(), nullptr) != 1) {
        throw std::runtime_error{"SHA-256 failed in the crypto library"};
    }
    return hash;
}

Hash Hasher::leaf(std::string_view bytes) {
    return sha256(kLeafPrefix, bytes);
}

Hash Hasher::node(const Hash& left, const Hash& right) {
    std::array<char, 65> bytes;
    bytes[0] = kNodePrefix.front();
    std::copy(left.begin(), left.end(), bytes.begin() + 1);
    std::copy(right.begin(), right.end(), bytes.begin() + 33);
    return sha256({}, {bytes.data(), bytes.size()});
}

Hash Hasher::empty() {
    return sha256({}, {});
}

void MemoryTree::add(const Hash& leaf) {
    levels_[0].push_back(leaf);
    for (std::size_t level = 0; levels_[level].size() % 2 == 0; ++level) {
        if (level + 1 == levels_.size()) {
            levels_.emplace_back();
        }
        const auto& below = levels_[level];
        levels_[level + 1].push_back(hasher_.node(below[below.size() - 2], below.back()));
    }
}

std::int64_t MemoryTree::size() const {
    return static_cast<std::int64_t>(levels_[0].size());
}

Hash MemoryTree::complete(int level, std::int64_t index) {
    return levels_.at(static_cast<std::size_t>(level)).at(static_cast<std::size_t>(index));
}

void Frontier::add(const Hash& leaf, const Completed& completed) {
    Hash hash = leaf;
    std::size_t level = 0;
    for (; (size_ >> level) % 2 == 1; ++level) {
        hash = hasher_.node(edge_[level], hash);
        if (completed) {
            completed(static_cast<int>(level) + 1, size_ >> (level + 1), hash);
        }
    }
    if (level == edge_.size()) {
        edge_.emplace_back();
    }
    edge_[level] = hash;
    ++size_;
}

Hash Frontier::root() {
    std::optional<Hash> root;
    for (std::size_t level = 0; level < edge_.size(); ++level) {
        if ((size_ >> level) % 2 == 1) {
            root = root ? hasher_.node(edge_[level], *root) : edge_[level];
        }
    }
    return root ? *root : hasher_.empty();
}

Hash range_root(std::int64_t from, std::int64_t to, Subtrees& tree, Hasher& hasher) {
    const std::int64_t count = to - from;
    if (std::has_single_bit(static_cast<std::uint64_t>(count))) {
        const int level = std::countr_zero(static_cast<std::uint64_t>(count));
        return tree.complete(level, from >> level);
    }
    const std::int64_t middle = from + split_of(count);
    const Hash left = range_root(from, middle, tree, hasher);
    return hasher.node(left, range_root(middle, to, tree, hasher));
}

Hash root(std::int64_t size, Subtrees& tree, Hasher& hasher) {
    return size == 0 ? hasher.empty() : range_root(0, size, tree, hasher);
}

Hash root_of(const std::vector<Hash>& leaves, Hasher& hasher) {
    // Level by level: a hash without a partner goes up as it is, which is where the recursive
    // definition puts it.
    std::vector<Hash> level = leaves;
    while (level.size() > 1) {
        const std::size_t pairs = level.size() / 2;
        for (std::size_t i = 0; i < pairs; ++i) {
            level[i] = hasher.node(level[2 * i], level[2 * i + 1]);
        }
        if (level.size() % 2 == 1) {
            level[pairs] = level.back();
        }
        level.resize(pairs + level.size() % 2);
    }
    return level.at(0);
}

std::vector<Hash> inclusion_proof(std::int64_t leaf, std::int64_t size, Subtrees& tree,
                                  Hasher& hasher) {
    std::vector<Hash> proof;
    std::int64_t from = 0;
    std::int64_t to = size;
    while (to - from > 1) {
        const std::int64_t middle = from + split_of(to - from);
        if (leaf < middle) {
            proof.push_back(range_root(middle, to, tree, hasher));
            to = middle;
        } else {
            proof.push_back(range_root(from, middle, tree, hasher));
            from = middle;
        }
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

std::vector<Hash> consistency_proof(std::int64_t before, std::int64_t after, Subtrees& tree,
                                    Hasher& hasher) {
    std::vector<Hash> proof;
    std::int64_t from = 0;
    std::int64_t to = after;
    // The verifier knows the earlier root: it is left out as long as the way goes left.
    bool known = true;
    while (before < to) {
        const std::int64_t middle = from + split_of(to - from);
        if (before <= middle) {
            proof.push_back(range_root(middle, to, tree, hasher));
            to = middle;
        } else {
            proof.push_back(range_root(from, middle, tree, hasher));
            from = middle;
            known = false;
        }
    }
    if (!known) {
        proof.push_back(range_root(from, to, tree, hasher));
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

// RFC 9162 2.1.3.2, which spells out what RFC 6962 2.1.1 implies.
std::optional<Hash> root_by_inclusion(std::int64_t leaf, std::int64_t size, const Hash& leaf_hash,
                                      const std::vector<Hash>& proof, Hasher& hasher) {
    if (leaf < 0 || leaf >= size) {
        return std::nullopt;
    }
    std::int64_t index = leaf;
    std::int64_t last = size - 1;
    Hash hash = leaf_hash;
    for (const Hash& other : proof) {
        if (last == 0) {
            return std::nullopt;
        }
        if (index % 2 == 1 || index == last) {
            hash = hasher.node(other, hash);
            while (index % 2 == 0 && index != 0) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            hash = hasher.node(hash, other);
        }
        index >>= 1;
        last >>= 1;
    }
    return last == 0 ? std::optional{hash} : std::nullopt;
}

// RFC 9162 2.1.4.2, which spells out what RFC 6962 2.1.2 implies.
bool consistent(std::int64_t before, const Hash& root_before, std::int64_t after,
                const Hash& root_after, const std::vector<Hash>& proof, Hasher& hasher) {
    if (before < 0 || before > after) {
        return false;
    }
    if (before == 0 || before == after) {
        return proof.empty() &&
               (before == after ? root_before == root_after : root_before == hasher.empty());
    }
    std::vector<Hash> path;
    if (std::has_single_bit(static_cast<std::uint64_t>(before))) {
        path.push_back(root_before);
    }
    path.insert(path.end(), proof.begin(), proof.end());
    if (path.empty()) {
        return false;
    }
    std::int64_t index = before - 1;
    std::int64_t last = after - 1;
    while (index % 2 == 1) {
        index >>= 1;
        last >>= 1;
    }
    Hash first = path.front();
    Hash second = path.front();
    for (auto other = path.begin() + 1; other != path.end(); ++other) {
        if (last == 0) {
            return false;
        }
        if (index % 2 == 1 || index == last) {
            first = hasher.node(*other, first);
            second = hasher.node(*other, second);
            while (index % 2 == 0 && index != 0) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            second = hasher.node(second, *other);
        }
        index >>= 1;
        last >>= 1;
    }
    return last == 0 && first == root_before && second == root_after;
}

Hash BlockTree::complete(int level, std::int64_t index) {
    const int below = level + block_level_;
    const std::int64_t from = index << below;
    return range_root(from, std::min(size_, (index + 1) << below), tree_, hasher_);
}

} // namespace campaigns::merkle
