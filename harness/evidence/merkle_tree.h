// The Merkle tree of RFC 6962 and RFC 9162 (section 2.1) over SHA-256: what a transcript and the
// lab's ledger are committed to. Leaves and inner nodes are hashed under different prefixes, so
// that neither passes for the other.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {

using TreeHash = crypto::Digest32;

TreeHash leaf_hash(BytesView entry);                              ///< SHA-256(0x00 || entry)
TreeHash node_hash(const TreeHash& left, const TreeHash& right);  ///< SHA-256(0x01 || l || r)
TreeHash empty_tree_hash();                                       ///< SHA-256 of nothing

/// The root of a list that only grows. Keeps one hash per bit of its size, so that a copy of it is
/// a checkpoint: it tells the root of the list as it was, and can itself be continued.
class MerkleAccumulator {
 public:
  void append(BytesView entry) { append_leaf(leaf_hash(entry)); }
  void append_leaf(const TreeHash& leaf);

  std::uint64_t size() const { return size_; }
  /// Of everything that was appended so far; empty_tree_hash() where that is nothing.
  TreeHash root() const;

 private:
  /// Roots of the complete subtrees, largest first: one for each bit set in `size_`.
  std::vector<TreeHash> peaks_;
  std::uint64_t size_ = 0;
};

/// The way from one leaf to the root: siblings, the leaf's own first.
using MerkleProof = std::vector<TreeHash>;

/// The same list with all its hashes, for whoever must prove something about it: two hashes a leaf.
class MerkleTree {
 public:
  void append(BytesView entry) { append_leaf(leaf_hash(entry)); }
  void append_leaf(const TreeHash& leaf);

  std::uint64_t size() const { return levels_.empty() ? 0 : levels_.front().size(); }
  TreeHash root() const { return range_hash(0, size()); }
  /// The hash of entry `index`, which is below size().
  const TreeHash& leaf(std::uint64_t index) const { return levels_[0][index]; }
  /// The root that the first `size` entries had. kInvalid beyond size().
  Result<TreeHash> root_at(std::uint64_t size) const;

  /// RFC 9162, 2.1.3.1: that entry `index` is one of the first `size`. kInvalid unless
  /// index < size <= size().
  Result<MerkleProof> inclusion_proof(std::uint64_t index, std::uint64_t size) const;
  /// RFC 9162, 2.1.4.1: that the first `from` entries are still the first of `to`; empty where the
  /// two are equal or `from` is 0. kInvalid unless from <= to <= size().
  Result<MerkleProof> consistency_proof(std::uint64_t from, std::uint64_t to) const;

 private:
  TreeHash range_hash(std::uint64_t begin, std::uint64_t end) const;

  /// levels_[k][i] is the root of the complete subtree over the 2^k leaves from i * 2^k.
  std::vector<std::vector<TreeHash>> levels_;
};

/// A list by its length and root.
struct TreeHead {
  std::uint64_t size = 0;
  TreeHash root{};

  bool operator==(const TreeHead&) const = default;
};

/// RFC 9162, 2.1.3.2: whether `proof` leads from `leaf` at `index` to `head`. kInvalid where the
/// numbers or the proof's length cannot be, kAuth where it leads to another root.
Status verify_inclusion(const TreeHash& leaf, std::uint64_t index, const TreeHead& head,
                        const MerkleProof& proof);

/// RFC 9162, 2.1.4.2: whether `proof` shows `newer` to be a continuation of `older`. kInvalid where
/// the numbers or the proof's length cannot be, kAuth where it leads to other roots.
Status verify_consistency(const TreeHead& older, const TreeHead& newer, const MerkleProof& proof);

}  // namespace parley::evidence
