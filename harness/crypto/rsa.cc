#include "harness/crypto/rsa.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <vector>

#include "harness/crypto/hash.h"
#include "harness/crypto/memo.h"
#include "harness/crypto/openssl_handle.h"
#include "harness/crypto/rsa_test_keys.h"

namespace parley::crypto {
namespace {

using Number = OpensslHandle<BIGNUM, BN_free>;
using Bio = OpensslHandle<BIO, BIO_free_all>;
using ParamBuilder = OpensslHandle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = OpensslHandle<OSSL_PARAM, OSSL_PARAM_free>;
using Pkcs8 = OpensslHandle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

constexpr std::size_t kMaxBits = 8192;
/// Longer exponents make one verification cost as much as hundreds; nobody uses them.
constexpr std::size_t kMaxExponentBytes = 8;

/// Looked up once per process and never released.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(method != nullptr, "OpenSSL offers no SHA-256");
  return method;
}

BytesView without_leading_zeros(BytesView number) {
  while (!number.empty() && number.front() == 0) number = number.subspan(1);
  return number;
}

Number number_of(BytesView bytes) {
  Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  require(number != nullptr, "out of memory for a number");
  return number;
}

/// One of the numbers of a key, by OpenSSL's parameter name.
Bytes component(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "RSA key lacks a component");
  const Number number(raw);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
  BN_bn2bin(number.get(), bytes.data());
  return bytes;
}

Status check_components(BytesView modulus, BytesView exponent) {
  if (modulus.size() * 8 > kMaxBits) {
    return make_error(ErrorCode::kLimit, "RSA modulus is longer than 8192 bits");
  }
  if (exponent.size() > kMaxExponentBytes) {
    return make_error(ErrorCode::kLimit, "RSA exponent is longer than 64 bits");
  }
  if (modulus.empty() || modulus.back() % 2 == 0) {
    return make_error(ErrorCode::kInvalid, "RSA modulus is zero or even");
  }
  if (exponent.empty() || exponent.back() % 2 == 0 || (exponent.size() == 1 && exponent[0] < 3)) {
    return make_error(ErrorCode::kInvalid, "RSA exponent is even or below 3");
  }
  return {};
}

KeyHandle public_handle(BytesView modulus, BytesView exponent) {
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  require(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
          "out of memory for RSA parameters");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  require(params && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
              EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) == 1,
          "OpenSSL refused RSA components");
  return KeyHandle(key);
}

}  // namespace

struct RsaPublicKey::State {
  KeyHandle handle;
  Bytes modulus;
  Bytes exponent;
};

RsaPublicKey::RsaPublicKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<RsaPublicKey> RsaPublicKey::from_components(BytesView modulus, BytesView exponent) {
  modulus = without_leading_zeros(modulus);
  exponent = without_leading_zeros(exponent);
  PARLEY_TRY(check_components(modulus, exponent));
  return RsaPublicKey(std::make_shared<const State>(public_handle(modulus, exponent),
                                                    to_bytes(modulus), to_bytes(exponent)));
}

const Bytes& RsaPublicKey::modulus() const { return state_->modulus; }
const Bytes& RsaPublicKey::exponent() const { return state_->exponent; }

std::size_t RsaPublicKey::bits() const {
  return static_cast<std::size_t>(EVP_PKEY_get_bits(state_->handle.get()));
}

bool RsaPublicKey::verify_rs256(BytesView message, BytesView signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "out of memory for a digest context");
  // Both calls may fail for what a peer chose: OpenSSL refuses some moduli only here.
  const bool valid = EVP_DigestVerifyInit(context.get(), nullptr, sha256_method(), nullptr,
                                          state_->handle.get()) == 1 &&
                     EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                      message.data(), message.size()) == 1;
  if (!valid) forget_openssl_errors();
  return valid;
}

std::string RsaPublicKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(bio && PEM_write_bio_PUBKEY(bio.get(), state_->handle.get()) == 1,
          "RSA public key has no PEM form");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

