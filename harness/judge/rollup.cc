#include "harness/judge/rollup.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "harness/base/join.h"
#include "harness/judge/counts.h"
#include "harness/judge/examine.h"
#include "harness/judge/finding.h"
#include "harness/judge/milestones.h"
#include "harness/judge/statement.h"
#include "harness/judge/waivers.h"

namespace parley::judge {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

// A failed preamble or postamble says nothing about the purpose of the test.
Verdict counted(const CheckResult& check) {
  const bool beside = check.role == CheckRole::kPreamble || check.role == CheckRole::kPostamble;
  return beside && check.finding.verdict == Verdict::kFail ? Verdict::kInconclusive
                                                           : check.finding.verdict;
}

bool bears_on(const CaseResult& result, const CheckResult& check, std::string_view id) {
  return check.requirements.empty() ? contains(result.requirements, id)
                                    : contains(check.requirements, id);
}

bool bears_on(const CaseResult& result, std::string_view id) {
  return contains(result.requirements, id) ||
         std::any_of(result.checks.begin(), result.checks.end(),
                     [&](const CheckResult& check) { return contains(check.requirements, id); });
}

constexpr std::string_view kUnknownSide = "unknown";

// What speaks about a requirement.
struct Testimony {
  Testimony(const RequirementPlan& plan, std::span<const Waiver> waivers_)
      : requirement(plan.id), waivers(waivers_) {
    for (const std::string& party : plan.binds) bound.emplace_back(side_of(party));
  }

  std::string_view requirement;
  std::vector<std::string> bound;  ///< the sides that can fail it; empty: all
  std::span<const Waiver> waivers;
  std::vector<std::string> waived;  ///< ids of those that cover something
  bool complete = true;             ///< nothing that should speak is silent
  bool positive = false;
  Verdict worst = Verdict::kPass;
  std::set<std::string> failed_by;
  std::vector<CheckReference> references;

