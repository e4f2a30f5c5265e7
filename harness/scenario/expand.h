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

/// "text.both-ways[direction=to-partner,kind=image]"; the scenario's id alone for an empty
/// combination.
std::string case_id(std::string_view scenario, const Combination& combination);

}  // namespace parley::scenario
