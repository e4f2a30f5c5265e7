// The report language of the European Commission's Interoperability Test Bed (GITB TRL): one
// ConformanceStatementReport with the details of every test case, valid against gitb_tr.xsd.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// The profile is the specification, the seat under test the actor, an area of scenarios a test
/// suite, a case a test case, a check a step with its findings. Errors of the harness and what is
/// inconclusive are UNDEFINED, never FAILURE. A case whose fails are wholly waived stays FAILURE
/// and is optional, so that the statement ignores it; one that does not apply is disabled. The
/// statement's status is SUCCESS only where the run states conformity.
std::string render_gitb(const judge::RunResult& result);

}  // namespace parley::reports
