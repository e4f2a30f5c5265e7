// One test case out of a scenario file, its set-up file and one combination of the matrix.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/load.h"
#include "harness/scenario/substitute.h"
#include "harness/scenario/value.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

/// The parts of one file that become part of a test case.
struct Part {
  YamlReader* in = nullptr;
  const YamlNode* root = nullptr;
  bool setup = false;
};

struct BuildInput {
  std::vector<Part> parts;  ///< the set-up first
  Bindings bindings;
  const LoadContext* context = nullptr;
  std::vector<std::string> requirements;  ///< those that the scenario declares
};

/// Fills actors, steps and checks of `out`; everything wrong is reported to the readers. False
/// where some of the checks could not be read at all, so that nothing can be said about what is
/// missing.
bool build_case(BuildInput& input, TestCase& out);

}  // namespace parley::scenario
