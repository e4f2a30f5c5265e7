// X.509 certificates in PEM, read for the .cc files of this folder only: OpenSSL's types stay
// inside it.
#pragma once

#include <openssl/x509.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/crypto/certificate_draft.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {

/// A stack that owns its certificates.
struct CertificateStackDeleter {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using CertificateStack = std::unique_ptr<STACK_OF(X509), CertificateStackDeleter>;
using CertificateStore = OpensslHandle<X509_STORE, X509_STORE_free>;

/// 112 bits: RSA from 2048, P-224 and up, no SHA-1 (SSL_CTX_set_security_level(3)).
inline constexpr int kCertificateSecurityLevel = 2;

/// At least one. kInvalid where a block is no certificate or there is none, kLimit over `limit`.
Result<std::vector<Certificate>> parse_certificates(std::string_view pem, std::size_t limit);

/// In the form of RFC 2253.
std::string subject_of(const X509* certificate);

/// A stack of the same certificates, from the one at `first` on.
CertificateStack stack_of(const std::vector<Certificate>& certificates, std::size_t first = 0);
/// Those certificates as the only ones that are believed, and the time at which others must be
/// valid.
CertificateStore store_of(const std::vector<Certificate>& roots, TimePoint when);

/// What OpenSSL says of its last failure, for people; empties the queue.
std::string openssl_reason();

}  // namespace parley::crypto
