#include "harness/crypto/test_ca.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;
using Certificate = OpensslHandle<X509, X509_free>;
using Extension = OpensslHandle<X509_EXTENSION, X509_EXTENSION_free>;
using Number = OpensslHandle<BIGNUM, BN_free>;

// External programs judge certificates by the machine's clock, which may be years from World time.
constexpr auto kBefore = std::chrono::hours(24 * 3652);
constexpr auto kAfter = std::chrono::hours(24 * 3652);

Error failed(std::string what) {
  forget_openssl_errors();
  return make_error(ErrorCode::kInternal, std::move(what));
}

std::string contents(const Bio& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<std::string> certificate_pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return failed("certificate to PEM");
  return contents(bio);
}

Result<std::string> private_key_pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failed("private key to PEM");
  }
  return contents(bio);
}

Result<KeyHandle> new_key() {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (!key) return failed("P-256 key generation");
  return key;
}

/// A positive serial number of 127 random bits: unique without a counter (RFC 5280,
/// section 4.1.2.2, allows 20 bytes).
bool set_serial(X509* certificate) {
  ByteArray<16> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | 0x40);
  const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509_NAME* name, const char* common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name);
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1;
}

struct Validity {
  std::time_t from;
  std::time_t until;
};

bool set_validity(X509* certificate, Validity validity) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), validity.from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), validity.until) != nullptr;
}

struct ExtensionText {
  int nid;
  std::string value;  ///< in the notation of OpenSSL's configuration files (x509v3_config)
};

bool add_extensions(X509* certificate, X509* issuer, std::span<const ExtensionText> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  return std::ranges::all_of(extensions, [&](const ExtensionText& text) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, text.nid, text.value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
  });
}

/// Letters, digits, hyphens and dots, with an optional leading "*." label. Anything else could
/// smuggle a second entry into the extension's text form.
bool is_dns_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  char previous = '.';
  for (const char c : name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == '.' ? (label == 0 || previous == '-') : (!word && (c != '-' || label == 0))) {
      return false;
    }
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
    previous = c;
  }
  return label > 0 && previous != '-';
}

/// A certificate for `key`, complete but for its extensions and the signature.
Result<Certificate> draft(EVP_PKEY* key, const char* common_name, Validity validity) {
  Certificate certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !set_serial(certificate.get()) ||
      !set_name(X509_get_subject_name(certificate.get()), common_name) ||
      !set_validity(certificate.get(), validity) || X509_set_pubkey(certificate.get(), key) != 1) {
    return failed("certificate draft");
  }
  return certificate;
}

}  // namespace

struct TestCa::State {
  KeyHandle key;
  Certificate certificate;
  std::string pem;
  Validity validity;
};

TestCa::TestCa(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<TestCa> TestCa::create(TimePoint now) {
  const Validity validity{unix_seconds(now - kBefore), unix_seconds(now + kAfter)};
  PARLEY_ASSIGN(KeyHandle key, new_key());
  PARLEY_ASSIGN(Certificate certificate, draft(key.get(), "Parley test authority", validity));
  const ExtensionText extensions[] = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                      {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
  if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) != 1 ||
      !add_extensions(certificate.get(), certificate.get(), extensions) ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
    return failed("authority certificate");
  }
  PARLEY_ASSIGN(std::string pem, certificate_pem_of(certificate.get()));
  return TestCa(std::make_shared<const State>(std::move(key), std::move(certificate),
                                              std::move(pem), validity));
}

const std::string& TestCa::certificate_pem() const { return state_->pem; }

Result<CertificateAndKey> TestCa::issue(std::span<const std::string> dns_names) const {
  std::string names = "IP:127.0.0.1,IP:::1,DNS:localhost";
  for (const std::string& name : dns_names) {
    if (!is_dns_name(name)) {
      return make_error(ErrorCode::kInvalid, "not a DNS name for a certificate: " + name);
    }
    names += ",DNS:" + name;
  }
  PARLEY_ASSIGN(KeyHandle key, new_key());
  PARLEY_ASSIGN(Certificate certificate, draft(key.get(), "Parley test server", state_->validity));
  const ExtensionText extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                                      {NID_key_usage, "critical,digitalSignature"},
                                      {NID_ext_key_usage, "serverAuth"},
                                      {NID_subject_alt_name, names},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
  X509* authority = state_->certificate.get();
  if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority)) != 1 ||
      !add_extensions(certificate.get(), authority, extensions) ||
      X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) == 0) {
    return failed("server certificate");
  }
  CertificateAndKey issued;
  PARLEY_ASSIGN(issued.certificate_pem, certificate_pem_of(certificate.get()));
  PARLEY_ASSIGN(issued.private_key_pem, private_key_pem_of(key.get()));
  return issued;
}

}  // namespace parley::crypto
