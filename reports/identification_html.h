// Who tested what, where and when, as ISO/IEC 17025 asks for it.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// What the run does not say is printed as "not stated", never left out.
std::string identification_section(const judge::RunResult& result);

}  // namespace parley::reports
