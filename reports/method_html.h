// How verdicts come about, so that a reader can check them.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// Method, verdicts, the rules by which they are rolled up, and the checks that are always judged.
std::string method_section(const judge::RunResult& result);

}  // namespace parley::reports
