// The part of report.html about what was tested, what was not, and why.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// How many of the catalogue's rows were judged and how, every row that was not with its reason,
/// test cases that were not run, and examinations with their documents where a register was given.
std::string scope_section(const judge::RunResult& result);

}  // namespace parley::reports
