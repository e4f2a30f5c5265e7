// The statement of a certification run: what may be said of the items under test as a whole.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

/// The worst status of several, as R4 and R5 count: not satisfied, undetermined, satisfied with
/// waiver, satisfied; not applicable where all are, and undetermined where there is none.
class StatusRollup {
 public:
  void add(RequirementStatus status);
  bool any() const { return any_; }
  RequirementStatus status() const;

 private:
  bool any_ = false;
  bool not_satisfied_ = false;
  bool undetermined_ = false;
  bool waived_ = false;
  bool satisfied_ = false;
};

/// Whether the requirement counts towards obligations and statements: it says must, and it is no
/// function of a later phase.
bool counts_as_duty(const RequirementResult& requirement);

/// Whether a run can say something about what binds those parties ("gatekeeper", "partner-proxy"):
/// one of the seats under test is theirs. Where nothing is under test, the mocks are, and what
/// binds nobody in particular binds everybody.
bool concerns_items(const RunInfo& run, std::span<const std::string> binds);

/// Whether the run came to its end and left no test case untested.
bool is_complete(const RunInfo& run, std::span<const CaseResult> cases);

/// R5, and stricter where R5 is silent: a requirement of modality must counts also where no
/// obligation lists it, and a case that did not pass and bears on none of the requirements forbids
/// a statement. Requirements and obligations are those that concern the items under test.
Statement roll_up_statement(const RunInfo& run, std::span<const CaseResult> cases,
                            std::span<const RequirementResult> requirements,
                            std::span<const ObligationResult> obligations);

/// What speaks against conformity, or keeps the run from stating anything, a sentence each:
/// "requirements undetermined: DISC-004, ENL-017". Empty outside of certification, and where the
/// statement is that the items conform. Requirements and obligations as for the statement.
std::vector<std::string> statement_obstacles(const RunInfo& run, std::span<const CaseResult> cases,
                                             std::span<const RequirementResult> requirements,
                                             std::span<const ObligationResult> obligations);

}  // namespace parley::judge
