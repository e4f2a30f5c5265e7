#include "harness/crypto/certificate_chain.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>
#include <vector>

#include "harness/base/utf8.h"
#include "harness/crypto/certificate_draft.h"
#include "harness/crypto/certificate_list.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

using StoreContext = OpensslHandle<X509_STORE_CTX, X509_STORE_CTX_free>;
using Uses = OpensslHandle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

constexpr const char* kDocumentSigning = "1.3.6.1.5.5.7.3.36";  // RFC 9336
constexpr std::size_t kMaxChain = 8;
constexpr std::size_t kMaxRoots = 256;
constexpr std::size_t kMaxName = 64;  // ub-common-name of RFC 5280

constexpr std::array<std::pair<ChainFault, std::string_view>, 9> kNames{
    {{ChainFault::kNone, "none"},
     {ChainFault::kMalformed, "malformed"},
     {ChainFault::kExpired, "expired"},
     {ChainFault::kNotYetValid, "not-yet-valid"},
     {ChainFault::kForeignRoot, "foreign-root"},
     {ChainFault::kSignature, "signature"},
     {ChainFault::kWrongUse, "wrong-use"},
     {ChainFault::kWeak, "weak"},
     {ChainFault::kRefused, "refused"}}};

/// OpenSSL's reasons that are told apart.
constexpr std::pair<int, ChainFault> kFaults[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, ChainFault::kExpired},
    {X509_V_ERR_CERT_NOT_YET_VALID, ChainFault::kNotYetValid},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, ChainFault::kForeignRoot},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, ChainFault::kForeignRoot},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, ChainFault::kForeignRoot},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, ChainFault::kForeignRoot},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, ChainFault::kForeignRoot},
    {X509_V_ERR_CERT_UNTRUSTED, ChainFault::kForeignRoot},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, ChainFault::kSignature},
    {X509_V_ERR_INVALID_CA, ChainFault::kWrongUse},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, ChainFault::kWrongUse},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, ChainFault::kWrongUse},
    {X509_V_ERR_EE_KEY_TOO_SMALL, ChainFault::kWeak},
    {X509_V_ERR_CA_KEY_TOO_SMALL, ChainFault::kWeak},
    {X509_V_ERR_CA_MD_TOO_WEAK, ChainFault::kWeak}};

/// The key in OpenSSL's form, for signing certificates.
KeyHandle handle_of(const SigningKey& key) {
  Bytes der = key.pkcs8();
  const std::uint8_t* next = der.data();
  KeyHandle handle(d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(der.size())));
  wipe(der);
  require(handle != nullptr, "OpenSSL refused a signing key");
  return handle;
}

KeyHandle handle_of(const VerifyKey& key) {
  const std::uint8_t* next = key.spki().data();
  KeyHandle handle(d2i_PUBKEY(nullptr, &next, static_cast<long>(key.spki().size())));
  require(handle != nullptr, "OpenSSL refused a public key");
  return handle;
}

Status check_request(const std::string& name, ValidityPeriod period) {
  if (name.empty() || name.size() > kMaxName || !is_printable_utf8(name) ||
      name.find_first_of("\t\r\n") != std::string::npos) {
    return make_error(ErrorCode::kInvalid,
                      "a certificate's name is 1 to 64 bytes of printable text in one line");
  }
  if (period.until < period.from) {
    return make_error(ErrorCode::kInvalid, "a certificate's validity ends before it begins");
  }
  return {};
}

CertificateValidity seconds_of(ValidityPeriod period) {
  return {unix_seconds(period.from), unix_seconds(period.until)};
}

bool may_sign_documents(X509* certificate) {
  const std::uint32_t key_usage = X509_get_key_usage(certificate);  // all ones where absent
  if (X509_get_ext_by_NID(certificate, NID_key_usage, -1) < 0 ||
      (key_usage & KU_DIGITAL_SIGNATURE) == 0 || X509_check_ca(certificate) != 0) {
    return false;
  }
  const Uses uses(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; uses && i < sk_ASN1_OBJECT_num(uses.get()); ++i) {
    char oid[64] = {};
    OBJ_obj2txt(oid, sizeof oid, sk_ASN1_OBJECT_value(uses.get(), i), 1);
    if (std::string_view(oid) == kDocumentSigning) return true;
  }
  return false;
}

ChainVerdict refusal(ChainFault fault, std::string reason, std::string subject = {}) {
  forget_openssl_errors();
  return {.fault = fault, .reason = std::move(reason), .subject = std::move(subject)};
}

