#include <utility>

#include "harness/wire/certificate_chain.h"
#include "harness/wire/chat_channel.h"
#include "harness/wire/chat_channel_state.h"

namespace parley::wire {
namespace {

Bytes prologue() { return to_bytes(BytesView(kChatHeader)); }

}  // namespace

struct ChatClient::Impl {
  ChatClientConfig config;
  crypto::X25519KeyPair ephemeral;
  std::optional<NoiseHandshake> handshake = {};  // from create() on

  Result<NoiseHandshake> start(NoisePattern pattern) const {
    NoiseConfig noise{.pattern = pattern,
                      .role = NoiseRole::kInitiator,
                      .prologue = prologue(),
                      .static_key = config.static_key,
                      .ephemeral_key = ephemeral,
                      .peer_static = {},
                      .peer_ephemeral = {}};
    if (pattern == NoisePattern::kIK) noise.peer_static = config.known_server_static;
    return NoiseHandshake::create(std::move(noise));
  }

  Status send_hello(State& state) {
    bool ik = handshake->pattern() == NoisePattern::kIK;
    PARLEY_ASSIGN(HandshakeParts parts, handshake->write(ik ? config.payload() : Bytes()));
    pb::HandshakeMessage message;
    set_parts(*message.mutable_client_hello(), parts);
    return state.send_handshake(message);
  }

  Status send_finish(State& state) {
    PARLEY_ASSIGN(HandshakeParts parts, handshake->write(config.payload()));
    pb::HandshakeMessage message;
    set_parts(*message.mutable_client_finish(), parts);
    return state.send_handshake(message);
  }

  Status check_server(BytesView chain) const {
    CertificateRules rules{config.trust_root, *handshake->peer_static(), config.now};
    std::optional<CertificateFault> fault = check_certificate_chain(chain, rules);
    if (!fault || (config.trusts_anyway && config.trusts_anyway())) return {};
    return make_error(ErrorCode::kAuth,
                      "server certificate chain: " + std::string(to_string(*fault)));
  }
};

ChatClient::ChatClient(std::unique_ptr<State> state, std::unique_ptr<Impl> impl)
    : ChatChannel(std::move(state)), impl_(std::move(impl)) {}
ChatClient::~ChatClient() = default;

Result<std::unique_ptr<ChatClient>> ChatClient::create(ChatClientConfig config, Random& random) {
  if (!config.payload) return make_error(ErrorCode::kInvalid, "a chat client needs a payload");
  if (config.pattern == NoisePattern::kXXfallback) {
    return make_error(ErrorCode::kInvalid, "XXfallback is the server's choice, not the client's");
  }
  auto state = std::make_unique<State>(config.limits, config.on_frame);
  PARLEY_ASSIGN(state->output, encode_opening(config.routing_info));
  NoisePattern pattern = config.pattern;
  auto impl =
      std::make_unique<Impl>(Impl{std::move(config), crypto::X25519KeyPair::generate(random)});
  PARLEY_ASSIGN(impl->handshake, impl->start(pattern));
  PARLEY_TRY(impl->send_hello(*state));
  return std::unique_ptr<ChatClient>(new ChatClient(std::move(state), std::move(impl)));
}

Result<bool> ChatClient::on_opening(BytesView&) { return true; }  // a server sends no header

Result<std::optional<HandshakeComplete>> ChatClient::on_handshake_frame(BytesView body) {
  PARLEY_ASSIGN(pb::HandshakeMessage message, parse_handshake(body));
  if (!message.has_server_hello()) {
    return make_error(ErrorCode::kInvalid, "handshake: no server hello");
  }
  const pb::HandshakeMessage::ServerHello& hello = message.server_hello();
  // A static key in the answer to IK means that the server has started over.
  if (impl_->handshake->pattern() == NoisePattern::kIK && hello.has_static_()) {
    PARLEY_ASSIGN(impl_->handshake, impl_->start(NoisePattern::kXXfallback));
  }
  HandshakeComplete complete;
  complete.pattern = impl_->handshake->pattern();
  PARLEY_ASSIGN(complete.payload, impl_->handshake->read(parts_of(hello)));
  PARLEY_TRY(impl_->check_server(complete.payload));
  complete.peer_static = *impl_->handshake->peer_static();
  if (!impl_->handshake->complete()) PARLEY_TRY(impl_->send_finish(*state_));
  state_->establish(impl_->handshake->split(), NoiseRole::kInitiator);
  return std::optional(std::move(complete));
}

}  // namespace parley::wire
