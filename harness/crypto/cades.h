// Signatures after CAdES (ETSI EN 319 122-1) for receivers who read CMS: ECDSA over P-256 with
// SHA-256, because OpenSSL makes none with Ed25519, and such keys are what authorities certify.
#pragma once

#include <memory>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::crypto {

/// A key with its certificate and those above it. Cheap to copy; the copies share it.
class SealIdentity {
 public:
  /// One PEM block "PRIVATE KEY"; certificates in PEM, the key's own first. kInvalid where one is
  /// no such or they do not fit, kUnsupported for a key that is not on P-256.
  static Result<SealIdentity> from_pem(std::string_view key_pem, std::string_view certificates_pem);
  /// The same from a PKCS #12 file of at most 1 MiB; kAuth where the password does not open it.
  static Result<SealIdentity> from_pkcs12(BytesView der, const std::string& password);

 private:
  friend Result<Bytes> sign_cades(BytesView, const SealIdentity&, TimePoint);
  struct State;
  explicit SealIdentity(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// A detached signature over `content` as CMS in DER (CAdES-BES): the signer's certificate is in it
/// and among what is signed, and so is `when`, the time that the signer claims. kInternal where
/// OpenSSL fails at it.
Result<Bytes> sign_cades(BytesView content, const SealIdentity& signer, TimePoint when);

}  // namespace parley::crypto
