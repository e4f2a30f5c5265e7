#include "harness/wire/signal/x3dh.h"

#include <algorithm>

#include "harness/crypto/hash.h"

namespace parley::signal {
namespace {

constexpr std::size_t kPart = 32;

/// 32 bytes 0xFF, which no X25519 key can start with, then the agreements one after the other.
class Secret {
 public:
  Secret() { std::fill_n(bytes_.begin(), kPart, std::uint8_t{0xFF}); }
  ~Secret() { crypto::wipe(bytes_); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  Status add(const crypto::X25519KeyPair& own, const crypto::PublicKey& peer) {
    PARLEY_ASSIGN(crypto::SharedSecret part, own.agree(peer));
    std::ranges::copy(part, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += kPart;
    crypto::wipe(part);
    return {};
  }

  /// The version derives a chain key too, which nothing ever uses: both sides turn the ratchet
  /// before their first message.
  RootKey derive() const {
    auto keys =
        crypto::hkdf_sha256<2 * kPart>({}, BytesView(bytes_).first(size_), as_bytes("WhisperText"));
    const auto root = to_array<kPart>(keys);
    crypto::wipe(keys);
    return root;
  }

 private:
  ByteArray<5 * kPart> bytes_{};
  std::size_t size_ = kPart;
};

}  // namespace

Result<RootKey> agree_as_initiator(const IdentityKeyPair& own, const crypto::X25519KeyPair& base,
                                   const PreKeyBundle& bundle) {
  Secret secret;
  PARLEY_TRY(secret.add(own.agreement(), bundle.signed_prekey.key));
  PARLEY_TRY(secret.add(base, bundle.identity));
  PARLEY_TRY(secret.add(base, bundle.signed_prekey.key));
  if (bundle.one_time_prekey) PARLEY_TRY(secret.add(base, bundle.one_time_prekey->key));
  return secret.derive();
}

Result<RootKey> agree_as_responder(const IdentityKeyPair& own, const SignedPreKey& signed_prekey,
                                   const OneTimePreKey* one_time,
                                   const crypto::PublicKey& peer_identity,
                                   const crypto::PublicKey& peer_base) {
  Secret secret;
  PARLEY_TRY(secret.add(signed_prekey.key, peer_identity));
  PARLEY_TRY(secret.add(own.agreement(), peer_base));
  PARLEY_TRY(secret.add(signed_prekey.key, peer_base));
  if (one_time != nullptr) PARLEY_TRY(secret.add(one_time->key, peer_base));
  return secret.derive();
}

}  // namespace parley::signal
