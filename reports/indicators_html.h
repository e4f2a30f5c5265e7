// Numbers of the run with the formula behind each.
#pragma once

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "reports/page.h"

namespace parley::reports {

/// Percentiles of times in the test's worlds, shares of what was judged, and what checks measured.
std::string indicators_section(const Page& page);

/// The p-th percentile by nearest rank: the smallest value that at least p of 100 do not exceed.
/// `sorted` is ascending and not empty, `percent` in 1..100.
Duration percentile(const std::vector<Duration>& sorted, unsigned percent);

}  // namespace parley::reports
