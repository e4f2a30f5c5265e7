// What is different between two runs, for people and for programs.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/judge/comparison.h"

namespace parley::reports {

/// A list of changes with its name.
struct ChangeList {
  std::string_view key;    ///< "newly_failing"
  std::string_view title;  ///< "Newly failing"
  std::vector<judge::Difference> judge::Changes::* list;
};
/// The lists of judge::Changes, the worst first.
std::span<const ChangeList> change_lists();

/// "regressed: 2 test cases and 3 requirements newly fail" or "nothing newly fails", one line.
std::string changes_sentence(const judge::Comparison& comparison);

std::string render_changes_text(const judge::Comparison& comparison);
/// {"format":"parley-comparison/1", ...}, canonical, with a newline.
std::string render_changes_json(const judge::Comparison& comparison);
std::string render_changes_md(const judge::Comparison& comparison);

}  // namespace parley::reports
