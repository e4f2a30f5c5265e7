#include "mocks/client/message_receiver.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "mocks/client/file_name.h"
#include "mocks/client/media_transfer.h"
#include "mocks/client/message_record.h"
#include "mocks/client/message_sender.h"
#include "mocks/client/reaction_time.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {
namespace {

/// The native clients' codes for stanzas that no retry can mend.
constexpr unsigned kUnparsable = 487;
constexpr unsigned kInvalidProtobuf = 491;
/// Of <enc v="…">.
constexpr std::string_view kEnvelopeVersion = "2";

std::string delivery_key(const wire::Jid& from, std::string_view id) {
  return session_name(from) + " " + std::string(id);
}

}  // namespace

MessageReceiver::MessageReceiver(ClientContext& context, SignalAccount& account, Thief& thief,
                                 ReceiverPolicy policy)
    : context_(context),
      account_(account),
      thief_(thief),
      policy_(std::move(policy)),
      delivered_(kMostRemembered),
      held_(kMostRemembered) {}

Result<MessageReceiver::Envelope> MessageReceiver::open(const wire::Node& message) {
  Envelope envelope;
  envelope.id = message.attribute("id");
  envelope.time = number_or_zero(message.attribute("t"));
  const auto from = wire::Jid::parse(message.attribute("from"));
  const wire::Node* enc = message.child("enc");
  if (envelope.id.empty() || !from || enc == nullptr) {
    return make_error(ErrorCode::kInvalid, "a message without id, sender or encrypted content");
  }
  // An older form of the envelope would be an older form of the encryption.
  if (enc->attribute("v") != kEnvelopeVersion) {
    return make_error(ErrorCode::kUnsupported, "an envelope of another version");
  }
  const auto type = signal::parse_message_type(enc->attribute("type"));
  if (!type) return make_error(ErrorCode::kInvalid, "an encryption type that no client knows");
  envelope.from = *from;
  envelope.type = *type;
  envelope.bytes = to_bytes(enc->bytes());
  return envelope;
}

void MessageReceiver::reject(const wire::Node& message, unsigned code) {
  AckStanza ack;
  ack.id = message.attribute("id");
  ack.of = "message";
  ack.to = message.attribute("from");
  ack.error = code;
  if (!ack.id.empty() && !ack.to.empty()) {
    (void)context_.send(client_ack(*context_.profile, ack)).ok();
  }
}

void MessageReceiver::on_message(const wire::Node& message) {
  auto envelope = open(message);
  if (!envelope.ok()) {
    if (context_.departs(ClientFault::kShowPlaintext)) show_plaintext(message);
    reject(message, kUnparsable);
    return;
  }
  envelope->franking = franking_in(*context_.profile, message);
  thief_.overhear(envelope->id, envelope->from, envelope->type, envelope->bytes);
  if (delivered_.contains(delivery_key(envelope->from, envelope->id))) {
    on_replay(*envelope);
    return;
  }
  auto decrypted = account_.decrypt(envelope->from, envelope->type, envelope->bytes);
  if (decrypted.ok() && account_.after_gap() && context_.departs("waits-for-gaps")) {
    early_.emplace_back(std::move(*envelope), std::move(*decrypted));
  } else if (decrypted.ok()) {
    on_decrypted(std::move(*envelope), *decrypted);
    for (const auto& [waited, opened] : std::exchange(early_, {})) on_decrypted(waited, opened);
  } else if (decrypted.error().code == ErrorCode::kReplay) {
    // A message number that was used: another copy was delivered, so there is nothing to ask for.
    on_replay(*envelope);
  } else {
    on_undecryptable(*envelope);
  }
}

void MessageReceiver::on_replay(const Envelope& envelope) {
  if (context_.departs(ClientFault::kShowReplays) && !latest_.empty()) {
    json::object shown = latest_;
    shown["id"] = envelope.id;
    context_.events.push("message", std::move(shown));
  }
  acknowledge(envelope);
}

