// A folder with a lab's keys, as `parley keys init` makes it.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"

namespace parley::cli {

inline constexpr const char* kKeyFile = "key.pem";      ///< secret: the lab's signing key
inline constexpr const char* kChainFile = "chain.pem";  ///< its certificate and those above it
inline constexpr const char* kRootsFile = "roots.pem";  ///< for those who verify

struct LabKeys {
  crypto::SigningKey key;
  std::string chain_pem;
};

/// kNotFound or kIo where a file cannot be read, kInvalid where it is no key, or where others than
/// its owner may read the key; no message has a part of it.
Result<LabKeys> load_lab_keys(const std::filesystem::path& folder);

}  // namespace parley::cli
