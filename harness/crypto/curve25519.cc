#include "harness/crypto/curve25519.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <optional>
#include <utility>

#include "harness/crypto/edwards.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/memo.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

constexpr std::uint8_t kSignBit = 0x80;  ///< of the last byte of a point or an XEdDSA signature

/// OpenSSL computes the public half here: one multiplication by the base point.
KeyHandle private_handle(int type, const PrivateKey& key) {
  KeyHandle handle(EVP_PKEY_new_raw_private_key(type, nullptr, key.data(), key.size()));
  require(handle != nullptr, "OpenSSL refused a 32-byte private key");
  return handle;
}

PublicKey public_half(const KeyHandle& handle) {
  PublicKey key;
  std::size_t size = key.size();
  require(EVP_PKEY_get_raw_public_key(handle.get(), key.data(), &size) == 1 && size == key.size(),
          "OpenSSL returned no public key");
  return key;
}

/// Both halves given, so that nothing is computed.
KeyHandle pair_handle(int type, PrivateKey private_key, PublicKey public_key) {
  const KeyContext context(EVP_PKEY_CTX_new_id(type, nullptr));
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY,
                                                           private_key.data(), private_key.size()),
                         OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                                           public_key.data(), public_key.size()),
                         OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  const bool made = context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params) == 1;
  wipe(private_key);
  require(made, "OpenSSL refused a 32-byte key pair");
  return KeyHandle(key);
}

/// A key pair, and OpenSSL's form of it for as long as it lives. Where the public half was
/// remembered that form is not kept: most of what such a pair is asked for is remembered too.
struct PreparedPair {
  PreparedPair(int key_type, std::string_view derivation, const PrivateKey& key)
      : type(key_type), private_key(key) {
    const Remembered derived(derivation, {key});
    if (const auto known = derived.result()) {
      public_key = to_array<32>(*known);
      return;
    }
    kept = private_handle(type, key);
    public_key = public_half(kept);
    derived.keep(public_key);
  }
  ~PreparedPair() { wipe(private_key); }
  PreparedPair(const PreparedPair&) = delete;
  PreparedPair& operator=(const PreparedPair&) = delete;

  KeyHandle handle() const {
    if (kept == nullptr) return pair_handle(type, private_key, public_key);
    require(EVP_PKEY_up_ref(kept.get()) == 1, "OpenSSL counts no further reference to a key");
    return KeyHandle(kept.get());
  }

  int type;
  PrivateKey private_key;
  PublicKey public_key;
  KeyHandle kept;
};

}  // namespace

struct X25519KeyPair::State : PreparedPair {
  explicit State(const PrivateKey& key) : PreparedPair(EVP_PKEY_X25519, "X25519 public key", key) {}
};

X25519KeyPair::X25519KeyPair(std::shared_ptr<const State> state) : state_(std::move(state)) {}

X25519KeyPair X25519KeyPair::generate(Random& random) {
  PrivateKey key = random.array<32>();
  X25519KeyPair pair = from_private(key);
  wipe(key);
  return pair;
}

X25519KeyPair X25519KeyPair::from_private(const PrivateKey& key) {
  return X25519KeyPair(std::make_shared<const State>(key));
}

const PublicKey& X25519KeyPair::public_key() const { return state_->public_key; }
const PrivateKey& X25519KeyPair::private_key() const { return state_->private_key; }

Result<SharedSecret> X25519KeyPair::agree(const PublicKey& peer) const {
  const Remembered agreement("X25519 agreement", {state_->private_key, peer});
  if (auto known = agreement.result()) {
    const auto secret = to_array<32>(*known);
    wipe(*known);
    return secret;
  }
  const KeyHandle other(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
  const KeyHandle own = state_->handle();
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr));
  require(other && context && EVP_PKEY_derive_init(context.get()) == 1 &&
              EVP_PKEY_derive_set_peer_ex(context.get(), other.get(), 0) == 1,
          "X25519 setup failed");
  SharedSecret secret;
  std::size_t size = secret.size();
  // OpenSSL fails here, and only here, where the result is all zero.
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1) {
    forget_openssl_errors();
    return make_error(ErrorCode::kInvalid, "X25519 peer key is a low-order point");
  }
  agreement.keep(secret);
  return secret;
}

