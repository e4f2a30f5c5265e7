// Partners differ: what people see of their users, whether they send files, how they rotate keys. A
// file of scenarios/presets gives the settings of one kind of partner a name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/yaml.h"

namespace parley::scenario {

struct Preset {
  std::string id;
  std::string title;
  json::object settings;  ///< of a partner, as the vocabulary lists them
  YamlFile source;
};

/// nullopt, and at least one diagnostic, where the file cannot be used as a preset.
std::optional<Preset> load_preset(YamlFile file, std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
