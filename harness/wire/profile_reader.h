// Reads one wire profile or overlay file. For Profile.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/wire/profile.h"

namespace parley::wire {

enum class ProfileKind { kBase, kOverlay };

struct ProfileFile {
  std::string id;
  std::vector<Operation> operations;  ///< in the order of the file
};

/// A base profile says "profile: ID", an overlay "overlay: ID". `existing` are the operations that
/// an overlay builds on, for references between operations. Trouble is appended to `diagnostics`,
/// and the result is then nullopt.
std::optional<ProfileFile> read_profile(std::string name, std::string text, ProfileKind kind,
                                        std::span<const Operation> existing,
                                        std::vector<Diagnostic>& diagnostics);

}  // namespace parley::wire
