// What the two ends of the chat channel have in common inside. Only for their implementations.
#pragma once

#include <optional>
#include <utility>

#include "harness/wire/chat_channel.h"
#include "schemas/chat.pb.h"

namespace parley::wire {

struct ChatChannel::State {
  struct Ciphers {
    TransportCipher sending;
    TransportCipher receiving;
  };

  State(const ChannelLimits& limits_, FrameObserver observer_)
      : limits(limits_), observer(std::move(observer_)), frames(limits_.handshake_frame_bytes) {}

  void observe_handshake(FrameObservation::Direction direction, BytesView body) const;
  void observe_transport(FrameObservation::Direction direction, std::uint64_t counter,
                         const TransportCipher& cipher, BytesView body) const;

  /// Frames a handshake message into the output.
  Status send_handshake(const pb::HandshakeMessage& message);
  /// From here on frames are stanzas; their limit is the ordinary one.
  void establish(const SymmetricState::Keys& keys, NoiseRole role);

  ChannelLimits limits;
  FrameObserver observer;
  FrameDecoder frames;
  Bytes output;
  std::optional<Ciphers> ciphers;
  std::optional<Error> failure;
  bool closed = false;
};

/// The handshake message in a frame. kInvalid for malformed bytes.
Result<pb::HandshakeMessage> parse_handshake(BytesView body);

/// Moves between the protobuf's three fields and Noise's three parts; ClientFinish has no ephemeral
/// key.
template <class Hello>
HandshakeParts parts_of(const Hello& hello) {
  HandshakeParts parts;
  if constexpr (requires { hello.ephemeral(); })
    parts.ephemeral = to_bytes(as_bytes(hello.ephemeral()));
  parts.static_key = to_bytes(as_bytes(hello.static_()));
  parts.payload = to_bytes(as_bytes(hello.payload()));
  return parts;
}

template <class Hello>
void set_parts(Hello& hello, const HandshakeParts& parts) {
  if constexpr (requires { hello.ephemeral(); }) {
    hello.set_ephemeral(parts.ephemeral.data(), parts.ephemeral.size());
  }
  if (!parts.static_key.empty()) {
    hello.set_static_(parts.static_key.data(), parts.static_key.size());
  }
  if (!parts.payload.empty()) hello.set_payload(parts.payload.data(), parts.payload.size());
}

}  // namespace parley::wire
