#include "harness/evidence/merkle_tree.h"

#include <algorithm>
#include <bit>
#include <string>

namespace parley::evidence {
namespace {

constexpr std::uint8_t kLeaf[] = {0};
constexpr std::uint8_t kNode[] = {1};

/// The largest power of two below `count`, which is at least 2: where RFC 9162 splits a list.
std::uint64_t split(std::uint64_t count) { return std::bit_floor(count - 1); }

Error wrong_length(const MerkleProof& proof) {
  return make_error(ErrorCode::kInvalid, "a proof of " + std::to_string(proof.size()) +
                                             " hashes cannot fit these tree sizes");
}

/// How many levels lie above a leaf until the tree has no further node to its right.
int levels_to_edge(std::uint64_t index, std::uint64_t size) {
  return std::bit_width(index ^ (size - 1));
}

/// How many of those levels above it have a node to the left, which a proof then names.
int left_siblings(std::uint64_t index, int level) {
  return level < 64 ? std::popcount(index >> level) : 0;
}

}  // namespace

TreeHash leaf_hash(BytesView entry) { return crypto::sha256({kLeaf, entry}); }

TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
  return crypto::sha256({kNode, left, right});
}

TreeHash empty_tree_hash() { return crypto::sha256(BytesView()); }

void MerkleAccumulator::append_leaf(const TreeHash& leaf) {
  TreeHash hash = leaf;
  for (int merges = std::countr_one(size_); merges > 0; --merges) {
    hash = node_hash(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  ++size_;
}

TreeHash MerkleAccumulator::root() const {
  if (peaks_.empty()) return empty_tree_hash();
  TreeHash hash = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) {
    hash = node_hash(*peak, hash);
  }
  return hash;
}

void MerkleTree::append_leaf(const TreeHash& leaf) {
  TreeHash hash = leaf;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    std::vector<TreeHash>& nodes = levels_[level];
    nodes.push_back(hash);
    if (nodes.size() % 2 != 0) return;
    hash = node_hash(nodes[nodes.size() - 2], hash);
  }
}

TreeHash MerkleTree::range_hash(std::uint64_t begin, std::uint64_t end) const {
  const std::uint64_t count = end - begin;
  if (count == 0) return empty_tree_hash();
  // Every left part of a split is complete and begins at a multiple of its size.
  if (std::has_single_bit(count)) return levels_[std::countr_zero(count)][begin / count];
  const std::uint64_t middle = begin + split(count);
  return node_hash(range_hash(begin, middle), range_hash(middle, end));
}

Result<TreeHash> MerkleTree::root_at(std::uint64_t size) const {
  if (size > this->size()) {
    return make_error(ErrorCode::kInvalid, "the tree has " + std::to_string(this->size()) +
                                               " entries, not " + std::to_string(size));
  }
  return range_hash(0, size);
}

Result<MerkleProof> MerkleTree::inclusion_proof(std::uint64_t index, std::uint64_t size) const {
  if (index >= size || size > this->size()) {
    return make_error(ErrorCode::kInvalid, "no entry " + std::to_string(index) +
                                               " among the first " + std::to_string(size) + " of " +
                                               std::to_string(this->size()));
  }
  MerkleProof proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {  // from the root down, so that the order is reversed in the end
    const std::uint64_t middle = begin + split(end - begin);
    if (index < middle) {
      proof.push_back(range_hash(middle, end));
      end = middle;
    } else {
      proof.push_back(range_hash(begin, middle));
      begin = middle;
    }
  }
  std::ranges::reverse(proof);
  return proof;
}

Result<MerkleProof> MerkleTree::consistency_proof(std::uint64_t from, std::uint64_t to) const {
  if (from > to || to > size()) {
    return make_error(ErrorCode::kInvalid, "no way from " + std::to_string(from) + " to " +
                                               std::to_string(to) + " entries of " +
                                               std::to_string(size()));
  }
  MerkleProof proof;
  if (from == 0 || from == to) return proof;
  std::uint64_t begin = 0;
  std::uint64_t end = to;
  while (from != end) {
    const std::uint64_t middle = begin + split(end - begin);
    if (from <= middle) {
      proof.push_back(range_hash(middle, end));
      end = middle;
    } else {
      proof.push_back(range_hash(begin, middle));
      begin = middle;
    }
  }
  // The part that both trees end with. Where it is all of the older tree, the verifier knows it.
  if (begin != 0) proof.push_back(range_hash(begin, end));
  std::ranges::reverse(proof);
  return proof;
}

Status verify_inclusion(const TreeHash& leaf, std::uint64_t index, const TreeHead& head,
                        const MerkleProof& proof) {
  if (index >= head.size) {
    return make_error(ErrorCode::kInvalid, "entry " + std::to_string(index) +
                                               " of a tree that has " + std::to_string(head.size));
  }
  const int inner = levels_to_edge(index, head.size);
  const int border = left_siblings(index, inner);
  if (proof.size() != static_cast<std::size_t>(inner + border)) return wrong_length(proof);
  TreeHash hash = leaf;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    // Above the last level where there is a node to the right, every sibling stands on the left.
    const bool left = i >= static_cast<std::size_t>(inner) || (index >> i & 1) != 0;
    hash = left ? node_hash(proof[i], hash) : node_hash(hash, proof[i]);
  }
  if (hash == head.root) return {};
  return make_error(ErrorCode::kAuth, "the proof leads from entry " + std::to_string(index) +
                                          " to another root than that of the tree");
}

Status verify_consistency(const TreeHead& older, const TreeHead& newer, const MerkleProof& proof) {
  if (older.size > newer.size) {
    return make_error(ErrorCode::kInvalid, "the newer tree has " + std::to_string(newer.size) +
                                               " entries, the older " + std::to_string(older.size));
  }
  const Error forked = make_error(ErrorCode::kAuth, "the tree of " + std::to_string(newer.size) +
                                                        " entries is no continuation of that of " +
                                                        std::to_string(older.size));
  if (older.size == 0 || older.size == newer.size) {
    if (!proof.empty()) return wrong_length(proof);
    const bool holds =
        older.size == newer.size ? older.root == newer.root : older.root == empty_tree_hash();
    return holds ? Status() : Status(forked);
  }
  // Both roots are computed from the node that ends the older tree: complete, of 2^skipped leaves.
  const int skipped = std::countr_zero(older.size);
  const std::uint64_t node = (older.size - 1) >> skipped;
  const int inner = levels_to_edge(older.size - 1, newer.size) - skipped;
  const int border = left_siblings(node, inner);
  const bool known = node == 0;  // it is the whole older tree
  const std::size_t first = known ? 0 : 1;
  if (proof.size() != first + static_cast<std::size_t>(inner + border)) return wrong_length(proof);
  TreeHash old_root = known ? older.root : proof.front();
  TreeHash new_root = old_root;
  for (std::size_t i = first; i < proof.size(); ++i) {
    const std::size_t level = i - first;
    const bool left = level >= static_cast<std::size_t>(inner) || (node >> level & 1) != 0;
    if (left) old_root = node_hash(proof[i], old_root);
    new_root = left ? node_hash(proof[i], new_root) : node_hash(new_root, proof[i]);
  }
  return old_root == older.root && new_root == newer.root ? Status() : Status(forked);
}

}  // namespace parley::evidence
