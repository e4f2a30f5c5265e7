// The results by point of the law: one sheet each, to be lifted out of the report whole.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// A sheet for each point, and one for requirements that no point has.
std::string obligations_section(const judge::RunResult& result);

/// What a sheet comes to, in words. It speaks of the tested requirements, never of the law: "No
/// non-conformity was observed in the tested requirements mapped to Art. 7(3)."
std::string conclusion(const judge::ObligationResult& point, const judge::RunResult& result);

}  // namespace parley::reports
