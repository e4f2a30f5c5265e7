// Bytes at a chat server. The first byte chooses how far a real client comes first:
//   bits 0-1: 0 or 1 - nothing, the input is all that arrives; 2 - the client completes the
//             handshake, then the input arrives as frames; 3 - after the handshake the client seals
//             the input, cut by 2-byte lengths, as its stanzas
//   bit 2:    the client uses IK      bit 3: the server falls back      bit 4: it refuses IK
// Keys come from a fixed seed, so that a recorded handshake in the input is a valid one.
#include <algorithm>
#include <cstdlib>

#include "harness/base/random.h"
#include "harness/wire/certificate_chain.h"
#include "harness/wire/chat_channel.h"

namespace {

using namespace parley;
using namespace parley::wire;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Keys {
  SeededRandom random{1, "noise server fuzz"};
  crypto::XeddsaKeyPair root = crypto::XeddsaKeyPair::generate(random);
  crypto::XeddsaKeyPair signer = crypto::XeddsaKeyPair::generate(random);
  crypto::X25519KeyPair server = crypto::X25519KeyPair::generate(random);
  crypto::X25519KeyPair client = crypto::X25519KeyPair::generate(random);
  TimePoint now = from_unix_seconds(1'800'000'000);
  Bytes chain = build_valid_certificate_chain(root, signer, server.public_key(), now);
};

const Keys& keys() {
  static const Keys instance;
  return instance;
}

std::unique_ptr<ChatServer> make_server(std::uint8_t mode) {
  ChatServerConfig config(keys().server);
  config.certificate_chain = keys().chain;
  config.ik = mode & 16 ? IkAnswer::kRefuse : mode & 8 ? IkAnswer::kFallback : IkAnswer::kAccept;
  SeededRandom random(2, "server ephemeral");
  return ChatServer::create(std::move(config), random);
}

std::unique_ptr<ChatClient> make_client(std::uint8_t mode) {
  ChatClientConfig config(keys().client);
  config.pattern = mode & 4 ? NoisePattern::kIK : NoisePattern::kXX;
  config.known_server_static = keys().server.public_key();
  config.payload = [] { return Bytes{0x18, 1}; };
  config.trust_root = keys().root.public_key();
  config.now = keys().now;
  SeededRandom random(3, "client ephemeral");
  return ChatClient::create(std::move(config), random).value();
}

bool handshake(ChatClient& client, ChatServer& server) {
  while (!server.failure() && !(client.established() && server.established())) {
    if (!server.feed(client.take_output()).ok()) return false;
    if (!client.feed(server.take_output()).ok()) return false;
  }
  return server.established();
}

void feed(ChatServer& server, BytesView bytes) {
  Result<std::vector<ChannelEvent>> events = server.feed(bytes);
  require(events.ok() || server.failure().has_value());
  if (!events.ok()) {
    require(!server.send(Node("success")).ok());
    return;
  }
  for (const ChannelEvent& event : *events) {
    if (const StanzaReceived* stanza = std::get_if<StanzaReceived>(&event)) {
      require(*unpack_stanza(pack_stanza(stanza->node)) == stanza->node);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint8_t mode = data[0];
  BytesView input(data + 1, size - 1);
  std::unique_ptr<ChatServer> server = make_server(mode);
  if ((mode & 2) == 0) {
    feed(*server, input);
    return 0;
  }
  std::unique_ptr<ChatClient> client = make_client(mode);
  if (!handshake(*client, *server)) return 0;
  if ((mode & 1) == 0) {
    feed(*server, input);
    return 0;
  }
  while (input.size() >= 2 && !server->failure()) {
    std::size_t length = std::min<std::size_t>(read_be(input.first(2)), input.size() - 2);
    require(client->send_raw(input.subspan(2, length)).ok());
    input = input.subspan(2 + length);
    feed(*server, client->take_output());
  }
  return 0;
}
