#include "harness/crypto/aes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/crypto/hash.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

constexpr std::size_t kTag = 16;
constexpr std::size_t kAesBlock = 16;
/// OpenSSL counts input in `int`.
constexpr std::size_t kMaxUpdate = std::size_t{1} << 30;

/// Looked up once per process and never released: a lookup costs more than a short message.
const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  require(cipher != nullptr, "OpenSSL offers no AES-256-GCM");
  return cipher;
}

const EVP_CIPHER* aes_256_cbc() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
  require(cipher != nullptr, "OpenSSL offers no AES-256-CBC");
  return cipher;
}

CipherContext new_context() {
  CipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "out of memory for a cipher context");
  return context;
}

/// Feeds `data` and returns how many bytes came out at `out`. A null `out` feeds additional data.
std::size_t update_cipher(EVP_CIPHER_CTX* context, std::uint8_t* out, BytesView data) {
  std::size_t written = 0;
  while (!data.empty()) {
    const BytesView piece = data.first(std::min(data.size(), kMaxUpdate));
    int count = 0;
    require(EVP_CipherUpdate(context, out == nullptr ? nullptr : out + written, &count,
                             piece.data(), static_cast<int>(piece.size())) == 1,
            "AES update failed");
    written += static_cast<std::size_t>(count);
    data = data.subspan(piece.size());
  }
  return written;
}

/// This thread's context for one-shot CBC. Making one costs more than encrypting a short message;
/// the price is that the last key's schedule stays in memory until the next call.
EVP_CIPHER_CTX* cbc_context(const AesKey& key, const CbcIv& iv, int encrypt) {
  thread_local const CipherContext context = [] {
    CipherContext fresh = new_context();
    require(EVP_CipherInit_ex2(fresh.get(), aes_256_cbc(), nullptr, nullptr, 1, nullptr) == 1,
            "AES-CBC setup failed");
    return fresh;
  }();
  require(EVP_CipherInit_ex2(context.get(), nullptr, key.data(), iv.data(), encrypt, nullptr) == 1,
          "AES-CBC setup failed");
  return context.get();
}

Error bad_padding() { return make_error(ErrorCode::kInvalid, "AES-CBC padding is wrong"); }

}  // namespace

struct AesGcm::State {
  CipherContext context = new_context();

  void start(int encrypt, const GcmNonce& nonce, BytesView aad) {
    require(
        EVP_CipherInit_ex2(context.get(), nullptr, nullptr, nonce.data(), encrypt, nullptr) == 1,
        "AES-GCM setup failed");
    update_cipher(context.get(), nullptr, aad);
  }
};

AesGcm::AesGcm(const AesKey& key) : state_(std::make_unique<State>()) {
  require(EVP_CipherInit_ex2(state_->context.get(), aes_256_gcm(), key.data(), nullptr, 1,
                             nullptr) == 1,
          "AES-GCM setup failed");
}
AesGcm::~AesGcm() = default;
AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm& AesGcm::operator=(AesGcm&&) noexcept = default;

Bytes AesGcm::seal(const GcmNonce& nonce, BytesView aad, BytesView plaintext) {
  EVP_CIPHER_CTX* context = state_->context.get();
  state_->start(1, nonce, aad);
  Bytes sealed(plaintext.size() + kTag);
  update_cipher(context, sealed.data(), plaintext);
  int rest = 0;
  std::uint8_t* tag = sealed.data() + plaintext.size();
  require(EVP_CipherFinal_ex(context, tag, &rest) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, tag) == 1,
          "AES-GCM seal failed");
  return sealed;
}

Result<Bytes> AesGcm::open(const GcmNonce& nonce, BytesView aad, BytesView sealed) {
  if (sealed.size() < kTag) {
    return make_error(ErrorCode::kInvalid, "AES-GCM ciphertext is shorter than its tag");
  }
  EVP_CIPHER_CTX* context = state_->context.get();
  state_->start(0, nonce, aad);
  const BytesView ciphertext = sealed.first(sealed.size() - kTag);
  auto tag = to_array<kTag>(sealed.last(kTag));
  Bytes plaintext(ciphertext.size());
  update_cipher(context, plaintext.data(), ciphertext);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) == 1,
          "AES-GCM tag setup failed");
  ByteArray<kTag> none;
  int rest = 0;
  if (EVP_CipherFinal_ex(context, none.data(), &rest) != 1) {
    wipe(plaintext);
    forget_openssl_errors();
    return make_error(ErrorCode::kAuth, "AES-GCM tag does not hold");
  }
  return plaintext;
}

Bytes aes_cbc_encrypt(const AesKey& key, const CbcIv& iv, BytesView plaintext) {
  EVP_CIPHER_CTX* context = cbc_context(key, iv, 1);
  Bytes out(plaintext.size() + kAesBlock - plaintext.size() % kAesBlock);
  const std::size_t written = update_cipher(context, out.data(), plaintext);
  int rest = 0;
  require(EVP_CipherFinal_ex(context, out.data() + written, &rest) == 1, "AES-CBC failed");
  return out;
}

Result<Bytes> aes_cbc_decrypt(const AesKey& key, const CbcIv& iv, BytesView ciphertext) {
  if (ciphertext.empty() || ciphertext.size() % kAesBlock != 0) {
    return make_error(ErrorCode::kInvalid, "AES-CBC length is no positive multiple of 16");
  }
  EVP_CIPHER_CTX* context = cbc_context(key, iv, 0);
  Bytes out(ciphertext.size() + kAesBlock);  // room that EVP may use as scratch
  const std::size_t written = update_cipher(context, out.data(), ciphertext);
  int rest = 0;
  if (EVP_CipherFinal_ex(context, out.data() + written, &rest) != 1) {
    wipe(out);
    forget_openssl_errors();
    return bad_padding();
  }
  out.resize(written + static_cast<std::size_t>(rest));
  return out;
}

struct AesCbcStream::State {
  CipherContext context = new_context();
  Mode mode;
};

AesCbcStream::AesCbcStream(Mode mode, const AesKey& key, const CbcIv& iv)
    : state_(std::make_unique<State>()) {
  state_->mode = mode;
  require(EVP_CipherInit_ex2(state_->context.get(), aes_256_cbc(), key.data(), iv.data(),
                             mode == Mode::kEncrypt ? 1 : 0, nullptr) == 1,
          "AES-CBC setup failed");
}
AesCbcStream::~AesCbcStream() = default;
AesCbcStream::AesCbcStream(AesCbcStream&&) noexcept = default;
AesCbcStream& AesCbcStream::operator=(AesCbcStream&&) noexcept = default;

void AesCbcStream::update(BytesView data, Bytes& out) {
  const std::size_t before = out.size();
  out.resize(before + data.size() + kAesBlock);
  out.resize(before + update_cipher(state_->context.get(), out.data() + before, data));
}

Status AesCbcStream::finish(Bytes& out) {
  ByteArray<2 * kAesBlock> last;
  int rest = 0;
  if (EVP_CipherFinal_ex(state_->context.get(), last.data(), &rest) != 1) {
    require(state_->mode == Mode::kDecrypt, "AES-CBC failed");
    forget_openssl_errors();
    return bad_padding();
  }
  append(out, BytesView(last).first(static_cast<std::size_t>(rest)));
  return {};
}

}  // namespace parley::crypto
