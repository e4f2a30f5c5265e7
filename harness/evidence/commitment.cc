#include "harness/evidence/commitment.h"

#include <string_view>

namespace parley::evidence {
namespace {

/// Keeps these salts apart from whatever else may come to be derived from a run's secret.
constexpr std::string_view kLabel = "parley commitment salt v1";

}  // namespace

Commitment commit(const CommitmentSalt& salt, BytesView body) {
  return crypto::sha256({salt, body});
}

SaltKey SaltKey::draw(Random& random) {
  ByteArray<32> secret = random.array<32>();
  SaltKey key(secret);
  crypto::wipe(secret);
  return key;
}

SaltKey::SaltKey(const ByteArray<32>& secret) : secret_(secret) {}
SaltKey::SaltKey(SaltKey&& other) noexcept : secret_(other.secret_) { crypto::wipe(other.secret_); }
SaltKey::~SaltKey() { crypto::wipe(secret_); }

CommitmentSalt SaltKey::salt(std::uint64_t sequence) const {
  Bytes number;
  append_be(number, sequence, 8);
  return crypto::hmac_sha256(secret_, {as_bytes(kLabel), number});
}

Status check_opening(const Commitment& commitment, const CommitmentSalt& salt, BytesView body) {
  if (commit(salt, body) == commitment) return {};
  return make_error(ErrorCode::kAuth, "salt and body are not what was committed to");
}

}  // namespace parley::evidence
