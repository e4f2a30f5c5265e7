// A `negative:` block: something done rightly, then with one thing wrong, then rightly again. It
// stands for those steps and for the check that the wrong one is refused for the right reason
// while its twins succeed.
#pragma once

#include <optional>
#include <vector>

#include "harness/base/yaml.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

struct UnfoldedNegative {
  std::vector<YamlNode> steps;  ///< labelled ID-before, ID-attack, ID-after; prepared each time
  YamlNode check;               ///< called ID, of kind refused-with
};

/// The block, in which everything that is known before a run has been filled in. All nodes keep
/// their places in the file, so that whatever is wrong with them is shown in the block. nullopt,
/// and at least one report, where it cannot be unfolded.
std::optional<UnfoldedNegative> unfold_negative(YamlReader& in, const YamlNode& block);

}  // namespace parley::scenario
