// Whether negative tests are controlled experiments: what a step that is to be refused did
// otherwise than its twins, which are to succeed, read from the records of a run.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/evidence/record.h"
#include "harness/scenario/plan.h"

namespace parley::prove {

/// One check with twins, in one test case.
struct TwinDifference {
  std::string check;  ///< "<scenario>/<check>"
  /// JSON pointers of what differs from every twin: "/arguments/token", "/sent/token/exp". What
  /// differs between two twins as well, such as ids and times, is left out.
  std::set<std::string> differs;
  /// How many steps there were between it and the nearest twin: where nothing differs, the world
  /// must have changed.
  std::size_t between = 0;

  bool controlled() const { return !differs.empty() || between > 0; }
};

/// Of every check of the case that names twins. Steps that are not on record are left out.
std::vector<TwinDifference> twin_differences(const scenario::PlannedCase& planned,
                                             std::span<const evidence::Record> records);

}  // namespace parley::prove
