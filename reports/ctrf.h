// ctrf.json: the Common Test Report Format (ctrf.io), which many CI dashboards read.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// One test per case, canonical JSON. pass is passed, fail is failed, inconclusive and error are
/// other, not applicable is skipped, not tested is pending; rawStatus has our word. A waived fail
/// stays failed, with a label. Times are the World's.
std::string render_ctrf(const judge::RunResult& result);

}  // namespace parley::reports
