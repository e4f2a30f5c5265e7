// Messages on their way to one user: dropped, delayed, doubled, overtaken, damaged, replayed,
// stripped of their encryption.
#include <array>
#include <utility>

#include "harness/wire/signal/message_format.h"
#include "mocks/gatekeeper/backend.h"
#include "mocks/gatekeeper/disturbances.h"

namespace parley::mocks::gatekeeper {
namespace {

/// By which somebody holds back what is for partners' users.
constexpr Duration kDelay = std::chrono::seconds(2);

/// The first <enc> of a message, or null.
wire::Node* sealed_part(wire::Node& message) {
  auto* children = std::get_if<wire::Nodes>(&message.content);
  if (children == nullptr) return nullptr;
  for (wire::Node& child : *children) {
    if (child.tag == "enc") return &child;
  }
  return nullptr;
}

Bytes* sealed_bytes(wire::Node& message) {
  wire::Node* enc = sealed_part(message);
  return enc == nullptr ? nullptr : std::get_if<Bytes>(&enc->content);
}

/// Flips one bit of the ciphertext or of its MAC; the message stays well-formed.
void corrupt(wire::Node& message) {
  Bytes* bytes = sealed_bytes(message);
  if (bytes == nullptr || bytes->size() < 40) return;
  // The ciphertext stands right before the MAC. In a prekey message two short numbers follow.
  (*bytes)[bytes->size() - signal::kMacSize - 8] ^= 1;
}

/// What an attacker would like to see accepted: the same message, said in the clear.
void strip(wire::Node& message) {
  message.content =
      wire::Nodes{wire::Node("body", {}, to_bytes(as_bytes("You may read this in the clear.")))};
}

void age_envelope(wire::Node& message) {
  if (wire::Node* enc = sealed_part(message)) enc->set("v", "1");
}

/// Version 2 of the session's cipher, in every version byte.
void age_cipher(wire::Node& message) {
  Bytes* bytes = sealed_bytes(message);
  if (bytes != nullptr && !bytes->empty()) bytes->front() = 0x23;
}

struct Change {
  std::string_view kind;
  void (*apply)(wire::Node&);
};
constexpr std::array<Change, 4> kChanges = {{
    {"corrupt", corrupt},
    {"plaintext", strip},
    {"old-envelope", age_envelope},
    {"old-cipher", age_cipher},
}};

void send_later(Backend& backend, const Account& to, const wire::Node& stanza, Duration by) {
  backend.disturbances.timers.push_back(
      backend.world.call_at(backend.world.now() + by, [&backend, address = to.address(), stanza] {
        if (Connection* connection = backend.connections.find(address)) connection->send(stanza);
      }));
}

void send_changed(Connection& connection, const DisturbanceOrder& order, wire::Node stanza) {
  for (const Change& change : kChanges) {
    if (change.kind == order.kind->name) change.apply(stanza);
  }
  connection.send(stanza);
}

/// The message, and the same sealed bytes once more under an id of their own.
void send_renamed(Connection& connection, wire::Node stanza) {
  connection.send(stanza);
  stanza.set("id", std::string(stanza.attribute("id")) + "-R");
  connection.send(stanza);
}

void disturb(Backend& backend, const Account& to, Connection& connection,
             const DisturbanceOrder& order, const wire::Node& stanza) {
  const std::string_view kind = order.kind->name;
  note_disturbance(backend, *order.kind, to.actor, stanza.attribute("id"));
  if (kind == "drop") return;
  if (kind == "delay") return send_later(backend, to, stanza, order.by);
  if (kind == "reorder") {
    backend.disturbances.held[to.actor].push_back(stanza);
    return;
  }
  if (kind == "replay-renamed") return send_renamed(connection, stanza);
  if (kind == "duplicate") connection.send(stanza);
  send_changed(connection, order, stanza);
}

}  // namespace

void relay_message(Backend& backend, const Account& to, Connection& connection,
                   const wire::Node& stanza) {
  const auto order = backend.disturbances.take(to.actor, Stage::kRelay);
  if (!order && !to.native && backend.departs("slow-to-partners")) {
    return send_later(backend, to, stanza, kDelay);
  }
  if (order) {
    disturb(backend, to, connection, *order, stanza);
    if (order->kind->name == "reorder") return;
  } else {
    connection.send(stanza);
  }
  const auto held = backend.disturbances.held.find(to.actor);
  if (held == backend.disturbances.held.end()) return;
  for (const wire::Node& overtaken : std::exchange(held->second, {})) connection.send(overtaken);
}

}  // namespace parley::mocks::gatekeeper