/// What no client must do; see ClientFault.
void MessageReceiver::show_plaintext(const wire::Node& message) {
  const wire::Node* body = message.child("body");
  const auto from = wire::Jid::parse(message.attribute("from"));
  if (body == nullptr || !from) return;
  json::object facts = {
      {"id", message.attribute("id")}, {"kind", "text"}, {"text", as_text(body->bytes())}};
  add_address(facts, "from", from->without_device(), context_);
  context_.events.push("message", std::move(facts));
}

void MessageReceiver::on_decrypted(Envelope envelope, const signal::DecryptedMessage& decrypted) {
  const std::string key = delivery_key(envelope.from, envelope.id);
  const bool resent = asked_again_.erase(key) > 0;
  delivered_.insert(key);
  MessageSighting sighting;
  sighting.direction = evidence::Direction::kIn;
  sighting.id = envelope.id;
  sighting.from = envelope.from;
  sighting.to = context_.own;
  sighting.type = envelope.type;
  sighting.counter = decrypted.counter;
  sighting.one_time_prekey_id = decrypted.one_time_prekey_id;
  sighting.signed_prekey_id = decrypted.signed_prekey_id;

  auto protobuf = wire::unpad_content(decrypted.plaintext);
  auto content = protobuf.ok() ? wire::decode_content(*protobuf)
                               : Result<wire::MessageContent>(protobuf.error());
  if (!content.ok()) {
    refuse_content(envelope, content.error());
    return;
  }
  HeldMessage held{envelope.id, envelope.from.without_device(), canonical(content_facts(*content)),
                   wire::franking_key_of(*protobuf), envelope.franking};
  // Who commits to something else writes what nobody could report.
  if (held.franking && !held.committed()) {
    refuse_content(envelope, make_error(ErrorCode::kInvalid, "the commitment does not hold"));
    return;
  }
  held_.add(std::move(held));
  sighting.protobuf = std::move(*protobuf);
  record_message(context_, sighting, *content);
  acknowledge(envelope);
  tell(envelope, *content, resent);
}

// It was decrypted, so another copy would be no better.
void MessageReceiver::refuse_content(const Envelope& envelope, const Error& why) {
  const bool silent = context_.departs(ClientFault::kSilentFailure);
  AckStanza ack;
  ack.id = envelope.id;
  ack.of = "message";
  ack.to = envelope.from.text();
  if (!silent) ack.error = kInvalidProtobuf;
  (void)context_.send(client_ack(*context_.profile, ack)).ok();
  if (silent) return;
  json::object facts;
  facts["id"] = envelope.id;
  if (context_.departs(ClientFault::kShowMalformed)) {
    json::object shown = {{"id", envelope.id}, {"kind", "text"}, {"text", ""}};
    add_address(shown, "from", envelope.from, context_);
    context_.events.push("message", std::move(shown));
  }
  add_address(facts, "from", envelope.from, context_);
  facts["reason"] = why.text();
  context_.events.push("undecryptable", std::move(facts));
}

void MessageReceiver::acknowledge(const Envelope& envelope) {
  if (context_.departs("reads-at-once")) {
    (void)context_
        .send(receipt_read_send(*context_.profile, {envelope.id}, envelope.from,
                                unix_seconds(context_.world.now())))
        .ok();
  }
  if (context_.departs(ClientFault::kNoDeliveryReceipt)) {
    AckStanza ack;
    ack.id = envelope.id;
    ack.of = "message";
    ack.to = envelope.from.text();
    (void)context_.send(client_ack(*context_.profile, ack)).ok();
    return;
  }
  (void)context_.send(receipt_delivery_send(*context_.profile, envelope.id, envelope.from)).ok();
}

