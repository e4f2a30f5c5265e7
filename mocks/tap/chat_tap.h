// Records one chat connection at either end: the frames as an outsider sees them
// ("noise.handshake", "noise.frame"), the decrypted stanzas ("stanza") with the name and the basis
// of the wire profile's operation, and what a client says of itself ("login.payload").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/wire/chat_channel.h"
#include "harness/wire/login_payload.h"
#include "harness/wire/profile.h"
#include "mocks/tap/observer.h"

namespace parley::mocks {

enum class ChatEnd { kClient, kServer };

/// Cheap to copy: the copies are one tap.
class ChatTap {
 public:
  /// `connection` names the connection in the records, uniquely within a World at this end:
  /// "bob-1", "gatekeeper-7". `peer` is the other end's host name until set_peer().
  ChatTap(Observer observer, ChatEnd end, std::shared_ptr<const wire::Profile> profile,
          std::string connection, std::string peer);

  /// The other end's actor id, once it is known.
  void set_peer(std::string peer);

  /// For ChatClientConfig::on_frame and ChatServerConfig::on_frame.
  wire::FrameObserver frames() const;

  /// `raw` is the decrypted frame: the flag byte and the binary node.
  void received(const wire::Node& node, BytesView raw) const;
  void sent(const wire::Node& node, BytesView raw) const;

  /// What goes out in place of the node, or is to be handled in place of one that came; the node
  /// itself where nobody interferes.
  std::vector<wire::Node> outgoing(wire::Node node) const;
  std::vector<wire::Node> incoming(wire::Node node) const;

  /// Whether the party departs from a rule; see Interceptor::departs.
  bool departs(std::string_view hook) const;

  /// The client's ClientPayload: out at the client, in at the server.
  void login(const wire::pb::ClientPayload& payload) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Packs, records and sends one stanza, or what an interceptor makes of it, and says how large it
/// is. kInvalid for a node without a binary form, kClosed on a dead channel; then nothing is
/// recorded.
Result<std::size_t> tapped_send(wire::ChatChannel& channel, const ChatTap& tap,
                                const wire::Node& node);

}  // namespace parley::mocks
