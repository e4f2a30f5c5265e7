// Salted commitments: what a public transcript shows of a record's body. The commitment fixes the
// body without telling it; whoever is given salt and body can check that it is the one. Without the
// salt short bodies could be guessed and tried.
#pragma once

#include <cstdint>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {

using Commitment = crypto::Digest32;
using CommitmentSalt = ByteArray<32>;

/// SHA-256(salt || body). The salt's size is fixed, so that no byte can change sides.
Commitment commit(const CommitmentSalt& salt, BytesView body);

/// One secret per run, from which the salt of every record follows: a run's salts need not be kept
/// to be told again, and one that is told tells nothing of the others. The secret is wiped with the
/// object and has no text form.
class SaltKey {
 public:
  /// The secret of a simulated run comes from its World and is as reproducible as the run; that of
  /// a run against real systems must come from a Random that nobody can repeat.
  static SaltKey draw(Random& random);
  explicit SaltKey(const ByteArray<32>& secret);
  ~SaltKey();
  SaltKey(const SaltKey&) = delete;
  SaltKey& operator=(const SaltKey&) = delete;
  SaltKey(SaltKey&& other) noexcept;

  /// HMAC-SHA-256(secret, label || sequence). `sequence` must be unique within the run: two records
  /// with one salt would show whether their bodies are equal.
  CommitmentSalt salt(std::uint64_t sequence) const;

 private:
  ByteArray<32> secret_;
};

/// Whether salt and body open the commitment: kAuth where they are not what was committed to.
Status check_opening(const Commitment& commitment, const CommitmentSalt& salt, BytesView body);

}  // namespace parley::evidence
