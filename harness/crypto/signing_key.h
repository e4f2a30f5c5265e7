// Keys that sign evidence: Ed25519 (RFC 8032), and ECDSA over P-256 with SHA-256 (FIPS 186-4) where
// the receiver's tools know nothing newer. Private keys have no text form but PEM, and no error or
// record ever holds a part of one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"

namespace parley::crypto {

enum class KeyAlgorithm { kEd25519, kEcdsaP256 };
std::string_view to_string(KeyAlgorithm algorithm);  ///< "ed25519", "ecdsa-p256"

/// A public key. Cheap to copy.
class VerifyKey {
 public:
  /// SubjectPublicKeyInfo (RFC 5280) in its only DER form, points uncompressed. kInvalid for
  /// anything else, kUnsupported for another kind of key.
  static Result<VerifyKey> from_spki(BytesView der);
  /// One PEM block "PUBLIC KEY".
  static Result<VerifyKey> from_pem(std::string_view pem);
  static VerifyKey from_ed25519(const PublicKey& point);

  KeyAlgorithm algorithm() const;
  const Bytes& spki() const;
  std::string pem() const;
  /// The hex SHA-256 of spki(): what `openssl pkey -pubin -outform DER | sha256sum` says.
  const std::string& key_id() const;
  /// The 32 bytes of an Ed25519 key; nothing for another kind.
  std::optional<PublicKey> ed25519() const;

  /// Ed25519 signatures are 64 bytes, ECDSA ones DER (RFC 3279).
  bool verify(BytesView message, BytesView signature) const;

  bool operator==(const VerifyKey& other) const { return spki() == other.spki(); }

 private:
  friend class SigningKey;
  struct State;
  explicit VerifyKey(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

/// A private key. Cheap to copy; the copies share it.
class SigningKey {
 public:
  /// Drawn from `random`: with a World's, as reproducible as the run and as secret as its seed.
  static SigningKey generate(KeyAlgorithm algorithm, Random& random);
  /// From OpenSSL's generator: for keys that are kept.
  static SigningKey generate(KeyAlgorithm algorithm);
  /// One PEM block "PRIVATE KEY" (PKCS #8). kInvalid for anything else, or where public and private
  /// part do not fit; kUnsupported for another kind of key and for an encrypted one.
  static Result<SigningKey> from_pem(std::string_view pem);
  static Result<SigningKey> from_pkcs8(BytesView der);

  const VerifyKey& public_key() const;
  KeyAlgorithm algorithm() const { return public_key().algorithm(); }
  /// Ed25519 signs one message always alike, ECDSA never twice.
  Bytes sign(BytesView message) const;

  /// For a file that its owner alone can read.
  std::string pem() const;
  /// The same, for other code of this folder; the caller wipes it.
  Bytes pkcs8() const;

 private:
  struct State;
  explicit SigningKey(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace parley::crypto
