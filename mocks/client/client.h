// What a native client and a partner's client have in common: one account, one chat connection at a
// time, end-to-end messages with all that goes with them. What differs is handed in as a Strategy;
// each kind of client adds its own operations around this core.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/crypto/curve25519.h"
#include "mocks/client/client_context.h"
#include "mocks/client/media_transfer.h"
#include "mocks/client/message_receiver.h"
#include "mocks/client/message_sender.h"
#include "mocks/client/operation_table.h"
#include "mocks/client/signal_account.h"

namespace parley::mocks::client {

/// A reason not to do what the user asks, by the client's own settings.
struct Refusal {
  std::string reason;
};

/// What differs between the kinds of client. All members are set.
struct Strategy {
  /// The address of an actor, asking the server where the client has to.
  std::function<net::awaitable<Result<wire::Jid>>(std::string actor)> resolve;
  /// The actor with that address where the client knows, else empty.
  std::function<std::string(const wire::Jid&)> actor_of;
  StoreMedia store_media;
  ReceiverPolicy receiving;
  /// Asked before every message, and before the recipient is looked up.
  std::function<std::optional<Refusal>(const std::string& actor)> refuses_to_send;
  std::function<bool()> shows_read_receipts;
  std::function<bool()> shows_typing;
  /// Someone who is not known writes: the client may find out who that is.
  std::function<net::awaitable<void>(wire::Jid)> meet;
  /// Sees every stanza first. True where it was one that only this kind of client knows.
  std::function<bool(const wire::Node&)> on_own_stanza;
  /// The connection ended.
  std::function<void(const ChatEnding&)> on_end;
};

/// One login: where to, with which key, saying what.
struct LoginPlan {
  ChatEndpoint endpoint;
  crypto::X25519KeyPair static_key;
  wire::pb::ClientPayload payload;
};

class ClientCore {
 public:
  ClientCore(net::World& world, evidence::Recorder& recorder, std::string id, evidence::Role role,
             std::shared_ptr<const wire::Profile> profile, ClientFault fault, Strategy strategy,
             Interceptor* interceptor = nullptr);

  ClientContext& context() { return context_; }
  SignalAccount& account() { return account_; }
  const Strategy& strategy() const { return strategy_; }
  const HeldMessages& held_messages() const { return receiver_.held(); }

  /// Connects and logs in; the first time with its keys. A refused login is an answer, not an
  /// Error; it pushes `connection-refused`. An older connection stays until the server ends it as
  /// replaced. kInvalid while another login is under way.
  net::awaitable<Result<LoginAnswer>> connect(LoginPlan plan);
  /// Whether there is a connection, or one is being made.
  bool busy() const { return connecting_ || context_.connection != nullptr; }
  /// The account starts afresh, with new keys that the server has not seen.
  void renew_keys();
  /// After an accepted login: publishes keys where the server runs low, waits for the stanzas kept
  /// while away to be announced, pushes `connected`. The number of those stanzas.
  net::awaitable<Result<std::int64_t>> settle_in();
  /// The result of a connect operation: {status, offline} or {status, code, reason?}.
  net::awaitable<Result<json::object>> finish_connect(LoginAnswer answer);

  /// The operations that every client performs.
  static std::span<const OperationEntry<ClientCore>> operations();

  net::awaitable<Result<json::object>> disconnect(json::object arguments);
  net::awaitable<Result<json::object>> upload_keys(json::object arguments);
  net::awaitable<Result<json::object>> key_count(json::object arguments);
  net::awaitable<Result<json::object>> fetch_keys(json::object arguments);
  net::awaitable<Result<json::object>> ping_server(json::object arguments);
  net::awaitable<Result<json::object>> send_text(json::object arguments);
  net::awaitable<Result<json::object>> send_media(json::object arguments);
  net::awaitable<Result<json::object>> react(json::object arguments);
  net::awaitable<Result<json::object>> typing(json::object arguments);
  net::awaitable<Result<json::object>> read(json::object arguments);
  net::awaitable<Result<json::object>> block(json::object arguments);
  net::awaitable<Result<json::object>> unblock(json::object arguments);
  net::awaitable<Result<json::object>> blocklist(json::object arguments);
  net::awaitable<Result<json::object>> corrupt_next(json::object arguments);
  net::awaitable<Result<json::object>> corrupt_next_media(json::object arguments);
  net::awaitable<Result<json::object>> extend_next(json::object arguments);
  net::awaitable<Result<json::object>> probe_media(json::object arguments);
  net::awaitable<Result<json::object>> resend(json::object arguments);
  net::awaitable<Result<json::object>> retry_media(json::object arguments);
  net::awaitable<Result<json::object>> send_loop(json::object arguments);
  net::awaitable<Result<json::object>> send_malformed(json::object arguments);
  net::awaitable<Result<json::object>> send_unsupported(json::object arguments);

  // client_security_operations.cc
  net::awaitable<Result<json::object>> fingerprint(json::object arguments);
  net::awaitable<Result<json::object>> inject(json::object arguments);
  net::awaitable<Result<json::object>> repeat_message(json::object arguments);
  net::awaitable<Result<json::object>> secret_digests(json::object arguments);
  net::awaitable<Result<json::object>> skip_messages(json::object arguments);
  net::awaitable<Result<json::object>> steal_state(json::object arguments);
  net::awaitable<Result<json::object>> try_decrypt(json::object arguments);

 private:
  using StanzaHandler = net::awaitable<void> (ClientCore::*)(wire::Node);
  struct StanzaEntry {
    std::string_view tag;
    StanzaHandler handle;
  };
  static std::span<const StanzaEntry> stanza_handlers();
  net::awaitable<void> on_stanza(wire::Node node);
  net::awaitable<void> on_message(wire::Node node);
  net::awaitable<void> on_receipt(wire::Node node);
  net::awaitable<void> on_ack(wire::Node node);
  net::awaitable<void> on_chatstate(wire::Node node);
  net::awaitable<void> on_notification(wire::Node node);
  net::awaitable<Result<ChatConnection::Opened>> open(LoginPlan plan);
  void on_end(std::uint64_t connection, const ChatEnding& ending);
  void acknowledge(const wire::Node& node);

  /// Whether the client's own settings forbid the message; then `send-failed` was pushed.
  bool refused(const std::string& id, const std::string& actor);
  net::awaitable<Result<json::object>> change_blocklist(json::object arguments, std::string action);
  /// Sends bytes as a message with that id, whatever they are; no id where settings forbid it.
  net::awaitable<Status> send_raw(std::string id, std::string actor, Bytes bytes, bool padded);
  std::optional<wire::Quote> quote_of(const std::string& id) const;
  wire::MessageReference reference_to(const std::string& id, const wire::Jid& chat) const;

  ClientContext context_;
  Strategy strategy_;
  SignalAccount account_;
  Thief thief_;
  MessageSender sender_;
  MessageReceiver receiver_;
  std::uint64_t connections_ = 0;  ///< opened so far
  std::uint64_t current_ = 0;      ///< which of them context_.connection is
  bool connecting_ = false;
  MediaTampering next_media_;  ///< of the next file that is sent
  bool published_ = false;     ///< the server has our keys
  bool was_refused_ = false;   ///< a login failed, or the server broke the protocol
};

}  // namespace parley::mocks::client