void MessageReceiver::on_undecryptable(const Envelope& envelope) {
  json::object facts;
  facts["id"] = envelope.id;
  add_address(facts, "from", envelope.from, context_);
  context_.events.push("undecryptable", std::move(facts));

  if (asked_again_.size() >= kMostRemembered) asked_again_.clear();
  const unsigned count = ++asked_again_[delivery_key(envelope.from, envelope.id)];
  if (count > kMostRetries && !context_.departs(ClientFault::kEndlessRetries)) return;
  RetryReceipt receipt;
  receipt.id = envelope.id;
  receipt.to = envelope.from;
  receipt.count = count;
  receipt.time = envelope.time;
  receipt.registration_id = account_.store().identity().registration_id;
  // The first time the sender is given the chance to mend it by itself; then it gets our keys, so
  // that it need not rely on what the server hands out.
  if (count >= 2) {
    const auto fresh = account_.store().add_one_time_prekeys(1, *context_.random);
    receipt.keys = account_.store().bundle(fresh.front());
  }
  (void)context_.send(receipt_retry_send(*context_.profile, receipt)).ok();
}

json::object MessageReceiver::message_facts(const Envelope& envelope,
                                            const wire::MessageContent& content,
                                            bool resent) const {
  json::object facts = content_facts(content);
  facts["id"] = envelope.id;
  add_address(facts, "from", envelope.from.without_device(), context_);
  facts["resent"] = resent;
  policy_.decorate(facts);
  return facts;
}

void MessageReceiver::tell(const Envelope& envelope, const wire::MessageContent& content,
                           bool resent) {
  if (const auto* reaction = std::get_if<wire::ReactionContent>(&content)) {
    return show_reaction(envelope, *reaction);
  }
  if (const auto* unsupported = std::get_if<wire::UnsupportedContent>(&content)) {
    return tell_unsupported(envelope, *unsupported);
  }
  if (const auto* media = std::get_if<wire::MediaContent>(&content)) {
    if (media_.size() >= kMostRemembered) media_.clear();
    media_.insert_or_assign(envelope.id, Received{envelope, *media});
    context_.world.spawn(fetch_and_tell(envelope, *media, resent));
    return;
  }
  push_message(message_facts(envelope, content, resent));
  const auto* text = std::get_if<wire::TextContent>(&content);
  if (text != nullptr && context_.departs(ClientFault::kFetchLinks)) {
    context_.world.spawn(follow_link(text->text));
  }
}

// The latest reaction of a sender counts, in whatever order they arrive.
void MessageReceiver::show_reaction(const Envelope& envelope,
                                    const wire::ReactionContent& reaction) {
  const std::int64_t now = unix_nanos(context_.world.now()) / 1'000'000;
  if (reactions_.size() >= kMostRemembered) reactions_.clear();
  std::int64_t& shown = reactions_[delivery_key(envelope.from, reaction.target.id)];
  const bool trusting = context_.departs(ClientFault::kTrustTimestamps);
  const std::int64_t made = trusting && reaction.timestamp_ms != 0
                                ? reaction.timestamp_ms
                                : believed_time(reaction.timestamp_ms, now, shown);
  if (made < shown && !context_.departs("reactions-as-they-come")) return;
  shown = made;
  json::object facts;
  facts["id"] = reaction.target.id;
  facts["emoji"] = reaction.emoji;
  add_address(facts, "from", envelope.from.without_device(), context_);
  context_.events.push("reaction", std::move(facts));
}

void MessageReceiver::tell_unsupported(const Envelope& envelope,
                                       const wire::UnsupportedContent& content) {
  if (context_.departs(ClientFault::kSilentFailure)) return;
  json::object facts = content_facts(content);
  facts.erase("kind");
  facts["id"] = envelope.id;
  add_address(facts, "from", envelope.from.without_device(), context_);
  context_.events.push("unsupported", std::move(facts));
}

// What a careless client does with a text, to show that somebody would notice.
net::awaitable<void> MessageReceiver::follow_link(std::string text) {
  constexpr std::string_view kScheme = "https://";
  const std::size_t begin = text.find(kScheme);
  if (begin == std::string::npos) co_return;
  const std::string link = text.substr(begin + kScheme.size());
  const std::size_t slash = std::min(link.find('/'), link.size());
  net::HttpRequest request;
  request.target = link.substr(slash, link.find_first_of(" \n", slash) - slash);
  if (request.target.empty()) request.target = "/";
  (void)(co_await device_fetch(context_, net::Address{link.substr(0, slash), 443},
                               std::move(request)))
      .ok();
}

