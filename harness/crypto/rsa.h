// RSA keys for RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::crypto {

/// A public key: modulus and exponent, big-endian without leading zeros. Cheap to copy.
class RsaPublicKey {
 public:
  /// kInvalid for an even or zero modulus, an exponent below 3 or even; kLimit for a modulus over
  /// 8192 bits or an exponent over 64. Leading zeros are dropped.
  static Result<RsaPublicKey> from_components(BytesView modulus, BytesView exponent);

  const Bytes& modulus() const;
  const Bytes& exponent() const;
  std::size_t bits() const;
  bool verify_rs256(BytesView message, BytesView signature) const;
  /// SubjectPublicKeyInfo as PEM; what an attacker would use as an HMAC key.
  std::string pem() const;

 private:
  friend class RsaPrivateKey;
  struct State;
  explicit RsaPublicKey(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

class RsaPrivateKey {
 public:
  /// PKCS #8 PEM.
  static Result<RsaPrivateKey> from_pem(std::string_view pem);
  /// A fresh key from OpenSSL's generator: slow, and different at each call. For real deployments.
  static Result<RsaPrivateKey> generate(std::size_t bits);
  /// One of the built-in test keys (2048 bits), the same in every build: `index` counts modulo
  /// their number. Key generation cannot be seeded and takes longer than a whole simulated
  /// scenario.
  static RsaPrivateKey test_key(std::size_t index);
  static std::size_t test_key_count();

  RsaPublicKey public_key() const;
  Bytes sign_rs256(BytesView message) const;  ///< deterministic

 private:
  struct State;
  explicit RsaPrivateKey(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace parley::crypto
