// X25519 (RFC 7748), Ed25519 (RFC 8032) and XEdDSA, Signal's way to sign with an X25519 key.
#pragma once

#include <memory>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"

namespace parley::crypto {

using PublicKey = ByteArray<32>;   ///< X25519 u-coordinate or Ed25519 point, as on the wire
using PrivateKey = ByteArray<32>;  ///< never logged, never recorded
using SharedSecret = ByteArray<32>;
using Signature = ByteArray<64>;

/// An X25519 key pair, with OpenSSL's prepared key kept so that agreements do not rebuild it.
/// Cheap to copy; the copies share the prepared key.
class X25519KeyPair {
 public:
  /// Draws 32 bytes from `random`.
  static X25519KeyPair generate(Random& random);
  static X25519KeyPair from_private(const PrivateKey& key);

  const PublicKey& public_key() const;
  const PrivateKey& private_key() const;

  /// The shared secret. kInvalid where it is all zero, that is, where `peer` is a low-order point
  /// (RFC 7748, section 6.1).
  Result<SharedSecret> agree(const PublicKey& peer) const;

 private:
  struct State;
  explicit X25519KeyPair(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

/// An Ed25519 key pair from a 32-byte seed.
class Ed25519KeyPair {
 public:
  static Ed25519KeyPair generate(Random& random);
  static Ed25519KeyPair from_seed(const PrivateKey& seed);

  const PublicKey& public_key() const;
  Signature sign(BytesView message) const;

 private:
  struct State;
  explicit Ed25519KeyPair(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

bool ed25519_verify(const PublicKey& key, BytesView message, const Signature& signature);

/// A key pair that both agrees (X25519) and signs (XEdDSA). It is derived from an Ed25519 seed: the
/// X25519 private key is the clamped first half of SHA-512(seed), so that OpenSSL's Ed25519 signs
/// and the sign bit of the Ed25519 point travels in bit 7 of the signature's last byte, where every
/// XEdDSA verifier looks for it.
class XeddsaKeyPair {
 public:
  static XeddsaKeyPair generate(Random& random);
  static XeddsaKeyPair from_seed(const PrivateKey& seed);

  const PublicKey& public_key() const { return agreement_.public_key(); }
  const X25519KeyPair& agreement() const { return agreement_; }
  Signature sign(BytesView message) const;

 private:
  XeddsaKeyPair(X25519KeyPair agreement, Ed25519KeyPair signing);
  X25519KeyPair agreement_;
  Ed25519KeyPair signing_;
};

/// Verifies an XEdDSA signature under an X25519 public key. False also for a key that has no
/// Edwards counterpart (u = -1).
bool xeddsa_verify(const PublicKey& key, BytesView message, const Signature& signature);

}  // namespace parley::crypto
