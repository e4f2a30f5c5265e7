#include "harness/crypto/signing_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/openssl_handle.h"
#include "harness/crypto/pem.h"

namespace parley::crypto {
namespace {

using Number = OpensslHandle<BIGNUM, BN_clear_free>;
using Group = OpensslHandle<EC_GROUP, EC_GROUP_free>;
using Point = OpensslHandle<EC_POINT, EC_POINT_free>;
using ParamBuilder = OpensslHandle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = OpensslHandle<OSSL_PARAM, OSSL_PARAM_free>;
using Pkcs8 = OpensslHandle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

constexpr std::size_t kMaxKeyDer = 4096;
/// The lengths of the only SPKI forms that are taken; the point of P-256 is uncompressed.
constexpr std::size_t kEd25519Spki = 44;
constexpr std::size_t kP256Spki = 91;
constexpr const char* kP256 = "prime256v1";

Error refused(ErrorCode code, std::string what) {
  forget_openssl_errors();
  return make_error(code, std::move(what));
}

Result<KeyAlgorithm> algorithm_of(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return KeyAlgorithm::kEd25519;
  char group[64] = {};
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
      EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
      std::string_view(group) == kP256) {
    return KeyAlgorithm::kEcdsaP256;
  }
  return refused(ErrorCode::kUnsupported, "a key that is neither Ed25519 nor ECDSA over P-256");
}

/// What an i2d function of OpenSSL writes for `object`.
template <class T, class Write>
Bytes der_of(const T* object, Write write) {
  const int size = write(object, nullptr);
  require(size > 0, "OpenSSL has no DER form for a key");
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* to = der.data();
  write(object, &to);
  return der;
}

/// Ed25519 hashes for itself.
const EVP_MD* digest_for(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEd25519 ? nullptr : EVP_sha256();
}

KeyHandle p256_from_scalar(const BIGNUM* scalar, const EC_GROUP* group) {
  const Point point(EC_POINT_new(group));
  ByteArray<65> octets;
  require(point && EC_POINT_mul(group, point.get(), scalar, nullptr, nullptr, nullptr) == 1 &&
              EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, octets.data(),
                                 octets.size(), nullptr) == octets.size(),
          "a P-256 public key cannot be computed");
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  require(builder &&
              OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kP256,
                                              0) == 1 &&
              OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                               octets.data(), octets.size()) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1,
          "out of memory for P-256 parameters");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  require(params && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
              EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) == 1,
          "OpenSSL refused a P-256 key");
  return KeyHandle(key);
}

/// Draws until the scalar is one of 1 to n - 1: nearly always at once (FIPS 186-4, B.4.2).
KeyHandle draw_p256(Random& random) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  require(group != nullptr, "OpenSSL offers no P-256");
  for (;;) {
    ByteArray<32> bytes = random.array<32>();
    const Number scalar(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    wipe(bytes);
    require(scalar != nullptr, "out of memory for a number");
    if (!BN_is_zero(scalar.get()) && BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) < 0) {
      return p256_from_scalar(scalar.get(), group.get());
    }
  }
}

KeyHandle draw_ed25519(Random& random) {
  ByteArray<32> seed = random.array<32>();
  KeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  wipe(seed);
  require(key != nullptr, "OpenSSL refused an Ed25519 key");
  return key;
}

/// The only block of `pem`, which must have this label.
Result<Bytes> only_block(std::string_view pem, std::string_view label) {
  PARLEY_ASSIGN(std::vector<PemBlock> blocks, read_pem(pem));
  if (blocks.size() == 1 && blocks[0].label == "ENCRYPTED PRIVATE KEY") {
    return make_error(ErrorCode::kUnsupported,
                      "the private key is encrypted; decrypt it with \"openssl pkcs8 -in KEY\" "
                      "into a file that its owner alone can read");
  }
  if (blocks.size() != 1 || blocks[0].label != label) {
    return make_error(ErrorCode::kInvalid,
                      "not one PEM block \"" + std::string(label) + "\" and nothing else");
  }
  return std::move(blocks[0].der);
}

}  // namespace

std::string_view to_string(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEd25519 ? "ed25519" : "ecdsa-p256";
}

struct VerifyKey::State {
  KeyHandle handle;
  KeyAlgorithm algorithm;
  Bytes spki;
  std::string key_id;
};

VerifyKey::VerifyKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<VerifyKey> VerifyKey::from_spki(BytesView der) {
  const std::uint8_t* next = der.data();
  KeyHandle key(der.size() > kMaxKeyDer || der.empty()
                    ? nullptr
                    : d2i_PUBKEY(nullptr, &next, static_cast<long>(der.size())));
  if (key == nullptr) return refused(ErrorCode::kInvalid, "not a public key in DER");
  PARLEY_ASSIGN(const KeyAlgorithm algorithm, algorithm_of(key.get()));
  const std::size_t size = algorithm == KeyAlgorithm::kEd25519 ? kEd25519Spki : kP256Spki;
  Bytes spki = der_of(key.get(), i2d_PUBKEY);
  if (der.size() != size || !std::ranges::equal(spki, der)) {
    return refused(ErrorCode::kInvalid, "a public key in another form than the usual one");
  }
  std::string key_id = hex(sha256(spki));
  return VerifyKey(
      std::make_shared<const State>(std::move(key), algorithm, std::move(spki), std::move(key_id)));
}

