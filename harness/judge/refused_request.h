// Whose fault it is that our mock of a gatekeeper refused what a product asked of it. A check of
// the answer names the gatekeeper, who would have had to say yes; but a mock is not under test, and
// it says why it refused.
#pragma once

#include "harness/judge/case_view.h"
#include "harness/judge/judge.h"
#include "harness/judge/result.h"

namespace parley::judge {

/// Lays a declared check's failure that names the mock gatekeeper to the product, where the
/// gatekeeper refused, within the step that the check is about, a request of that product's, or one
/// that came with a token which that product issued. The verdict stays. A request that the test
/// case spoils on purpose (arguments `fault` or `token`) is nobody's fault.
void blame_whose_request_was_refused(const CaseView& view, const DeclaredCheck& declared,
                                     CheckResult& check);

}  // namespace parley::judge
