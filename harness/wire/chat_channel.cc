#include "harness/wire/chat_channel.h"

#include <algorithm>
#include <utility>

#include "harness/wire/chat_channel_state.h"

namespace parley::wire {

ChatChannel::ChatChannel(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChatChannel::~ChatChannel() = default;

Result<std::vector<ChannelEvent>> ChatChannel::feed(BytesView bytes) {
  if (state_->failure) return *state_->failure;
  if (state_->closed) return make_error(ErrorCode::kClosed, "the chat channel is closed");
  std::vector<ChannelEvent> events;
  if (Status status = consume(bytes, events); !status) {
    state_->failure = std::move(status).error();
    if (events.empty()) return *state_->failure;
  }
  return events;
}

Status ChatChannel::consume(BytesView bytes, std::vector<ChannelEvent>& events) {
  PARLEY_ASSIGN(bool opened, on_opening(bytes));
  if (!opened) return {};
  // In portions: what is buffered then stays within one frame and one portion, however much the
  // peer sends at once.
  constexpr std::size_t kPortion = 64 * 1024;
  while (!bytes.empty()) {
    BytesView portion = bytes.first(std::min(kPortion, bytes.size()));
    bytes = bytes.subspan(portion.size());
    state_->frames.feed(portion);
    for (;;) {
      PARLEY_ASSIGN(std::optional<Bytes> body, state_->frames.next());
      if (!body) break;
      PARLEY_TRY(on_frame(*body, events));
    }
  }
  return {};
}

Status ChatChannel::on_frame(BytesView body, std::vector<ChannelEvent>& events) {
  if (!state_->ciphers) {
    state_->observe_handshake(FrameObservation::Direction::kReceived, body);
    PARLEY_ASSIGN(std::optional<HandshakeComplete> complete, on_handshake_frame(body));
    if (complete) events.emplace_back(*std::move(complete));
    return {};
  }
  TransportCipher& cipher = state_->ciphers->receiving;
  state_->observe_transport(FrameObservation::Direction::kReceived, cipher.counter(), cipher, body);
  StanzaReceived stanza;
  PARLEY_ASSIGN(stanza.raw, cipher.open(body));
  PARLEY_ASSIGN(stanza.node, unpack_stanza(stanza.raw, state_->limits.node));
  events.emplace_back(std::move(stanza));
  return {};
}

Bytes ChatChannel::take_output() { return std::exchange(state_->output, {}); }

Status ChatChannel::send(const Node& node) {
  PARLEY_TRY(check_encodable(node));
  return send_raw(pack_stanza(node));
}

Status ChatChannel::send_raw(BytesView plaintext) {
  if (!established()) return make_error(ErrorCode::kClosed, "the chat channel carries no stanzas");
  TransportCipher& cipher = state_->ciphers->sending;
  std::uint64_t counter = cipher.counter();
  PARLEY_ASSIGN(Bytes sealed, cipher.seal(plaintext));
  PARLEY_ASSIGN(Bytes frame, encode_frame(sealed));
  append(state_->output, frame);
  state_->observe_transport(FrameObservation::Direction::kSent, counter, cipher, sealed);
  return {};
}

bool ChatChannel::established() const {
  return state_->ciphers && !state_->failure && !state_->closed;
}

const std::optional<Error>& ChatChannel::failure() const { return state_->failure; }

std::size_t ChatChannel::unfinished_bytes() const { return state_->frames.buffered(); }

void ChatChannel::close() { state_->closed = true; }

TransportCipher* ChatChannel::sending_cipher() {
  return state_->ciphers ? &state_->ciphers->sending : nullptr;
}

TransportCipher* ChatChannel::receiving_cipher() {
  return state_->ciphers ? &state_->ciphers->receiving : nullptr;
}

}  // namespace parley::wire