Result<VerifyKey> VerifyKey::from_pem(std::string_view pem) {
  PARLEY_ASSIGN(const Bytes der, only_block(pem, "PUBLIC KEY"));
  return from_spki(der);
}

VerifyKey VerifyKey::from_ed25519(const PublicKey& point) {
  // RFC 8410: a sequence of the algorithm 1.3.101.112 and the key as a bit string.
  constexpr std::uint8_t kPrefix[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                      0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
  Result<VerifyKey> key = from_spki(concat({kPrefix, point}));
  require(key.ok(), "OpenSSL refused an Ed25519 public key");
  return *std::move(key);
}

KeyAlgorithm VerifyKey::algorithm() const { return state_->algorithm; }
const Bytes& VerifyKey::spki() const { return state_->spki; }
std::string VerifyKey::pem() const { return write_pem("PUBLIC KEY", spki()); }
const std::string& VerifyKey::key_id() const { return state_->key_id; }

std::optional<PublicKey> VerifyKey::ed25519() const {
  if (algorithm() != KeyAlgorithm::kEd25519) return std::nullopt;
  return to_array<32>(BytesView(spki()).last(32));
}

bool VerifyKey::verify(BytesView message, BytesView signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  require(context && EVP_DigestVerifyInit(context.get(), nullptr, digest_for(algorithm()), nullptr,
                                          state_->handle.get()) == 1,
          "out of memory for a verification");
  const bool valid = EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                      message.data(), message.size()) == 1;
  if (!valid) forget_openssl_errors();
  return valid;
}

struct SigningKey::State {
  KeyHandle handle;
  VerifyKey public_key;

  static std::shared_ptr<const State> of(KeyHandle handle) {
    Result<VerifyKey> key = VerifyKey::from_spki(der_of(handle.get(), i2d_PUBKEY));
    require(key.ok(), "a private key has a public part that is refused");
    return std::make_shared<const State>(std::move(handle), *std::move(key));
  }
};

SigningKey::SigningKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}

SigningKey SigningKey::generate(KeyAlgorithm algorithm, Random& random) {
  return SigningKey(
      State::of(algorithm == KeyAlgorithm::kEd25519 ? draw_ed25519(random) : draw_p256(random)));
}

SigningKey SigningKey::generate(KeyAlgorithm algorithm) {
  KeyHandle key(algorithm == KeyAlgorithm::kEd25519
                    ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                    : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kP256));
  require(key != nullptr, "key generation failed");
  return SigningKey(State::of(std::move(key)));
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  PARLEY_ASSIGN(Bytes der, only_block(pem, "PRIVATE KEY"));
  Result<SigningKey> key = from_pkcs8(der);
  wipe(der);
  return key;
}

Result<SigningKey> SigningKey::from_pkcs8(BytesView der) {
  const std::uint8_t* next = der.data();
  const Pkcs8 parsed(der.size() > kMaxKeyDer || der.empty()
                         ? nullptr
                         : d2i_PKCS8_PRIV_KEY_INFO(nullptr, &next, static_cast<long>(der.size())));
  KeyHandle key(parsed && next == der.data() + der.size() ? EVP_PKCS82PKEY(parsed.get()) : nullptr);
  if (key == nullptr) return refused(ErrorCode::kInvalid, "not a private key in PKCS #8");
  PARLEY_TRY(algorithm_of(key.get()));
  const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
  require(context != nullptr, "out of memory for a key check");
  if (EVP_PKEY_check(context.get()) != 1) {
    return refused(ErrorCode::kInvalid, "the private key and its public part do not fit");
  }
  // A key file may hold its point compressed; keys are named by the one form that everybody makes.
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC &&
      EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                     OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1) {
    return refused(ErrorCode::kInvalid, "the private key's point has no uncompressed form");
  }
  return SigningKey(State::of(std::move(key)));
}

const VerifyKey& SigningKey::public_key() const { return state_->public_key; }

Bytes SigningKey::sign(BytesView message) const {
  const DigestContext context(EVP_MD_CTX_new());
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(state_->handle.get())));
  std::size_t size = signature.size();
  require(context &&
              EVP_DigestSignInit(context.get(), nullptr, digest_for(algorithm()), nullptr,
                                 state_->handle.get()) == 1 &&
              EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                             message.size()) == 1,
          "signing failed");
  signature.resize(size);
  return signature;
}

std::string SigningKey::pem() const {
  Bytes der = pkcs8();
  std::string text = write_pem("PRIVATE KEY", der);
  wipe(der);
  return text;
}

Bytes SigningKey::pkcs8() const {
  const Pkcs8 info(EVP_PKEY2PKCS8(state_->handle.get()));
  require(info != nullptr, "a private key has no PKCS #8 form");
  return der_of(info.get(), i2d_PKCS8_PRIV_KEY_INFO);
}

}  // namespace parley::crypto
