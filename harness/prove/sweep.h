// Exhaustive single-fault sweeps: every test case is run once for every place at which a fault of
// one kind is possible, and the rules of sweep_rules.h must hold each time.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/prove/course.h"
#include "harness/prove/fault_rig.h"
#include "harness/prove/share_out.h"
#include "harness/prove/sweep_rules.h"
#include "harness/run/case_run.h"
#include "harness/scenario/library.h"
#include "harness/scenario/plan.h"
#include "mocks/quirks/quirk.h"

namespace parley::wire {
class Profile;
}

namespace parley::prove {

/// What all runs of a sweep share. Everything outlives the sweep.
struct SweepBench {
  const scenario::Library& library;
  const scenario::Plan& plan;
  const wire::Profile& profile;
  /// As for run::run_plan; its parties are made by `make_parties`.
  const run::CaseEnvironment& environment;
  PartyMaker make_parties;
  /// In force in every run that has a fault, and not in those that count: then the rules must find
  /// something. Null in earnest.
  const mocks::quirks::Quirk* quirk = nullptr;
  Sharing sharing{};
  /// Sees the records of every run with a fault; may be empty. From any thread.
  std::function<void(const std::string& test_case, std::span<const evidence::Record> records)>
      observe{};
};

/// A test case without any fault.
struct Scouted {
  const scenario::PlannedCase* planned = nullptr;
  Opportunities seen;
  Unfaulted unfaulted;
  std::string trouble;  ///< why it is not swept: it does not come to its end; usually empty
};

/// All cases of the plan but those with files of many megabytes. A case that was not run because of
/// an interrupt has no opportunities.
std::vector<Scouted> scout(const SweepBench& bench);

/// Every n-th of the faults of that kind that the case has room for; which ones differs from case
/// to case. Cuts are made at four places of the first write of each name, all others everywhere.
std::vector<Fault> faults(const Scouted& scouted, FaultKind kind, std::size_t stride = 1);

struct FoundViolation {
  std::string test_case;
  Fault fault;
  Opportunity at;
  Violation violation;
};

struct SweepOutcome {
  FaultKind kind = FaultKind::kDrop;
  std::size_t possible = 0;      ///< faults with stride 1
  std::size_t faults = 0;        ///< runs
  std::size_t cases = 0;         ///< test cases with at least one of them
  std::size_t replayed = 0;      ///< runs repeated to see what was kept for whom
  std::size_t consequences = 0;  ///< failures laid to parties that the fault kept from acting
  std::vector<FoundViolation> violations;
};

/// `only`: these faults in place of all of the kind.
SweepOutcome sweep(const SweepBench& bench, std::span<const Scouted> scouted, FaultKind kind,
                   std::size_t stride = 1, std::optional<Fault> only = std::nullopt);

}  // namespace parley::prove
