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
/// For those who check the ledger by its key alone: "name+id+base64".
inline constexpr const char* kLedgerKeyFile = "ledger.vkey";

struct LabKeys {
  crypto::SigningKey key;
  std::string chain_pem;
  std::string ledger_origin;  ///< the name of the lab's ledger
};

/// The name of a ledger whose lab has chosen none.
std::string default_ledger_origin(const crypto::VerifyKey& lab);

/// kNotFound or kIo where a file cannot be read, kInvalid where it is no key, where others than its
/// owner may read the key, or where ledger.vkey is of another one; no message has a part of it.
/// ledger.vkey may be missing.
Result<LabKeys> load_lab_keys(const std::filesystem::path& folder);

}  // namespace parley::cli
