// Where a secret is kept. Secrets stand in no run file, log, transcript or report: what a person
// writes down is where to find one, and only who needs it looks there.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace parley::cli {

/// The value of a variable of the environment; nullopt where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

struct SecretReference {
  enum class Kind { kEnvironment, kFile };
  Kind kind = Kind::kEnvironment;
  std::string name;  ///< of the variable, or the file's path

  /// As it was written: "env:NAME". Safe to show.
  std::string text() const;
};

/// "env:NAME" or "file:PATH"; nullopt for anything else, which may well be a secret.
std::optional<SecretReference> parse_secret_reference(std::string_view text);

/// The secret itself, without the newline at its end; a relative path begins at `folder`. kNotFound
/// where it is not there, kInvalid where it is empty, kLimit over 64 KiB. Errors name the reference
/// and never what was found.
Result<std::string> resolve(const SecretReference& reference, const Environment& environment,
                            const std::filesystem::path& folder);

}  // namespace parley::cli
