// A client's Signal side: its store, and the stanzas that publish its prekeys and fetch those of
// others.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "harness/net/world.h"
#include "harness/wire/node.h"
#include "harness/wire/signal/store.h"
#include "mocks/client/client_context.h"

namespace parley::mocks::client {

/// One-time prekeys given to the server at once, and the count below which it gets more. Few,
/// because every key costs a scalar multiplication in every test case.
inline constexpr std::size_t kPrekeyUpload = 8;
inline constexpr std::int64_t kPrekeyLowWater = 6;

class SignalAccount {
 public:
  explicit SignalAccount(ClientContext& context);

  signal::Store& store() { return store_; }
  const signal::Store& store() const { return store_; }
  /// Everything that someone finds who breaks into the device: the present state, and whatever of
  /// the past was not deleted.
  std::vector<signal::Store> state_at_rest() const;

  /// A new identity with new prekeys; all sessions are gone.
  void renew();

  /// Generates `count` one-time prekeys and gives them to the server.
  net::awaitable<Status> upload(std::size_t count);
  net::awaitable<Result<std::int64_t>> count();
  /// Uploads kPrekeyUpload where the server has fewer than kPrekeyLowWater.
  net::awaitable<Status> replenish();

  /// Asks for that account's bundle. kAuth where the signed prekey is not the identity's.
  net::awaitable<Result<signal::PreKeyBundle>> fetch(wire::Jid peer, bool identity_changed = false);

  /// Fetches the bundle and starts a session where there is none.
  net::awaitable<Status> ensure_session(wire::Jid peer);
  /// Starts one from that bundle, whatever was before.
  Status start_session(const wire::Jid& peer, const signal::PreKeyBundle& bundle);

  Result<signal::EncryptedMessage> encrypt(const wire::Jid& peer, BytesView plaintext);
  Result<signal::DecryptedMessage> decrypt(const wire::Jid& peer, signal::MessageType type,
                                           BytesView bytes);

  /// Whether messages before the one that was decrypted last are missing.
  bool after_gap() const { return after_gap_; }

  /// The server says that the peer's identity changed: the user is told, and the session ends.
  void identity_notice(const wire::Jid& peer);

 private:
  std::unique_ptr<Random> foreseeable() const;
  bool is_gap(const wire::Jid& peer, std::uint32_t counter);
  void tell_identity(const wire::Jid& peer, signal::IdentityNews news);

  ClientContext& context_;
  signal::Store store_;
  std::set<std::string> told_;       ///< peers whose present identity change was told already
  std::vector<signal::Store> kept_;  ///< for ClientFault::kKeepKeys only
  std::map<std::string, std::uint32_t> counters_;  ///< of the last messages, by sender
  bool after_gap_ = false;
  std::uint64_t drawn_ = 0;                             ///< from a source that can be foreseen
  std::map<std::string, signal::PreKeyBundle> reused_;  ///< for ClientFault::kReusePrekey only
};

/// The name of a peer in the store: one device per account takes part in interoperable chats.
std::string session_name(const wire::Jid& peer);

}  // namespace parley::mocks::client
