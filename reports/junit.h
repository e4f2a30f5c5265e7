// junit.xml after the junit-10 schema, as CI servers read it.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// GitLab's reader also knows which file a test case stands in; junit-10 has no attribute for it.
enum class JunitDialect { kJunit10, kGitlab };

/// One test suite per scenario, one test case per case; fail is a failure, inconclusive and error
/// are errors, what was not run is skipped with its reason. A waived fail stays a failure, which
/// says so. What rests on a surrogate says so in its text, passed or not. No two test cases have
/// the same classname and name.
std::string render_junit(const judge::RunResult& result,
                         JunitDialect dialect = JunitDialect::kJunit10);

}  // namespace parley::reports
