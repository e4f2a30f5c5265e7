// From checks to cases to requirements to obligations to the run. Combining only worsens, does not
// depend on order, and never ends in pass, satisfied or conformant for want of evidence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

/// What the catalogue says of a requirement, and what the plan does about it.
struct RequirementPlan {
  std::string id;
  std::string title;
  std::string statement;
  std::string clause;
  std::string voice;
  std::string mark;
  std::string phase;
  /// The bound parties, as the catalogue names them ("gatekeeper", "partner-proxy"); empty: whoever
  /// fails fails it.
  std::vector<std::string> binds;
  Modality modality = Modality::kMust;
  Basis basis = Basis::kPublic;
  std::string method = "test";
  bool applicable = true;  ///< false: deselected by the claim; only conditional items may be
  scenario::Coverage coverage = scenario::Coverage::kChecked;
  std::string reason;  ///< of a coverage that is neither checked nor examined
  std::string since;
  /// Test cases that would judge it and need what is not claimed. Of a row of modality must they
  /// count like untested ones: nobody satisfies it by not claiming.
  std::vector<std::string> unclaimed{};
};

struct ObligationPlan {
  std::string id;
  std::string clause;
  std::string title;
  std::vector<std::string> requirements;
  std::string side{};  ///< of whom it binds; empty: whoever fails fails it
  bool in_force = true;
  std::string since{};
  std::string decision{};
  std::string reason{};  ///< why it is not in force
};

/// R1. The worst verdict; failed preambles and postambles count as inconclusive. Without a purpose
/// check or an invariant: error.
Verdict roll_up_checks(std::span<const CheckResult> checks);

/// R2. The worst of all attempts; error where there is none.
Verdict roll_up_attempts(std::span<const AttemptResult> attempts);

/// R3, check by check. A check bears on the requirements that it names; one that names none bears
/// on all of its case's. A case that is worse than its checks (stopped by an engine error, or
/// failed in an earlier attempt) bears on all of its requirements as a whole. An invariant that
/// names no requirement can spoil one, but not satisfy it. A fail that is known to be of a side
/// that the requirement does not bind leaves it undetermined: who is not bound cannot break it, and
/// what they spoilt shows nothing. Examinations of the row count like
/// checks, except that a tested row needs no documents. A row that is not in
/// force is not applicable; one that nobody judges is undetermined, with the plan's reason. A row
/// of which everything was left out as not claimed is undetermined where it says must, else not
/// applicable. A fail
/// that one of `waivers` covers exactly (requirement, case, check, code) is left out, and what
/// remains decides: satisfied with waiver where everything else is as it should be. All of
/// `waivers` are taken to be valid.
RequirementResult roll_up_requirement(const RequirementPlan& plan,
                                      std::span<const CaseResult> cases,
                                      std::span<const ExaminationResult> examinations = {},
                                      std::span<const Waiver> waivers = {});

/// R4. Only requirements of modality must count. An id that `requirements` lacks is undetermined,
/// and so is one that failed by a side only that the obligation does not bind. Functions of later
/// phases are left out, unless there is nothing else. Not applicable where it is not in force.
ObligationResult roll_up_obligation(const ObligationPlan& plan,
                                    std::span<const RequirementResult> requirements);

/// The worst verdict of the executed cases; at least inconclusive where the run was interrupted or
/// a case was not tested; inconclusive where nothing was applicable; error without any case.
Verdict roll_up_run(const RunInfo& run, std::span<const CaseResult> cases);

/// R8. 0 pass, 1 fail, 2 inconclusive or incomplete, 3 harness error; a fail outranks an error. In
/// certification mode the statement decides: 0 conformant, with waivers or without, 1 not
/// conformant, and no statement is 3 where a case ended in error, else 2.
int exit_code(const RunInfo& run, Verdict verdict, Statement statement,
              std::span<const CaseResult> cases);

/// Counts what `result` holds, apart from its present summary.
Summary summarise(const RunResult& result);

/// All of it: requirements, obligations, milestones, summary, verdict, exit code, statement. An
/// examination that fails or breaks worsens the run's verdict; one that lacks evidence does not.
/// The states of `waivers` are found here, by the day RunInfo::waivers_as_of. They change no
/// verdict; the exit code is that of what they leave open, and 1 where one of them has expired or
/// is stale.
RunResult roll_up(RunInfo run, std::vector<CaseResult> cases,
                  std::span<const RequirementPlan> requirements,
                  std::span<const ObligationPlan> obligations,
                  std::vector<ExaminationResult> examinations = {},
                  std::vector<Waiver> waivers = {});

}  // namespace parley::judge
