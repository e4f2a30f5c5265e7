// Steps that are used more than once need labels of their own each time: a prefix before the
// labels, and before what refers to them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/yaml.h"

namespace parley::scenario {

/// The labels that a list of steps gives.
struct OwnLabels {
  std::set<std::string, std::less<>> steps;
  std::vector<std::string> fragments;  ///< `as:` of `use:` steps: all labels "PREFIX-…" are theirs

  bool contains(std::string_view label) const;
};

OwnLabels labels_of(const YamlNode& steps);

/// Puts "PREFIX-" before `as:` of the step, and before every one of `labels` in its placeholders.
void add_prefix(YamlNode& step, const OwnLabels& labels, std::string_view prefix);

}  // namespace parley::scenario
