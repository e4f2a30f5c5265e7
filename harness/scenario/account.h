// The whole catalogue, row by row, against what a plan does: nothing is passed over in silence.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/scenario/coverage.h"
#include "harness/scenario/in_force.h"
#include "harness/scenario/plan.h"

namespace parley::scenario {

/// A check that judges the row, and in how many test cases of the plan.
struct CheckAccount {
  std::string id;    ///< "text.reply/quotes-the-question"; of an invariant its kind
  std::string kind;  ///< of the check
  bool invariant = false;
  std::size_t cases = 0;
};

struct RowAccount {
  const Requirement* row = nullptr;  ///< points into the library
  Coverage coverage = Coverage::kGap;
  std::string reason;  ///< for anything but checked and examined; never empty there
  InForce in_force;
  /// Test cases that would judge it, and need what is not claimed; none where it is not in force.
  std::vector<std::string> unclaimed{};
  std::vector<CheckAccount> checks;  ///< of the plan, also where the row is not in force
};

/// One account for every row of the catalogue, in its order. An excluded row, or one of a later
/// phase, that is checked all the same counts as checked.
std::vector<RowAccount> account(const Library& library, const Plan& plan, TimePoint as_of);

std::array<std::size_t, kCoverages> count(const std::vector<RowAccount>& accounts);

}  // namespace parley::scenario
