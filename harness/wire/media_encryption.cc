#include "harness/wire/media_encryption.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/wire/sha256_lanes.h"

namespace parley::wire {
namespace {

constexpr std::size_t kBlock = 16;
/// Work is done in pieces that stay in the processor's nearest cache from the cipher to the hashes.
/// Divides kSidecarStep, so that a piece never crosses the end of a sidecar's window.
constexpr std::size_t kPiece = 8 * 1024;
static_assert(kSidecarStep % kPiece == 0);

struct KindNames {
  std::string_view name;
  std::string_view info;
  bool streamable;  ///< has a sidecar
};
constexpr std::array<KindNames, 4> kKinds = {{
    {"image", "WhatsApp Image Keys", false},
    {"video", "WhatsApp Video Keys", true},
    {"audio", "WhatsApp Audio Keys", true},
    {"document", "WhatsApp Document Keys", false},
}};

const KindNames& names(MediaKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

constexpr std::array<std::string_view, 9> kFindings = {
    "none",    "too-short", "too-long",     "encrypted-digest", "mac",
    "sidecar", "padding",   "plain-digest", "plain-length",
};

/// Cuts data that arrives in any sizes into whole pieces, holding back at least `reserve` bytes.
/// Calls take(piece) for each.
class PieceBuffer {
 public:
  explicit PieceBuffer(std::size_t reserve) : reserve_(reserve) {}

  template <class Take>
  void add(BytesView data, Take take) {
    const std::size_t needed = kPiece + reserve_;
    if (!held_.empty()) {
      // Enough to complete one piece, and then, where more has come, to empty the buffer.
      while (!data.empty() && held_.size() + data.size() >= needed && !held_.empty()) {
        const std::size_t fill = held_.size() < kPiece ? kPiece - held_.size() : 0;
        append(held_, data.first(fill));
        data = data.subspan(fill);
        take(BytesView(held_).first(kPiece));
        held_.erase(held_.begin(), held_.begin() + kPiece);
      }
    }
    if (held_.empty()) {
      while (data.size() >= needed) {
        take(data.first(kPiece));
        data = data.subspan(kPiece);
      }
    }
    append(held_, data);
  }

  BytesView rest() const { return held_; }

 private:
  std::size_t reserve_;
  Bytes held_;  ///< shorter than kPiece + reserve_
};

/// The MACs of the encrypted stream's windows. The stream is iv ‖ ciphertext ‖ MAC; window k begins
/// at byte k·64 KiB and is 64 KiB + 16 bytes long, so that in ciphertext it ends at (k + 1)·64 KiB.
class Sidecar {
 public:
  Sidecar(BytesView key, BytesView iv) : key_(to_bytes(key)), window_(HashStream::hmac(key)) {
    window_.update(iv);
  }
  ~Sidecar() { crypto::wipe(key_); }
  Sidecar(const Sidecar&) = delete;
  Sidecar& operator=(const Sidecar&) = delete;

  HashStream& window() { return window_; }

  /// To be called after `piece` of ciphertext, at most up to the window's end, went into window().
  void advance(BytesView piece) {
    in_window_ += piece.size();
    if (in_window_ < kSidecarStep) return;
    emit();
    window_.update(piece.last(kBlock));
    in_window_ = 0;
  }

  Bytes finish(BytesView mac) {
    window_.update(mac);
    emit();
    // One more window where its first byte is the first of the file's MAC.
    if (in_window_ + kBlock == kSidecarStep) {
      window_.update(mac);
      emit();
    }
    return std::move(macs_);
  }

 private:
  void emit() {
    append(macs_, BytesView(window_.finish()).first(kMediaMacSize));
    window_ = HashStream::hmac(key_);
  }

  Bytes key_;
  HashStream window_;
  std::size_t in_window_ = 0;  ///< bytes of ciphertext beyond the window's first 16
  Bytes macs_;
};

/// Every hash over one file, fed piece by piece.
class FileHashes {
 public:
  FileHashes(const MediaKeys& keys, bool with_sidecar)
      : plain_(HashStream::sha256()),
        encrypted_(HashStream::sha256()),
        mac_(HashStream::hmac(keys.mac)) {
    mac_.update(keys.iv);
    if (with_sidecar) sidecar_.emplace(keys.mac, keys.iv);
  }

  void add(BytesView plain, BytesView ciphertext) {
    const std::array<HashLane, kMaxHashLanes> lanes = {{
        {&plain_, plain},
        {&encrypted_, ciphertext},
        {&mac_, ciphertext},
        {sidecar_ ? &sidecar_->window() : nullptr, ciphertext},
    }};
    update_together(std::span(lanes).first(sidecar_ ? 4 : 3));
    if (sidecar_) sidecar_->advance(ciphertext);
    plain_length_ += plain.size();
  }

  ByteArray<kMediaMacSize> mac() { return to_array<kMediaMacSize>(mac_.finish()); }

  /// `mac` as it stands in the file.
  MediaSummary finish(BytesView mac) {
    encrypted_.update(mac);
    MediaSummary summary{plain_.finish(), encrypted_.finish(), plain_length_, {}};
    if (sidecar_) summary.sidecar = sidecar_->finish(mac);
    return summary;
  }

 private:
  HashStream plain_;
  HashStream encrypted_;
  HashStream mac_;
  std::optional<Sidecar> sidecar_;
  std::uint64_t plain_length_ = 0;
};

}  // namespace

std::string_view to_string(MediaKind kind) { return names(kind).name; }
std::string_view media_key_info(MediaKind kind) { return names(kind).info; }
std::string_view to_string(MediaFinding finding) {
  return kFindings[static_cast<std::size_t>(finding)];
}

MediaKeys derive_media_keys(MediaKind kind, const MediaKey& key) {
  auto bytes = crypto::hkdf_sha256<112>({}, key, as_bytes(media_key_info(kind)));
  const BytesView all(bytes);
  const MediaKeys keys{to_array<16>(all), to_array<32>(all.subspan(16)),
                       to_array<32>(all.subspan(48)), to_array<32>(all.subspan(80))};
  crypto::wipe(bytes);
  return keys;
}

struct MediaEncryptor::State {
  State(MediaKind kind, const MediaKeys& keys)
      : cipher(crypto::AesCbcStream::Mode::kEncrypt, keys.cipher, keys.iv),
        hashes(keys, names(kind).streamable) {}

