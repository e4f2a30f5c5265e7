// junit.xml after the junit-10 schema, as CI servers read it.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// One test suite per scenario, one test case per case; fail is a failure, inconclusive and error
/// are errors, what was not run is skipped with its reason.
std::string render_junit(const judge::RunResult& result);

}  // namespace parley::reports
