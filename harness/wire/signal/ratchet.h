// The Double Ratchet (Signal's specification, revision 1) as session version 3 uses it: key
// derivation by HMAC and HKDF-SHA-256 with the "Whisper…" labels, AES-256-CBC, an 8-byte
// HMAC-SHA-256 over both identities and the message.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/signal/message_format.h"

namespace parley::signal {

using RootKey = ByteArray<32>;
using ChainKey = ByteArray<32>;
using MessageSeed = ByteArray<32>;

/// Most message numbers that one message may leap over, and most unused message keys kept in one
/// ratchet; beyond that the oldest are dropped.
inline constexpr std::uint32_t kMaxSkipped = 2000;
/// Receiving chains kept, the current one included: late messages of earlier turns still decrypt.
inline constexpr std::size_t kMaxReceivingChains = 5;

/// What X3DH hands to the ratchet.
struct SharedKeys {
  RootKey root{};
  ChainKey chain{};
};

class Ratchet {
 public:
  /// Initiator: the peer's signed prekey is its first ratchet key.
  static Result<Ratchet> initiator(const SharedKeys& keys, const crypto::PublicKey& own_identity,
                                   const crypto::PublicKey& peer_identity,
                                   const crypto::PublicKey& peer_signed_prekey, Random& random);
  /// Responder: its signed prekey is its first ratchet key.
  static Ratchet responder(const SharedKeys& keys, const crypto::PublicKey& own_identity,
                           const crypto::PublicKey& peer_identity,
                           const crypto::X25519KeyPair& own_signed_prekey);

  /// Turns the sending ratchet first where the peer has shown a new key since the last turn; that
  /// is the only use of `random`, so that a run of received turns costs one key generation.
  Result<WhisperMessage> encrypt(BytesView plaintext, Random& random);

  /// `bytes` are the message as it came: the MAC covers them. Nothing changes unless the MAC holds
  /// and the plaintext is whole. Errors: kAuth, kReplay, kLimit, kInvalid (all-zero agreement).
  Result<Bytes> decrypt(const WhisperMessage& message, BytesView bytes);

  /// Whether a message under that ratchet key was received before.
  bool has_receiving_chain(const crypto::PublicKey& ratchet_key) const;
  const crypto::PublicKey& peer_identity() const { return peer_identity_; }
  const crypto::PublicKey& own_identity() const { return own_identity_; }
  std::size_t skipped_keys() const { return skipped_total_; }

  bool operator==(const Ratchet& other) const;

 private:
  struct SendingChain {
    crypto::X25519KeyPair key;
    ChainKey chain{};
    std::uint32_t next = 0;  ///< the number of the next message
  };
  struct SkippedKey {
    std::uint32_t counter = 0;
    MessageSeed seed{};
    bool operator==(const SkippedKey&) const = default;
  };
  struct ReceivingChain {
    crypto::PublicKey peer_key{};
    ChainKey chain{};
    std::uint32_t next = 0;
    std::deque<SkippedKey> skipped;  ///< by counter
    bool operator==(const ReceivingChain&) const = default;
  };
  /// A decryption worked out but not yet put into effect.
  struct Step;

  Ratchet(const RootKey& root, const crypto::PublicKey& own_identity,
          const crypto::PublicKey& peer_identity, SendingChain sending);

  Status turn_sending(Random& random);
  ReceivingChain* receiving_chain(const crypto::PublicKey& ratchet_key);
  Result<Step> plan(const WhisperMessage& message);
  Status plan_new_chain(const WhisperMessage& message, Step& step);
  Status plan_seed(const WhisperMessage& message, Step& step);
  Result<Bytes> open(const WhisperMessage& message, BytesView bytes, const MessageSeed& seed) const;
  void commit(Step step);

  RootKey root_;
  crypto::PublicKey own_identity_;
  crypto::PublicKey peer_identity_;
  SendingChain sending_;
  std::uint32_t previous_counter_ = 0;
  /// The peer's ratchet key that the next sending turn answers; absent where the sending chain
  /// already answers the newest one.
  std::optional<crypto::PublicKey> unanswered_;
  std::vector<ReceivingChain> receiving_;  ///< oldest first
  std::size_t skipped_total_ = 0;
};

}  // namespace parley::signal
