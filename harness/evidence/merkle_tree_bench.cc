// What committing to a long run costs: a million records of 400 bytes.
#include <benchmark/benchmark.h>

#include "harness/evidence/merkle_tree.h"

namespace parley::evidence {
namespace {

void BM_CommitToAMillionRecords(benchmark::State& state) {
  Bytes record(400, 0x5A);
  TreeHash root{};
  for (auto _ : state) {
    MerkleAccumulator accumulator;
    for (std::uint32_t i = 0; i < 1'000'000; ++i) {
      for (std::size_t k = 0; k < 4; ++k) record[k] = static_cast<std::uint8_t>(i >> (8 * k));
      accumulator.append(record);
    }
    root = accumulator.root();
    benchmark::DoNotOptimize(root);
  }
}
BENCHMARK(BM_CommitToAMillionRecords)->Unit(benchmark::kMillisecond);

void BM_ProveAndVerifyInAMillion(benchmark::State& state) {
  MerkleTree tree;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    tree.append(BytesView(reinterpret_cast<const std::uint8_t*>(&i), sizeof i));
  }
  const TreeHead head{tree.size(), tree.root()};
  std::uint32_t index = 0;
  for (auto _ : state) {
    index = (index + 7919) % 1'000'000;
    const auto proof = tree.inclusion_proof(index, head.size);
    const TreeHash leaf =
        leaf_hash(BytesView(reinterpret_cast<const std::uint8_t*>(&index), sizeof index));
    if (!proof.ok() || !verify_inclusion(leaf, index, head, *proof).ok()) {
      state.SkipWithError("a proof did not hold");
    }
  }
}
BENCHMARK(BM_ProveAndVerifyInAMillion)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parley::evidence
