// What the terminal shows at the end of a run.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// Who was tested; one line.
std::string render_seats(const judge::RunResult& result);

/// Every case that did not pass, with its findings: what was expected, what was seen, whose fault,
/// where the evidence is. Empty where everything passed.
std::string render_findings(const judge::RunResult& result, bool color);

/// Counts of cases, checks and requirements; several lines.
std::string render_counts(const judge::RunResult& result, bool color);

/// The last line on standard output: "pass: 64 of 64 test cases passed, ...".
std::string summary_line(const judge::RunResult& result);

}  // namespace parley::reports
