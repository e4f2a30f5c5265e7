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
  /// JSON pointers of what differs from every twin: "/arguments/token", "/sent/token/exp". What was
  /// sent differently by two twins as well, such as ids and times, is left out. Where nothing is
  /// left: "once more" where it repeats a twin at once, as where a limit is reached, else "the
  /// world", which then had changed. Empty where no twin is on record.
  std::set<std::string> differs;
};

/// Of every check of the case that names twins. Steps that are not on record are left out.
std::vector<TwinDifference> twin_differences(const scenario::PlannedCase& planned,
                                             std::span<const evidence::Record> records);

}  // namespace parley::prove
