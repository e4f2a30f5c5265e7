// `--identification FILE`, for the commands that have it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/judge/identification.h"

namespace parley::cli {

/// What the file states, or nothing at all where `path` is empty. nullopt, and at least one
/// diagnostic, where it cannot be read or anything in it is wrong.
std::optional<judge::Identification> load_identification(const std::string& path,
                                                         std::vector<Diagnostic>& diagnostics);

}  // namespace parley::cli
