// What report.html says of the private overlays that a run was made with.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// The overlays, each with its digest and operations, and the results that rest on them. Empty for
/// a run without overlays.
std::string overlays_section(const judge::RunResult& result);

}  // namespace parley::reports
