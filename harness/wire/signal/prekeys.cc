#include "harness/wire/signal/prekeys.h"

namespace parley::signal {
namespace {

bool valid_id(PreKeyId id) { return id <= kMaxPreKeyId; }

}  // namespace

OneTimePreKey OneTimePreKey::generate(PreKeyId id, Random& random) {
  return {id, crypto::X25519KeyPair::generate(random)};
}

SignedPreKey SignedPreKey::generate(PreKeyId id, const IdentityKeyPair& identity, Random& random) {
  SignedPreKey prekey{id, crypto::X25519KeyPair::generate(random), {}};
  prekey.signature = identity.sign(typed_key(prekey.key.public_key()));
  return prekey;
}

std::vector<OneTimePreKey> generate_one_time_prekeys(PreKeyId first, std::size_t count,
                                                     Random& random) {
  std::vector<OneTimePreKey> keys;
  keys.reserve(count);
  PreKeyId id = first;
  for (std::size_t i = 0; i < count; ++i, id = next_prekey_id(id)) {
    keys.push_back(OneTimePreKey::generate(id, random));
  }
  return keys;
}

bool verify_signed_prekey(const crypto::PublicKey& identity, const PublicSignedPreKey& prekey) {
  return crypto::xeddsa_verify(identity, typed_key(prekey.key), prekey.signature);
}

Status PreKeyBundle::verify() const {
  if (!valid_id(signed_prekey.id)) {
    return make_error(ErrorCode::kInvalid, "signed prekey id is out of range");
  }
  if (one_time_prekey && !valid_id(one_time_prekey->id)) {
    return make_error(ErrorCode::kInvalid, "one-time prekey id is out of range");
  }
  if (!verify_signed_prekey(identity, signed_prekey)) {
    return make_error(ErrorCode::kAuth, "signed prekey's signature does not hold");
  }
  return {};
}

}  // namespace parley::signal
