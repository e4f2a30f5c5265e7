// The bundle of a finished or killed run: what "parley run --out" wrote, sealed, signed and packed
// for others to verify.
#pragma once

#include <cstddef>
#include <string>

#include "harness/base/result.h"
#include "harness/cli/suite.h"
#include "harness/evidence/bundle.h"
#include "reports/proof.h"

namespace parley::cli {

struct BundleOptions {
  std::string run;     ///< the run's folder
  std::string keys;    ///< the lab's folder of keys
  std::string ledger;  ///< the folder of the lab's ledger, which closes the run; needed by a run
                       ///< that was opened in one, and by no other
  std::string out;     ///< the file; empty: named after the run, in the working directory
  std::string nonce;   ///< of who asked for the run
  bool as_public = false;
};

struct MadeBundle {
  std::string path;
  std::size_t size = 0;  ///< in bytes
  evidence::TreeHead transcript;
  std::string ledger;     ///< where the run stands there, for people
  std::string recovered;  ///< of a run that was killed: how far it is told; else empty
};

/// Writes the bundle. Where the run is in a ledger, both editions are closed there under one entry,
/// whichever comes first. Errors name the option or the file.
Result<MadeBundle> make_bundle(const BundleOptions& options, const Suite& suite,
                               const reports::Proof& proof);

}  // namespace parley::cli
