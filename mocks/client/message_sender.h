// Sends end-to-end messages: builds, pads, encrypts, remembers; and sends a message once more where
// its receiver could not decrypt it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/net/world.h"
#include "harness/wire/message_content.h"
#include "harness/wire/node.h"
#include "mocks/client/client_context.h"
#include "mocks/client/signal_account.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {

/// How often one message is sent again, and how often one is asked for again.
inline constexpr unsigned kMostRetries = 5;
/// Messages that can still be quoted or sent again; the oldest are forgotten first.
inline constexpr std::size_t kMostRemembered = 10'000;

/// A message as the sender writes it.
struct OutgoingMessage {
  wire::MessageContent content;
  /// Sent in place of the content, which then only says what the message is taken for.
  std::optional<Bytes> raw = std::nullopt;
  bool padded = false;                              ///< `raw` has its padding
  std::optional<std::int64_t> time = std::nullopt;  ///< claimed, in the stanza; unix seconds

  template <class Content>
  OutgoingMessage(Content content_) : content(std::move(content_)) {}  // NOLINT: any content is one
};

class MessageSender {
 public:
  MessageSender(ClientContext& context, SignalAccount& account)
      : context_(context), account_(account) {}

  /// A new message id: "3EB0" and 18 hex digits.
  std::string new_id();

  /// Ends when the stanza is queued; the server's answer comes to on_ack().
  net::awaitable<Status> send(std::string id, wire::Jid to, OutgoingMessage message);

  /// Sends a message once more under its id, encrypted anew: as if the acknowledgement had been
  /// lost. kNotFound for an id that was not sent.
  net::awaitable<Status> resend(std::string id);

  /// The text of a message that was sent, or null.
  const std::string* find_text(std::string_view id) const;

  /// The next message goes out with a damaged MAC.
  void corrupt_next() { corrupt_next_ = true; }

  /// The next message carries fields of a later version.
  void extend_next() { extend_next_ = true; }
  /// Sends once more, as it was, every message that the server has not answered; for after a login.
  void resend_unanswered();
  /// Sends that message once more, as it was, answered or not. kNotFound for a message that is not
  /// remembered, kClosed.
  Status repeat(std::string_view id);

  /// The receiver asks again. Answers with a pkmsg of a new session under the same id, up to
  /// kMostRetries times; pushes `retry-requested`.
  net::awaitable<void> answer_retry(RetryRequest request);

  /// <ack class="message">; pushes `send-failed` where it carries an error.
  void on_ack(const wire::Node& ack);

 private:
  struct Sent {
    wire::Jid to;
    OutgoingMessage message;
    unsigned retries = 0;
    wire::Node stanza;      ///< as it went out last
    bool answered = false;  ///< by the server
  };

  Status encrypt_and_send(const std::string& id, Sent& sent, unsigned count);
  /// What is encrypted.
  struct Plaintext {
    Bytes protobuf;  ///< without padding
    Bytes padded;
    std::optional<crypto::Digest32> commitment{};  ///< to what it says, where messages are franked
  };
  Result<Plaintext> plaintext_of(const OutgoingMessage& message);
  Status frank(Plaintext& plaintext);
  Bytes padded(BytesView protobuf) const;
  void remember(const std::string& id, Sent sent);

  ClientContext& context_;
  SignalAccount& account_;
  std::map<std::string, Sent, std::less<>> sent_;
  std::vector<std::string> order_;  ///< ids in sent_, oldest first
  bool corrupt_next_ = false;
  bool extend_next_ = false;
};

/// The same message with one bit of its MAC flipped; a pkmsg stays well-formed around it.
Result<Bytes> with_damaged_mac(signal::MessageType type, BytesView message);

}  // namespace parley::mocks::client