  // Whether a fail that is laid to `side` is one of who is bound.
  bool binds(std::string_view side) const {
    return side.empty() || side == kUnknownSide || bound.empty() || contains(bound, side);
  }
  // What a verdict says about who is bound, where `side` is to blame for a fail.
  void weigh(Verdict verdict, std::string_view side) {
    if (verdict == Verdict::kFail) {
      if (binds(side)) {
        failed_by.emplace(side.empty() ? kUnknownSide : side);
      } else {
        verdict = Verdict::kInconclusive;
      }
    }
    worst = worse(worst, verdict);
  }
  // The same for one finding; returns the id of the waiver that takes its fail out, if one does.
  std::string weigh(Verdict verdict, std::string_view case_id, std::string_view check_id,
                    const Finding& finding) {
    const std::string_view side = side_of(finding.blamed);
    const Waiver* waiver = verdict == Verdict::kFail && binds(side)
                               ? find_waiver(waivers, requirement, case_id, check_id, finding.code)
                               : nullptr;
    if (waiver == nullptr) {
      weigh(verdict, side);
      return {};
    }
    if (!contains(waived, waiver->id)) waived.push_back(waiver->id);
    return waiver->id;
  }
  void add(const CaseResult& result, const CheckResult& check) {
    const Verdict verdict = counted(check);
    std::string waiver = weigh(verdict, result.id, check.id, check.finding);
    const bool speaks = check.role == CheckRole::kPurpose ||
                        (check.role == CheckRole::kInvariant && !check.requirements.empty() &&
                         check.finding.code != kNothingToJudge);
    if (!speaks && verdict == Verdict::kPass) return;
    positive = positive || speaks;
    references.push_back({result.id, check.id, check.finding.verdict, std::move(waiver)});
  }
  void add(const ExaminationResult& examination) {
    const Finding& finding = examination.finding;
    std::string waiver = weigh(finding.verdict, kRegister, examination.id, finding);
    positive = positive || finding.verdict == Verdict::kPass || !waiver.empty();
    references.push_back(
        {std::string(kRegister), examination.id, finding.verdict, std::move(waiver)});
  }
  void add_unclaimed(const std::string& case_id) {
    references.push_back({case_id, {}, std::nullopt, {}});
    complete = false;
  }
  void add(const CaseResult& result) {
    references.push_back({result.id, {}, result.verdict, {}});
    if (result.verdict) {
      weigh(*result.verdict, kUnknownSide);
    } else {
      complete = false;
    }
  }
};

void collect(const CaseResult& result, std::string_view id, Testimony& evidence) {
  if (result.disposition == Disposition::kNotApplicable) return;
  if (result.disposition == Disposition::kNotTested) {
    if (bears_on(result, id)) evidence.add(result);
    return;
  }
  for (const CheckResult& check : result.checks) {
    if (bears_on(result, check, id)) evidence.add(result, check);
  }
  // An executed case without a verdict is a defect of the harness; it counts as an error.
  const Verdict verdict = result.verdict.value_or(Verdict::kError);
  const Verdict by_checks = roll_up_checks(result.checks);
  if (verdict != by_checks && worse(verdict, by_checks) == verdict && bears_on(result, id)) {
    CaseResult whole;
    whole.id = result.id;
    whole.verdict = verdict;
    evidence.add(whole);
  }
}

Disposition disposition_of(scenario::Coverage coverage, Modality modality) {
  switch (coverage) {
    case scenario::Coverage::kChecked:
    case scenario::Coverage::kExamined:
      return Disposition::kExecuted;
    case scenario::Coverage::kNotInForce:
      return Disposition::kNotApplicable;
    case scenario::Coverage::kNotClaimed:
      return modality == Modality::kMust ? Disposition::kNotTested : Disposition::kNotApplicable;
    default:
      return Disposition::kNotTested;
  }
}

// Of a row that is judged, only what the plan knows of it.
RequirementResult described(const RequirementPlan& plan) {
  RequirementResult result;
  result.id = plan.id;
  result.title = plan.title;
  result.statement = plan.statement;
  result.clause = plan.clause;
  result.voice = plan.voice;
  result.mark = plan.mark;
  result.phase = plan.phase;
  result.bound = joined(plan.binds);
  result.modality = plan.modality;
  result.basis = plan.basis;
  result.method = plan.method;
  result.coverage = plan.coverage;
  result.disposition = disposition_of(plan.coverage, plan.modality);
  result.reason = plan.reason;
  result.since = plan.since;
  return result;
}

// The cases that name each requirement, themselves or in a check, in order.
using CasesByRequirement = std::map<std::string_view, std::vector<const CaseResult*>>;

CasesByRequirement by_requirement(std::span<const CaseResult> cases) {
  CasesByRequirement out;
  for (const CaseResult& one : cases) {
    const auto note = [&](const std::vector<std::string>& ids) {
      for (const std::string& id : ids) {
        std::vector<const CaseResult*>& bearing = out[id];
        if (bearing.empty() || bearing.back() != &one) bearing.push_back(&one);
      }
    };
    note(one.requirements);
    for (const CheckResult& check : one.checks) note(check.requirements);
  }
  return out;
}

RequirementResult roll_up_row(const RequirementPlan& plan, const CasesByRequirement& cases,
                              std::span<const ExaminationResult> examinations,
                              std::span<const Waiver> waivers) {
  RequirementResult result = described(plan);
  Testimony evidence(plan, waivers);
  if (const auto bearing = cases.find(plan.id); bearing != cases.end()) {
    for (const CaseResult* const one : bearing->second) {
      collect(*one, plan.id, evidence);
      for (const CheckResult& check : one->checks) {
        if (contains(check.requirements, plan.id)) result.basis = weaker(result.basis, check.basis);
      }
    }
  }
  if (plan.modality == Modality::kMust) {
    for (const std::string& id : plan.unclaimed) evidence.add_unclaimed(id);
  }
  for (const ExaminationResult& one : examinations) {
    // Documents add to tests; that there are none takes nothing away from them.
    const bool silent =
        plan.coverage == scenario::Coverage::kChecked && one.finding.code == kNoDocument;
    if (one.requirement == plan.id && !silent) evidence.add(one);
  }
  if (!plan.applicable || result.disposition == Disposition::kNotApplicable) {
    result.status = RequirementStatus::kNotApplicable;
    return result;
  }
  if (evidence.worst == Verdict::kFail) {
    result.status = RequirementStatus::kNotSatisfied;
  } else if (evidence.worst == Verdict::kPass && evidence.positive && evidence.complete) {
    result.status = evidence.waived.empty() ? RequirementStatus::kSatisfied
                                            : RequirementStatus::kSatisfiedWithWaiver;
  } else {
    result.status = RequirementStatus::kUndetermined;
  }
  result.waivers = std::move(evidence.waived);
  result.failed_by.assign(evidence.failed_by.begin(), evidence.failed_by.end());
  result.checks = std::move(evidence.references);
  return result;
}

// What a requirement says about an obligation that binds `side` alone.
RequirementStatus status_for(const RequirementResult& requirement, std::string_view side) {
  const std::vector<std::string>& failed_by = requirement.failed_by;
  const bool others_failed = !side.empty() && !failed_by.empty() && !contains(failed_by, side) &&
                             !contains(failed_by, kUnknownSide);
  return others_failed ? RequirementStatus::kUndetermined : requirement.status;
}

// What is said of the items as a whole. Of the mocks that hold the other seats nothing is stated.
void state(RunResult& result, std::span<const RequirementPlan> requirements,
           std::span<const ObligationPlan> obligations) {
  std::vector<RequirementResult> rows;
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    if (concerns_items(result.run, requirements[i].binds)) rows.push_back(result.requirements[i]);
  }
  std::vector<ObligationResult> duties;
  for (std::size_t i = 0; i < obligations.size(); ++i) {
    const std::string& side = obligations[i].side;
    const std::vector<std::string> binds(side.empty() ? 0 : 1, side);
    if (concerns_items(result.run, binds)) duties.push_back(result.obligations[i]);
  }
  result.statement = roll_up_statement(result.run, result.cases, rows, duties);
  result.obstacles = statement_obstacles(result.run, result.cases, rows, duties);
}