struct Ed25519KeyPair::State : PreparedPair {
  explicit State(const PrivateKey& seed)
      : PreparedPair(EVP_PKEY_ED25519, "Ed25519 public key", seed) {}
};

Ed25519KeyPair::Ed25519KeyPair(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Ed25519KeyPair Ed25519KeyPair::generate(Random& random) {
  PrivateKey seed = random.array<32>();
  Ed25519KeyPair pair = from_seed(seed);
  wipe(seed);
  return pair;
}

Ed25519KeyPair Ed25519KeyPair::from_seed(const PrivateKey& seed) {
  return Ed25519KeyPair(std::make_shared<const State>(seed));
}

const PublicKey& Ed25519KeyPair::public_key() const { return state_->public_key; }

Signature Ed25519KeyPair::sign(BytesView message) const {
  const Remembered signing("Ed25519 signature", {state_->public_key, message});
  if (const auto known = signing.result()) return to_array<64>(*known);
  const KeyHandle own = state_->handle();
  const DigestContext context(EVP_MD_CTX_new());
  Signature signature;
  std::size_t size = signature.size();
  require(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, own.get()) == 1 &&
              EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                             message.size()) == 1 &&
              size == signature.size(),
          "Ed25519 signing failed");
  signing.keep(signature);
  return signature;
}

bool ed25519_verify(const PublicKey& key, BytesView message, const Signature& signature) {
  const Remembered verification("Ed25519 verification", {key, message, signature});
  if (const auto known = verification.result()) return known->front() == 1;
  const KeyHandle handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  require(handle && context &&
              EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1,
          "Ed25519 setup failed");
  const bool valid = EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                      message.data(), message.size()) == 1;
  if (!valid) forget_openssl_errors();
  const std::uint8_t answer = valid ? 1 : 0;
  verification.keep({&answer, 1});
  return valid;
}

XeddsaKeyPair::XeddsaKeyPair(X25519KeyPair agreement, Ed25519KeyPair signing)
    : agreement_(std::move(agreement)), signing_(std::move(signing)) {}

XeddsaKeyPair XeddsaKeyPair::generate(Random& random) {
  PrivateKey seed = random.array<32>();
  XeddsaKeyPair pair = from_seed(seed);
  wipe(seed);
  return pair;
}

XeddsaKeyPair XeddsaKeyPair::from_seed(const PrivateKey& seed) {
  Digest64 expanded = sha512(seed);
  auto scalar = to_array<32>(expanded);
  // Clamped here already, so that private_key() is the scalar whoever reads it.
  scalar[0] &= 0xf8;
  scalar[31] = static_cast<std::uint8_t>((scalar[31] & 0x7f) | 0x40);
  XeddsaKeyPair pair(X25519KeyPair::from_private(scalar), Ed25519KeyPair::from_seed(seed));
  wipe(expanded);
  wipe(scalar);
  return pair;
}

Signature XeddsaKeyPair::sign(BytesView message) const {
  Signature signature = signing_.sign(message);
  // An Ed25519 signature's last bit is clear, since s is below 2^253.
  signature.back() |= signing_.public_key().back() & kSignBit;
  return signature;
}

bool xeddsa_verify(const PublicKey& key, BytesView message, const Signature& signature) {
  std::optional<PublicKey> point = edwards_y(key);
  if (!point) return false;
  point->back() |= signature.back() & kSignBit;
  Signature plain = signature;
  plain.back() &= static_cast<std::uint8_t>(~kSignBit);
  return ed25519_verify(*point, message, plain);
}

}  // namespace parley::crypto