struct RsaPrivateKey::State {
  KeyHandle handle;
  RsaPublicKey public_key;

  static std::shared_ptr<const State> of(KeyHandle handle) {
    Bytes modulus = component(handle.get(), OSSL_PKEY_PARAM_RSA_N);
    Bytes exponent = component(handle.get(), OSSL_PKEY_PARAM_RSA_E);
    KeyHandle public_part = public_handle(modulus, exponent);
    RsaPublicKey key(std::make_shared<const RsaPublicKey::State>(
        std::move(public_part), std::move(modulus), std::move(exponent)));
    return std::make_shared<const State>(std::move(handle), std::move(key));
  }
};

RsaPrivateKey::RsaPrivateKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<RsaPrivateKey> RsaPrivateKey::from_pem(std::string_view pem) {
  constexpr std::size_t kMaxPem = 64 * 1024;
  if (pem.size() > kMaxPem) return make_error(ErrorCode::kLimit, "PEM text is over 64 KB");
  // OpenSSL makes no buffer from a null pointer, which is what an empty view may hold.
  const std::string text(pem);
  const Bio bio(BIO_new_mem_buf(text.c_str(), static_cast<int>(text.size())));
  require(bio != nullptr, "out of memory for a buffer");
  // Not the general PEM reader: that one asks the terminal for a passphrase.
  const Pkcs8 parsed(PEM_read_bio_PKCS8_PRIV_KEY_INFO(bio.get(), nullptr, nullptr, nullptr));
  KeyHandle key(parsed ? EVP_PKCS82PKEY(parsed.get()) : nullptr);
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    forget_openssl_errors();
    return make_error(ErrorCode::kInvalid, "not an unencrypted PKCS #8 RSA private key in PEM");
  }
  PARLEY_TRY(check_components(component(key.get(), OSSL_PKEY_PARAM_RSA_N),
                              component(key.get(), OSSL_PKEY_PARAM_RSA_E)));
  return RsaPrivateKey(State::of(std::move(key)));
}

Result<RsaPrivateKey> RsaPrivateKey::generate(std::size_t bits) {
  if (bits < 2048) return make_error(ErrorCode::kInvalid, "RS256 needs at least 2048 bits");
  if (bits > kMaxBits) return make_error(ErrorCode::kLimit, "RSA modulus is longer than 8192 bits");
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  if (key == nullptr) {
    forget_openssl_errors();
    return make_error(ErrorCode::kInternal, "RSA key generation failed");
  }
  return RsaPrivateKey(State::of(std::move(key)));
}

RsaPrivateKey RsaPrivateKey::test_key(std::size_t index) {
  static const std::vector<RsaPrivateKey> keys = [] {
    std::vector<RsaPrivateKey> parsed;
    for (std::string_view pem : rsa_test_keys()) {
      Result<RsaPrivateKey> key = from_pem(pem);
      require(key.ok(), "a built-in test key is broken");
      parsed.push_back(std::move(key).value());
    }
    return parsed;
  }();
  return keys[index % keys.size()];
}

std::size_t RsaPrivateKey::test_key_count() { return rsa_test_keys().size(); }

RsaPublicKey RsaPrivateKey::public_key() const { return state_->public_key; }

Bytes RsaPrivateKey::sign_rs256(BytesView message) const {
  const Remembered signing("RS256 signature", {public_key().modulus(), message});
  if (auto known = signing.result()) return *std::move(known);
  const DigestContext context(EVP_MD_CTX_new());
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(state_->handle.get())));
  std::size_t size = signature.size();
  require(context &&
              EVP_DigestSignInit(context.get(), nullptr, sha256_method(), nullptr,
                                 state_->handle.get()) == 1 &&
              EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                             message.size()) == 1 &&
              size == signature.size(),
          "RS256 signing failed");
  signing.keep(signature);
  return signature;
}

}  // namespace parley::crypto
