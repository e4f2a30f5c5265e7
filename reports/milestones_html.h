// The part of a certification run's report that says where the items under test stand with the
// milestones.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// A table of M1 to M6 with what is missing where one is not reached; empty for a nightly run,
/// which states nothing.
std::string milestones_part(const judge::RunResult& result);

/// What speaks against conformity or keeps the run from a statement; empty where nothing does.
std::string obstacles_part(const judge::RunResult& result);

/// What was claimed (ICS), question by question; empty where nothing was stated.
std::string claims_table(const judge::RunInfo& run);

/// What was told for testing (IXIT); empty where nothing was.
std::string ixit_table(const judge::RunInfo& run);

}  // namespace parley::reports
