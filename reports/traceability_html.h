// From each requirement to what judged it, and back.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// Every requirement of the catalogue with the checks and records that speak for its status, under
/// anchors of its own ("#MSG-003", "#MSG-003.4"); and every test case with its requirements.
std::string traceability_section(const judge::RunResult& result);

}  // namespace parley::reports
