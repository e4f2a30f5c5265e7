// Judges one executed test case: its declared checks and every invariant, over its records.
#pragma once

#include <map>
#include <span>
#include <string>
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
  json::object matrix;
  std::vector<DeclaredCheck> checks;
  /// Requirements that an invariant bears on, by its kind; absent: all of the case's.
  std::map<std::string, std::vector<std::string>, std::less<>> invariant_requirements;
};

/// The case's result with disposition executed, one attempt, and one finding for every declared
/// check and every invariant, in that order. `engine_error` says what stopped the engine, if
/// anything: the case is then at least an error. Never throws: an exception inside a check is that
/// check's error, attribution harness. Duration and record count come from the records.
CaseResult judge_case(const CasePlan& plan, std::span<const evidence::Record> records,
                      const wire::Profile& profile, std::string_view engine_error = {});

/// The result of a case that was not executed. `reason` is mandatory.
CaseResult not_executed(const CasePlan& plan, Disposition disposition, std::string reason);

/// Joins a further attempt at the same case: the later one counts, its checks stay, and the verdict
/// is the worst of all attempts (rule R2). `reason` says why the earlier one was run again.
CaseResult add_attempt(CaseResult earlier, CaseResult later, std::string reason);

}  // namespace parley::judge
