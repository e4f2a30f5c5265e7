// The kill matrix as a page of its own, readable without JavaScript and without network.
#pragma once

#include <string>

#include "reports/proof.h"

namespace parley::reports {

/// Counts, rules that are broken, each kind of check with all quirks that it found, every quirk
/// with its status, equivalents, what was left out. A pure function of its argument.
std::string render_kill_matrix_html(const Proof& proof);

}  // namespace parley::reports
