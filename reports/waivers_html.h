// The section "Waivers and deviations" of report.html.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// A <section> with the id "waivers": each waiver with what became of it, those in trouble first.
/// Nothing where none was handed in.
void append_waivers(std::string& out, const judge::RunResult& result);

}  // namespace parley::reports
