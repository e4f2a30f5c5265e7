// Messages, receipts and typing on their way from one user to another.
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/operations.h"
#include "mocks/gatekeeper/stanza_handlers.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

/// The server's word for a message whose parts are for other devices than the recipient has.
constexpr unsigned kStaleDevices = 479;

/// Who sends, as the receiver sees it: partners address accounts, and native users devices.
std::string sender_for(const Request& request, const Account& to) {
  return to.native ? request.account.device_jid().text() : request.account.address();
}

/// The values of what a client sent, as the values of what its peer receives: from instead of to.
/// What a companion says of its phone is for native peers alone.
json::object relayed(const Request& request, const Account& to) {
  json::object values = request.values;
  values.erase("to");
  values["from"] = sender_for(request, to);
  if (json::value* keys = values.if_contains("keys")) {
    if (json::object* object = keys->if_object()) object->erase("device_identity");
  }
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
  std::string_view said;  ///< the type as the client said it; empty for delivery
  std::string_view type;  ///< the type as it is passed on
  std::string_view operation;
  std::string_view time;  ///< the name of the time's value
  bool urgent;            ///< its receiver has something to do
};

void acknowledge_receipt(const Request& request, const ReceiptKind& kind) {
  json::object ack = {{"id", request.text("id")}, {"from", request.text("to")}};
  if (!kind.said.empty()) ack["type"] = kind.said;
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
  const auto refusal = refused(request.account, *to);
  if (refusal && !request.backend.departs("receipt-consent")) {
    note_drop(request.backend, id, *refusal);
    return;
  }
  json::object values = relayed(request, *to);
  values[kind.time] = unix_seconds(request.now());
  deliver(request.backend, *to, MailClass::kReceipt, receipt_key(id, kind.type),
          request.account.address(), request.profile().render(kind.operation, values), kind.urgent);
}

MailClass mail_class(std::string_view name) {
  if (name == "message") return MailClass::kMessage;
  return name == "receipt" ? MailClass::kReceipt : MailClass::kNotification;
}

/// Answers a message: `error` 0 where it was taken, or where its sender must not learn more.
void acknowledge_message(const Request& request, unsigned error) {
  request.answer(stanzas::message_ack(request.profile(), request.text("id"), request.text("to"),
                                      request.now(), error));
}

/// Puts the server's tag beside the sender's commitment. Native products, which come as companions,
/// do not know either, and get neither.
bool stamp(const Request& request, const Account& to, json::object& values) {
  const auto commitment = decode_base64(get_string(values, "commitment").value_or(""));
  if (!commitment.ok() || commitment->empty() || to.has_companion()) {
    values.erase("commitment");
    return false;
  }
  const std::string id = request.text("id");
  const std::string from = request.account.address();
  const std::string address = to.address();
  values["reporting_tag"] = base64(request.backend.reports.stamp({from, address, id, *commitment}));
  return true;
}

/// Whether a stanza answers a retry receipt: another message under the id of the first.
enum class Sending { kOnce, kOnRequest };

/// Hands one sealed part on to the client of `to`.
void pass_on(const Request& request, Account& to, json::object values,
             Sending sending = Sending::kOnce) {
  const std::string id = request.text("id");
  values["from"] = sender_for(request, to);
  values["t"] = unix_seconds(request.now());
  std::string_view operation =
      stamp(request, to, values) ? op::kMessageDeliverFranked : op::kMessageDeliver;
  const std::optional<wire::Jid> lid = request.backend.addresses.lid(request.account);
  if (to.has_companion() && lid) {
    operation = op::kMessageDeliverCompanion;
    values["sender_lid"] = lid->text();
  } else {
    values.erase("device_identity");
  }
  const Result<wire::Node> stanza = request.profile().render(operation, values);
  if (!stanza.ok()) return acknowledge_message(request, 400);
  acknowledge_message(request, 0);
  meet(request.account, to);
  // A sender that saw no answer sends again, under the same id: what waits need not wait twice.
  if (sending == Sending::kOnce && !values.contains("count") &&
      to.mailbox.holds(MailClass::kMessage, id, request.account.address())) {
    return;
  }
  deliver(request.backend, to, MailClass::kMessage, id, request.account.address(), stanza, true);
}

/// The rule that keeps a message back: a block, or a choice of the user's.
std::string_view rule_of(policy::Drop refusal) {
  return refusal == policy::Drop::kBlocked ? "blocks" : "consent";
}

