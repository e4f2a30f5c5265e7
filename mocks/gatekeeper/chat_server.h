// The chat server's doors: plain TCP and a TLS WebSocket, behind which everything is the same.
#pragma once

#include <cstdint>
#include <memory>

#include "harness/net/world.h"
#include "harness/wire/chat_channel.h"
#include "mocks/gatekeeper/backend.h"

namespace parley::mocks::gatekeeper {

class ChatServer {
 public:
  /// Draws the server's static key and has the test root certify it.
  explicit ChatServer(Backend& backend);

  /// Accepts until the listener closes.
  net::awaitable<void> serve_tcp(std::shared_ptr<net::Listener> listener);
  net::awaitable<void> serve_websocket(std::shared_ptr<net::Listener> listener);

 private:
  /// A partner's server that connects is its proxy, and says for whom; a device speaks for itself.
  net::awaitable<void> greet(std::unique_ptr<net::Stream> stream);
  net::awaitable<void> serve_proxied(std::string partner, std::unique_ptr<net::Stream> stream);
  net::awaitable<void> serve_stream(std::unique_ptr<net::Stream> stream);
  Bytes chain_for(const std::string& actor);
  net::awaitable<void> upgrade(std::unique_ptr<net::Stream> stream);

  Backend& backend_;
  crypto::X25519KeyPair static_key_;
  Bytes certificate_chain_;
  std::uint64_t connections_ = 0;
};

}  // namespace parley::mocks::gatekeeper
