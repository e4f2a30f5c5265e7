// Messages, receipts and typing on their way from one user to another.
#include <utility>

#include "harness/wire/operations.h"
#include "mocks/gatekeeper/stanza_handlers.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

/// The values of what a client sent, as the values of what its peer receives: from instead of to.
json::object relayed(const Request& request) {
  json::object values = request.values;
  values.erase("to");
  values["from"] = request.account.address();
  return values;
}

/// Receipts of one message differ by their type.
std::string receipt_key(std::string_view id, std::string_view type) {
  return type.empty() ? std::string(id) : std::string(id) + " " + std::string(type);
}

void meet(Account& a, Account& b) {
  a.contacts.insert(b.address());
  b.contacts.insert(a.address());
}

struct ReceiptKind {
  std::string_view type;  ///< as on the wire; empty for delivery
  std::string_view operation;
  std::string_view time;  ///< the name of the time's value
  bool urgent;            ///< its receiver has something to do
};

void acknowledge_receipt(const Request& request, const ReceiptKind& kind) {
  json::object ack = {{"id", request.text("id")}, {"from", request.text("to")}};
  if (!kind.type.empty()) ack["type"] = kind.type;
  request.answer(request.profile().render(op::kReceiptAck, ack));
}

/// Takes a receipt: it acknowledges the message that it is about, and goes on to the sender.
void relay_receipt(const Request& request, const ReceiptKind& kind,
                   std::optional<policy::Drop> (*refused)(const Account&, const Account&)) {
  acknowledge_receipt(request, kind);
  const std::string id = request.text("id");
  Account* to = request.peer("to");
  if (to == nullptr) return;
  request.account.mailbox.acknowledge(MailClass::kMessage, id, to->address());
  if (const auto refusal = refused(request.account, *to)) {
    note_drop(request.backend, id, *refusal);
    return;
  }
  json::object values = relayed(request);
  values[kind.time] = unix_seconds(request.now());
  deliver(request.backend, *to, MailClass::kReceipt, receipt_key(id, kind.type),
          request.account.address(), request.profile().render(kind.operation, values), kind.urgent);
}

MailClass mail_class(std::string_view name) {
  if (name == "message") return MailClass::kMessage;
  return name == "receipt" ? MailClass::kReceipt : MailClass::kNotification;
}

}  // namespace

// A message that goes no further is acknowledged like any other: its sender must not learn who has
// not opted in, or has blocked it. Only an address that nobody has is told to be one.
void on_message(const Request& request) {
  const std::string id = request.text("id");
  Account* to = request.peer("to");
  const auto ack = [&](unsigned error) {
    request.answer(
        stanzas::message_ack(request.profile(), id, request.text("to"), request.now(), error));
  };
  if (to == nullptr) {
    note_drop(request.backend, id, policy::Drop::kUnknownRecipient);
    return ack(404);
  }
  if (const auto refusal = policy::refused_content(request.account, *to)) {
    note_drop(request.backend, id, *refusal);
    return ack(0);
  }
  json::object values = relayed(request);
  values["t"] = unix_seconds(request.now());
  const Result<wire::Node> stanza = request.profile().render(op::kMessageDeliver, values);
  if (!stanza.ok()) return ack(400);
  ack(0);
  meet(request.account, *to);
  deliver(request.backend, *to, MailClass::kMessage, id, request.account.address(), stanza, true);
}

void on_delivery_receipt(const Request& request) {
  relay_receipt(request, {"", op::kReceiptDelivery, "t", false}, policy::refused_content);
}

void on_read_receipt(const Request& request) {
  relay_receipt(request, {"read", op::kReceiptRead, "t", false}, policy::refused_read_receipt);
}

void on_retry_receipt(const Request& request) {
  relay_receipt(request, {"retry", op::kReceiptRetry, "time", true}, policy::refused_content);
}

void on_chatstate(const Request& request) {
  Account* to = request.peer("to");
  if (to == nullptr) return;
  if (const auto refusal = policy::refused_typing(request.account, *to)) {
    note_drop(request.backend, "chatstate", *refusal);
    return;
  }
  Connection* connection = request.backend.connections.find(to->address());
  if (connection == nullptr) return;
  const Result<wire::Node> stanza = request.profile().render(op::kChatstate, relayed(request));
  if (stanza.ok()) connection->send(*stanza);
}

void on_client_ack(const Request& request) {
  const std::string type = request.text("class");
  std::string to = request.text("to");
  if (const auto jid = wire::Jid::parse(to)) {
    to = jid->user.empty() ? jid->server : jid->without_device().text();
  }
  std::string id = request.text("id");
  if (type == "receipt") id = receipt_key(id, request.text("type"));
  request.account.mailbox.acknowledge(mail_class(type), id, to);
}

}  // namespace parley::mocks::gatekeeper
