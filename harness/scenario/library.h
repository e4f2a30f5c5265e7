// Everything under scenarios/: catalogue, profiles, set-ups, cases. Loaded from named texts, not
// from the file system, because the binary carries them inside itself.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/scenario/catalogue.h"
#include "harness/scenario/profile.h"
#include "harness/scenario/scenario.h"

namespace parley::scenario {

/// The folder in the path decides what a file is: ".../catalogue/", ".../profiles/",
/// ".../setups/", ".../fragments/", ".../presets/", ".../cases/".
struct SourceFile {
  std::string_view path;  ///< "scenarios/cases/text/both-ways.yaml"
  std::string_view text;
};

/// What the loader must know about a kind of check.
struct CheckSpec {
  std::string_view name;
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
  bool invariant = false;
};

/// What the files may refer to and what does not stand in files.
struct Surroundings {
  std::vector<std::string> media;  ///< names of the files in scenarios/media
  std::vector<CheckSpec> checks;
  bool headers = false;  ///< files must name their schema to editors in the first line
};

struct Library {
  std::vector<Document> documents;
  std::vector<Service> services;
  std::vector<Extension> extensions;
  std::vector<Area> areas;
  std::vector<Requirement> requirements;  ///< sorted by id
  std::vector<Obligation> obligations;    ///< in the order of the files
  std::vector<Profile> profiles;          ///< sorted by id
  std::vector<Scenario> scenarios;        ///< sorted by id

  const Document* find_document(std::string_view key) const;
  const Service* find_service(std::string_view id) const;
  const Requirement* find_requirement(std::string_view id) const;
  /// By its id, or by its article: "7(2)(a)(i)".
  const Obligation* find_obligation(std::string_view id) const;
  const Profile* find_profile(std::string_view id) const;
  const Scenario* find_scenario(std::string_view id) const;
  const TestCase* find_case(std::string_view id) const;
};

/// Loads everything or nothing: nullopt where at least one diagnostic was appended. All files are
/// read before giving up, so that one run shows all that is wrong. Diagnostics are in the order of
/// the paths, then of the lines.
std::optional<Library> load_library(std::span<const SourceFile> files,
                                    const Surroundings& surroundings,
                                    std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
