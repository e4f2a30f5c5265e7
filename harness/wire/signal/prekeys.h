// Prekeys (X3DH, section 3.2): what an account publishes so that others can write to it while it is
// offline, and the bundle in which a peer fetches it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/signal/identity.h"

namespace parley::signal {

/// 24 bits on the wire (3 bytes, big-endian). Ours count from 1; others may start at 0.
using PreKeyId = std::uint32_t;
inline constexpr PreKeyId kMaxPreKeyId = 0xFFFFFF;

/// The id after `id`: behind the last one comes 1.
constexpr PreKeyId next_prekey_id(PreKeyId id) { return id >= kMaxPreKeyId ? 1 : id + 1; }

struct PublicPreKey {
  PreKeyId id = 0;
  crypto::PublicKey key{};
  bool operator==(const PublicPreKey&) const = default;
};

struct PublicSignedPreKey {
  PreKeyId id = 0;
  crypto::PublicKey key{};
  crypto::Signature signature{};  ///< XEdDSA by the identity key over typed_key(key)
  bool operator==(const PublicSignedPreKey&) const = default;
};

/// Used for one session set-up, then deleted.
struct OneTimePreKey {
  PreKeyId id = 0;
  crypto::X25519KeyPair key;

  static OneTimePreKey generate(PreKeyId id, Random& random);
  PublicPreKey public_view() const { return {id, key.public_key()}; }
};

/// Used for many set-ups; replaced now and then.
struct SignedPreKey {
  PreKeyId id = 0;
  crypto::X25519KeyPair key;
  crypto::Signature signature{};

  static SignedPreKey generate(PreKeyId id, const IdentityKeyPair& identity, Random& random);
  PublicSignedPreKey public_view() const { return {id, key.public_key(), signature}; }
};

/// `count` keys with consecutive ids from `first` on.
std::vector<OneTimePreKey> generate_one_time_prekeys(PreKeyId first, std::size_t count,
                                                     Random& random);

/// Whether the signed prekey is really the identity's. What a server checks at enlistment and a
/// client checks before it sends.
bool verify_signed_prekey(const crypto::PublicKey& identity, const PublicSignedPreKey& prekey);

/// One account's public keys, as a peer fetches them from the server.
struct PreKeyBundle {
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  PublicSignedPreKey signed_prekey;
  std::optional<PublicPreKey> one_time_prekey;  ///< absent where the server has run out of them

  bool operator==(const PreKeyBundle&) const = default;

  /// kAuth where the signature does not hold, kInvalid for ids out of range.
  Status verify() const;
};

}  // namespace parley::signal
