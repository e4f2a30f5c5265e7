#include "mocks/client/message_sender.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/franking.h"
#include "harness/wire/unusual_content.h"
#include "mocks/client/message_record.h"

namespace parley::mocks::client {
namespace {

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// The `text` of a text message; the caption of media; else empty.
std::string plain_text(const wire::MessageContent& content) {
  if (const auto* text = std::get_if<wire::TextContent>(&content)) return text->text;
  if (const auto* media = std::get_if<wire::MediaContent>(&content)) return media->caption;
  return "";
}

// What a client with a defect says of its owner besides: in a stanza, in a text.
std::string contacts_of(const ClientContext& context) {
  std::string all;
  for (const std::string& contact : context.personal.contacts) {
    all += (all.empty() ? "" : ",") + contact;
  }
  return all;
}

wire::MessageContent with_name(const ClientContext& context, wire::MessageContent content) {
  auto* text = std::get_if<wire::TextContent>(&content);
  if (text != nullptr) text->text = context.personal.name + ": " + text->text;
  return content;
}

}  // namespace

Result<Bytes> with_damaged_mac(signal::MessageType type, BytesView message) {
  Bytes damaged = to_bytes(message);
  if (type == signal::MessageType::kWhisper) {
    if (damaged.empty()) return make_error(ErrorCode::kInvalid, "an empty message has no MAC");
    damaged.back() ^= 1;
    return damaged;
  }
  PARLEY_ASSIGN(signal::PreKeyMessage outer, signal::PreKeyMessage::parse(message));
  outer.message.back() ^= 1;  // parse() has checked that a whole message is there
  return outer.serialize();
}

std::string MessageSender::new_id() {
  const auto number = context_.random->array<9>();
  if (context_.departs(ClientFault::kSameMessageId)) return "3EB0000000000000000000";
  return "3EB0" + upper(hex(number));
}

net::awaitable<Status> MessageSender::send(std::string id, wire::Jid to, OutgoingMessage message) {
  PARLEY_CO_TRY(context_.connected());
  PARLEY_CO_TRY(co_await account_.ensure_session(to));
  Sent sent{std::move(to), std::move(message), 0, {}, false};
  PARLEY_CO_TRY(encrypt_and_send(id, sent, 0));
  remember(id, std::move(sent));
  co_return Status();
}

net::awaitable<Status> MessageSender::resend(std::string id) {
  PARLEY_CO_TRY(context_.connected());
  const auto found = sent_.find(id);
  if (found == sent_.end()) co_return make_error(ErrorCode::kNotFound, "no such message: " + id);
  PARLEY_CO_TRY(co_await account_.ensure_session(found->second.to));
  const auto again = sent_.find(id);  // the key fetch let others in
  if (again == sent_.end()) co_return make_error(ErrorCode::kNotFound, "no such message: " + id);
  co_return encrypt_and_send(id, again->second, 0);
}

Bytes MessageSender::padded(BytesView protobuf) const {
  if (!context_.departs(ClientFault::kNoPadding)) {
    return wire::pad_content(protobuf, *context_.random);
  }
  Bytes bytes = to_bytes(protobuf);
  bytes.push_back(1);
  return bytes;
}

// Commits to what its receiver will read: to the facts, so that who reports it reveals no key of a
// file.
Status MessageSender::frank(Plaintext& plaintext) {
  const auto key = context_.random->array<wire::FrankingKey().size()>();
  PARLEY_ASSIGN(plaintext.protobuf, wire::with_franking_key(plaintext.protobuf, key));
  PARLEY_ASSIGN(const wire::MessageContent content, wire::decode_content(plaintext.protobuf));
  json::object facts = content_facts(content);
  if (context_.departs(ClientFault::kFalseCommitment)) facts["text"] = "Nothing of the kind.";
  plaintext.commitment = wire::franking_commitment(key, canonical(facts));
  return {};
}

Result<MessageSender::Plaintext> MessageSender::plaintext_of(const OutgoingMessage& message) {
  Plaintext plaintext;
  if (message.raw) {
    plaintext.protobuf = *message.raw;
    plaintext.padded = message.padded ? plaintext.protobuf : padded(plaintext.protobuf);
    return plaintext;
  }
  const bool named = context_.departs(ClientFault::kLeakName);
  PARLEY_ASSIGN(Bytes protobuf, wire::encode_content(named ? with_name(context_, message.content)
                                                           : message.content));
  if (std::exchange(extend_next_, false)) protobuf = wire::with_unknown_fields(protobuf);
  plaintext.protobuf = std::move(protobuf);
  if (context_.franking) PARLEY_TRY(frank(plaintext));
  plaintext.padded = padded(plaintext.protobuf);
  return plaintext;
}

Status MessageSender::encrypt_and_send(const std::string& id, Sent& sent, unsigned count) {
  PARLEY_TRY(context_.connected());
  const wire::MessageContent& content = sent.message.content;
  PARLEY_ASSIGN(Plaintext plaintext, plaintext_of(sent.message));
  PARLEY_ASSIGN(signal::EncryptedMessage encrypted, account_.encrypt(sent.to, plaintext.padded));
  MessageStanza stanza;
  stanza.id = id;
  stanza.to = sent.to;
  stanza.time = sent.message.time;
  stanza.type = wire::stanza_type(content);
  stanza.enc_type = encrypted.type;
  stanza.bytes = encrypted.bytes;
  stanza.count = count;
  stanza.commitment = plaintext.commitment;
  if (const auto* media = std::get_if<wire::MediaContent>(&content)) {
    stanza.media_type = wire::enc_media_type(media->type);
  }
  if (std::exchange(corrupt_next_, false)) {
    PARLEY_ASSIGN(stanza.bytes, with_damaged_mac(encrypted.type, encrypted.bytes));
  }
  PARLEY_ASSIGN(wire::Node node, message_send(*context_.profile, stanza));
  if (context_.departs(ClientFault::kLeakBody)) {
    if (std::string text = plain_text(content); !text.empty()) node.set("body", text);
  }
  if (context_.departs(ClientFault::kLeakContacts)) node.set("contacts", contacts_of(context_));
  if (context_.departs(ClientFault::kLeakPrivateKey)) {
    node.set("key", base64(account_.store().identity().key.agreement().private_key()));
  }
  if (context_.departs(ClientFault::kSignMessages)) {
    wire::Node signature("signature");
    signature.content = to_bytes(account_.store().identity().key.sign(stanza.bytes));
    std::get<wire::Nodes>(node.content).push_back(std::move(signature));
  }
  MessageSighting sighting;
  sighting.direction = evidence::Direction::kOut;
  sighting.id = id;
  sighting.from = context_.own;
  sighting.to = sent.to;
  sighting.type = encrypted.type;
  sighting.counter = encrypted.counter;
  sighting.one_time_prekey_id = encrypted.one_time_prekey_id;
  sighting.signed_prekey_id = encrypted.signed_prekey_id;
  sighting.protobuf = std::move(plaintext.protobuf);
  record_message(context_, sighting, content);
  sent.stanza = node;
  sent.answered = false;
  return context_.send(std::move(node));
}

void MessageSender::resend_unanswered() {
  for (const std::string& id : order_) {
    const auto found = sent_.find(id);
    if (found != sent_.end() && !found->second.answered) (void)repeat(id).ok();
  }
}

Status MessageSender::repeat(std::string_view id) {
  const auto found = sent_.find(id);
  if (found == sent_.end()) {
    return make_error(ErrorCode::kNotFound, "no message " + std::string(id) + " was sent");
  }
  return context_.send(found->second.stanza);
}

void MessageSender::remember(const std::string& id, Sent sent) {
  if (order_.size() >= kMostRemembered) {
    const auto forgotten = order_.begin() + static_cast<std::ptrdiff_t>(kMostRemembered / 2);
    std::for_each(order_.begin(), forgotten, [this](const std::string& old) { sent_.erase(old); });
    order_.erase(order_.begin(), forgotten);
  }
  order_.push_back(id);
  sent_.insert_or_assign(id, std::move(sent));
}

const std::string* MessageSender::find_text(std::string_view id) const {
  const auto found = sent_.find(id);
  if (found == sent_.end()) return nullptr;
  const auto* text = std::get_if<wire::TextContent>(&found->second.message.content);
  return text == nullptr ? nullptr : &text->text;
}

net::awaitable<void> MessageSender::answer_retry(RetryRequest request) {
  json::object facts;
  facts["id"] = request.id;
  add_address(facts, "from", request.from, context_);
  context_.events.push("retry-requested", std::move(facts));

  const auto found = sent_.find(request.id);
  // Only the receiver of a message may ask for it again.
  if (found == sent_.end() || session_name(found->second.to) != session_name(request.from) ||
      found->second.retries >= kMostRetries) {
    co_return;
  }
  const unsigned count = ++found->second.retries;
  Sent sent = found->second;
  auto bundle = request.keys ? Result<signal::PreKeyBundle>(*request.keys)
                             : co_await account_.fetch(sent.to, true);
  Status status = bundle.ok() ? account_.start_session(sent.to, *bundle) : Status(bundle.error());
  if (status.ok()) status = encrypt_and_send(request.id, sent, count);
  if (const auto kept = sent_.find(request.id); kept != sent_.end() && status.ok()) {
    kept->second.stanza = std::move(sent.stanza);
    kept->second.answered = false;
  }
  if (!status.ok()) {
    json::object failure;
    failure["id"] = request.id;
    failure["code"] = 0;
    failure["reason"] = status.error().text();
    context_.events.push("send-failed", std::move(failure));
  }
}

void MessageSender::on_ack(const wire::Node& ack) {
  if (ack.attribute("class") != "message") return;
  if (const auto found = sent_.find(ack.attribute("id")); found != sent_.end()) {
    found->second.answered = true;
  }
  if (!ack.has("error")) return;
  json::object facts;
  facts["id"] = ack.attribute("id");
  facts["code"] = number_or_zero(ack.attribute("error"));
  context_.events.push("send-failed", std::move(facts));
}

}  // namespace parley::mocks::client
