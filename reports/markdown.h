// summary.md: a page in GitHub's Markdown, for the summary of a workflow step or a merge request.
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/result.h"

namespace parley::reports {

/// Text as Markdown shows it, in a table's cell or elsewhere: on one line, nothing in it is markup,
/// a mention or a link.
std::string markdown_text(std::string_view text);

/// Statement, counts, who was tested, every check that is no pass, waivers, obligations, and the
/// requirements that are not satisfied. At most 200 findings; how many more there are is said,
/// since GitHub cuts a summary at 1 MiB.
std::string render_markdown(const judge::RunResult& result);

}  // namespace parley::reports
