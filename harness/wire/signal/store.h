// Everything one account keeps for end-to-end encryption: its identity, its prekeys, a session and
// a remembered identity per peer. A plain value in memory; a client owns exactly one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/wire/signal/identity.h"
#include "harness/wire/signal/message_format.h"
#include "harness/wire/signal/prekeys.h"
#include "harness/wire/signal/session.h"

namespace parley::signal {

/// What became of a peer's identity key. Changes are accepted, as the native clients do, and
/// reported so that the user can be told.
enum class IdentityNews { kSame, kFirstSeen, kChanged };

struct DecryptedMessage {
  Bytes plaintext;  ///< still padded
  std::uint32_t counter = 0;
  bool new_session = false;                      ///< this pkmsg started one
  std::optional<PreKeyId> one_time_prekey_id;    ///< ours, consumed and deleted by this message
  std::optional<PreKeyId> signed_prekey_id;      ///< ours, named by a pkmsg
  std::optional<std::uint32_t> registration_id;  ///< the sender's, where it is a pkmsg
  IdentityNews identity = IdentityNews::kSame;
};

/// Peers are named by any text that is unique per device; clients use the JID's text.
class Store {
 public:
  /// A fresh account: identity and signed prekey 1; one-time prekeys come by add_one_time_prekeys.
  static Store create(Random& random);
  Store(Identity identity, SignedPreKey signed_prekey);

  const Identity& identity() const { return identity_; }
  /// The newest signed prekey: the one to publish.
  const SignedPreKey& signed_prekey() const;
  /// Replaces it; earlier ones still serve set-ups that are under way.
  const SignedPreKey& rotate_signed_prekey(Random& random);
  void add_signed_prekey(SignedPreKey key);  ///< becomes the newest

  /// Generates `count` more with ids never given before and returns what to upload.
  std::vector<PublicPreKey> add_one_time_prekeys(std::size_t count, Random& random);
  void add_one_time_prekey(OneTimePreKey key);
  std::vector<PublicPreKey> one_time_prekeys() const;  ///< unused ones, by id
  bool has_one_time_prekey(PreKeyId id) const { return one_time_prekeys_.contains(id); }

  /// The account's own public keys, with that one-time prekey or none. A retry receipt carries
  /// them, with a key fresh from add_one_time_prekeys(1, random).
  PreKeyBundle bundle(std::optional<PublicPreKey> one_time = std::nullopt) const;

  /// Every private key that must never leave, with a name for it: for who watches that none does.
  std::vector<std::pair<std::string, crypto::PrivateKey>> private_keys() const;

  /// Starts a session with `peer` from a fetched bundle; an earlier session stays as archive unless
  /// the identity changed, which ends it. Errors as Session::initiate.
  Result<IdentityNews> start_session(std::string_view peer, const PreKeyBundle& bundle,
                                     Random& random);
  bool has_session(std::string_view peer) const { return sessions_.contains(peer); }
  const Session* session(std::string_view peer) const;
  void delete_session(std::string_view peer);
  /// nullopt where the peer was never seen.
  std::optional<crypto::PublicKey> peer_identity(std::string_view peer) const;

  /// kNotFound where there is no session: fetch the peer's bundle and start_session() first.
  Result<EncryptedMessage> encrypt(std::string_view peer, BytesView plaintext, Random& random);

  /// A failure leaves the store exactly as it was. kNotFound: no session for a msg, or a pkmsg
  /// that names a prekey which does not exist (any more); kAuth, kReplay, kLimit, kUnsupported,
  /// kInvalid as in Session and message_format.h. Each is a reason to send a retry receipt, except
  /// kReplay, which is a message that was already delivered.
  Result<DecryptedMessage> decrypt(std::string_view peer, MessageType type, BytesView bytes);

 private:
  Result<DecryptedMessage> decrypt_whisper(std::string_view peer, BytesView bytes);
  Result<DecryptedMessage> decrypt_prekey(std::string_view peer, BytesView bytes);
  /// Makes it the current session with `peer`.
  IdentityNews adopt(std::string_view peer, Session session);

  Identity identity_;
  std::map<PreKeyId, SignedPreKey> signed_prekeys_;
  PreKeyId newest_signed_prekey_ = 0;
  std::map<PreKeyId, OneTimePreKey> one_time_prekeys_;
  PreKeyId next_one_time_prekey_ = 1;
  std::map<std::string, Session, std::less<>> sessions_;
  std::map<std::string, crypto::PublicKey, std::less<>> peer_identities_;
};

}  // namespace parley::signal
