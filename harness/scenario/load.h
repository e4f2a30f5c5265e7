// Scenario files and set-up files as YAML -> Scenario, with everything that is wrong told at once.
// The language is described in docs/scenarios.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"
#include "harness/scenario/fragment.h"
#include "harness/scenario/library.h"
#include "harness/scenario/preset.h"
#include "harness/scenario/scenario.h"

namespace parley::scenario {

inline constexpr std::size_t kMaxActors = 16;
inline constexpr std::size_t kMaxSteps = 400;  ///< the set-up's and all repetitions included
inline constexpr std::int64_t kMaxRepeat = 200;
inline constexpr std::size_t kMaxChecks = 64;
inline constexpr std::size_t kMaxTextBytes = 64 * 1024;

/// A set-up file, kept as it was read: its actors and steps become part of each scenario that
/// names it, in the light of that scenario's matrix.
struct Setup {
  std::string id;
  std::string title;
  YamlFile source;
};

/// What a scenario may refer to.
struct LoadContext {
  const std::vector<Setup>* setups = nullptr;
  const std::vector<Fragment>* fragments = nullptr;
  const std::vector<Preset>* presets = nullptr;
  const std::vector<std::string>* media = nullptr;
  /// Ids of fragments and presets that could not be read: nothing more is said about their users.
  std::vector<std::string> broken;
  const std::vector<CheckSpec>* checks = nullptr;
  std::vector<std::string> requirements;  ///< ids of the catalogue, sorted
};

/// nullopt, and at least one diagnostic, where the file cannot be used as a set-up.
std::optional<Setup> load_setup(YamlFile file, std::vector<Diagnostic>& diagnostics);

/// nullopt, and at least one diagnostic, where anything is wrong.
std::optional<Scenario> load_scenario(const YamlFile& file, const LoadContext& context,
                                      std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
