// The kill matrix in Markdown, for a review or a wiki.
#pragma once

#include <string>

#include "reports/proof.h"

namespace parley::reports {

/// The same parts as render_kill_matrix_html(). A pure function of its argument.
std::string render_kill_matrix_md(const Proof& proof);

}  // namespace parley::reports
