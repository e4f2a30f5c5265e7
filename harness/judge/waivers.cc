#include "harness/judge/waivers.h"

#include <algorithm>
#include <optional>

#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

const CaseResult* find_case(const RunResult& result, std::string_view id) {
  const auto it = std::ranges::find(result.cases, id, &CaseResult::id);
  return it == result.cases.end() ? nullptr : &*it;
}

// Whether the run judged what the waiver is about, for a requirement that applies.
bool judged(const RunResult& result, const Waiver& waiver) {
  const auto row =
      std::ranges::find(result.requirements, waiver.requirement, &RequirementResult::id);
  if (row != result.requirements.end() && row->status == RequirementStatus::kNotApplicable) {
    return false;
  }
  if (waiver.case_id == kRegister) {
    return std::ranges::find(result.examinations, waiver.check_id, &ExaminationResult::id) !=
           result.examinations.end();
  }
  const CaseResult* test_case = find_case(result, waiver.case_id);
  return test_case != nullptr && test_case->disposition == Disposition::kExecuted;
}

// Whether some requirement is still failed by that check. One that takes no harm from the fail,
// since whoever failed is not bound by it, need not be waived.
bool still_fails(const RunResult& result, std::string_view case_id, std::string_view check_id) {
  bool any = false;
  for (const RequirementResult& row : result.requirements) {
    for (const CheckReference& reference : row.checks) {
      if (reference.case_id != case_id || reference.check_id != check_id) continue;
      any = true;
      const bool failed = row.status == RequirementStatus::kNotSatisfied;
      if (reference.waiver.empty() && failed) return true;
    }
  }
  return !any;
}

// The verdict of a case without its waived fails. A case that is worse than its checks stays as it
// is: nobody can waive what no check says.
Verdict open_verdict(const RunResult& result, const CaseResult& test_case) {
  const Verdict verdict = test_case.verdict.value_or(Verdict::kError);
  if (verdict != Verdict::kFail || roll_up_checks(test_case.checks) != verdict) return verdict;
  std::vector<CheckResult> checks = test_case.checks;
  for (CheckResult& check : checks) {
    if (check.finding.verdict != Verdict::kFail) continue;
    if (waivers_of(result, test_case.id, check.id).empty() ||
        still_fails(result, test_case.id, check.id)) {
      return verdict;
    }
    check.finding.verdict = Verdict::kPass;
  }
  return roll_up_checks(checks);
}

}  // namespace

const Waiver* find_waiver(std::span<const Waiver> waivers, std::string_view requirement,
                          std::string_view case_id, std::string_view check_id,
                          std::string_view code) {
  const auto it = std::ranges::find_if(waivers, [&](const Waiver& one) {
    return one.requirement == requirement && one.case_id == case_id && one.check_id == check_id &&
           one.finding == code;
  });
  return it == waivers.end() ? nullptr : &*it;
}

std::vector<Waiver> unexpired(std::span<const Waiver> waivers, std::string_view day) {
  std::vector<Waiver> out;
  for (const Waiver& one : waivers) {
    // Dates of this form are in the order of their letters.
    if (!day.empty() && day <= one.expires) out.push_back(one);
  }
  return out;
}

void set_waiver_states(RunResult& result) {
  const std::vector<Waiver> valid = unexpired(result.waivers, result.run.waivers_as_of);
  for (Waiver& one : result.waivers) {
    const bool applied = std::ranges::any_of(result.requirements, [&](const auto& row) {
      return std::ranges::find(row.waivers, one.id) != row.waivers.end();
    });
    if (std::ranges::find(valid, one.id, &Waiver::id) == valid.end()) {
      one.state = WaiverState::kExpired;
    } else if (applied) {
      one.state = WaiverState::kApplied;
    } else {
      one.state = judged(result, one) ? WaiverState::kStale : WaiverState::kNotJudged;
    }
  }
}

bool waivers_troubled(std::span<const Waiver> waivers) {
  return std::ranges::any_of(waivers, [](const Waiver& one) {
    return one.state == WaiverState::kExpired || one.state == WaiverState::kStale;
  });
}

Verdict open_verdict(const RunResult& result) {
  const auto applied = [](const Waiver& one) { return one.state == WaiverState::kApplied; };
  if (std::ranges::none_of(result.waivers, applied)) return result.verdict;
  std::vector<CaseResult> cases;  // only what roll_up_run() looks at
  for (const CaseResult& one : result.cases) {
    CaseResult open;
    open.disposition = one.disposition;
    if (one.disposition == Disposition::kExecuted) open.verdict = open_verdict(result, one);
    cases.push_back(std::move(open));
  }
  Verdict verdict = roll_up_run(result.run, cases);
  for (const ExaminationResult& one : result.examinations) {
    if (one.finding.verdict == Verdict::kInconclusive) continue;
    const bool waived = one.finding.verdict == Verdict::kFail &&
                        !waivers_of(result, kRegister, one.id).empty() &&
                        !still_fails(result, kRegister, one.id);
    if (!waived) verdict = worse(verdict, one.finding.verdict);
  }
  return verdict;
}

std::vector<std::string> waivers_of(const RunResult& result, std::string_view case_id,
                                    std::string_view check_id) {
  std::vector<std::string> out;
  for (const Waiver& one : result.waivers) {
    if (one.state == WaiverState::kApplied && one.case_id == case_id && one.check_id == check_id) {
      out.push_back(one.id);
    }
  }
  std::ranges::sort(out);
  return out;
}

bool wholly_waived(const RunResult& result, const CaseResult& test_case) {
  return test_case.verdict == Verdict::kFail && open_verdict(result, test_case) == Verdict::kPass;
}

}  // namespace parley::judge
