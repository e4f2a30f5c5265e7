// Lists of every small length, and an adversary who holds true proofs and bends them: another
// entry, another place, another size, a hash flipped, lost, added or moved. The published values
// are those that the implementations of Certificate Transparency test themselves with.
#include "harness/evidence/merkle_tree.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/encoding.h"
#include "harness/base/random.h"

namespace parley::evidence {
namespace {

const std::vector<std::string> kEntries = {"",
                                           "00",
                                           "10",
                                           "2021",
                                           "3031",
                                           "40414243",
                                           "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

MerkleTree published_tree() {
  MerkleTree tree;
  for (const std::string& entry : kEntries) tree.append(decode_hex(entry).value());
  return tree;
}

std::vector<std::string> text_of(const MerkleProof& proof) {
  std::vector<std::string> out;
  for (const TreeHash& hash : proof) out.push_back(hex(hash));
  return out;
}

/// RFC 9162, 2.1.1, word for word.
TreeHash naive_root(std::span<const Bytes> entries) {
  if (entries.empty()) return crypto::sha256(BytesView());
  if (entries.size() == 1) return crypto::sha256(concat({Bytes{0}, entries[0]}));
  std::size_t k = 1;
  while (2 * k < entries.size()) k *= 2;
  return crypto::sha256(
      concat({Bytes{1}, naive_root(entries.first(k)), naive_root(entries.subspan(k))}));
}

std::vector<Bytes> random_entries(std::size_t count) {
  SeededRandom random(6962, "entries");
  std::vector<Bytes> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back(random.bytes(random.below(80)));
  return entries;
}

MerkleTree tree_of(std::span<const Bytes> entries) {
  MerkleTree tree;
  for (const Bytes& entry : entries) tree.append(entry);
  return tree;
}

TEST(MerkleTree, HasThePublishedRoots) {
  const MerkleTree tree = published_tree();
  MerkleAccumulator accumulator;
  for (std::size_t size = 0; size <= kEntries.size(); ++size) {
    EXPECT_EQ(hex(accumulator.root()), kRoots[size]) << size;
    EXPECT_EQ(hex(tree.root_at(size).value()), kRoots[size]) << size;
    if (size < kEntries.size()) accumulator.append(decode_hex(kEntries[size]).value());
  }
  EXPECT_EQ(tree.root_at(9).error().code, ErrorCode::kInvalid);
}

TEST(MerkleTree, HasThePublishedInclusionProofs) {
  using Texts = std::vector<std::string>;
  const MerkleTree tree = published_tree();
  const auto proof = [&](std::uint64_t index, std::uint64_t size) {
    return text_of(tree.inclusion_proof(index, size).value());
  };
  EXPECT_EQ(proof(0, 1), Texts{});
  EXPECT_EQ(proof(0, 8),
            (Texts{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                   "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                   "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(proof(5, 8),
            (Texts{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                   "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                   "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(proof(2, 3), Texts{"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"});
  EXPECT_EQ(proof(1, 5),
            (Texts{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                   "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                   "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST(MerkleTree, HasThePublishedConsistencyProofs) {
  using Texts = std::vector<std::string>;
  const MerkleTree tree = published_tree();
  const auto proof = [&](std::uint64_t from, std::uint64_t to) {
    return text_of(tree.consistency_proof(from, to).value());
  };
  EXPECT_EQ(proof(1, 1), Texts{});
  EXPECT_EQ(proof(0, 8), Texts{});
  EXPECT_EQ(proof(1, 8),
            (Texts{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                   "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                   "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(proof(6, 8),
            (Texts{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                   "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                   "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(proof(2, 5),
            (Texts{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                   "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST(MerkleTree, AgreesWithTheRecursionOfTheStandard) {
  const std::vector<Bytes> entries = random_entries(131);
  const MerkleTree tree = tree_of(entries);
  MerkleAccumulator accumulator;
  for (std::size_t size = 0; size <= entries.size(); ++size) {
    const TreeHash root = naive_root(std::span(entries).first(size));
    EXPECT_EQ(accumulator.root(), root) << size;
    EXPECT_EQ(accumulator.size(), size);
    EXPECT_EQ(tree.root_at(size).value(), root) << size;
    if (size < entries.size()) accumulator.append(entries[size]);
  }
}

TEST(MerkleTree, ACopyIsACheckpointThatCanBeContinued) {
  const std::vector<Bytes> entries = random_entries(20);
  MerkleAccumulator accumulator;
  for (std::size_t i = 0; i < 11; ++i) accumulator.append(entries[i]);
  MerkleAccumulator checkpoint = accumulator;
  const TreeHash before = checkpoint.root();
  for (std::size_t i = 11; i < 20; ++i) accumulator.append(entries[i]);
  EXPECT_EQ(checkpoint.root(), before);
  EXPECT_EQ(checkpoint.size(), 11U);
  for (std::size_t i = 11; i < 20; ++i) checkpoint.append(entries[i]);
  EXPECT_EQ(checkpoint.root(), accumulator.root());
}

TEST(MerkleTree, EveryInclusionProofHoldsForItsEntryAndForNoOther) {
  const std::vector<Bytes> entries = random_entries(40);
  const MerkleTree tree = tree_of(entries);
  for (std::uint64_t size = 1; size <= entries.size(); ++size) {
    const TreeHead head{size, tree.root_at(size).value()};
    for (std::uint64_t index = 0; index < size; ++index) {
      const MerkleProof proof = tree.inclusion_proof(index, size).value();
      EXPECT_TRUE(verify_inclusion(leaf_hash(entries[index]), index, head, proof).ok());
      for (std::uint64_t other = 0; other < size; ++other) {
        if (other == index) continue;
        EXPECT_FALSE(verify_inclusion(leaf_hash(entries[other]), index, head, proof).ok());
        EXPECT_FALSE(verify_inclusion(leaf_hash(entries[index]), other, head, proof).ok())
            << index << " as " << other << " of " << size;
      }
    }
  }
}

TEST(MerkleTree, EveryConsistencyProofHoldsForItsTreesAndForNoOthers) {
  const std::vector<Bytes> entries = random_entries(40);
  const MerkleTree tree = tree_of(entries);
  const auto head = [&](std::uint64_t size) { return TreeHead{size, tree.root_at(size).value()}; };
  for (std::uint64_t to = 0; to <= entries.size(); ++to) {
    for (std::uint64_t from = 0; from <= to; ++from) {
      const MerkleProof proof = tree.consistency_proof(from, to).value();
      EXPECT_TRUE(verify_consistency(head(from), head(to), proof).ok()) << from << " " << to;
      if (from == 0) continue;
      TreeHead foreign = head(from);
      foreign.root[7] ^= 1;
      const Status forked = verify_consistency(foreign, head(to), proof);
      ASSERT_FALSE(forked.ok());
      EXPECT_EQ(forked.error().code, ErrorCode::kAuth);
      foreign = head(to);
      foreign.root[7] ^= 1;
      EXPECT_EQ(verify_consistency(head(from), foreign, proof).error().code, ErrorCode::kAuth);
      if (from < to)
        EXPECT_FALSE(verify_consistency({from + 1, head(from).root}, head(to), proof).ok());
    }
  }
}

TEST(MerkleTree, ABentProofIsRefused) {
  const std::vector<Bytes> entries = random_entries(23);
  const MerkleTree tree = tree_of(entries);
  const TreeHead head{23, tree.root()};
  const TreeHead older{13, tree.root_at(13).value()};
  const auto refused = [&](const MerkleProof& inclusion, const MerkleProof& consistency) {
    EXPECT_FALSE(verify_inclusion(leaf_hash(entries[9]), 9, head, inclusion).ok());
    EXPECT_FALSE(verify_consistency(older, head, consistency).ok());
  };
  const MerkleProof inclusion = tree.inclusion_proof(9, 23).value();
  const MerkleProof consistency = tree.consistency_proof(13, 23).value();
  for (std::size_t i = 0; i < std::min(inclusion.size(), consistency.size()); ++i) {
    MerkleProof a = inclusion;
    MerkleProof b = consistency;
    a[i][0] ^= 0x80;
    b[i][0] ^= 0x80;
    refused(a, b);
    a = inclusion;
    b = consistency;
    a.erase(a.begin() + static_cast<std::ptrdiff_t>(i));
    b.erase(b.begin() + static_cast<std::ptrdiff_t>(i));
    refused(a, b);
    a = inclusion;
    b = consistency;
    a.insert(a.begin() + static_cast<std::ptrdiff_t>(i), a[i]);
    b.insert(b.begin() + static_cast<std::ptrdiff_t>(i), b[i]);
    refused(a, b);
  }
  refused({}, {});
}

TEST(MerkleTree, NumbersThatCannotBeAreRefusedBeforeAnythingIsHashed) {
  const MerkleTree tree = published_tree();
  const TreeHead head{8, tree.root()};
  EXPECT_EQ(verify_inclusion({}, 8, head, {}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(verify_inclusion({}, 0, {0, empty_tree_hash()}, {}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(verify_consistency({9, {}}, head, {}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(verify_consistency({8, head.root}, head, {head.root}).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(verify_consistency({0, head.root}, head, {}).error().code, ErrorCode::kAuth)
      << "an empty tree with the root of a full one";
  EXPECT_FALSE(tree.inclusion_proof(8, 8).ok());
  EXPECT_FALSE(tree.inclusion_proof(0, 9).ok());
  EXPECT_FALSE(tree.inclusion_proof(0, 0).ok());
  EXPECT_FALSE(tree.consistency_proof(5, 4).ok());
  EXPECT_FALSE(tree.consistency_proof(1, 9).ok());
  // As large as a number can be: a proof for it is short, and computing with it must not overflow.
  const std::uint64_t huge = ~std::uint64_t{0};
  EXPECT_FALSE(verify_inclusion({}, huge - 1, {huge, {}}, MerkleProof(64)).ok());
  EXPECT_FALSE(verify_inclusion({}, 0, {huge, {}}, MerkleProof(64)).ok());
  EXPECT_FALSE(verify_consistency({1, {}}, {huge, {}}, MerkleProof(64)).ok());
  EXPECT_FALSE(verify_consistency({huge - 1, {}}, {huge, {}}, MerkleProof(64)).ok());
  EXPECT_FALSE(verify_consistency({std::uint64_t{1} << 63, {}}, {huge, {}}, MerkleProof(63)).ok());
}

TEST(MerkleTree, ALeafCannotPassForANode) {
  const TreeHash a = leaf_hash(as_bytes("a"));
  const TreeHash b = leaf_hash(as_bytes("b"));
  MerkleAccumulator two;
  two.append_leaf(a);
  two.append_leaf(b);
  MerkleAccumulator one;
  one.append(concat({a, b}));
  EXPECT_NE(one.root(), two.root());
}

}  // namespace
}  // namespace parley::evidence
