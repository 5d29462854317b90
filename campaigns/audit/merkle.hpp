#pragma once

// Merkle trees as RFC 6962 section 2.1 defines them: hashes, roots and proofs.
//
// Pure. A tree is given by what it takes to answer for complete subtrees; nothing here keeps one.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace campaigns::merkle {

/// SHA-256, FIPS 180-4.
using Hash = std::array<std::uint8_t, 32>;

/// One SHA-256 after the other without asking the crypto library for anything in between. Not
/// thread-safe: one a thread.
class Hasher {
public:
    /// Throws std::runtime_error when the crypto library has no SHA-256.
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    [[nodiscard]] Hash sha256(std::string_view bytes);
    [[nodiscard]] Hash sha256(std::string_view first, std::string_view second);
    /// SHA-256(0x00 || bytes), RFC 6962 2.1.
    [[nodiscard]] Hash leaf(std::string_view bytes);
    /// SHA-256(0x01 || left || right), RFC 6962 2.1.
    [[nodiscard]] Hash node(const Hash& left, const Hash& right);
    /// The hash of the empty tree: that of the empty string.
    [[nodiscard]] Hash empty();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// Answers for a tree's complete subtrees.
class Subtrees {
public:
    virtual ~Subtrees() = default;
    /// The root over the leaves [index << level, (index + 1) << level), all of which are there.
    [[nodiscard]] virtual Hash complete(int level, std::int64_t index) = 0;
};

/// A tree in memory, of leaf hashes; keeps every complete subtree.
class MemoryTree final : public Subtrees {
public:
    void add(const Hash& leaf);
    [[nodiscard]] std::int64_t size() const;
    [[nodiscard]] Hash complete(int level, std::int64_t index) override;

private:
    Hasher hasher_;
    std::vector<std::vector<Hash>> levels_{1}; // [level][index]
};

/// A tree that only grows: keeps the roots at its right edge, 32 bytes for each power of two.
class Frontier {
public:
    /// Called for each subtree that a leaf completes, from level 1 up.
    using Completed = std::function<void(int level, std::int64_t index, const Hash& hash)>;

    void add(const Hash& leaf, const Completed& completed = {});
    [[nodiscard]] std::int64_t size() const { return size_; }
    [[nodiscard]] Hash root();

private:
    Hasher hasher_;
    std::vector<Hash> edge_; // [level], valid where the bit of size_ is set
    std::int64_t size_ = 0;
};

/// MTH(D[from:to]) where `from` is a multiple of the smallest power of two >= to - from, so that
/// the range is a node of the tree.
[[nodiscard]] Hash range_root(std::int64_t from, std::int64_t to, Subtrees& tree, Hasher& hasher);

/// MTH(D[n]).
[[nodiscard]] Hash root(std::int64_t size, Subtrees& tree, Hasher& hasher);

/// The root over leaf hashes that are at hand; empties nothing, needs at least one.
[[nodiscard]] Hash root_of(const std::vector<Hash>& leaves, Hasher& hasher);

/// PATH(leaf, D[size]), RFC 6962 2.1.1, from the bottom up. 0 <= leaf < size.
[[nodiscard]] std::vector<Hash> inclusion_proof(std::int64_t leaf, std::int64_t size,
                                                Subtrees& tree, Hasher& hasher);

/// PROOF(before, D[after]), RFC 6962 2.1.2. 0 < before <= after; empty when both are one size.
[[nodiscard]] std::vector<Hash> consistency_proof(std::int64_t before, std::int64_t after,
                                                  Subtrees& tree, Hasher& hasher);

/// The root that the proof leads to; nullopt when it has not the length that it must have.
[[nodiscard]] std::optional<Hash> root_by_inclusion(std::int64_t leaf, std::int64_t size,
                                                    const Hash& leaf_hash,
                                                    const std::vector<Hash>& proof, Hasher& hasher);

/// The tree of size `after` begins with that of size `before`: RFC 6962 2.1.2. A tree of size 0 is
/// the beginning of every tree, and nothing is to be proved for two trees of one size but that
/// their roots are one.
[[nodiscard]] bool consistent(std::int64_t before, const Hash& root_before, std::int64_t after,
                              const Hash& root_after, const std::vector<Hash>& proof,
                              Hasher& hasher);

/// Blocks of `leaves_a_block` leaves (a power of two) as the leaves of a tree of their own: its
/// roots and proofs are those of the tree below, without their lowest steps.
class BlockTree final : public Subtrees {
public:
    BlockTree(Subtrees& tree, int block_level, std::int64_t size, Hasher& hasher)
        : tree_{tree}, block_level_{block_level}, size_{size}, hasher_{hasher} {}
    /// Also of the last block when that is not full, at level 0.
    [[nodiscard]] Hash complete(int level, std::int64_t index) override;

private:
    Subtrees& tree_;
    int block_level_;
    std::int64_t size_; // leaves of the tree below
    Hasher& hasher_;
};

} // namespace campaigns::merkle
