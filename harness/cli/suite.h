// Everything that the binary carries and the user adds, loaded: the library of scenarios, the media
// files, the wire profiles.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/diagnostic.h"
#include "harness/prove/impostor_trials.h"
#include "harness/scenario/library.h"
#include "harness/wire/profile.h"
#include "mocks/quirks/quirk.h"
#include "mocks/quirks/separation.h"
#include "mocks/quirks/unshown.h"

namespace parley::cli {

/// A file with a name of its own: embedded, or read from a folder of the user.
struct NamedFile {
  std::string path;
  BytesView content;  ///< of the binary or of `owned`
  std::shared_ptr<const Bytes> owned;
};

struct Suite {
  scenario::Library library;
  std::vector<NamedFile> files;
  std::string digest;  ///< hex SHA-256 over the paths and contents of all scenario files

  /// A file of scenarios/media, or of a user's media folder, by its name.
  std::optional<BytesView> media(std::string_view name) const;
  /// The catalogue of quirks. Appends diagnostics for what is wrong with it.
  std::vector<mocks::quirks::Quirk> quirks(std::vector<Diagnostic>& diagnostics) const;
  /// What universal impostors may pass; see prove::Excuse.
  std::vector<prove::Excuse> excuses(std::vector<Diagnostic>& diagnostics) const;
  /// Why kinds of check that the same quirks kill are kept apart. Appends diagnostics.
  std::vector<mocks::quirks::Separation> separations(std::vector<Diagnostic>& diagnostics) const;
  /// Why checks that no quirk makes fail stay all the same. Appends diagnostics.
  std::vector<mocks::quirks::Unshown> unshown(std::vector<Diagnostic>& diagnostics) const;
  /// The wire profile with that id; nullopt, with diagnostics, where there is none.
  std::optional<wire::Profile> wire_profile(std::string_view id,
                                            std::vector<Diagnostic>& diagnostics) const;
};

/// Loads the embedded files and those below `folders`, which have the layout of scenarios/: cases/,
/// setups/, profiles/, catalogue/, media/. nullopt, and at least one diagnostic, where anything is
/// wrong; with `headers` also where a file does not name its schema to editors.
std::optional<Suite> load_suite(const std::vector<std::string>& folders,
                                std::vector<Diagnostic>& diagnostics, bool headers = false);

}  // namespace parley::cli
