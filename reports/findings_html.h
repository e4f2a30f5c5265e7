// Why it failed: a card for everything that did not pass.
#pragma once

#include <string>

#include "reports/page.h"

namespace parley::reports {

/// Fails first, then errors, then what is inconclusive; within these in the order of the run. What
/// likely caused a finding is told by the suite's own proof: which deliberate defects made the same
/// check fail in the same way.
std::string findings_section(const Page& page);

}  // namespace parley::reports
