// The section "Changes since the previous run" of report.html, and a page of its own.
#pragma once

#include <string>

#include "harness/judge/comparison.h"

namespace parley::reports {

/// What stands below the heading: a sentence, and one table per list that is not empty.
void append_changes(std::string& out, const judge::Comparison& comparison);

/// The same as a whole page: complete without scripts, network or styles.
std::string render_changes_html(const judge::Comparison& comparison);

}  // namespace parley::reports
