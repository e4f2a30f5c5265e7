// Examinations: pure functions over the entries of the document register. Evidence that is missing
// leaves a requirement undetermined; evidence that contradicts fails it; only evidence passes it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/check.h"
#include "harness/judge/result.h"
#include "harness/scenario/library.h"
#include "harness/scenario/register.h"

namespace parley::judge {

using Entries = std::vector<const scenario::RegisterEntry*>;

/// The code where the register has no document of the kind at all.
inline constexpr std::string_view kNoDocument = "no-document";

/// What one examination may look at.
struct ExamineInput {
  const scenario::Requirement& row;
  const json::object& arguments;
  std::span<const scenario::RegisterEntry> all;  ///< of the register
  const scenario::Library& library;
  const scenario::Service* service = nullptr;  ///< null where the catalogue does not know it
  TimePoint as_of;

  /// The documents of that kind that are about the service and not younger than the day, from the
  /// oldest to the newest.
  Entries of_kind(std::string_view kind) const;
  std::string text(std::string_view argument) const;  ///< empty where there is none
  int number(std::string_view argument) const;        ///< 0 where there is none
  std::vector<std::string> texts(std::string_view argument) const;
};

struct Examined {
  Finding finding;
  Entries documents;  ///< that show it
};

/// Names, in the order of scenario::examination_kinds(), that have a function here; for a test that
/// both tables agree.
std::vector<std::string_view> examined_kinds();

/// One result for each examination of the row; an error of the harness stands in for a kind that
/// has no function. A kind that looks at other rows (rows-satisfied) is left to judge_rows.
std::vector<ExaminationResult> examine(const scenario::Library& library,
                                       const scenario::Requirement& row,
                                       std::span<const scenario::RegisterEntry> entries,
                                       std::string_view service, TimePoint as_of);

/// Fills in the results that look at other rows: inconclusive where one of those is undetermined.
void judge_rows(std::vector<ExaminationResult>& examinations,
                std::span<const RequirementResult> rows);

// One function for each kind; see scenario::examination_kinds() for what each demands.
Examined examine_complete(const ExamineInput& input);
Examined examine_document_present(const ExamineInput& input);
Examined examine_each_service(const ExamineInput& input);
Examined examine_in_order(const ExamineInput& input);
Examined examine_in_time(const ExamineInput& input);
Examined examine_never(const ExamineInput& input);
Examined examine_no_worse(const ExamineInput& input);
Examined examine_published_together(const ExamineInput& input);
Examined examine_renewed(const ExamineInput& input);
Examined examine_requests_operational(const ExamineInput& input);
Examined examine_versions_rise(const ExamineInput& input);

}  // namespace parley::judge
