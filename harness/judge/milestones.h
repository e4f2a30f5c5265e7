// Where the items under test stand with the milestones of the framework, M1 to M6.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

/// One result for each milestone, in their order; none outside of certification, which alone states
/// anything. A milestone is reached where test cases of it were executed, all of these passed, and
/// the others do not apply: they cannot be observed from the seat of the items, or look for the
/// absence of what is claimed. One that was not tested leaves it undetermined, and so does one of
/// `unclaimed`, the ids of those that need what the items are not said to offer. Not claimed is
/// what RunInfo::ics says no to, unless a case failed all the same.
std::vector<MilestoneResult> roll_up_milestones(
    const RunInfo& run, std::span<const CaseResult> cases,
    const std::set<std::string, std::less<>>& unclaimed = {});

}  // namespace parley::judge
