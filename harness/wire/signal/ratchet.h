// The Double Ratchet (Signal's specification, revision 1) as session version 3 uses it: key
// derivation by HMAC and HKDF-SHA-256 with the "Whisper…" labels, AES-256-CBC, an 8-byte
// HMAC-SHA-256 over both identities and the message.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
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

/// A whole "msg" and its number.
struct SealedMessage {
  Bytes bytes;
  std::uint32_t counter = 0;
};

class Ratchet {
 public:
  /// Initiator: the peer's signed prekey is its first ratchet key.
  static Result<Ratchet> initiator(const RootKey& root, const crypto::PublicKey& own_identity,
                                   const crypto::PublicKey& peer_identity,
                                   const crypto::PublicKey& peer_signed_prekey, Random& random);
  /// Responder: its signed prekey is its first ratchet key.
  static Ratchet responder(const RootKey& root, const crypto::PublicKey& own_identity,
                           const crypto::PublicKey& peer_identity,
                           const crypto::X25519KeyPair& own_signed_prekey);

  /// Turns the sending ratchet first where the peer has shown a new key since the last turn; that
  /// is the only use of `random`, so that a run of received turns costs one key generation.
  Result<SealedMessage> encrypt(BytesView plaintext, Random& random);

  /// `bytes` are the message as it came: the MAC covers them. Nothing changes unless the MAC holds
  /// and the plaintext is whole. Errors: kAuth, kReplay, kLimit, kInvalid (all-zero agreement).
  Result<Bytes> decrypt(const WhisperMessage& message, BytesView bytes);

  /// Whether a message under that ratchet key was received before.
  bool has_receiving_chain(const crypto::PublicKey& ratchet_key) const {
    return chain_index(ratchet_key) != kNoChain;
  }
  const crypto::PublicKey& peer_identity() const { return peer_identity_; }
  const crypto::PublicKey& own_identity() const { return own_identity_; }
  std::size_t skipped_keys() const { return skipped_total_; }

  bool operator==(const Ratchet& other) const;

 private:
  static constexpr std::size_t kNoChain = std::numeric_limits<std::size_t>::max();
  struct SendingChain {
    ChainKey chain{};
    std::uint32_t next = 0;  ///< the number of the next message
    bool operator==(const SendingChain&) const = default;
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
          const crypto::PublicKey& peer_identity, crypto::X25519KeyPair own_key);

  Status turn_sending(const crypto::X25519KeyPair& key, const crypto::PublicKey& peer_key);
  std::size_t chain_index(const crypto::PublicKey& ratchet_key) const;
  Result<Step> plan(const WhisperMessage& message) const;
  Status plan_turn(const WhisperMessage& message, Step& step) const;
  Result<Bytes> open(const WhisperMessage& message, BytesView bytes, const MessageSeed& seed) const;
  void commit(const WhisperMessage& message, Step step);
  void keep(ReceivingChain& chain, std::vector<SkippedKey> skipped);
  void drop_oldest_skipped_key();

  RootKey root_;
  crypto::PublicKey own_identity_;
  crypto::PublicKey peer_identity_;
  /// Our ratchet key that the peer may answer. Dropped, as is the sending chain, when it has
  /// answered; made anew when we next send.
  std::optional<crypto::X25519KeyPair> own_key_;
  std::optional<SendingChain> sending_;
  std::uint32_t previous_counter_ = 0;     ///< last number of the sending chain before this one
  std::vector<ReceivingChain> receiving_;  ///< oldest first
  std::size_t skipped_total_ = 0;
};

}  // namespace parley::signal
