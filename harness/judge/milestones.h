// Where the items under test stand with the milestones of the framework, M1 to M6.
#pragma once

#include <span>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

/// One result for each milestone, in their order; none outside of certification, which alone states
/// anything. A milestone is reached where it has test cases and all of them were executed and
/// passed: one that was left out, for whatever reason, leaves it undetermined. Not claimed is what
/// RunInfo::ics says no to, unless a case failed all the same.
std::vector<MilestoneResult> roll_up_milestones(const RunInfo& run,
                                                std::span<const CaseResult> cases);

}  // namespace parley::judge
