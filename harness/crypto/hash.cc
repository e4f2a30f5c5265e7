// The low-level SHA functions are deprecated in favour of EVP, but EVP allocates a context and
// looks up the implementation for every digest: several times the cost of the two or three
// compressions that a ratchet step needs. A context that is a plain struct can also be copied,
// which is how an HMAC key is prepared once. Both reach the same assembly.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "harness/crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

namespace parley::crypto {
namespace {

constexpr std::size_t kBlock = 64;  ///< SHA-256 input block

SHA256_CTX sha256_start() {
  SHA256_CTX context;
  SHA256_Init(&context);
  return context;
}

void sha256_update(SHA256_CTX& context, BytesView data) {
  if (!data.empty()) SHA256_Update(&context, data.data(), data.size());
}

/// SHA-256 contexts that have taken in the inner and the outer padded key (RFC 2104).
struct HmacKey {
  SHA256_CTX inner;
  SHA256_CTX outer;
};

HmacKey prepare(BytesView key) {
  ByteArray<kBlock> block{};
  if (key.size() > kBlock) {
    std::ranges::copy(sha256(key), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  HmacKey prepared{sha256_start(), sha256_start()};
  for (std::uint8_t& byte : block) byte ^= 0x36;
  SHA256_Update(&prepared.inner, block.data(), block.size());
  for (std::uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
  SHA256_Update(&prepared.outer, block.data(), block.size());
  wipe(block);
  return prepared;
}

Digest32 finish_hmac(const HmacKey& key, SHA256_CTX& inner) {
  Digest32 digest;
  SHA256_Final(digest.data(), &inner);
  SHA256_CTX outer = key.outer;
  SHA256_Update(&outer, digest.data(), digest.size());
  SHA256_Final(digest.data(), &outer);
  return digest;
}

Digest32 hmac(const HmacKey& key, std::initializer_list<BytesView> parts) {
  SHA256_CTX inner = key.inner;
  for (BytesView part : parts) sha256_update(inner, part);
  return finish_hmac(key, inner);
}

void wipe_object(HmacKey& key) { OPENSSL_cleanse(&key, sizeof key); }

/// The salt of nearly every derivation in the Signal protocol; HMAC pads keys with zeros, so that
/// an empty salt and 32 zero bytes are the same key.
const HmacKey& zero_salt() {
  static const HmacKey key = prepare({});
  return key;
}

}  // namespace

Digest32 sha256(BytesView data) { return sha256({data}); }

Digest32 sha256(std::initializer_list<BytesView> parts) {
  SHA256_CTX context = sha256_start();
  for (BytesView part : parts) sha256_update(context, part);
  Digest32 digest;
  SHA256_Final(digest.data(), &context);
  return digest;
}

Digest64 sha512(BytesView data) {
  SHA512_CTX context;
  SHA512_Init(&context);
  if (!data.empty()) SHA512_Update(&context, data.data(), data.size());
  Digest64 digest;
  SHA512_Final(digest.data(), &context);
  return digest;
}

ByteArray<20> sha1(BytesView data) {
  SHA_CTX context;
  SHA1_Init(&context);
  if (!data.empty()) SHA1_Update(&context, data.data(), data.size());
  ByteArray<20> digest;
  SHA1_Final(digest.data(), &context);
  return digest;
}

struct Sha256::State {
  SHA256_CTX context = sha256_start();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::Sha256(const Sha256& other) : state_(std::make_unique<State>(*other.state_)) {}
Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}

void Sha256::update(BytesView data) { sha256_update(state_->context, data); }

Digest32 Sha256::finish() {
  Digest32 digest;
  SHA256_Final(digest.data(), &state_->context);
  SHA256_Init(&state_->context);
  return digest;
}

Digest32 hmac_sha256(BytesView key, BytesView data) { return hmac_sha256(key, {data}); }

Digest32 hmac_sha256(BytesView key, std::initializer_list<BytesView> parts) {
  HmacKey prepared = prepare(key);
  const Digest32 digest = hmac(prepared, parts);
  wipe_object(prepared);
  return digest;
}

struct HmacSha256::State {
  HmacKey key;
  SHA256_CTX inner;

  explicit State(BytesView bytes) : key(prepare(bytes)), inner(key.inner) {}
  ~State() {
    wipe_object(key);
    OPENSSL_cleanse(&inner, sizeof inner);
  }
};

HmacSha256::HmacSha256(BytesView key) : state_(std::make_unique<State>(key)) {}
HmacSha256::~HmacSha256() = default;
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;

void HmacSha256::update(BytesView data) { sha256_update(state_->inner, data); }

Digest32 HmacSha256::finish() {
  const Digest32 digest = finish_hmac(state_->key, state_->inner);
  state_->inner = state_->key.inner;
  return digest;
}

Result<Bytes> hkdf_sha256(BytesView salt, BytesView ikm, BytesView info, std::size_t size) {
  if (size > 255 * 32) {
    return make_error(ErrorCode::kLimit, "HKDF-SHA-256 yields at most 8160 bytes");
  }
  Bytes out(size);
  hkdf_sha256_into(salt, ikm, info, out);
  return out;
}

void hkdf_sha256_into(BytesView salt, BytesView ikm, BytesView info, std::span<std::uint8_t> out) {
  const bool zero =
      salt.size() <= kBlock && std::ranges::all_of(salt, [](auto b) { return b == 0; });
  Digest32 prk = zero ? hmac(zero_salt(), {ikm}) : hmac_sha256(salt, ikm);
  HmacKey key = prepare(prk);
  Digest32 block;
  std::size_t previous = 0;  // T(0) is empty
  std::uint8_t counter = 0;
  for (std::size_t done = 0; done < out.size();) {
    ++counter;
    block = hmac(key, {BytesView(block).first(previous), info, BytesView(&counter, 1)});
    previous = block.size();
    const std::size_t take = std::min(block.size(), out.size() - done);
    std::copy_n(block.begin(), take, out.begin() + static_cast<std::ptrdiff_t>(done));
    done += take;
  }
  wipe(prk);
  wipe(block);
  wipe_object(key);
}

bool equal_constant_time(BytesView a, BytesView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(std::span<std::uint8_t> secret) {
  if (!secret.empty()) OPENSSL_cleanse(secret.data(), secret.size());
}

}  // namespace parley::crypto
