#include "mocks/peers/libsignal_c/crypto_provider.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <vector>

namespace parley::peers {
namespace {

int random_bytes(std::uint8_t* data, std::size_t size, void* user_data) {
  static_cast<Random*>(user_data)->fill({data, size});
  return SG_SUCCESS;
}

int give(signal_buffer** out, const std::uint8_t* data, std::size_t size) {
  *out = signal_buffer_create(data, size);
  return *out != nullptr ? SG_SUCCESS : SG_ERR_NOMEM;
}

// HMAC_* is deprecated in OpenSSL 3, but does in one call what EVP_MAC needs five for.
int hmac_init(void** context, const std::uint8_t* key, std::size_t size, void*) {
  HMAC_CTX* hmac = HMAC_CTX_new();
  *context = hmac;
  if (hmac == nullptr) return SG_ERR_NOMEM;
  return HMAC_Init_ex(hmac, key, static_cast<int>(size), EVP_sha256(), nullptr) == 1
             ? SG_SUCCESS
             : SG_ERR_UNKNOWN;
}

int hmac_update(void* context, const std::uint8_t* data, std::size_t size, void*) {
  return HMAC_Update(static_cast<HMAC_CTX*>(context), data, size) == 1 ? SG_SUCCESS
                                                                       : SG_ERR_UNKNOWN;
}

int hmac_final(void* context, signal_buffer** out, void*) {
  std::uint8_t mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (HMAC_Final(static_cast<HMAC_CTX*>(context), mac, &size) != 1) return SG_ERR_UNKNOWN;
  return give(out, mac, size);
}

void hmac_cleanup(void* context, void*) { HMAC_CTX_free(static_cast<HMAC_CTX*>(context)); }

int sha512_init(void** context, void*) {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  *context = digest;
  if (digest == nullptr) return SG_ERR_NOMEM;
  return EVP_DigestInit_ex(digest, EVP_sha512(), nullptr) == 1 ? SG_SUCCESS : SG_ERR_UNKNOWN;
}

int sha512_update(void* context, const std::uint8_t* data, std::size_t size, void*) {
  return EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context), data, size) == 1 ? SG_SUCCESS
                                                                              : SG_ERR_UNKNOWN;
}

int sha512_final(void* context, signal_buffer** out, void*) {
  auto* digest = static_cast<EVP_MD_CTX*>(context);
  std::uint8_t value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  // The library goes on to use the context, for the next message.
  if (EVP_DigestFinal_ex(digest, value, &size) != 1) return SG_ERR_UNKNOWN;
  if (EVP_DigestInit_ex(digest, EVP_sha512(), nullptr) != 1) return SG_ERR_UNKNOWN;
  return give(out, value, size);
}

void sha512_cleanup(void* context, void*) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context)); }

/// Both directions of AES-256: CBC with PKCS #7 padding for session version 3, CTR for older ones.
int aes(bool encrypt, signal_buffer** out, int mode, const std::uint8_t* key, std::size_t key_size,
        const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* in, std::size_t size) {
  if (key_size != 32 || iv_size != 16) return SG_ERR_INVAL;
  const EVP_CIPHER* cipher =
      mode == SG_CIPHER_AES_CBC_PKCS5 ? EVP_aes_256_cbc() : EVP_aes_256_ctr();
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  if (context == nullptr) return SG_ERR_NOMEM;
  std::vector<std::uint8_t> result(size + 16);
  int first = 0;
  int last = 0;
  const bool good =
      EVP_CipherInit_ex(context, cipher, nullptr, key, iv, encrypt ? 1 : 0) == 1 &&
      EVP_CipherUpdate(context, result.data(), &first, in, static_cast<int>(size)) == 1 &&
      EVP_CipherFinal_ex(context, result.data() + first, &last) == 1;
  EVP_CIPHER_CTX_free(context);
  return good ? give(out, result.data(), static_cast<std::size_t>(first + last)) : SG_ERR_UNKNOWN;
}

int encrypt(signal_buffer** out, int mode, const std::uint8_t* key, std::size_t key_size,
            const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* in, std::size_t size,
            void*) {
  return aes(true, out, mode, key, key_size, iv, iv_size, in, size);
}

int decrypt(signal_buffer** out, int mode, const std::uint8_t* key, std::size_t key_size,
            const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* in, std::size_t size,
            void*) {
  return aes(false, out, mode, key, key_size, iv, iv_size, in, size);
}

}  // namespace

bool set_crypto_provider(signal_context& context, Random& random) {
  const signal_crypto_provider provider = {random_bytes,   hmac_init,   hmac_update,   hmac_final,
                                           hmac_cleanup,   sha512_init, sha512_update, sha512_final,
                                           sha512_cleanup, encrypt,     decrypt,       &random};
  return signal_context_set_crypto_provider(&context, &provider) == SG_SUCCESS;
}

}  // namespace parley::peers
