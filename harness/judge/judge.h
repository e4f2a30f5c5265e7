// Judges one executed test case: its declared checks and every invariant, over its records.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/evidence/record.h"
#include "harness/judge/check.h"
#include "harness/judge/result.h"

namespace parley::judge {

/// A check as a scenario declares it, placeholders resolved.
struct DeclaredCheck {
  std::string id;  ///< unique within the case
  std::string kind;
  json::object arguments;
  std::vector<std::string> requirements;  ///< none: all of the case's
  CheckRole role = CheckRole::kPurpose;
};

/// What the plan says of a case, fixed before its first message.
struct CasePlan {
  std::string id;
  std::string scenario;
  std::string title;
  std::string purpose;
  std::string file;
  std::vector<std::string> requirements;
  std::vector<std::string> milestones{};
  json::object matrix;
  std::vector<DeclaredCheck> checks;
  std::vector<LeftOutCheck> left_out{};  ///< declared, and not among `checks`
  /// Requirements that an invariant bears on, by its kind; absent: all of the case's.
  std::map<std::string, std::vector<std::string>, std::less<>> invariant_requirements;
};

/// Asks a check for its finding; none where it stays silent. Tests put one in its place that passes
/// everything, turns verdicts round or loses findings: whoever judges must notice.
using Judging =
    std::function<std::optional<Finding>(const CheckKind& kind, const CheckInput& input)>;

/// One finding for one check: placeholders in its arguments are filled in from the records. Never
/// throws: an unknown kind, arguments that the kind does not take, an exception inside the check
/// are errors, attribution harness; a placeholder whose step was never reached is inconclusive.
Finding judge_check(const DeclaredCheck& check, std::span<const evidence::Record> records,
                    const wire::Profile& profile);

/// Exactly one result for every check of the plan and for every invariant, in that order: an error
/// of the harness stands in for a check that gave no finding or gave two. Findings that the plan
/// does not know come last, as errors.
std::vector<CheckResult> hold_to_plan(const CasePlan& plan, std::vector<CheckResult> emitted);

/// The same for a whole run: one result for every case of the plan, in its order, and in each one
/// result for every check. A case that was lost is an error of the harness, and so are one that is
/// there twice and, behind the others, one that nobody planned.
std::vector<CaseResult> hold_to_plan(std::span<const CasePlan> plan,
                                     std::vector<CaseResult> results);

/// The case's result with disposition executed, one attempt, and one finding for every declared
/// check and every invariant, in that order; what the plan leaves out is said. `engine_error` says
/// what stopped the engine, if anything: the case is then at least an error, and so is one whose
/// plan declares no check of the purpose. Never throws. Duration and record count come from the
/// records. An empty `judging` asks the checks themselves.
CaseResult judge_case(const CasePlan& plan, std::span<const evidence::Record> records,
                      const wire::Profile& profile, std::string_view engine_error = {},
                      const Judging& judging = {});

/// The result of a case that was not executed. `reason` is mandatory.
CaseResult not_executed(const CasePlan& plan, Disposition disposition, std::string reason);

/// Joins a further attempt at the same case: the later one counts, its checks stay, and the verdict
/// is the worst of all attempts (rule R2). `reason` says why the earlier one was run again.
CaseResult add_attempt(CaseResult earlier, CaseResult later, std::string reason);

}  // namespace parley::judge
