// The parts of report.html about what was not tested, and about what is not on the wire.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// Every row of the catalogue that the run does not judge, with its reason.
void append_gaps(std::string& out, const judge::RunResult& result);

/// Every examination with its documents; nothing where no register was given.
void append_examinations(std::string& out, const judge::RunResult& result);

}  // namespace parley::reports