  void piece(BytesView plain, Bytes& out) {
    const std::size_t before = out.size();
    cipher.update(plain, out);
    hashes.add(plain, BytesView(out).subspan(before));
  }

  crypto::AesCbcStream cipher;
  FileHashes hashes;
  PieceBuffer buffer{0};
};

MediaEncryptor::MediaEncryptor(MediaKind kind, const MediaKey& key)
    : state_(std::make_unique<State>(kind, derive_media_keys(kind, key))) {}
MediaEncryptor::~MediaEncryptor() = default;
MediaEncryptor::MediaEncryptor(MediaEncryptor&&) noexcept = default;
MediaEncryptor& MediaEncryptor::operator=(MediaEncryptor&&) noexcept = default;

void MediaEncryptor::update(BytesView plain, Bytes& out) {
  state_->buffer.add(plain, [&](BytesView piece) { state_->piece(piece, out); });
}

MediaSummary MediaEncryptor::finish(Bytes& out) {
  const BytesView rest = state_->buffer.rest();
  const std::size_t before = out.size();
  state_->cipher.update(rest, out);
  // Encryption always ends well.
  (void)state_->cipher.finish(out).ok();
  state_->hashes.add(rest, BytesView(out).subspan(before));
  const auto mac = state_->hashes.mac();
  append(out, mac);
  MediaSummary summary = state_->hashes.finish(mac);
  state_.reset();
  return summary;
}

EncryptedMedia encrypt_media(MediaKind kind, const MediaKey& key, BytesView plain) {
  EncryptedMedia media;
  media.file.reserve(encrypted_media_size(plain.size()) + kBlock);
  MediaEncryptor encryptor(kind, key);
  encryptor.update(plain, media.file);
  media.summary = encryptor.finish(media.file);
  return media;
}

struct MediaDecryptor::State {
  State(MediaKind kind, const MediaKeys& keys, MediaExpectation expectation_, std::size_t limit_)
      : cipher(crypto::AesCbcStream::Mode::kDecrypt, keys.cipher, keys.iv),
        hashes(keys, names(kind).streamable && !expectation_.sidecar.empty()),
        expectation(std::move(expectation_)),
        limit(limit_) {
    if (!names(kind).streamable) expectation.sidecar.clear();
  }

