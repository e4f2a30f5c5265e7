// What is different between two runs: of the same product before and after a change, or of two
// versions of the suite. A pure function of both results.
#pragma once

#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

struct Difference {
  std::string what;    ///< id of a test case or requirement, or name of a part of the environment
  std::string before;  ///< verdict, disposition, status, text; empty where it was not there
  std::string after;
  std::string detail{};  ///< what makes it so: "text-arrives: not-seen"; may be empty
};

/// Of test cases by their verdict, or of requirements by their status. What was added and fails is
/// in two lists.
struct Changes {
  std::vector<Difference> newly_failing;  ///< fails, and did not
  std::vector<Difference> fixed;          ///< failed, and passes or is satisfied
  std::vector<Difference> still_failing;
  std::vector<Difference>
      changed;  ///< otherwise: passed, and is inconclusive; failed, and is waived
  std::vector<Difference> added;
  std::vector<Difference> removed;
};

struct Comparison {
  std::string before;  ///< id of the run
  std::string after;
  Changes cases;
  Changes requirements;
  /// A test case of both runs with a check that it did not have; a requirement that is now a must.
  std::vector<Difference> tightened;
  std::vector<Difference> texts;        ///< requirements that say something else
  std::vector<Difference> environment;  ///< versions, catalogue, seats, day

  /// Whether anything fails that did not fail before.
  bool regressed() const {
    return !cases.newly_failing.empty() || !requirements.newly_failing.empty();
  }
};

/// Everything in the order of the later run; what was removed in that of the earlier one.
Comparison compare(const RunResult& before, const RunResult& after);

}  // namespace parley::judge
