// What scenarios have the gatekeeper do that is no gatekeeper's business: faults of the network and
// attacks, which the harness makes in its place. Where a gatekeeper's server is under test nobody
// here stands in that place, and none of it is asked of the product.
#pragma once

#include <string>
#include <string_view>

#include "harness/scenario/scenario.h"

namespace parley::cli {

/// Whether that operation of a gatekeeper's is the harness's own, whatever its arguments. One of
/// them, `cut-connection`, it does with a product in the seat, too (chat_line.h).
bool is_harness_act(std::string_view operation);

/// Why the test case cannot be run with an implementation in the seat of the gatekeeper's server:
/// the act that would have to be done in there; empty where there is none.
std::string needs_harness_act(const scenario::TestCase& test_case);

}  // namespace parley::cli