bool MessageReceiver::is_loop(const std::string& id, std::string quoted) const {
  for (std::size_t steps = 0; steps <= quotes_.size(); ++steps) {
    if (quoted == id) return true;
    const auto next = quotes_.find(quoted);
    if (next == quotes_.end()) return false;
    quoted = next->second;
  }
  return true;
}

void MessageReceiver::push_message(json::object facts) {
  const std::string id(get_string(facts, "id").value_or(""));
  if (const auto quote = get_string(facts, "quote")) {
    if (quotes_.size() >= kMostRemembered) quotes_.clear();
    if (!context_.departs(ClientFault::kFollowQuotes) && is_loop(id, std::string(*quote))) {
      facts.erase("quote");
    } else {
      quotes_.insert_or_assign(id, std::string(*quote));
    }
  }
  const auto name = get_string(facts, "name");
  if (name && !context_.departs(ClientFault::kTrustFileNames)) {
    facts["name"] = safe_file_name(*name);
  }
  Quotable quotable;
  if (auto from = wire::Jid::parse(get_string(facts, "from").value_or(""))) {
    quotable.author = std::move(*from);
  }
  quotable.text = get_string(facts, "text").value_or("");
  if (quotable_.size() >= kMostRemembered) quotable_.clear();
  quotable_.insert_or_assign(id, std::move(quotable));
  if (context_.departs(ClientFault::kDuplicateDelivery)) context_.events.push("message", facts);
  if (context_.departs(ClientFault::kShowReplays)) latest_ = facts;
  context_.events.push("message", std::move(facts));
}

net::awaitable<void> MessageReceiver::fetch_and_tell(Envelope envelope, wire::MediaContent media,
                                                     bool resent) {
  (void)(co_await fetch_and_show(std::move(envelope), std::move(media), resent)).ok();
}

net::awaitable<Status> MessageReceiver::retry_media(std::string id) {
  const auto found = media_.find(id);
  if (found == media_.end()) co_return make_error(ErrorCode::kNotFound, "no file of message " + id);
  const Received received = found->second;
  co_return co_await fetch_and_show(received.envelope, received.media, false);
}

const wire::MediaContent* MessageReceiver::find_media(std::string_view id) const {
  const auto found = media_.find(id);
  return found == media_.end() ? nullptr : &found->second.media;
}

net::awaitable<Status> MessageReceiver::fetch_and_show(Envelope envelope, wire::MediaContent media,
                                                       bool resent) {
  if (gave_up_ && context_.departs("gives-up-on-files")) {
    co_return make_error(ErrorCode::kRefused, "no file after a damaged one");
  }
  auto plain = co_await download_media(context_, media, policy_.media_prefixes);
  gave_up_ = gave_up_ || !plain.ok();
  if (!plain.ok()) {
    json::object facts;
    facts["id"] = envelope.id;
    facts["reason"] = plain.error().message;
    if (context_.departs("shows-without-file")) {
      push_message(message_facts(envelope, media, resent));
    }
    if (!context_.departs(ClientFault::kSilentFailure)) {
      context_.events.push("media-failed", std::move(facts));
    }
    co_return plain.error();
  }
  json::object facts = message_facts(envelope, media, resent);
  // What the user sees, not what the sender announced.
  facts["sha256"] = hex(crypto::sha256(*plain));
  facts["size"] = static_cast<std::int64_t>(plain->size());
  push_message(std::move(facts));
  co_return Status();
}

const MessageReceiver::Quotable* MessageReceiver::find(std::string_view id) const {
  const auto found = quotable_.find(id);
  return found == quotable_.end() ? nullptr : &found->second;
}

}  // namespace parley::mocks::client
