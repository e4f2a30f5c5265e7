// What a run had shown before it was killed: the test cases that its last checkpoint covers, and
// the others as not tested.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/attest/seal_run.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"
#include "harness/judge/result.h"
#include "harness/scenario/library.h"

namespace parley::attest {

/// Whether result.json is still that which the run wrote before its first message.
inline bool was_killed(const judge::RunInfo& run) { return run.transcript_digest.empty(); }

struct RecoveredRun {
  RunFiles files;  ///< as a run that was interrupted in order would have left them
  std::size_t cases = 0;
  bool is_signed = false;    ///< the lab's key has signed the checkpoint while the run went on
  std::size_t left_out = 0;  ///< bytes that no checkpoint covers
};

/// `planned` is what was written before the first message, with the transcript as it was found;
/// `cases` and `checkpoints` are the texts of cases.jsonl and checkpoints.jsonl. `library` and
/// `catalogue_digest` are those that the run had: kInvalid where they are others. Errors of
/// covered_prefix(); kInvalid where a result is of no planned case.
Result<RecoveredRun> recover_run(RunFiles planned, std::string_view cases,
                                 std::string_view checkpoints, const scenario::Library& library,
                                 const std::string& catalogue_digest, const crypto::VerifyKey& lab);

}  // namespace parley::attest