/// RFC 5280, section 6, by OpenSSL: its error, and at which certificate (0 is the signer's).
std::pair<int, int> verify_path(const std::vector<Certificate>& chain,
                                const std::vector<Certificate>& roots, TimePoint when) {
  const CertificateStore store = store_of(roots, when);
  const CertificateStack others = stack_of(chain, 1);
  const StoreContext context(X509_STORE_CTX_new());
  require(context != nullptr, "out of memory for a certificate store");
  require(X509_STORE_CTX_init(context.get(), store.get(), chain[0].get(), others.get()) == 1,
          "out of memory for a verification");
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_depth(rules, static_cast<int>(kMaxChain));
  if (X509_verify_cert(context.get()) == 1) return {X509_V_OK, 0};
  const int error = X509_STORE_CTX_get_error(context.get());
  return {error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error,
          X509_STORE_CTX_get_error_depth(context.get())};
}

ChainFault fault_of(int error) {
  for (const auto& [code, fault] : kFaults) {
    if (code == error) return fault;
  }
  return ChainFault::kRefused;
}

Result<VerifyKey> key_of(X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  std::uint8_t* der = nullptr;
  const int size = key == nullptr ? -1 : i2d_PUBKEY(key, &der);
  if (size <= 0) {
    forget_openssl_errors();
    return make_error(ErrorCode::kInvalid, "the certificate's key cannot be read");
  }
  const OpensslHandle<std::uint8_t, [](std::uint8_t* p) { OPENSSL_free(p); }> owner(der);
  return VerifyKey::from_spki({der, static_cast<std::size_t>(size)});
}

}  // namespace

Result<LabRoot> make_lab_root(SigningKey key, const std::string& name, ValidityPeriod period,
                              Random& random) {
  PARLEY_TRY(check_request(name, period));
  const KeyHandle handle = handle_of(key);
  PARLEY_ASSIGN(const Certificate certificate,
                draft_certificate(handle.get(), name, seconds_of(period), random.array<16>()));
  const ExtensionText extensions[] = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                      {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
  PARLEY_TRY(sign_certificate(certificate.get(), certificate.get(), handle.get(), extensions));
  return LabRoot{std::move(key), certificate_pem(certificate.get())};
}

Result<std::string> issue_signer(const LabRoot& root, const VerifyKey& signer,
                                 const std::string& name, ValidityPeriod period, Random& random) {
  PARLEY_TRY(check_request(name, period));
  PARLEY_ASSIGN(const std::vector<Certificate> issuer, parse_certificates(root.certificate_pem, 1));
  const KeyHandle key = handle_of(signer);
  const KeyHandle issuer_key = handle_of(root.key);
  if (X509_check_private_key(issuer[0].get(), issuer_key.get()) != 1) {
    forget_openssl_errors();
    return make_error(ErrorCode::kInvalid, "the root's key and certificate do not fit");
  }
  PARLEY_ASSIGN(const Certificate certificate,
                draft_certificate(key.get(), name, seconds_of(period), random.array<16>()));
  const ExtensionText extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                                      {NID_key_usage, "critical,digitalSignature"},
                                      {NID_ext_key_usage, kDocumentSigning},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
  PARLEY_TRY(sign_certificate(certificate.get(), issuer[0].get(), issuer_key.get(), extensions));
  return certificate_pem(certificate.get());
}

std::string_view to_string(ChainFault fault) {
  for (const auto& [known, name] : kNames) {
    if (known == fault) return name;
  }
  return "unknown";
}

ChainVerdict verify_chain(std::string_view chain_pem, std::string_view roots_pem, TimePoint when) {
  const auto roots = parse_certificates(roots_pem, kMaxRoots);
  if (!roots) return refusal(ChainFault::kMalformed, "the roots: " + roots.error().text());
  const auto chain = parse_certificates(chain_pem, kMaxChain);
  if (!chain) return refusal(ChainFault::kMalformed, "the chain: " + chain.error().text());
  X509* signer = chain->front().get();
  const std::string subject = subject_of(signer);
  const auto [error, depth] = verify_path(*chain, *roots, when);
  if (error != X509_V_OK) {
    return refusal(fault_of(error),
                   std::string(X509_verify_cert_error_string(error)) + ", at certificate " +
                       std::to_string(depth + 1) + " from the signer",
                   subject);
  }
  if (!may_sign_documents(signer)) {
    return refusal(ChainFault::kWrongUse,
                   "the signer's certificate is not for signing documents: it needs the key usage "
                   "digitalSignature and the extended key usage " +
                       std::string(kDocumentSigning),
                   subject);
  }
  Result<VerifyKey> key = key_of(signer);
  if (!key) {
    return refusal(ChainFault::kWeak, "the signer's key: " + key.error().text(), subject);
  }
  return {.fault = ChainFault::kNone, .signer = *std::move(key), .subject = subject};
}

}  // namespace parley::crypto
