// What holds of every run, whatever single fault happened in it. An oracle of its own: it reads
// records and results, and asks none of the suite's checks.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/judge.h"
#include "harness/prove/course.h"
#include "harness/prove/fault.h"
#include "harness/prove/watched_party.h"
#include "harness/scenario/scenario.h"
#include "mocks/quirks/fault_counter.h"

namespace parley::prove {

/// A rule that a run broke.
struct Violation {
  std::string rule;    ///< "ends", "engine", "verdicts", "false-pass", "blame", "lost"
  std::string detail;  ///< for people

  bool operator==(const Violation&) const = default;
};

/// A test case as it goes without any fault.
struct Unfaulted {
  Course course;
  /// Ids of checks that do not pass there: the scenario has somebody misbehave.
  std::set<std::string, std::less<>> standing;
  /// Steps whose message a check or an await names by itself.
  std::set<std::size_t> named;
};

/// A run as the rules see it.
struct SweptRun {
  FaultKind kind = FaultKind::kDrop;
  std::string culprit;  ///< the kind of actor at which the fault happened; empty: nobody's
  const judge::CasePlan& plan;
  const judge::CaseResult& result;
  const Course& course;
  const Unfaulted& unfaulted;
};

/// All rules but "lost"; empty where they hold.
std::vector<Violation> broken_rules(const SweptRun& run);

/// Whether a finding of that code may follow from what another did or from what the network lost:
/// something is missing, or an act had another outcome. All other codes are about what the blamed
/// party itself did.
bool may_follow(std::string_view code);

/// Failures laid to a party that was kept from acting otherwise by the fault at another. A check
/// presumes that everybody else behaves; so they are counted, and are no violations.
std::vector<std::string> consequences(const SweptRun& run);

/// The steps of the test case whose message a check or an await names by itself, and not as one of
/// a sample.
std::set<std::size_t> named_messages(const scenario::TestCase& test_case);

/// A message that was acknowledged and, other than without a fault, not shown to that actor,
/// although the gatekeeper's rules allow it.
struct Suspect {
  const SentMessage* message = nullptr;
  std::string receiver;
};
std::vector<Suspect> suspects(const Course& course, const Course& unfaulted);

/// Rule "lost": who came back must have been told of every message that was acknowledged.
std::vector<Violation> lost_messages(std::span<const Suspect> suspects, const Epilogue& epilogue);

}  // namespace parley::prove
