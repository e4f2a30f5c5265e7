// The cast of a test case: who takes part, of what kind, with which settings.
#pragma once

#include "harness/scenario/build.h"

namespace parley::scenario {

/// Fills `actors` from the set-up's cast and the scenario's, the latter having the last word.
/// Everything wrong is reported to the readers of the parts.
void build_cast(const BuildInput& input, std::vector<Actor>& actors);

}  // namespace parley::scenario
