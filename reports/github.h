// Annotations of a GitHub workflow: what failed, at the scenario's file.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/judge/result.h"

namespace parley::reports {

/// The line of a check in the scenario's file, or of the case where the id is empty; 0 where it is
/// not known.
using LineOf = std::function<int(const judge::CaseResult& test_case, std::string_view check_id)>;

/// One workflow command per check that is no pass, per case that was stopped or not tested, per
/// failed examination and per waiver in trouble: `::error` for a fail or an error, `::warning` for
/// inconclusive and for what is wholly waived. Data cannot end a command or begin another. GitHub
/// shows the first ten of each kind for a step; the Markdown summary has them all.
std::string render_github(const judge::RunResult& result, const LineOf& line_of = {});

}  // namespace parley::reports
