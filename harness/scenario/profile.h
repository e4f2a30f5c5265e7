// A profile: the named, versioned selection of scenarios that a run performs and a report states.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"

namespace parley::scenario {

/// A check that is judged in every test case without being declared there, and what it stands for.
struct Invariant {
  std::string check;  ///< name of a check kind that is an invariant
  std::vector<std::string> requirements;
  SourceMark mark;
};

struct Profile {
  std::string id;  ///< "base"
  std::string title;
  std::string version;
  std::string wire;     ///< wire profile: "wa-public-1.0.3"
  std::string service;  ///< core platform service: "whatsapp"
  std::string spec;     ///< version of the framework, of spec_versions(); empty where none is named
  /// Filters (see filter.h); a scenario belongs where one of them selects it.
  std::vector<std::string> scenarios;
  std::vector<Invariant> invariants;
  std::string file;
  SourceMark mark;
};

/// Reads one profile file; nullopt where it is of no use. Everything wrong is reported.
std::optional<Profile> read_profile(const YamlFile& file, std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
