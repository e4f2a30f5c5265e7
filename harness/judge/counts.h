// Test cases and checks, counted by what became of them.
#pragma once

#include <optional>

#include "harness/judge/result.h"

namespace parley::judge {

/// Adds one more. What was executed and has no verdict is a defect of the harness: an error.
void count(Counts& counts, const std::optional<Verdict>& verdict, Disposition disposition);

}  // namespace parley::judge
