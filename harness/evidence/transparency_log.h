// The texts in which an append-only log speaks to people who do not run it: checkpoints
// (c2sp.org/tlog-checkpoint), proofs that an entry is in it (c2sp.org/tlog-proof), and proofs for a
// witness that nothing was rewritten (the request of c2sp.org/tlog-witness). All of them are files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/evidence/merkle_tree.h"
#include "harness/evidence/signed_note.h"

namespace parley::evidence {

/// How far a log has grown: the text of a signed note.
struct Checkpoint {
  std::string origin;  ///< the log's name, and that of its key
  TreeHead head;

  bool operator==(const Checkpoint&) const = default;
};

/// Three lines: origin, size, root in base64.
std::string to_text(const Checkpoint& checkpoint);
/// Strict: no leading zeros, and no extension lines, which the standard allows and advises against.
/// kInvalid with the line.
Result<Checkpoint> parse_checkpoint(std::string_view text);

/// A checkpoint as a signed note, by the log's own key under its origin.
Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& key);
/// Reads the note `text` and believes it where the log's key has signed it and names the same
/// origin. Lines of witnesses may follow. kAuth, kInvalid, kLimit.
Result<Checkpoint> verify_checkpoint(std::string_view text, const NoteKey& log);

/// That the entry at `index` is in the log.
struct TlogProof {
  /// The standard's "extra data": the entry itself, so that the proof stands alone. May be empty.
  /// Nothing vouches for it but that it is what the path begins with.
  std::string entry{};
  std::uint64_t index = 0;
  MerkleProof path{};
  std::string checkpoint{};  ///< a signed note, as the log gave it out

  bool operator==(const TlogProof&) const = default;
};

std::string to_text(const TlogProof& proof);
/// Verifies nothing. kInvalid or kLimit.
Result<TlogProof> parse_tlog_proof(std::string_view text);

/// Where an entry was logged.
struct LoggedAt {
  std::uint64_t index = 0;
  Checkpoint checkpoint;

  bool operator==(const LoggedAt&) const = default;
};
/// Whether `proof` shows `entry` to be in the log of this key; where it brings an entry of its own,
/// whether that is the same (kInvalid).
Result<LoggedAt> verify_logged(BytesView entry, const TlogProof& proof, const NoteKey& log);

/// That the log, as `checkpoint` has it, continues what it was at `old_size`.
struct ConsistencyProof {
  std::uint64_t old_size = 0;
  MerkleProof path;
  std::string checkpoint;

  bool operator==(const ConsistencyProof&) const = default;
};

/// "old N", the hashes, an empty line, the checkpoint.
std::string to_text(const ConsistencyProof& proof);
Result<ConsistencyProof> parse_consistency_proof(std::string_view text);

/// Whether the log of this key has only grown since `older`. The checkpoint that it has grown to.
/// kInvalid where the proof begins at another size.
Result<Checkpoint> verify_growth(const Checkpoint& older, const ConsistencyProof& proof,
                                 const NoteKey& log);

}  // namespace parley::evidence
