// The section "Waivers and deviations" of report.html.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// What stands below the heading: deviations as the identification states them, then each waiver
/// with what became of it, those in trouble first.
std::string waivers_section(const judge::RunResult& result);

}  // namespace parley::reports
