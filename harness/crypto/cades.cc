#include "harness/crypto/cades.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/pkcs12.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/crypto/certificate_list.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/openssl_handle.h"
#include "harness/crypto/pem.h"

namespace parley::crypto {

struct SealIdentity::State {
  KeyHandle key;
  std::vector<Certificate> certificates;  ///< the key's own first
};

namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;
using Message = OpensslHandle<CMS_ContentInfo, CMS_ContentInfo_free>;
using Pkcs12 = OpensslHandle<PKCS12, PKCS12_free>;
using Time = OpensslHandle<ASN1_TIME, ASN1_TIME_free>;

constexpr std::size_t kMaxPkcs12 = 1024 * 1024;
constexpr std::size_t kMaxChain = 8;
constexpr unsigned kFlags = CMS_DETACHED | CMS_BINARY | CMS_CADES;

Error refused(ErrorCode code, std::string why) {
  forget_openssl_errors();
  return make_error(code, std::move(why));
}

bool is_p256(const EVP_PKEY* key) {
  char group[32] = {};
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
         std::string_view(group) == "prime256v1";
}

Status check_pair(const EVP_PKEY* key, const std::vector<Certificate>& certificates) {
  if (!is_p256(key)) {
    return refused(ErrorCode::kUnsupported, "the key is not one of ECDSA over P-256");
  }
  if (X509_check_private_key(certificates.front().get(), key) == 1) return {};
  return refused(ErrorCode::kInvalid, "the first certificate is not that of the key");
}

Result<KeyHandle> read_key(std::string_view pem) {
  PARLEY_ASSIGN(std::vector<PemBlock> blocks, read_pem(pem));
  if (blocks.size() != 1 || blocks[0].label != "PRIVATE KEY") {
    for (PemBlock& block : blocks) wipe(block.der);
    return refused(ErrorCode::kInvalid,
                   "there must be one PEM block \"PRIVATE KEY\", not encrypted (openssl pkcs8 "
                   "-topk8 -nocrypt makes it)");
  }
  const std::uint8_t* next = blocks[0].der.data();
  KeyHandle key(d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(blocks[0].der.size())));
  wipe(blocks[0].der);
  if (key) return key;
  return refused(ErrorCode::kInvalid, "the PEM block is no private key");
}

/// The claimed time among what is signed; OpenSSL would ask the machine's clock.
bool set_time(CMS_SignerInfo* signer, TimePoint when) {
  const Time time(ASN1_TIME_set(nullptr, unix_seconds(when)));
  return time && CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime,
                                             ASN1_STRING_type(time.get()), time.get(), -1) == 1;
}

}  // namespace

Result<SealIdentity> SealIdentity::from_pem(std::string_view key_pem,
                                            std::string_view certificates_pem) {
  State state;
  PARLEY_ASSIGN(state.key, read_key(key_pem));
  PARLEY_ASSIGN(state.certificates, parse_certificates(certificates_pem, kMaxChain));
  PARLEY_TRY(check_pair(state.key.get(), state.certificates));
  return SealIdentity(std::make_shared<const State>(std::move(state)));
}

Result<SealIdentity> SealIdentity::from_pkcs12(BytesView der, const std::string& password) {
  if (der.size() > kMaxPkcs12) return refused(ErrorCode::kLimit, "is over 1 MiB");
  const std::uint8_t* next = der.data();
  const Pkcs12 store(der.empty() ? nullptr
                                 : d2i_PKCS12(nullptr, &next, static_cast<long>(der.size())));
  if (!store) return refused(ErrorCode::kInvalid, "is no PKCS #12 file");
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  const bool opened = PKCS12_parse(store.get(), password.c_str(), &key, &certificate, &others) == 1;
  State state;
  state.key.reset(key);
  Certificate own(certificate);
  const CertificateStack rest(others);
  if (!opened) {
    return refused(ErrorCode::kAuth, "the password does not open it, or it is damaged");
  }
  if (!state.key || !own) {
    return refused(ErrorCode::kInvalid, "has no private key with a certificate");
  }
  state.certificates.push_back(std::move(own));
  for (int i = 0; rest && i < sk_X509_num(rest.get()); ++i) {
    X509* one = sk_X509_value(rest.get(), i);
    require(X509_up_ref(one) == 1, "out of memory for certificates");
    state.certificates.emplace_back(one);
  }
  PARLEY_TRY(check_pair(state.key.get(), state.certificates));
  return SealIdentity(std::make_shared<const State>(std::move(state)));
}

Result<Bytes> sign_cades(BytesView content, const SealIdentity& signer, TimePoint when) {
  const SealIdentity::State& own = *signer.state_;
  const CertificateStack others = stack_of(own.certificates, 1);
  const Bio data(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  const Message message(CMS_sign(nullptr, nullptr, others.get(), nullptr, kFlags | CMS_PARTIAL));
  require(data && message, "out of memory for a signature");
  CMS_SignerInfo* info = CMS_add1_signer(message.get(), own.certificates.front().get(),
                                         own.key.get(), EVP_sha256(), kFlags | CMS_PARTIAL);
  if (info == nullptr || !set_time(info, when) ||
      CMS_final(message.get(), data.get(), nullptr, kFlags) != 1) {
    return make_error(ErrorCode::kInternal, "OpenSSL cannot sign: " + openssl_reason());
  }
  const int size = i2d_CMS_ContentInfo(message.get(), nullptr);
  require(size > 0, "OpenSSL cannot write a signature");
  Bytes out(static_cast<std::size_t>(size));
  std::uint8_t* next = out.data();
  require(i2d_CMS_ContentInfo(message.get(), &next) == size, "OpenSSL cannot write a signature");
  return out;
}

}  // namespace parley::crypto
