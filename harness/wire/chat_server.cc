#include <utility>

#include "harness/wire/chat_channel.h"
#include "harness/wire/chat_channel_state.h"

namespace parley::wire {

struct ChatServer::Impl {
  ChatServerConfig config;
  crypto::X25519KeyPair ephemeral;
  OpeningDecoder opening;
  std::optional<NoiseHandshake> handshake;  // from the client hello on

  Result<NoiseHandshake> start(NoisePattern pattern, const HandshakeParts& hello) const {
    NoiseConfig noise{.pattern = pattern,
                      .role = NoiseRole::kResponder,
                      .prologue = to_bytes(BytesView(kChatHeader)),
                      .static_key = config.static_key,
                      .ephemeral_key = ephemeral,
                      .peer_static = {},
                      .peer_ephemeral = {}};
    if (pattern == NoisePattern::kXXfallback) {
      if (hello.ephemeral.size() != std::tuple_size_v<crypto::PublicKey>) {
        return make_error(ErrorCode::kInvalid, "handshake: bad ephemeral key");
      }
      noise.peer_ephemeral = to_array<32>(BytesView(hello.ephemeral));
    }
    return NoiseHandshake::create(std::move(noise));
  }

  Result<std::optional<HandshakeComplete>> on_hello(State& state, const HandshakeParts& hello);
  Result<std::optional<HandshakeComplete>> on_ik_hello(State& state, const HandshakeParts& hello);
  Status send_hello(State& state);
  HandshakeComplete finish(State& state, Bytes payload) const;
};

// XX and XXfallback differ in whether the client's ephemeral key is a message or was one before.
Result<std::optional<HandshakeComplete>> ChatServer::Impl::on_hello(State& state,
                                                                    const HandshakeParts& hello) {
  if (!hello.static_key.empty()) return on_ik_hello(state, hello);
  PARLEY_ASSIGN(handshake, start(NoisePattern::kXX, hello));
  PARLEY_TRY(handshake->read(hello));
  PARLEY_TRY(send_hello(state));
  return std::optional<HandshakeComplete>();
}

Result<std::optional<HandshakeComplete>> ChatServer::Impl::on_ik_hello(
    State& state, const HandshakeParts& hello) {
  if (config.ik == IkAnswer::kRefuse) {
    return make_error(ErrorCode::kRefused, "handshake: IK is not offered here");
  }
  if (config.ik == IkAnswer::kAccept) {
    PARLEY_ASSIGN(handshake, start(NoisePattern::kIK, hello));
    Result<Bytes> payload = handshake->read(hello);
    if (payload.ok()) {
      PARLEY_TRY(send_hello(state));
      return std::optional(finish(state, *std::move(payload)));
    }
    if (payload.error().code != ErrorCode::kAuth) return std::move(payload).error();
  }
  PARLEY_ASSIGN(handshake, start(NoisePattern::kXXfallback, hello));
  PARLEY_TRY(send_hello(state));
  return std::optional<HandshakeComplete>();
}

Status ChatServer::Impl::send_hello(State& state) {
  PARLEY_ASSIGN(HandshakeParts parts, handshake->write(config.certificate_chain));
  pb::HandshakeMessage message;
  set_parts(*message.mutable_server_hello(), parts);
  return state.send_handshake(message);
}

HandshakeComplete ChatServer::Impl::finish(State& state, Bytes payload) const {
  state.establish(handshake->split(), NoiseRole::kResponder);
  return {handshake->pattern(), *handshake->peer_static(), std::move(payload)};
}

ChatServer::ChatServer(std::unique_ptr<State> state, std::unique_ptr<Impl> impl)
    : ChatChannel(std::move(state)), impl_(std::move(impl)) {}
ChatServer::~ChatServer() = default;

std::unique_ptr<ChatServer> ChatServer::create(ChatServerConfig config, Random& random) {
  auto state = std::make_unique<State>(config.limits, config.on_frame);
  auto impl = std::make_unique<Impl>(
      Impl{std::move(config), crypto::X25519KeyPair::generate(random), OpeningDecoder(), {}});
  return std::unique_ptr<ChatServer>(new ChatServer(std::move(state), std::move(impl)));
}

const Bytes& ChatServer::routing_info() const { return impl_->opening.routing_info(); }

Result<bool> ChatServer::on_opening(BytesView& bytes) { return impl_->opening.feed(bytes); }

Result<std::optional<HandshakeComplete>> ChatServer::on_handshake_frame(BytesView body) {
  PARLEY_ASSIGN(pb::HandshakeMessage message, parse_handshake(body));
  if (!impl_->handshake) {
    if (!message.has_client_hello()) {
      return make_error(ErrorCode::kInvalid, "handshake: no client hello");
    }
    return impl_->on_hello(*state_, parts_of(message.client_hello()));
  }
  if (!message.has_client_finish()) {
    return make_error(ErrorCode::kInvalid, "handshake: no client finish");
  }
  PARLEY_ASSIGN(Bytes payload, impl_->handshake->read(parts_of(message.client_finish())));
  return std::optional(impl_->finish(*state_, std::move(payload)));
}

}  // namespace parley::wire
