// From checks to cases to requirements to obligations to the run. Combining only worsens, does not
// depend on order, and never ends in pass, satisfied or conformant for want of evidence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

/// What the catalogue says of a requirement in scope of the profile.
struct RequirementPlan {
  std::string id;
  std::string statement;
  std::string clause;
  std::string bound;
  Modality modality = Modality::kMust;
  Basis basis = Basis::kPublic;
  std::string method = "test";
  bool applicable = true;  ///< false: deselected by the claim; only conditional items may be
  std::string waiver;      ///< id of a waiver that was found valid (rule R6); else empty
};

struct ObligationPlan {
  std::string id;
  std::string clause;
  std::string title;
  std::vector<std::string> requirements;
};

/// R1. The worst verdict; failed preambles and postambles count as inconclusive. Without a purpose
/// check or an invariant: error.
Verdict roll_up_checks(std::span<const CheckResult> checks);

/// R2. The worst of all attempts; error where there is none.
Verdict roll_up_attempts(std::span<const AttemptResult> attempts);

/// R3. Over everything in `cases` that bears on the requirement; see CheckResult::requirements.
RequirementResult roll_up_requirement(const RequirementPlan& plan,
                                      std::span<const CaseResult> cases);

/// R4. Only requirements of modality must count. An id that `requirements` lacks is undetermined.
ObligationResult roll_up_obligation(const ObligationPlan& plan,
                                    std::span<const RequirementResult> requirements);

/// R5.
Statement roll_up_statement(const RunInfo& run, std::span<const CaseResult> cases,
                            std::span<const ObligationResult> obligations);

/// The worst verdict of the executed cases; at least inconclusive where the run was interrupted or
/// a case was not tested; inconclusive where nothing was applicable; error without any case.
Verdict roll_up_run(const RunInfo& run, std::span<const CaseResult> cases);

/// R8. 0 pass or conformant, 1 fail, 2 inconclusive, not tested or no statement in certification
/// mode, 3 harness error. A fail outranks an error.
int exit_code(const RunInfo& run, Verdict verdict, Statement statement,
              std::span<const CaseResult> cases);

/// All of it: requirements, obligations, summary, verdict, exit code, statement.
RunResult roll_up(RunInfo run, std::vector<CaseResult> cases,
                  std::span<const RequirementPlan> requirements,
                  std::span<const ObligationPlan> obligations);

}  // namespace parley::judge
