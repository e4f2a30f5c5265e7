// The world: one test authority and a strict RFC 5280 verifier (OpenSSL's, with X509_V_FLAG_X509_
// STRICT), asked at several moments and for several names.
#include "harness/crypto/test_ca.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string>
#include <vector>

#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;
using Certificate = OpensslHandle<X509, X509_free>;
using Store = OpensslHandle<X509_STORE, X509_STORE_free>;
using StoreContext = OpensslHandle<X509_STORE_CTX, X509_STORE_CTX_free>;

constexpr TimePoint kNow = TimePoint(std::chrono::seconds(1'800'000'000));
constexpr auto kDay = std::chrono::hours(24);

Certificate certificate(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.c_str(), static_cast<int>(pem.size())));
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

KeyHandle private_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.c_str(), static_cast<int>(pem.size())));
  return KeyHandle(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

/// X509_V_OK, or why a strict client that trusts `authority` refuses `server` at `when`.
int verified(const std::string& authority, const std::string& server, TimePoint when,
             const char* host = nullptr, const char* ip = nullptr) {
  const Certificate root = certificate(authority);
  const Certificate leaf = certificate(server);
  const Store store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), root.get());
  const StoreContext context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_time(param, unix_seconds(when));
  if (host != nullptr) X509_VERIFY_PARAM_set1_host(param, host, 0);
  if (ip != nullptr) X509_VERIFY_PARAM_set1_ip_asc(param, ip);
  const int result = X509_verify_cert(context.get());
  return result == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

CertificateAndKey issue(const TestCa& ca, const std::vector<std::string>& names) {
  Result<CertificateAndKey> issued = ca.issue(names);
  if (!issued.ok()) throw std::runtime_error(issued.error().text());
  return std::move(issued).value();
}

TEST(TestCa, StrictVerifiersAcceptItsServers) {
  const TestCa ca = TestCa::create(kNow).value();
  const CertificateAndKey server =
      issue(ca, {"v.whatsapp.net", "web.whatsapp.net", "*.partner.test"});
  const auto at = [&](const char* host, const char* ip = nullptr) {
    return verified(ca.certificate_pem(), server.certificate_pem, kNow, host, ip);
  };
  EXPECT_EQ(at(nullptr), X509_V_OK);
  EXPECT_EQ(at("v.whatsapp.net"), X509_V_OK);
  EXPECT_EQ(at("web.whatsapp.net"), X509_V_OK);
  EXPECT_EQ(at("alpha.partner.test"), X509_V_OK);
  EXPECT_EQ(at("localhost"), X509_V_OK);
  EXPECT_EQ(at("mmg.whatsapp.net"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(at("a.b.partner.test"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(at(nullptr, "127.0.0.1"), X509_V_OK);
  EXPECT_EQ(at(nullptr, "::1"), X509_V_OK);
  EXPECT_EQ(at(nullptr, "127.0.0.2"), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST(TestCa, IsValidTenYearsBeforeAndAfter) {
  const TestCa ca = TestCa::create(kNow).value();
  const CertificateAndKey server = issue(ca, {"a.test"});
  const auto at = [&](TimePoint when) {
    return verified(ca.certificate_pem(), server.certificate_pem, when);
  };
  EXPECT_EQ(at(kNow - 3650 * kDay), X509_V_OK);
  EXPECT_EQ(at(kNow - 3660 * kDay), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(at(kNow + 3650 * kDay), X509_V_OK);
  EXPECT_EQ(at(kNow + 3660 * kDay), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(TestCa, CertificateAndKeyBelongTogether) {
  const TestCa ca = TestCa::create(kNow).value();
  const CertificateAndKey first = issue(ca, {"a.test"});
  const CertificateAndKey second = issue(ca, {"a.test"});
  EXPECT_TRUE(first.private_key_pem.starts_with("-----BEGIN PRIVATE KEY-----")) << "PKCS #8";
  const Certificate leaf = certificate(first.certificate_pem);
  EXPECT_EQ(X509_check_private_key(leaf.get(), private_key(first.private_key_pem).get()), 1);
  EXPECT_EQ(X509_check_private_key(leaf.get(), private_key(second.private_key_pem).get()), 0);
  const Certificate other = certificate(second.certificate_pem);
  EXPECT_NE(
      ASN1_INTEGER_cmp(X509_get0_serialNumber(leaf.get()), X509_get0_serialNumber(other.get())), 0);
  forget_openssl_errors();  // from the comparison that had to fail
}

TEST(TestCa, AuthoritiesDoNotVouchForEachOther) {
  const TestCa ca = TestCa::create(kNow).value();
  const TestCa other = TestCa::create(kNow).value();
  const CertificateAndKey server = issue(ca, {"a.test"});
  EXPECT_NE(verified(other.certificate_pem(), server.certificate_pem, kNow), X509_V_OK);
  // A server certificate is no authority, even where a client trusts it as such.
  EXPECT_NE(verified(server.certificate_pem, issue(other, {"a.test"}).certificate_pem, kNow),
            X509_V_OK);
}

TEST(TestCa, CarriesTheExtensionsThatClientsLookFor) {
  const TestCa ca = TestCa::create(kNow).value();
  const Certificate root = certificate(ca.certificate_pem());
  const Certificate leaf = certificate(issue(ca, {"a.test"}).certificate_pem);
  EXPECT_EQ(X509_get_extension_flags(root.get()) & EXFLAG_CA, unsigned{EXFLAG_CA});
  EXPECT_EQ(X509_get_pathlen(root.get()), 0);
  EXPECT_EQ(X509_get_key_usage(root.get()), unsigned{KU_KEY_CERT_SIGN | KU_CRL_SIGN});
  EXPECT_EQ(X509_get_extension_flags(leaf.get()) & EXFLAG_CA, 0U);
  EXPECT_EQ(X509_get_key_usage(leaf.get()), unsigned{KU_DIGITAL_SIGNATURE});
  EXPECT_EQ(X509_get_extended_key_usage(leaf.get()), unsigned{XKU_SSL_SERVER});
  const ASN1_OCTET_STRING* issuer = X509_get0_authority_key_id(leaf.get());
  ASSERT_NE(issuer, nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(issuer, X509_get0_subject_key_id(root.get())), 0);
  EXPECT_NE(X509_get0_subject_key_id(leaf.get()), nullptr);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(leaf.get())), 256);
}

TEST(TestCa, RefusesWhatIsNoDnsName) {
  const TestCa ca = TestCa::create(kNow).value();
  for (const std::string& name :
       {std::string(), std::string("."), std::string("a..b"), std::string(".a"), std::string("a."),
        std::string("-a.test"), std::string("a-.test"), std::string("*"), std::string("*."),
        std::string("a.*.test"), std::string("a b"), std::string("a,DNS:evil.test"),
        std::string("a\nb"), std::string("a\0b", 3), std::string("h\xc3\xa9.test"),
        std::string(64, 'a'), std::string(300, 'a')}) {
    const std::vector<std::string> names{"good.test", name};
    const Result<CertificateAndKey> issued = ca.issue(names);
    ASSERT_FALSE(issued.ok()) << name;
    EXPECT_EQ(issued.error().code, ErrorCode::kInvalid);
  }
  EXPECT_TRUE(ca.issue({}).ok()) << "loopback addresses alone";
  EXPECT_TRUE(ca.issue(std::vector<std::string>{"xn--bcher-kva.test", "a1-2.B.c"}).ok());
}

}  // namespace
}  // namespace parley::crypto
