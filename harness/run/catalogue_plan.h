// What a plan means for the catalogue, in the terms of the roll-up.
#pragma once

#include <span>
#include <vector>

#include "harness/judge/rollup.h"
#include "harness/scenario/library.h"
#include "harness/scenario/plan.h"
#include "harness/scenario/register.h"

namespace parley::run {

struct CataloguePlan {
  std::vector<judge::RequirementPlan> requirements;  ///< every row of the catalogue
  std::vector<judge::ObligationPlan> obligations;    ///< every one
};

/// With what is in force for the profile's service on that day.
CataloguePlan catalogue_plan(const scenario::Library& library, const scenario::Plan& plan,
                             TimePoint as_of);

/// The examinations of all rows that are to be examined.
std::vector<judge::ExaminationResult> examine_rows(
    const scenario::Library& library, const scenario::Plan& plan, const CataloguePlan& rows,
    std::span<const scenario::RegisterEntry> documents, TimePoint as_of);

/// Fills in what the plan says of the run: profile, service, the day that counts, the ICS.
void describe_plan(judge::RunInfo& info, const scenario::Plan& plan);

}  // namespace parley::run
