#include "harness/crypto/certificate_list.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <utility>

#include "harness/base/utf8.h"
#include "harness/crypto/pem.h"

namespace parley::crypto {
namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;

Result<Certificate> parse_certificate(const PemBlock& block) {
  const std::uint8_t* next = block.der.data();
  Certificate certificate(block.label == "CERTIFICATE" && !block.der.empty()
                              ? d2i_X509(nullptr, &next, static_cast<long>(block.der.size()))
                              : nullptr);
  if (certificate && next == block.der.data() + block.der.size()) return certificate;
  forget_openssl_errors();
  return make_error(ErrorCode::kInvalid, "a PEM block \"" + block.label + "\" is no certificate");
}

}  // namespace

Result<std::vector<Certificate>> parse_certificates(std::string_view pem, std::size_t limit) {
  PARLEY_ASSIGN(const std::vector<PemBlock> blocks, read_pem(pem));
  if (blocks.empty()) return make_error(ErrorCode::kInvalid, "there is no certificate");
  if (blocks.size() > limit) {
    return make_error(ErrorCode::kLimit, "more than " + std::to_string(limit) + " certificates");
  }
  std::vector<Certificate> certificates;
  for (const PemBlock& block : blocks) {
    PARLEY_ASSIGN(Certificate certificate, parse_certificate(block));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

std::string subject_of(const X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(bio && X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0,
                                    XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0,
          "out of memory for a name");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return as_utf8({text, static_cast<std::size_t>(size)});
}

CertificateStack stack_of(const std::vector<Certificate>& certificates, std::size_t first) {
  CertificateStack stack(sk_X509_new_null());
  require(stack != nullptr, "out of memory for certificates");
  for (std::size_t i = first; i < certificates.size(); ++i) {
    X509* certificate = certificates[i].get();
    require(sk_X509_push(stack.get(), certificate) > 0 && X509_up_ref(certificate) == 1,
            "out of memory for certificates");
  }
  return stack;
}

CertificateStore store_of(const std::vector<Certificate>& roots, TimePoint when) {
  CertificateStore store(X509_STORE_new());
  require(store != nullptr, "out of memory for a certificate store");
  for (const Certificate& root : roots) {
    require(X509_STORE_add_cert(store.get(), root.get()) == 1, "out of memory for a root");
  }
  X509_VERIFY_PARAM* rules = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_auth_level(rules, kCertificateSecurityLevel);
  X509_VERIFY_PARAM_set_time(rules, unix_seconds(when));
  return store;
}

std::string openssl_reason() {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  std::string text = reason == nullptr ? "OpenSSL does not say why" : reason;
  forget_openssl_errors();
  return text;
}

}  // namespace parley::crypto
