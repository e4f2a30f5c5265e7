// OSCAL 1.1.3 (NIST): the catalogue of requirements, the plan, and the results as an assessor hands
// them over. The three name each other by the file names below.
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/result.h"

namespace parley::reports {

inline constexpr std::string_view kOscalCatalogFile = "oscal-catalog.json";
inline constexpr std::string_view kOscalPlanFile = "oscal-assessment-plan.json";
inline constexpr std::string_view kOscalResultsFile = "oscal-assessment-results.json";

/// Obligations as groups, requirements as controls with one assessment objective each; a
/// requirement of several obligations stands in the first, one of none beside them.
std::string render_oscal_catalog(const judge::RunResult& result);

/// The controls that the run was to judge. Who was tested takes the place of a security plan.
std::string render_oscal_plan(const judge::RunResult& result);

/// One observation per executed case and per examination, one finding per requirement that applies.
/// OSCAL knows satisfied and not-satisfied only: what is undetermined or not tested is not
/// satisfied, for the reason "other", and a property has our word. A waived fail stays not
/// satisfied, with a risk "deviation-approved". UUIDs follow from the run's id: the same result
/// gives the same bytes.
std::string render_oscal_results(const judge::RunResult& result);

}  // namespace parley::reports
