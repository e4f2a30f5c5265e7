#include "harness/crypto/certificate_draft.h"

#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "harness/crypto/pem.h"

namespace parley::crypto {
namespace {

using Extension = OpensslHandle<X509_EXTENSION, X509_EXTENSION_free>;
using Number = OpensslHandle<BIGNUM, BN_free>;

Error failed(std::string what) {
  forget_openssl_errors();
  return make_error(ErrorCode::kInternal, std::move(what));
}

/// Positive, and never shorter than 16 bytes.
bool set_serial(X509* certificate, ByteArray<16> bytes) {
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | 0x40);
  const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509_NAME* name, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text,
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool set_validity(X509* certificate, CertificateValidity validity) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), validity.from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), validity.until) != nullptr;
}

bool add_extensions(X509* certificate, X509* issuer, std::span<const ExtensionText> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  return std::ranges::all_of(extensions, [&](const ExtensionText& text) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, text.nid, text.value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
  });
}

}  // namespace

Result<Certificate> draft_certificate(EVP_PKEY* key, const std::string& common_name,
                                      CertificateValidity validity, ByteArray<16> serial) {
  Certificate certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !set_serial(certificate.get(), serial) ||
      !set_name(X509_get_subject_name(certificate.get()), common_name) ||
      !set_validity(certificate.get(), validity) || X509_set_pubkey(certificate.get(), key) != 1) {
    return failed("certificate draft");
  }
  return certificate;
}

Status sign_certificate(X509* draft, X509* issuer, EVP_PKEY* issuer_key,
                        std::span<const ExtensionText> extensions) {
  // Ed25519 hashes for itself.
  const EVP_MD* digest =
      EVP_PKEY_get_base_id(issuer_key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  if (X509_set_issuer_name(draft, X509_get_subject_name(issuer)) != 1 ||
      !add_extensions(draft, issuer, extensions) || X509_sign(draft, issuer_key, digest) == 0) {
    return failed("signature of a certificate");
  }
  return {};
}

std::string certificate_pem(X509* certificate) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  require(size > 0, "a certificate has no DER form");
  const OpensslHandle<std::uint8_t, [](std::uint8_t* p) { OPENSSL_free(p); }> owner(der);
  return write_pem("CERTIFICATE", {der, static_cast<std::size_t>(size)});
}

}  // namespace parley::crypto
