// What holds of every run, whatever single fault happened in it. An oracle of its own: it reads
// records and results, and asks none of the suite's checks.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/judge/judge.h"
#include "harness/prove/course.h"
#include "harness/prove/fault.h"
#include "harness/prove/watched_party.h"
#include "mocks/quirks/fault_counter.h"

namespace parley::prove {

/// A rule that a run broke.
struct Violation {
  std::string rule;    ///< "ends", "engine", "verdicts", "false-pass", "blame", "lost"
  std::string detail;  ///< for people

  bool operator==(const Violation&) const = default;
};

/// A run as the rules see it.
struct SweptRun {
  FaultKind kind = FaultKind::kDrop;
  std::string culprit;  ///< the kind of actor at which the fault happened; empty: nobody's
  const judge::CasePlan& plan;
  const judge::CaseResult& result;
  const Course& course;
  const Course& unfaulted;  ///< of the same test case without any fault
};

/// All rules but "lost"; empty where they hold.
std::vector<Violation> broken_rules(const SweptRun& run);

/// A message that was acknowledged and, other than without a fault, not shown to that actor.
struct Suspect {
  const SentMessage* message = nullptr;
  std::string receiver;
};
std::vector<Suspect> suspects(const Course& course, const Course& unfaulted);

/// Rule "lost": who came back must have been told of every message that was acknowledged.
std::vector<Violation> lost_messages(std::span<const Suspect> suspects, const Epilogue& epilogue);

}  // namespace parley::prove
