// Receives end-to-end messages: decrypts, tells each one once, says that it was delivered, asks
// again for what cannot be decrypted, fetches and verifies media.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/wire/message_content.h"
#include "harness/wire/node.h"
#include "mocks/client/client_context.h"
#include "mocks/client/held_messages.h"
#include "mocks/client/recent_ids.h"
#include "mocks/client/signal_account.h"
#include "mocks/client/thief.h"

namespace parley::mocks::client {

struct ReceiverPolicy {
  std::vector<std::string> media_prefixes;  ///< direct paths that this client follows
  std::function<void(json::object&)> decorate = [](json::object&) {};  ///< of `message` events
};

class MessageReceiver {
 public:
  MessageReceiver(ClientContext& context, SignalAccount& account, Thief& thief,
                  ReceiverPolicy policy);

  /// One <message>. Media are fetched by a coroutine of their own; what follows does not wait.
  void on_message(const wire::Node& message);

  /// The text of a message that was received, for a quote of it; empty where unknown or no text.
  struct Quotable {
    wire::Jid author;
    std::string text;
  };
  const Quotable* find(std::string_view id) const;

  /// What was received, for a report of it.
  const HeldMessages& held() const { return held_; }

  /// The file that a received message refers to; null where there is none.
  const wire::MediaContent* find_media(std::string_view id) const;
  /// The user asks for that file again: shows the message, or says why not.
  net::awaitable<Status> retry_media(std::string id);

 private:
  struct Envelope {
    std::string id;
    wire::Jid from;
    std::int64_t time = 0;  ///< the stanza's `t`, echoed in a retry receipt
    signal::MessageType type = signal::MessageType::kWhisper;
    Bytes bytes;
    std::optional<Franking> franking{};
  };
  static Result<Envelope> open(const wire::Node& message);
  void reject(const wire::Node& message, unsigned code);
  void on_replay(const Envelope& envelope);
  void show_plaintext(const wire::Node& message);
  void on_decrypted(Envelope envelope, const signal::DecryptedMessage& decrypted);
  void on_undecryptable(const Envelope& envelope);
  void acknowledge(const Envelope& envelope);
  void tell(const Envelope& envelope, const wire::MessageContent& content, bool resent);
  net::awaitable<void> fetch_and_tell(Envelope envelope, wire::MediaContent media, bool resent);
  void push_message(json::object facts);
  void show_reaction(const Envelope& envelope, const wire::ReactionContent& reaction);
  void tell_unsupported(const Envelope& envelope, const wire::UnsupportedContent& content);
  void refuse_content(const Envelope& envelope, const Error& why);
  net::awaitable<Status> fetch_and_show(Envelope envelope, wire::MediaContent media, bool resent);
  net::awaitable<void> follow_link(std::string text);
  /// Whether a message that quotes `quoted` would, by way of others, quote itself.
  bool is_loop(const std::string& id, std::string quoted) const;
  json::object message_facts(const Envelope& envelope, const wire::MessageContent& content,
                             bool resent) const;

  ClientContext& context_;
  SignalAccount& account_;
  Thief& thief_;
  ReceiverPolicy policy_;
  RecentIds delivered_;  ///< sender and id
  HeldMessages held_;
  std::map<std::string, unsigned, std::less<>> asked_again_;  ///< sender and id -> how often
  std::map<std::string, Quotable, std::less<>> quotable_;     ///< by id
  std::map<std::string, std::string, std::less<>> quotes_;    ///< id -> the id that it quotes
  struct Received {
    Envelope envelope;
    wire::MediaContent media;
  };
  std::map<std::string, Received, std::less<>> media_;  ///< by id
  /// Sender and target -> when the reaction that is shown was made, milliseconds.
  std::map<std::string, std::int64_t, std::less<>> reactions_;
  /// Messages for which others before them are waited; for who shows none of them sooner.
  std::vector<std::pair<Envelope, signal::DecryptedMessage>> early_;
  bool gave_up_ = false;  ///< a file was damaged; for who looks at no other after that
  json::object latest_;   ///< facts of the last message; for ClientFault::kShowReplays only
};

}  // namespace parley::mocks::client
