// What a run must have been told, and must not have been asked, before it may state anything.
#pragma once

#include <string>
#include <vector>

#include "harness/judge/result.h"
#include "harness/scenario/plan.h"

namespace parley::attest {

/// Why this cannot be a certification run, one sentence each: a filter, a question of the
/// conformance statement (ICS) without an answer, extra information (IXIT) that the holder of a
/// tested seat must give, what ISO/IEC 17025, 7.8, demands of a report. Empty where it can. The lab
/// asks before the first message, a verifier afterwards.
std::vector<std::string> certification_gaps(const judge::RunInfo& run, const scenario::Plan& plan);

}  // namespace parley::attest
