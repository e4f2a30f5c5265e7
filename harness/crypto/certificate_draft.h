// The parts of making X.509 certificates (RFC 5280) that every authority of ours needs, for the .cc
// files of this folder only: OpenSSL's types stay inside it.
#pragma once

#include <openssl/x509.h>

#include <ctime>
#include <span>
#include <string>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {

using Certificate = OpensslHandle<X509, X509_free>;

struct CertificateValidity {
  std::time_t from;
  std::time_t until;
};

/// A certificate for `key`, complete but for its issuer, its extensions and the signature. The
/// serial number is made of `serial`: 127 random bits are unique without a counter
/// (section 4.1.2.2).
Result<Certificate> draft_certificate(EVP_PKEY* key, const std::string& common_name,
                                      CertificateValidity validity, ByteArray<16> serial);

struct ExtensionText {
  int nid;
  std::string value;  ///< in the notation of OpenSSL's configuration files (x509v3_config)
};

/// Signs the draft in the name of `issuer`, which may be the draft itself. kInternal where OpenSSL
/// fails at it.
Status sign_certificate(X509* draft, X509* issuer, EVP_PKEY* issuer_key,
                        std::span<const ExtensionText> extensions);

std::string certificate_pem(X509* certificate);

}  // namespace parley::crypto
