#include "harness/judge/statement.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/base/join.h"
#include "harness/judge/case_view.h"
#include "harness/judge/check.h"

namespace parley::judge {
namespace {

// Whether a seat belongs to that party: a seat is its own party, and one of its side's.
bool is_held_by(std::string_view seat, std::string_view party) {
  return seat == party || side_of(seat) == party;
}

// A case that did not pass and that no requirement accounts for.
bool unaccounted(const CaseResult& result, std::span<const RequirementResult> requirements) {
  if (result.disposition != Disposition::kExecuted || result.verdict == Verdict::kPass) {
    return false;
  }
  return std::ranges::none_of(requirements, [&](const RequirementResult& r) {
    return std::ranges::any_of(r.checks, [&](const CheckReference& reference) {
      return reference.case_id == result.id && reference.verdict != Verdict::kPass;
    });
  });
}

// The names of those that have the status, behind what they are: "points undetermined: Art. 7(1)".
template <class Result>
void append_those(std::vector<std::string>& out, std::span<const Result> results,
                  std::string Result::* name, std::string_view what, RequirementStatus status) {
  std::vector<std::string> names;
  for (const Result& one : results) {
    if (one.status == status) names.push_back(one.*name);
  }
  if (!names.empty()) out.push_back(std::string(what) + ": " + joined(names));
}

}  // namespace

void StatusRollup::add(RequirementStatus status) {
  any_ = true;
  not_satisfied_ |= status == RequirementStatus::kNotSatisfied;
  undetermined_ |= status == RequirementStatus::kUndetermined;
  waived_ |= status == RequirementStatus::kSatisfiedWithWaiver;
  satisfied_ |= status == RequirementStatus::kSatisfied;
}

RequirementStatus StatusRollup::status() const {
  if (not_satisfied_) return RequirementStatus::kNotSatisfied;
  if (undetermined_ || !any_) return RequirementStatus::kUndetermined;
  if (waived_) return RequirementStatus::kSatisfiedWithWaiver;
  return satisfied_ ? RequirementStatus::kSatisfied : RequirementStatus::kNotApplicable;
}

bool counts_as_duty(const RequirementResult& requirement) {
  return requirement.modality == Modality::kMust &&
         requirement.coverage != scenario::Coverage::kLater;
}

bool concerns_items(const RunInfo& run, std::span<const std::string> binds) {
  if (binds.empty() || std::ranges::none_of(run.seats, &SeatHolder::under_test)) return true;
  return std::ranges::any_of(run.seats, [&](const SeatHolder& one) {
    return one.under_test && std::ranges::any_of(binds, [&](const std::string& party) {
             return is_held_by(one.seat, party);
           });
  });
}

bool is_complete(const RunInfo& run, std::span<const CaseResult> cases) {
  return run.state == RunState::kComplete && !cases.empty() &&
         std::ranges::none_of(cases, [](const CaseResult& result) {
           return result.disposition == Disposition::kNotTested;
         });
}

Statement roll_up_statement(const RunInfo& run, std::span<const CaseResult> cases,
                            std::span<const RequirementResult> requirements,
                            std::span<const ObligationResult> obligations) {
  if (run.mode != Mode::kCertification) return Statement::kNoStatement;
  StatusRollup rollup;
  for (const ObligationResult& obligation : obligations) rollup.add(obligation.status);
  for (const RequirementResult& requirement : requirements) {
    if (counts_as_duty(requirement)) rollup.add(requirement.status);
  }
  const RequirementStatus status = rollup.status();
  if (status == RequirementStatus::kNotSatisfied) return Statement::kNotConformant;
  const bool all_accounted = std::ranges::none_of(
      cases, [&](const CaseResult& result) { return unaccounted(result, requirements); });
  if (!is_complete(run, cases) || !all_accounted) return Statement::kNoStatement;
  if (status == RequirementStatus::kSatisfiedWithWaiver) return Statement::kConformantWithWaivers;
  return status == RequirementStatus::kSatisfied ? Statement::kConformant : Statement::kNoStatement;
}

std::vector<std::string> statement_obstacles(const RunInfo& run, std::span<const CaseResult> cases,
                                             std::span<const RequirementResult> requirements,
                                             std::span<const ObligationResult> obligations) {
  std::vector<std::string> out;
  if (run.mode != Mode::kCertification) return out;
  if (run.state != RunState::kComplete) out.emplace_back("the run was interrupted");
  std::size_t untested = 0;
  std::vector<std::string> stray;
  for (const CaseResult& one : cases) {
    untested += one.disposition == Disposition::kNotTested ? 1 : 0;
    if (unaccounted(one, requirements)) stray.push_back(one.id);
  }
  if (untested > 0) out.push_back(plural(untested, "test case") + " not tested");
  std::vector<RequirementResult> duties;
  std::ranges::copy_if(requirements, std::back_inserter(duties), counts_as_duty);
  if (duties.empty() && obligations.empty()) {
    out.emplace_back("nothing that binds who is under test was judged");
  }
  for (const auto& [status, word] :
       {std::pair(RequirementStatus::kNotSatisfied, " not satisfied"),
        std::pair(RequirementStatus::kUndetermined, " undetermined")}) {
    append_those(out, std::span<const RequirementResult>(duties), &RequirementResult::id,
                 std::string("requirements") + word, status);
    append_those(out, obligations, &ObligationResult::clause, std::string("points") + word, status);
  }
  if (!stray.empty()) {
    out.push_back("not passed, and nothing that binds who is under test accounts for it: " +
                  joined(stray));
  }
  return out;
}

}  // namespace parley::judge
