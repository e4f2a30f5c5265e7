// The wire profile of a run, with the overlays that somebody lays over it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/result.h"
#include "harness/cli/suite.h"
#include "harness/judge/result.h"
#include "harness/wire/profile.h"

namespace parley::cli {

struct OverlayFile {
  std::string path;
  std::string text;
};

/// Reads the files of `--wire-overlay`; errors name the option and the file.
Result<std::vector<OverlayFile>> read_overlays(const std::vector<std::string>& paths);

struct OverlaidProfile {
  std::shared_ptr<const wire::Profile> profile;
  std::vector<judge::WireOverlay> overlays;  ///< as reports state them, in their order
};

/// The wire profile `id` of the suite with the overlays on it. nullopt, and at least one
/// diagnostic, where there is none or something is wrong in them.
std::optional<OverlaidProfile> overlaid_profile(const Suite& suite, std::string_view id,
                                                const std::vector<OverlayFile>& overlays,
                                                std::vector<Diagnostic>& diagnostics);

/// Both; a file that cannot be read is a diagnostic as well.
std::optional<OverlaidProfile> load_profile(const Suite& suite, std::string_view id,
                                            const std::vector<std::string>& paths,
                                            std::vector<Diagnostic>& diagnostics);

}  // namespace parley::cli
