// AES-256 in the two modes that the protocols use: GCM (NIST SP 800-38D) with a 12-byte nonce and a
// 16-byte tag appended, and CBC (SP 800-38A) with PKCS #7 padding.
#pragma once

#include <memory>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::crypto {

using AesKey = ByteArray<32>;
using GcmNonce = ByteArray<12>;
using CbcIv = ByteArray<16>;

/// One key, prepared once; not for use by two threads at a time.
class AesGcm {
 public:
  explicit AesGcm(const AesKey& key);
  ~AesGcm();
  AesGcm(AesGcm&&) noexcept;
  AesGcm& operator=(AesGcm&&) noexcept;

  /// Ciphertext followed by the 16-byte tag.
  Bytes seal(const GcmNonce& nonce, BytesView aad, BytesView plaintext);
  /// kAuth where the tag does not hold, kInvalid where there is no room for one.
  Result<Bytes> open(const GcmNonce& nonce, BytesView aad, BytesView sealed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Bytes aes_cbc_encrypt(const AesKey& key, const CbcIv& iv, BytesView plaintext);
/// kInvalid for a length that is no positive multiple of 16 or for bad padding. The caller checks a
/// MAC first: the two errors must never tell an attacker anything.
Result<Bytes> aes_cbc_decrypt(const AesKey& key, const CbcIv& iv, BytesView ciphertext);

/// CBC over data that arrives in pieces. finish() adds (or checks and removes) the padding.
class AesCbcStream {
 public:
  enum class Mode { kEncrypt, kDecrypt };
  AesCbcStream(Mode mode, const AesKey& key, const CbcIv& iv);
  ~AesCbcStream();
  AesCbcStream(AesCbcStream&&) noexcept;
  AesCbcStream& operator=(AesCbcStream&&) noexcept;

  void update(BytesView data, Bytes& out);  ///< appends to `out`
  Status finish(Bytes& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::crypto