  void piece(BytesView ciphertext) {
    const std::size_t before = plain.size();
    cipher.update(ciphertext, plain);
    hashes.add(BytesView(plain).subspan(before), ciphertext);
  }

  MediaFinding judge();

  crypto::AesCbcStream cipher;
  FileHashes hashes;
  MediaExpectation expectation;
  std::size_t limit;
  std::size_t received = 0;
  Bytes plain;  ///< released only after everything was judged
  PieceBuffer buffer{kMediaMacSize};
};

MediaFinding MediaDecryptor::State::judge() {
  if (received > limit) return MediaFinding::kTooLong;
  if (received < kBlock + kMediaMacSize || (received - kMediaMacSize) % kBlock != 0) {
    return MediaFinding::kTooShort;
  }
  const BytesView rest = buffer.rest();
  const BytesView ciphertext = rest.first(rest.size() - kMediaMacSize);
  const BytesView mac = rest.last(kMediaMacSize);
  const std::size_t before = plain.size();
  cipher.update(ciphertext, plain);
  const bool padded = cipher.finish(plain).ok();
  hashes.add(BytesView(plain).subspan(before), ciphertext);
  const bool authentic = crypto::equal_constant_time(hashes.mac(), mac);
  const MediaSummary actual = hashes.finish(mac);

  if (expectation.encrypted_sha256 && actual.encrypted_sha256 != *expectation.encrypted_sha256) {
    return MediaFinding::kEncryptedDigest;
  }
  if (!authentic) return MediaFinding::kMac;
  if (actual.sidecar != expectation.sidecar) return MediaFinding::kSidecar;
  if (!padded) return MediaFinding::kPadding;
  if (expectation.file_sha256 && actual.file_sha256 != *expectation.file_sha256) {
    return MediaFinding::kPlainDigest;
  }
  if (expectation.file_length && actual.file_length != *expectation.file_length) {
    return MediaFinding::kPlainLength;
  }
  return MediaFinding::kNone;
}

MediaDecryptor::MediaDecryptor(MediaKind kind, const MediaKey& key, MediaExpectation expectation,
                               std::size_t limit)
    : state_(std::make_unique<State>(kind, derive_media_keys(kind, key), std::move(expectation),
                                     limit)) {}
MediaDecryptor::~MediaDecryptor() = default;
MediaDecryptor::MediaDecryptor(MediaDecryptor&&) noexcept = default;
MediaDecryptor& MediaDecryptor::operator=(MediaDecryptor&&) noexcept = default;

void MediaDecryptor::reserve(std::size_t size) {
  state_->plain.reserve(std::min(size, state_->limit) + kBlock);
}

bool MediaDecryptor::update(BytesView encrypted) {
  State& state = *state_;
  state.received += encrypted.size();
  if (state.received > state.limit) return false;
  state.buffer.add(encrypted, [&](BytesView piece) { state.piece(piece); });
  return true;
}

DecryptedMedia MediaDecryptor::finish() {
  DecryptedMedia media{state_->judge(), {}};
  if (media.ok()) media.plain = std::move(state_->plain);
  crypto::wipe(state_->plain);
  state_.reset();
  return media;
}

DecryptedMedia decrypt_media(MediaKind kind, const MediaKey& key, BytesView encrypted,
                             const MediaExpectation& expectation) {
  MediaDecryptor decryptor(kind, key, expectation);
  decryptor.reserve(encrypted.size());
  decryptor.update(encrypted);
  return decryptor.finish();
}

Bytes decrypt_media_unverified(MediaKind kind, const MediaKey& key, BytesView encrypted) {
  if (encrypted.size() < kMediaMacSize) return {};
  const MediaKeys keys = derive_media_keys(kind, key);
  auto plain = crypto::aes_cbc_decrypt(keys.cipher, keys.iv,
                                       encrypted.first(encrypted.size() - kMediaMacSize));
  return plain ? std::move(plain).value() : Bytes{};
}

}  // namespace parley::wire
