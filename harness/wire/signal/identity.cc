#include "harness/wire/signal/identity.h"

#include <algorithm>

namespace parley::signal {
namespace {

/// Signal's registration ids fit 14 bits and keep clear of both ends.
constexpr std::uint64_t kRegistrationIds = 16380;

}  // namespace

TypedKey typed_key(const crypto::PublicKey& key) {
  TypedKey typed;
  typed[0] = kCurveType;
  std::ranges::copy(key, typed.begin() + 1);
  return typed;
}

Result<crypto::PublicKey> parse_typed_key(BytesView bytes) {
  if (bytes.size() != std::tuple_size_v<TypedKey>) {
    return make_error(ErrorCode::kInvalid, "public key is not 33 bytes long");
  }
  if (bytes[0] != kCurveType) {
    return make_error(ErrorCode::kInvalid, "public key is of an unknown type");
  }
  return parse_raw_key(bytes.subspan(1));
}

Result<crypto::PublicKey> parse_raw_key(BytesView bytes) {
  crypto::PublicKey key;
  if (bytes.size() != key.size()) {
    return make_error(ErrorCode::kInvalid, "public key is not 32 bytes long");
  }
  if ((bytes.back() & 0x80) != 0) {
    return make_error(ErrorCode::kInvalid, "public key has bit 255 set");
  }
  std::ranges::copy(bytes, key.begin());
  return key;
}

Identity Identity::generate(Random& random) {
  Identity identity{IdentityKeyPair::generate(random), 0};
  identity.registration_id = static_cast<std::uint32_t>(1 + random.below(kRegistrationIds));
  return identity;
}

}  // namespace parley::signal
