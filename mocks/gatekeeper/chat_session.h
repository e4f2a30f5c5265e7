// One chat connection at the server: handshake, login or pairing, then stanzas one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/net/world.h"
#include "harness/wire/chat_channel.h"
#include "mocks/gatekeeper/backend.h"
#include "mocks/gatekeeper/disturbed_stream.h"
#include "mocks/gatekeeper/login.h"
#include "mocks/gatekeeper/pairing.h"
#include "mocks/tap/chat_tap.h"

namespace parley::mocks::gatekeeper {

/// From the first byte to the answered login; the open clients wait as long.
inline constexpr Duration kLoginPeriod = std::chrono::seconds(20);
/// From the first byte of a frame to its last, once logged in.
inline constexpr Duration kFramePeriod = std::chrono::seconds(30);
/// Of one frame from a client that has logged in. Stanzas carry keys and sealed texts, no media:
/// the largest that an honest client sends are some 50 KB.
inline constexpr std::size_t kMaxFrameFromClient = 2 * 1024 * 1024;
/// Queued for a client that does not read; more ends its connection.
inline constexpr std::size_t kMaxQueuedBytes = 16 * 1024 * 1024;

class ChatSession final : public Connection, public std::enable_shared_from_this<ChatSession> {
 public:
  ChatSession(Backend& backend, wire::ChatServerConfig config, ChatTap tap,
              std::unique_ptr<net::Stream> stream);

  /// Serves until the connection ends.
  net::awaitable<void> serve();

  // Connection.
  void send(const wire::Node& node) override;
  void end(Ending ending) override;

  /// Sends what the profile made; a profile that cannot make it is logged and ends the connection.
  void send(const Result<wire::Node>& node);

  Backend& backend() { return backend_; }
  /// Whether an external program is at the other end, which knows addresses on loopback only.
  bool external() const { return stream_->remote_host() == net::kExternalHost; }
  /// Whose connection it is; null once it has ended.
  Account* account() const { return account_; }

  /// For the harness alone, which cuts and damages what passes here.
  DisturbedStream& link() { return *stream_; }
  /// Writes these bytes after the stanzas that are queued, in a frame or not as they are.
  void send_bytes(BytesView bytes);

  /// Asks the client whether it is there, and waits for the answer; kTimeout, kClosed.
  net::awaitable<Status> ping();
  /// Where the node answers a ping of ours.
  bool take_answer(const wire::Node& node);

  /// The phone of `account` has read a code of the companion that waits here: vouches for it and
  /// waits until it has signed. kAuth where code, companion and signatures do not fit together,
  /// kRefused where the companion does not believe the phone, kClosed, kTimeout.
  net::awaitable<Result<json::object>> pair(Account& account, PairingCode code);

 private:
  net::awaitable<void> read_loop();
  net::awaitable<void> write_loop();
  net::awaitable<void> accept(wire::ChannelEvent event);
  net::awaitable<void> log_in(wire::HandshakeComplete handshake);
  void welcome(Account& account);
  void welcome_companion(Account& account);
  void offer_pairing(const wire::pb::ClientPayload& payload, const crypto::PublicKey& proved);
  void take_pairing_answer(const wire::Node& node);
  void fail_pairing(Error error);
  void handle(const wire::Node& node);
  void refuse(const LoginRefusal& refusal);
  void send_waiting_mail(Account& account);
  void leave();
  void close_within(Duration period);
  void watch_frame(bool another_came);

  Backend& backend_;
  ChatTap tap_;
  std::unique_ptr<wire::ChatServer> channel_;
  std::unique_ptr<DisturbedStream> stream_;
  std::unique_ptr<net::World::Timer> deadline_;        ///< closes the stream
  std::unique_ptr<net::World::Timer> frame_deadline_;  ///< for the rest of an unfinished frame
  net::Notifier output_;                               ///< something to write, or the end
  net::Notifier answers_;                              ///< to a ping or a pairing, or the end
  std::string address_;
  Account* account_ = nullptr;
  std::optional<Pairing> pairing_;    ///< of a companion that belongs to nobody yet
  std::optional<Spelling> spelling_;  ///< where the client's addresses are not ours
  Bytes raw_;                         ///< of send_bytes()
  std::size_t queued_ = 0;
  std::uint64_t pings_ = 0;
  std::string awaited_ping_;
  bool ended_ = false;  ///< nothing is accepted any more; what is queued is still written
};

}  // namespace parley::mocks::gatekeeper
