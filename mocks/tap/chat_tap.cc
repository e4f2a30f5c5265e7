#include "mocks/tap/chat_tap.h"

#include <utility>

#include "harness/wire/node_codec.h"
#include "harness/wire/overlay.h"

namespace parley::mocks {

struct ChatTap::State {
  Observer observer;
  ChatEnd end;
  std::shared_ptr<const wire::Profile> profile;
  std::string connection;
  std::string peer;

  void record(evidence::Tap tap, evidence::Direction direction, std::string_view kind,
              json::object facts, Bytes body) const {
    evidence::Observation observation;
    observation.tap = tap;
    observation.role = observer.role;
    observation.party = observer.party;
    observation.peer = peer;
    observation.direction = direction;
    observation.kind = kind;
    observation.facts = std::move(facts);
    observation.body = std::move(body);
    observer.recorder->record(std::move(observation));
  }

  const wire::Operation* operation_of(evidence::Direction direction, const wire::Node& node) const {
    const bool from_client = (end == ChatEnd::kClient) == (direction == evidence::Direction::kOut);
    return profile->classify(
        node, from_client ? wire::Direction::kClientToServer : wire::Direction::kServerToClient);
  }

  std::vector<wire::Node> passing(evidence::Direction direction, wire::Node node) const {
    if (observer.interceptor != nullptr) {
      const wire::Operation* operation = operation_of(direction, node);
      return observer.interceptor->stanza(observer, direction,
                                          operation == nullptr ? std::string() : operation->name,
                                          std::move(node));
    }
    std::vector<wire::Node> itself;
    itself.push_back(std::move(node));
    return itself;
  }

  void stanza(evidence::Direction direction, const wire::Node& node, BytesView raw) const {
    json::object facts = {{"conn", connection}, {"node", wire::to_json(node)}};
    const wire::Operation* operation = operation_of(direction, node);
    if (operation != nullptr) {
      facts["operation"] = operation->name;
      facts["basis"] = wire::to_string(operation->basis);
      const std::string_view overlay = wire::overlay_of(*profile, *operation);
      if (!overlay.empty()) facts["overlay"] = overlay;
    }
    record(evidence::Tap::kStanza, direction, "stanza", std::move(facts), to_bytes(raw));
  }
};

ChatTap::ChatTap(Observer observer, ChatEnd end, std::shared_ptr<const wire::Profile> profile,
                 std::string connection, std::string peer)
    : state_(std::make_shared<State>(State{std::move(observer), end, std::move(profile),
                                           std::move(connection), std::move(peer)})) {}

void ChatTap::set_peer(std::string peer) { state_->peer = std::move(peer); }

wire::FrameObserver ChatTap::frames() const {
  return [state = state_](const wire::FrameObservation& frame) {
    json::object facts = {{"conn", state->connection}};
    if (!frame.handshake) {
      facts["n"] = static_cast<std::int64_t>(frame.counter);
      facts["key"] = frame.key_id;
    }
    state->record(evidence::Tap::kNoise,
                  frame.direction == wire::FrameObservation::Direction::kSent
                      ? evidence::Direction::kOut
                      : evidence::Direction::kIn,
                  frame.handshake ? "noise.handshake" : "noise.frame", std::move(facts),
                  to_bytes(frame.body));
  };
}

void ChatTap::received(const wire::Node& node, BytesView raw) const {
  state_->stanza(evidence::Direction::kIn, node, raw);
}

void ChatTap::sent(const wire::Node& node, BytesView raw) const {
  state_->stanza(evidence::Direction::kOut, node, raw);
}

std::vector<wire::Node> ChatTap::outgoing(wire::Node node) const {
  return state_->passing(evidence::Direction::kOut, std::move(node));
}

std::vector<wire::Node> ChatTap::incoming(wire::Node node) const {
  return state_->passing(evidence::Direction::kIn, std::move(node));
}

bool ChatTap::departs(std::string_view hook) const { return state_->observer.departs(hook); }

void ChatTap::login(const wire::pb::ClientPayload& payload) const {
  json::object facts = wire::login_facts(payload);
  facts["conn"] = state_->connection;
  state_->record(
      evidence::Tap::kStanza,
      state_->end == ChatEnd::kClient ? evidence::Direction::kOut : evidence::Direction::kIn,
      "login.payload", std::move(facts), {});
}

Result<std::size_t> tapped_send(wire::ChatChannel& channel, const ChatTap& tap,
                                const wire::Node& node) {
  if (!channel.established() || channel.failure()) {
    return make_error(ErrorCode::kClosed, "the chat channel is not open");
  }
  std::size_t size = 0;
  for (const wire::Node& passing : tap.outgoing(node)) {
    PARLEY_TRY(wire::check_encodable(passing));
    const Bytes raw = wire::pack_stanza(passing);
    wire::TransportCipher& cipher = *channel.sending_cipher();
    if (cipher.counter() > 1 && tap.departs(kReusesNonce)) {
      cipher.set_counter(cipher.counter() - 1);
    }
    PARLEY_TRY(channel.send_raw(raw));
    tap.sent(passing, raw);
    size += raw.size();
  }
  return size;
}

}  // namespace parley::mocks
