#include "harness/wire/chat_channel_state.h"

namespace parley::wire {

void ChatChannel::State::observe_handshake(FrameObservation::Direction direction,
                                           BytesView body) const {
  if (!observer) return;
  FrameObservation observation;
  observation.direction = direction;
  observation.handshake = true;
  observation.body = body;
  observer(observation);
}

void ChatChannel::State::observe_transport(FrameObservation::Direction direction,
                                           std::uint64_t counter, const TransportCipher& cipher,
                                           BytesView body) const {
  if (!observer) return;
  FrameObservation observation;
  observation.direction = direction;
  observation.counter = counter;
  observation.key_id = cipher.key_id();
  observation.body = body;
  observer(observation);
}

Status ChatChannel::State::send_handshake(const pb::HandshakeMessage& message) {
  std::string body = message.SerializeAsString();
  PARLEY_ASSIGN(Bytes frame, encode_frame(as_bytes(body)));
  append(output, frame);
  observe_handshake(FrameObservation::Direction::kSent, as_bytes(body));
  return {};
}

void ChatChannel::State::establish(const SymmetricState::Keys& keys, NoiseRole role) {
  bool initiator = role == NoiseRole::kInitiator;
  ciphers.emplace(Ciphers{
      TransportCipher(initiator ? keys.initiator_to_responder : keys.responder_to_initiator),
      TransportCipher(initiator ? keys.responder_to_initiator : keys.initiator_to_responder)});
  frames.set_limit(limits.frame_bytes);
}

Result<pb::HandshakeMessage> parse_handshake(BytesView body) {
  pb::HandshakeMessage message;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return make_error(ErrorCode::kInvalid, "handshake: malformed protobuf");
  }
  return message;
}

}  // namespace parley::wire
