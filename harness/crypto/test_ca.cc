#include "harness/crypto/test_ca.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <string_view>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/crypto/certificate_draft.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;

// External programs judge certificates by the machine's clock, which may be years from World time.
constexpr auto kBefore = std::chrono::hours(24 * 3652);
constexpr auto kAfter = std::chrono::hours(24 * 3652);

Error failed(std::string what) {
  forget_openssl_errors();
  return make_error(ErrorCode::kInternal, std::move(what));
}

Result<std::string> private_key_pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failed("private key to PEM");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Result<KeyHandle> new_key() {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (!key) return failed("P-256 key generation");
  return key;
}

/// Not reproducible, as the keys are not.
Result<ByteArray<16>> new_serial() {
  ByteArray<16> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return failed("serial number");
  return bytes;
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

}  // namespace

struct TestCa::State {
  KeyHandle key;
  Certificate certificate;
  std::string pem;
  CertificateValidity validity;
};

TestCa::TestCa(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<TestCa> TestCa::create(TimePoint now) {
  const CertificateValidity validity{unix_seconds(now - kBefore), unix_seconds(now + kAfter)};
  PARLEY_ASSIGN(KeyHandle key, new_key());
  PARLEY_ASSIGN(const ByteArray<16> serial, new_serial());
  PARLEY_ASSIGN(Certificate certificate,
                draft_certificate(key.get(), "Parley test authority", validity, serial));
  const ExtensionText extensions[] = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                      {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
  PARLEY_TRY(sign_certificate(certificate.get(), certificate.get(), key.get(), extensions));
  std::string pem = parley::crypto::certificate_pem(certificate.get());
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
  PARLEY_ASSIGN(const ByteArray<16> serial, new_serial());
  PARLEY_ASSIGN(Certificate certificate,
                draft_certificate(key.get(), "Parley test server", state_->validity, serial));
  const ExtensionText extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                                      {NID_key_usage, "critical,digitalSignature"},
                                      {NID_ext_key_usage, "serverAuth"},
                                      {NID_subject_alt_name, names},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
  PARLEY_TRY(sign_certificate(certificate.get(), state_->certificate.get(), state_->key.get(),
                              extensions));
  CertificateAndKey issued;
  issued.certificate_pem = parley::crypto::certificate_pem(certificate.get());
  PARLEY_ASSIGN(issued.private_key_pem, private_key_pem_of(key.get()));
  return issued;
}

}  // namespace parley::crypto
