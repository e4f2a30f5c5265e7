// report.html: one file, readable without JavaScript, without network and with all styles blocked.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/evidence/record.h"
#include "harness/judge/result.h"
#include "reports/proof.h"
#include "reports/timings.h"

namespace parley::reports {

/// What the report says of one test case, rendered while its records are at hand.
struct CaseSection {
  std::string html;
  Timings timings;
};

/// The section of one test case: verdict, purpose, checks, the sequence diagram and its records as
/// a table. Passing cases are folded and lean: their diagram has the steps and what checks cite,
/// and only cited records are decoded to the last field. A pure function of its arguments.
CaseSection render_case_html(const judge::CaseResult& result, const judge::RunInfo& run,
                             std::span<const evidence::Record> records);

/// The whole report around those sections, given in the order of `result.cases` (empty for cases
/// that were not executed). `proof` is what its section "How this suite was proven" says; `changes`
/// is ready HTML, below its heading, on what changed since an earlier run: empty where it was
/// compared with none. A pure function of its arguments: the same give the same bytes, so that a
/// verifier can compare.
std::string render_html(const judge::RunResult& result, std::span<const CaseSection> case_sections,
                        const Proof& proof, std::string_view changes = {});

}  // namespace parley::reports