/// The account that the message may go to; else it has been answered.
Account* recipient_of(const Request& request) {
  Backend& backend = request.backend;
  if (const auto order = backend.disturbances.take(request.account.actor, Stage::kSend)) {
    note_disturbance(backend, *order->kind, request.account.actor, request.text("id"));
    acknowledge_message(request, order->code);
    return nullptr;
  }
  if (!backend.limits.messages.admit(request.account.address(), request.now()) &&
      !backend.departs("rate-limits")) {
    note_drop(backend, request.text("id"), policy::Drop::kTooMany);
    acknowledge_message(request, 429);
    return nullptr;
  }
  Account* to = request.peer("to");
  if (to == nullptr) {
    note_drop(request.backend, request.text("id"), policy::Drop::kUnknownRecipient);
    acknowledge_message(request, 404);
    return nullptr;
  }
  // What is left then is for the phone of the account, which has no client here.
  if (to == &request.account) {
    acknowledge_message(request, 0);
    return nullptr;
  }
  const auto refusal = policy::refused_content(request.account, *to);
  if (refusal && !request.backend.departs(rule_of(*refusal))) {
    note_drop(request.backend, request.text("id"), *refusal);
    const bool tells =
        request.backend.departs("quiet-refusal") ||
        (*refusal == policy::Drop::kBlocked && request.backend.departs("quiet-block"));
    acknowledge_message(request, tells ? 403 : 0);
    return nullptr;
  }
  return to;
}

bool names_device(std::string_view address, const Account& account) {
  const std::optional<wire::Jid> jid = wire::Jid::parse(address);
  return jid && *jid == account.device_jid();
}

/// The part of a message that is for the device that `to` uses, or null.
const json::object* part_for(const Request& request, const Account& to) {
  const json::array* parts = get_array(request.values, "devices");
  if (parts == nullptr) return nullptr;
  for (const json::value& part : *parts) {
    const json::object& object = part.as_object();
    if (names_device(get_string(object, "jid").value_or(""), to)) return &object;
  }
  return nullptr;
}

void refuse_stale_devices(const Request& request) {
  note_drop(request.backend, request.text("id"), policy::Drop::kNoPart);
  acknowledge_message(request, kStaleDevices);
}

/// What goes on of a message, whatever form it was sent in.
json::object envelope(const Request& request, const json::object& part) {
  json::object values;
  for (const std::string_view name : {"id", "type", "edit", "device_identity", "commitment"}) {
    if (const json::value* value = request.values.if_contains(name)) values[name] = *value;
  }
  for (const std::string_view name :
       {"enc_type", "mediatype", "decrypt_fail", "count", "ciphertext"}) {
    if (const json::value* value = part.if_contains(name)) values[name] = *value;
  }
  return values;
}

}  // namespace

// A message that goes no further is acknowledged like any other: its sender must not learn who has
// not opted in, or has blocked it. Only an address that nobody has is told to be one.
void on_message(const Request& request) {
  if (Account* to = recipient_of(request)) {
    pass_on(request, *to, envelope(request, request.values));
  }
}

// Of the parts for the sender's own phone and for the recipient's, nobody here could read any.
void on_message_fanout(const Request& request) {
  Account* to = recipient_of(request);
  if (to == nullptr) return;
  const json::object* part = part_for(request, *to);
  if (part == nullptr) return refuse_stale_devices(request);
  pass_on(request, *to, envelope(request, *part));
}

void on_message_resend(const Request& request) {
  Account* to = recipient_of(request);
  if (to == nullptr) return;
  if (!names_device(request.text("to"), *to)) return refuse_stale_devices(request);
  pass_on(request, *to, envelope(request, request.values), Sending::kOnRequest);
}

void on_message_to_phone(const Request& request) { acknowledge_message(request, 0); }

void on_delivery_receipt(const Request& request) {
  relay_receipt(request, {"", "", op::kReceiptDelivery, "t", false}, policy::refused_content);
}

// That its user does not look at the app is no business of the sender's.
void on_inactive_receipt(const Request& request) {
  relay_receipt(request, {"inactive", "", op::kReceiptDelivery, "t", false},
                policy::refused_content);
}

void on_own_receipt(const Request& request) {
  acknowledge_receipt(request, {request.text("type"), "", "", "", false});
  if (const Account* from = request.peer("to")) {
    request.account.mailbox.acknowledge(MailClass::kMessage, request.text("id"), from->address());
  }
}

void on_read_receipt(const Request& request) {
  relay_receipt(request, {"read", "read", op::kReceiptRead, "t", false},
                policy::refused_read_receipt);
}

void on_retry_receipt(const Request& request) {
  relay_receipt(request, {"retry", "retry", op::kReceiptRetry, "time", true},
                policy::refused_content);
}

void on_chatstate(const Request& request) {
  Account* to = request.peer("to");
  if (to == nullptr) return;
  const auto refusal = policy::refused_typing(request.account, *to);
  if (refusal && !request.backend.departs("typing-consent")) {
    note_drop(request.backend, "chatstate", *refusal);
    return;
  }
  Connection* connection = request.backend.connections.find(to->address());
  if (connection == nullptr) return;
  const Result<wire::Node> stanza = request.profile().render(
      op::kChatstate, {{"from", sender_for(request, *to)}, {"state", request.text("state")}});
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
