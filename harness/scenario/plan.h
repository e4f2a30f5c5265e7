// What a run is going to do, frozen before the first message: test cases in order, the checks that
// each declares, the requirements that each check judges. Every check of the plan gets exactly one
// verdict.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/filter.h"
#include "harness/scenario/library.h"

namespace parley::scenario {

struct PlannedCheck {
  std::string id;    ///< "<test case>/<check>"; for an invariant "<test case>/<check kind>"
  std::string kind;  ///< name of the check kind
  bool invariant = false;
  std::vector<std::string> requirements;
  json::object arguments;        ///< as declared, run-time placeholders still in place
  bool when_observable = false;  ///< may be left out, see scenario.h
};

struct PlannedCase {
  const TestCase* test_case = nullptr;  ///< points into the library
  std::vector<PlannedCheck> checks;     ///< declared ones in file order, then the invariants
};

/// A test case that was selected and does not apply; see applicability.h and claim.h.
struct NotApplicable {
  const TestCase* test_case = nullptr;
  std::string reason;
  bool unclaimed = false;  ///< the conformance statement says that what it needs is not offered
};

struct Plan {
  const Profile* profile = nullptr;  ///< points into the library
  std::vector<std::string> filters;
  Claim claim;                     ///< what the items under test are said to offer
  Selection selection;             ///< what the filters select of the whole library
  std::vector<PlannedCase> cases;  ///< sorted by scenario id, then in matrix order

  std::vector<NotApplicable> not_applicable;  ///< in the same order

  std::size_t check_count() const;
};

/// kNotFound for an unknown profile and for a filter of the profile or of the caller that selects
/// nothing. The plan may have no test case, where the filters select rows that no test looks at.
/// `library` must outlive the plan.
Result<Plan> draft_plan(const Library& library, std::string_view profile,
                        std::span<const Filter> filters, const Claim& claim = {});
/// The same for a run, which needs a test case: kNotFound where there is none.
Result<Plan> make_plan(const Library& library, std::string_view profile,
                       std::span<const Filter> filters, const Claim& claim = {});

/// The plan that library, profile and selection of `plan` amount to, whichever of its cases and
/// checks are there: what it is held against.
Result<Plan> whole_plan(const Library& library, const Plan& plan);

/// The whole plan, definitions of the test cases included: whoever holds the same files and asks
/// for the same selection gets the same canonical bytes, and any change to a step or a check's
/// argument changes them.
json::object to_json(const Plan& plan);

}  // namespace parley::scenario
