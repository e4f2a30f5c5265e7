// One peer's session: the current Double Ratchet and the earlier ones that may still receive.
// Several exist where both sides start at the same time or where one side starts again.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/wire/signal/identity.h"
#include "harness/wire/signal/message_format.h"
#include "harness/wire/signal/prekeys.h"
#include "harness/wire/signal/ratchet.h"

namespace parley::signal {

inline constexpr std::size_t kMaxArchivedStates = 40;

/// What encrypt() made. `one_time_prekey_id`, `signed_prekey_id`: the recipient's prekeys that a
/// pkmsg names.
struct EncryptedMessage {
  MessageType type = MessageType::kWhisper;
  Bytes bytes;
  std::uint32_t counter = 0;
  std::optional<PreKeyId> one_time_prekey_id;
  std::optional<PreKeyId> signed_prekey_id;
};

/// A value: copies are independent. Every failed call leaves the session exactly as it was.
class Session {
 public:
  /// Starts towards a peer whose bundle was fetched (X3DH, initiator). Messages are pkmsg until the
  /// first answer is decrypted. kAuth where the bundle's signature does not hold, kInvalid where an
  /// agreement is all zero.
  static Result<Session> initiate(const Identity& own, const PreKeyBundle& bundle, Random& random);

  /// Starts from a peer's first pkmsg (X3DH, responder) and decrypts it. `one_time` is null exactly
  /// where the message names none; the caller has looked up both prekeys by their ids. `inner` is
  /// what message.message parses to.
  struct Accepted;
  static Result<Accepted> respond(const Identity& own, const SignedPreKey& signed_prekey,
                                  const OneTimePreKey* one_time, const PreKeyMessage& message,
                                  const WhisperMessage& inner);

  /// Needs randomness only where the ratchet turns.
  Result<EncryptedMessage> encrypt(BytesView plaintext, Random& random);

  /// kReplay for a message number used before (or skipped so long ago that its key was dropped),
  /// kLimit for one more than 2,000 ahead, kAuth where no state verifies it.
  Result<Bytes> decrypt(const WhisperMessage& message, BytesView bytes);

  /// Decrypts a pkmsg of a set-up that this session already knows; see knows(). kNotFound
  /// otherwise.
  Result<Bytes> decrypt_known(const PreKeyMessage& message, const WhisperMessage& inner);
  bool knows(const crypto::PublicKey& base_key) const;

  /// Makes `newer`'s states the current ones and keeps this session's behind them.
  void supersede(Session newer);

  const crypto::PublicKey& peer_identity() const { return states_.front().ratchet.peer_identity(); }
  /// Whether encrypt() will make a pkmsg.
  bool awaits_answer() const { return states_.front().pending.has_value(); }
  std::size_t archived_states() const { return states_.size() - 1; }
  std::size_t skipped_keys() const;  ///< stored, over all states

  bool operator==(const Session&) const = default;

 private:
  /// The peer's prekeys of a set-up of ours that is not yet answered.
  struct Pending {
    std::optional<PreKeyId> one_time_prekey_id;
    PreKeyId signed_prekey_id = 0;
    bool operator==(const Pending&) const = default;
  };
  struct State {
    Ratchet ratchet;
    crypto::PublicKey base_key;  ///< the initiator's; identifies the set-up
    std::uint32_t own_registration_id = 0;
    std::optional<Pending> pending;
    bool operator==(const State&) const = default;
  };

  explicit Session(State state);
  Result<Bytes> decrypt_with(std::size_t index, const WhisperMessage& message, BytesView bytes);
  void promote(std::size_t index);

  std::vector<State> states_;  ///< current first; never empty
};

struct Session::Accepted {
  Session session;
  Bytes plaintext;
};

}  // namespace parley::signal
