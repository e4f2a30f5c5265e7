// Media files as they lie on a media host: AES-256-CBC ‖ the first 10 bytes of an HMAC-SHA-256,
// under keys derived from a 32-byte media key that travels inside the encrypted message. Two
// SHA-256 digests, of the plain and of the encrypted file, travel there too.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/aes.h"
#include "harness/crypto/hash.h"

namespace parley::wire {

/// Voice messages are audio.
enum class MediaKind { kImage, kVideo, kAudio, kDocument };
std::string_view to_string(MediaKind kind);       ///< "image", "video", "audio", "document"
std::string_view media_key_info(MediaKind kind);  ///< HKDF info, e.g. "WhatsApp Image Keys"

using MediaKey = ByteArray<32>;
inline constexpr std::size_t kMediaMacSize = 10;
/// A sidecar holds one 10-byte MAC per 64 KiB, so that a player can verify a part of the file.
inline constexpr std::size_t kSidecarStep = 64 * 1024;
inline constexpr std::size_t kMaxMediaBytes = std::size_t{2} * 1024 * 1024 * 1024;

/// The four secrets that HKDF-SHA-256 makes of one media key (112 bytes in this order).
struct MediaKeys {
  crypto::CbcIv iv{};
  crypto::AesKey cipher{};
  ByteArray<32> mac{};
  ByteArray<32> reference{};
};
MediaKeys derive_media_keys(MediaKind kind, const MediaKey& key);

/// The size of the encrypted file for a plain file of `plain_size` bytes.
constexpr std::uint64_t encrypted_media_size(std::uint64_t plain_size) {
  return (plain_size / 16 + 1) * 16 + kMediaMacSize;
}

/// What the message tells about the file.
struct MediaSummary {
  crypto::Digest32 file_sha256{};
  crypto::Digest32 encrypted_sha256{};  ///< over the whole encrypted file, its MAC included
  std::uint64_t file_length = 0;
  Bytes sidecar;  ///< video and audio; else empty
  bool operator==(const MediaSummary&) const = default;
};

/// Encrypts a file that arrives in pieces of any size.
class MediaEncryptor {
 public:
  MediaEncryptor(MediaKind kind, const MediaKey& key);
  ~MediaEncryptor();
  MediaEncryptor(MediaEncryptor&&) noexcept;
  MediaEncryptor& operator=(MediaEncryptor&&) noexcept;

  void update(BytesView plain, Bytes& out);  ///< appends to `out`
  MediaSummary finish(Bytes& out);  ///< appends the last block and the MAC; ends the object

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct EncryptedMedia {
  Bytes file;
  MediaSummary summary;
};
EncryptedMedia encrypt_media(MediaKind kind, const MediaKey& key, BytesView plain);

/// What was wrong with a downloaded file, in the order in which it is judged.
enum class MediaFinding {
  kNone,
  kTooShort,         ///< no room for one block and the MAC, or not whole blocks
  kTooLong,          ///< over the limit given
  kEncryptedDigest,  ///< differs from the announced SHA-256 of the encrypted file
  kMac,              ///< the file's own MAC does not hold
  kSidecar,          ///< the announced sidecar does not hold
  kPadding,          ///< the MAC holds, but the padding is not PKCS #7
  kPlainDigest,      ///< differs from the announced SHA-256 of the plain file
  kPlainLength,      ///< differs from the announced length
};
/// Stable: "none", "too-short", "encrypted-digest", "mac", ...
std::string_view to_string(MediaFinding finding);

/// What the message announced. Absent members are not judged; real messages carry all of them but
/// the sidecar.
struct MediaExpectation {
  std::optional<crypto::Digest32> encrypted_sha256;
  std::optional<crypto::Digest32> file_sha256;
  std::optional<std::uint64_t> file_length;
  Bytes sidecar;  ///< judged for video and audio, unless empty
};

/// `plain` is empty unless `finding` is kNone.
struct DecryptedMedia {
  MediaFinding finding = MediaFinding::kNone;
  Bytes plain;
  bool ok() const { return finding == MediaFinding::kNone; }
};

/// Takes the encrypted file in pieces while it arrives and hashes it on the way. No plaintext
/// exists before both the digest and the MAC were checked, and none is released before the rest
/// was.
class MediaDecryptor {
 public:
  MediaDecryptor(MediaKind kind, const MediaKey& key, MediaExpectation expectation,
                 std::size_t limit = kMaxMediaBytes);
  ~MediaDecryptor();
  MediaDecryptor(MediaDecryptor&&) noexcept;
  MediaDecryptor& operator=(MediaDecryptor&&) noexcept;

  /// Makes room for an encrypted file of that size. A hint: never pass a length that only the
  /// sender claims.
  void reserve(std::size_t size);
  /// False once the limit is passed: stop the download; finish() reports kTooLong.
  bool update(BytesView encrypted);
  DecryptedMedia finish();  ///< ends the object

 private:
  struct State;
  std::unique_ptr<State> state_;
};

DecryptedMedia decrypt_media(MediaKind kind, const MediaKey& key, BytesView encrypted,
                             const MediaExpectation& expectation);

/// Decrypts without judging digests, MAC or length: what a careless product does. Only a mock that
/// plays such a product may call it. Bad padding leaves nothing.
Bytes decrypt_media_unverified(MediaKind kind, const MediaKey& key, BytesView encrypted);

}  // namespace parley::wire
