#include "harness/crypto/curve25519.h"

#include <optional>
#include <utility>

#include "harness/crypto/edwards.h"
#include "harness/crypto/hash.h"
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

}  // namespace

struct X25519KeyPair::State {
  KeyHandle handle;
  PublicKey public_key;
  PrivateKey private_key;

  explicit State(const PrivateKey& key)
      : handle(private_handle(EVP_PKEY_X25519, key)),
        public_key(public_half(handle)),
        private_key(key) {}
  ~State() { wipe(private_key); }
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
  const KeyHandle other(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, state_->handle.get(), nullptr));
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
  return secret;
}

struct Ed25519KeyPair::State {
  KeyHandle handle;
  PublicKey public_key;

  explicit State(const PrivateKey& seed)
      : handle(private_handle(EVP_PKEY_ED25519, seed)), public_key(public_half(handle)) {}
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
  const DigestContext context(EVP_MD_CTX_new());
  Signature signature;
  std::size_t size = signature.size();
  require(
      context &&
          EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->handle.get()) == 1 &&
          EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
              1 &&
          size == signature.size(),
      "Ed25519 signing failed");
  return signature;
}

bool ed25519_verify(const PublicKey& key, BytesView message, const Signature& signature) {
  const KeyHandle handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  require(handle && context &&
              EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1,
          "Ed25519 setup failed");
  const bool valid = EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                      message.data(), message.size()) == 1;
  if (!valid) forget_openssl_errors();
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
