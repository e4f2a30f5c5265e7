// The matrix of a scenario: every combination of the values of its axes, in a stable order, less
// those that the scenario excludes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/scenario/scenario.h"

namespace parley::scenario {

inline constexpr std::size_t kMaxAxes = 6;
inline constexpr std::size_t kMaxAxisValues = 64;
inline constexpr std::size_t kMaxCasesPerScenario = 512;

/// A combination is excluded where it agrees with every pair of the exclusion.
using Exclusion = Combination;

/// All combinations of the axes, the last axis varying fastest; one empty combination where there
/// is no axis. kLimit where there would be more than kMaxCasesPerScenario before exclusion.
Result<std::vector<Combination>> combinations(std::span<const Axis> axes,
                                              std::span<const Exclusion> exclude);

inline constexpr std::size_t kMaxPairwiseCombinations = 4096;

/// Some of the combinations, and how many pairs of values of two axes they contain. A pair that
/// every exclusion-free combination lacks stays uncovered.
struct Pairwise {
  std::vector<Combination> combinations;  ///< in matrix order
  std::size_t covered = 0;
  std::size_t total = 0;
};

/// Few combinations that contain every pair of values that any combination contains: each time the
/// one with the most new pairs is taken, the first of equals. The same matrix gives the same
/// combinations. kLimit where the whole matrix has more than kMaxPairwiseCombinations, or where
/// more than kMaxCasesPerScenario would be needed.
Result<Pairwise> pairwise(std::span<const Axis> axes, std::span<const Exclusion> exclude);

/// "text.both-ways[direction=to-partner,kind=image]"; the scenario's id alone for an empty
/// combination.
std::string case_id(std::string_view scenario, const Combination& combination);

}  // namespace parley::scenario
