// What a run commits to while it goes on, so that one that is killed keeps everything up to its
// last checkpoint: transcript.jsonl grows by the records of a test case, cases.jsonl by its result,
// and then checkpoints.jsonl by the head of one Merkle tree over both: records of the first case,
// its line of cases.jsonl, records of the second case, ...
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"
#include "harness/evidence/merkle_tree.h"

namespace parley::evidence {

/// The origin under which a run's checkpoints stand: "parley/run-…".
std::string checkpoint_origin(std::string_view run_id);

/// Says what to write. Whoever writes it appends to the files in the order of the members, so that
/// no checkpoint covers what is not there.
class RunJournal {
 public:
  struct Entry {
    std::string case_line;        ///< {"lines":12,"result":{…}} with a newline
    std::string checkpoint_line;  ///< {"checkpoint":"…"} with a newline
  };

  /// With a key, which must be Ed25519, checkpoints are signed notes; without one they are plain.
  RunJournal(std::string_view run_id, std::optional<crypto::SigningKey> key);

  /// The next test case: its records, each line ended by a newline, and its result. kUnsupported
  /// for another kind of key.
  Result<Entry> add(std::string_view lines, const json::object& result);

 private:
  const std::string origin_;
  const std::optional<crypto::SigningKey> key_;
  MerkleAccumulator tree_;
};

/// The three files as they were found.
struct JournalTexts {
  std::string_view transcript;
  std::string_view cases;
  std::string_view checkpoints;
};

/// What the last checkpoint that holds covers.
struct JournalPrefix {
  std::string_view transcript;       ///< whole lines of the text that was given
  std::vector<json::value> results;  ///< of its test cases, in their order
  bool is_signed = false;            ///< by the key that was given
  /// Bytes of transcript.jsonl and cases.jsonl that no checkpoint covers: written in the last
  /// moment, or changed since.
  std::size_t left_out = 0;
};

/// Files that end anywhere are no error: what is behind the last checkpoint that holds is left out.
/// kAuth where checkpoints are signed, but not by `key`; kInvalid where one is of another run, or
/// signed ones are mixed with others.
Result<JournalPrefix> covered_prefix(std::string_view run_id, const JournalTexts& texts,
                                     const crypto::VerifyKey& key);

}  // namespace parley::evidence