// The test cases that were left out because what they need is not claimed.
std::set<std::string, std::less<>> unclaimed_cases(std::span<const RequirementPlan> requirements) {
  std::set<std::string, std::less<>> out;
  for (const RequirementPlan& plan : requirements) {
    out.insert(plan.unclaimed.begin(), plan.unclaimed.end());
  }
  return out;
}

void count(StatusCounts& counts, RequirementStatus status) {
  ++counts.total;
  switch (status) {
    case RequirementStatus::kSatisfied:
      ++counts.satisfied;
      break;
    case RequirementStatus::kSatisfiedWithWaiver:
      ++counts.satisfied_with_waiver;
      break;
    case RequirementStatus::kNotSatisfied:
      ++counts.not_satisfied;
      break;
    case RequirementStatus::kUndetermined:
      ++counts.undetermined;
      break;
    case RequirementStatus::kNotApplicable:
      ++counts.not_applicable;
      break;
  }
}

}  // namespace

Verdict roll_up_checks(std::span<const CheckResult> checks) {
  bool judged = false;
  Verdict verdict = Verdict::kPass;
  for (const CheckResult& check : checks) {
    judged |= check.role == CheckRole::kPurpose || check.role == CheckRole::kInvariant;
    verdict = worse(verdict, counted(check));
  }
  return judged ? verdict : worse(verdict, Verdict::kError);
}

Verdict roll_up_attempts(std::span<const AttemptResult> attempts) {
  if (attempts.empty()) return Verdict::kError;
  Verdict verdict = Verdict::kPass;
  for (const AttemptResult& attempt : attempts) verdict = worse(verdict, attempt.verdict);
  return verdict;
}

RequirementResult roll_up_requirement(const RequirementPlan& plan,
                                      std::span<const CaseResult> cases,
                                      std::span<const ExaminationResult> examinations,
                                      std::span<const Waiver> waivers) {
  return roll_up_row(plan, by_requirement(cases), examinations, waivers);
}

ObligationResult roll_up_obligation(const ObligationPlan& plan,
                                    std::span<const RequirementResult> requirements) {
  ObligationResult result{plan.id, plan.clause, plan.title, RequirementStatus::kUndetermined,
                          plan.requirements};
  result.in_force = plan.in_force;
  result.since = plan.since;
  result.decision = plan.decision;
  result.reason = plan.reason;
  if (!plan.in_force) {
    result.status = RequirementStatus::kNotApplicable;
    return result;
  }
  StatusRollup rollup;
  bool later = false;
  for (const std::string& id : plan.requirements) {
    const auto it = std::find_if(requirements.begin(), requirements.end(),
                                 [&](const RequirementResult& r) { return r.id == id; });
    later |= it != requirements.end() && it->coverage == scenario::Coverage::kLater;
    if (it == requirements.end()) {
      rollup.add(RequirementStatus::kUndetermined);
    } else if (counts_as_duty(*it)) {
      rollup.add(status_for(*it, plan.side));
    }
  }
  result.status = rollup.status();
  if (later && !rollup.any()) result.reason = "not tested: later phase";
  return result;
}

