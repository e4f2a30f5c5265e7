// report.html: one file, readable without JavaScript, without network and with all styles blocked.
#pragma once

#include <span>
#include <string>

#include "harness/evidence/record.h"
#include "harness/judge/result.h"
#include "reports/proof.h"

namespace parley::reports {

/// The section of one test case: verdict, purpose, checks, a why-it-failed card per non-pass, the
/// sequence diagram and the same as a table. `run` gives the command that shows the case again. A
/// pure function of its arguments.
std::string render_case_html(const judge::CaseResult& result, const judge::RunInfo& run,
                             std::span<const evidence::Record> records);

/// The whole report around those sections, given in the order of `result.cases` (empty for cases
/// that were not executed). `proof` is what its section "How this suite was proven" says.
std::string render_html(const judge::RunResult& result, std::span<const std::string> case_sections,
                        const Proof& proof);

}  // namespace parley::reports
