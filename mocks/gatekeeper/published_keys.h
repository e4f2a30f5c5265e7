// The public keys that one account keeps at the server, so that others can open sessions with it
// while it is away.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "harness/base/result.h"
#include "harness/wire/signal/prekeys.h"

namespace parley::mocks::gatekeeper {

/// At this many one-time prekeys or fewer the owner is asked for more.
inline constexpr std::size_t kLowPrekeys = 5;
inline constexpr std::size_t kMaxPrekeys = 2'000;

/// What an upload brings.
struct PrekeyUpload {
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  signal::PublicSignedPreKey signed_prekey;
  std::vector<signal::PublicPreKey> one_time;
};

class PublishedKeys {
 public:
  /// A fresh installation: everything before is gone, also the memory of what was handed out.
  void replace(std::uint32_t registration_id, const crypto::PublicKey& identity,
               const signal::PublicSignedPreKey& signed_prekey);
  /// Adds one-time prekeys and takes over the signed prekey. Nothing changes on an error:
  /// kAuth for a signature that does not hold, kReplay for a one-time prekey that was handed out
  /// before, kInvalid for two equal ids or keys, kLimit over kMaxPrekeys.
  Status upload(const PrekeyUpload& upload);
  /// Takes a signed prekey that was verified already.
  void sign_anew(const signal::PublicSignedPreKey& signed_prekey) {
    signed_prekey_ = signed_prekey;
  }
  /// kAuth where the signature does not hold, kNotFound before the first keys.
  Status rotate(const signal::PublicSignedPreKey& signed_prekey);
  void clear();

  bool published() const { return identity_.has_value(); }
  const std::optional<crypto::PublicKey>& identity() const { return identity_; }
  std::uint32_t registration_id() const { return registration_id_; }
  const signal::PublicSignedPreKey& signed_prekey() const { return signed_prekey_; }
  const std::deque<signal::PublicPreKey>& one_time() const { return one_time_; }

  /// The next one-time prekey, which nobody gets again; nullopt where there is none left. `keep`: a
  /// defect, by which the next one gets it too.
  std::optional<signal::PublicPreKey> hand_out(bool keep = false);

  /// SHA-1 over identity, signed prekey, its signature and the one-time prekeys in order: what a
  /// client compares with its own store.
  ByteArray<20> digest() const;

 private:
  std::optional<crypto::PublicKey> identity_;
  std::uint32_t registration_id_ = 0;
  signal::PublicSignedPreKey signed_prekey_;
  std::deque<signal::PublicPreKey> one_time_;
  std::set<crypto::PublicKey> spent_;
};

}  // namespace parley::mocks::gatekeeper