Verdict roll_up_run(const RunInfo& run, std::span<const CaseResult> cases) {
  if (cases.empty()) return Verdict::kError;
  bool executed = false;
  Verdict verdict = Verdict::kPass;
  for (const CaseResult& result : cases) {
    if (result.disposition != Disposition::kExecuted) continue;
    executed = true;
    verdict = worse(verdict, result.verdict.value_or(Verdict::kError));
  }
  return executed && is_complete(run, cases) ? verdict : worse(verdict, Verdict::kInconclusive);
}

int exit_code(const RunInfo& run, Verdict verdict, Statement statement,
              std::span<const CaseResult> cases) {
  constexpr int kPassed = 0;
  constexpr int kFailed = 1;
  constexpr int kIncomplete = 2;
  constexpr int kHarness = 3;
  const bool any_error = verdict == Verdict::kError ||
                         std::any_of(cases.begin(), cases.end(), [](const CaseResult& result) {
                           return result.verdict == Verdict::kError;
                         });
  if (run.mode == Mode::kCertification) {
    switch (statement) {
      case Statement::kConformant:
      case Statement::kConformantWithWaivers:
        return kPassed;
      case Statement::kNotConformant:
        return kFailed;
      case Statement::kNoStatement:
        return any_error ? kHarness : kIncomplete;
    }
  }
  switch (verdict) {
    case Verdict::kPass:
      return kPassed;
    case Verdict::kInconclusive:
      return kIncomplete;
    case Verdict::kError:
      return kHarness;
    case Verdict::kFail:
      return kFailed;
  }
  return kHarness;
}

Summary summarise(const RunResult& result) {
  Summary summary;
  for (const CaseResult& test_case : result.cases) {
    count(summary.cases, test_case.verdict, test_case.disposition);
    for (const CheckResult& check : test_case.checks) {
      count(summary.checks, check.finding.verdict, Disposition::kExecuted);
    }
    summary.unstable += test_case.unstable ? 1 : 0;
    summary.records += test_case.records;
  }
  for (const RequirementResult& requirement : result.requirements) {
    count(summary.requirements, requirement.status);
    if (requirement.modality == Modality::kShould &&
        requirement.status == RequirementStatus::kNotSatisfied) {
      ++summary.recommendations_not_followed;
    }
  }
  for (const ObligationResult& obligation : result.obligations) {
    count(summary.obligations, obligation.status);
  }
  return summary;
}

RunResult roll_up(RunInfo run, std::vector<CaseResult> cases,
                  std::span<const RequirementPlan> requirements,
                  std::span<const ObligationPlan> obligations,
                  std::vector<ExaminationResult> examinations, std::vector<Waiver> waivers) {
  RunResult result;
  result.run = std::move(run);
  result.cases = std::move(cases);
  const std::vector<Waiver> valid = unexpired(waivers, result.run.waivers_as_of);
  const CasesByRequirement by_row = by_requirement(result.cases);
  for (const RequirementPlan& plan : requirements) {
    result.requirements.push_back(roll_up_row(plan, by_row, examinations, valid));
  }
  // Those that look at other rows come second, and then their own rows once more.
  judge_rows(examinations, result.requirements);
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    const bool looks_at_others =
        std::any_of(examinations.begin(), examinations.end(), [&](const ExaminationResult& one) {
          return !one.rows.empty() && one.requirement == requirements[i].id;
        });
    if (!looks_at_others) continue;
    result.requirements[i] = roll_up_row(requirements[i], by_row, examinations, valid);
  }
  result.examinations = std::move(examinations);
  for (const ObligationPlan& plan : obligations) {
    result.obligations.push_back(roll_up_obligation(plan, result.requirements));
  }
  result.milestones = roll_up_milestones(result.run, result.cases, unclaimed_cases(requirements));
  result.summary = summarise(result);
  result.verdict = roll_up_run(result.run, result.cases);
  for (const ExaminationResult& one : result.examinations) {
    if (one.finding.verdict == Verdict::kInconclusive) continue;
    result.verdict = worse(result.verdict, one.finding.verdict);
  }
  state(result, requirements, obligations);
  result.waivers = std::move(waivers);
  set_waiver_states(result);
  result.exit_code = exit_code(result.run, open_verdict(result), result.statement, result.cases);
  if (waivers_troubled(result.waivers)) result.exit_code = kTroubledExit;
  return result;
}

}  // namespace parley::judge
