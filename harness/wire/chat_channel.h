// The chat channel as two state machines without input or output: bytes and stanzas in, events and
// bytes out. The same code serves TCP, WebSocket and memory.
//
//   loop: take_output() -> write it;  read some bytes -> feed() -> handle the events
//
// Once failure() is set the channel is dead: nothing more is sent, and the caller closes the
// connection. feed() hands out the events that came before the fault, so that the outcome does not
// depend on how the network cut the bytes; check failure() after handling them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/frame.h"
#include "harness/wire/node.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/noise.h"

namespace parley::wire {

/// Both ends know each other's static key; stanzas may flow. At a server `payload` is the client's
/// ClientPayload (schemas/chat.proto), at a client the server's certificate chain.
struct HandshakeComplete {
  NoisePattern pattern = NoisePattern::kXX;
  crypto::PublicKey peer_static{};
  Bytes payload;
};

struct StanzaReceived {
  Node node;
  Bytes raw;  ///< the decrypted frame: flag byte and binary node
};

using ChannelEvent = std::variant<HandshakeComplete, StanzaReceived>;

/// One outer frame, for the transcript.
struct FrameObservation {
  enum class Direction { kSent, kReceived };
  Direction direction = Direction::kSent;
  bool handshake = false;
  std::uint64_t counter = 0;  ///< the nonce's counter; transport frames only
  std::string_view key_id;    ///< TransportCipher::key_id(); transport frames only
  BytesView body;             ///< ciphertext, or the handshake protobuf; valid during the call
};
using FrameObserver = std::function<void(const FrameObservation&)>;

struct ChannelLimits {
  std::size_t frame_bytes = kMaxFrameBytes;
  std::size_t handshake_frame_bytes = 64 * 1024;  ///< until the peer has proved anything
  NodeLimits node;
};

/// What both ends share after the handshake. Use ChatClient or ChatServer.
class ChatChannel {
 public:
  virtual ~ChatChannel();
  ChatChannel(const ChatChannel&) = delete;
  ChatChannel& operator=(const ChatChannel&) = delete;

  /// Takes bytes in any portions. An Error only where nothing was gained: the first fault without
  /// earlier events, and every call after a fault.
  Result<std::vector<ChannelEvent>> feed(BytesView bytes);

  /// Bytes to write to the peer; empties the buffer.
  Bytes take_output();

  /// Seals one stanza into the output. kClosed before the handshake is complete and after a
  /// failure or close(); kInvalid for a node without a binary form.
  Status send(const Node& node);
  /// Seals a plaintext (flag byte and node) as it is. For deliberately defective products.
  Status send_raw(BytesView plaintext);

  bool established() const;
  const std::optional<Error>& failure() const;
  /// Bytes received of a frame that is not complete yet.
  std::size_t unfinished_bytes() const;
  /// No more is sent or accepted; the output not yet taken stays.
  void close();

  /// The ciphers, once established. For tests and for deliberately defective products.
  TransportCipher* sending_cipher();
  TransportCipher* receiving_cipher();

 protected:
  struct State;
  explicit ChatChannel(std::unique_ptr<State> state);
  /// Handles one frame of the handshake.
  virtual Result<std::optional<HandshakeComplete>> on_handshake_frame(BytesView body) = 0;
  /// Consumes bytes that come before the first frame; true once there are no more of them.
  virtual Result<bool> on_opening(BytesView& bytes) = 0;

  std::unique_ptr<State> state_;

 private:
  Status consume(BytesView bytes, std::vector<ChannelEvent>& events);
  Status on_frame(BytesView body, std::vector<ChannelEvent>& events);
};

struct ChatClientConfig {
  explicit ChatClientConfig(crypto::X25519KeyPair static_key_)
      : static_key(std::move(static_key_)) {}

  crypto::X25519KeyPair static_key;
  NoisePattern pattern = NoisePattern::kXX;              ///< kXX or kIK
  std::optional<crypto::PublicKey> known_server_static;  ///< required for kIK
  std::function<Bytes()> payload;                        ///< the serialized ClientPayload
  crypto::PublicKey trust_root{};
  TimePoint now;  ///< for the certificates' validity
  /// Asked, where given, about a chain that does not hold. For deliberately defective products.
  std::function<bool()> trusts_anyway;
  Bytes routing_info;  ///< from an earlier <edge_routing>; sent before the header where not empty
  ChannelLimits limits;
  FrameObserver on_frame;
};

/// The client's end. The opening and the client hello are in the output from the start. The
/// server's certificate chain is checked before our static key and payload are sent under XX; a
/// chain that does not hold is kAuth with the fault's spelling in the message.
class ChatClient final : public ChatChannel {
 public:
  /// kInvalid for a configuration that cannot work. `random` yields the ephemeral key, here and
  /// now.
  static Result<std::unique_ptr<ChatClient>> create(ChatClientConfig config, Random& random);
  ~ChatClient() override;

 private:
  struct Impl;
  ChatClient(std::unique_ptr<State> state, std::unique_ptr<Impl> impl);
  Result<std::optional<HandshakeComplete>> on_handshake_frame(BytesView body) override;
  Result<bool> on_opening(BytesView& bytes) override;
  std::unique_ptr<Impl> impl_;
};

/// What a server does with a client hello that starts IK.
enum class IkAnswer { kAccept, kFallback, kRefuse };

struct ChatServerConfig {
  explicit ChatServerConfig(crypto::X25519KeyPair static_key_)
      : static_key(std::move(static_key_)) {}

  crypto::X25519KeyPair static_key;
  Bytes certificate_chain;
  IkAnswer ik = IkAnswer::kAccept;
  ChannelLimits limits;
  FrameObserver on_frame;
};

/// The server's end: answers XX always, IK as configured. A client hello that does not decrypt
/// under IK is answered with XXfallback where the configuration says kAccept or kFallback, as the
/// client may hold an outdated server key.
class ChatServer final : public ChatChannel {
 public:
  static std::unique_ptr<ChatServer> create(ChatServerConfig config, Random& random);
  ~ChatServer() override;

  /// What the client sent before the header; empty where nothing.
  const Bytes& routing_info() const;

 private:
  struct Impl;
  ChatServer(std::unique_ptr<State> state, std::unique_ptr<Impl> impl);
  Result<std::optional<HandshakeComplete>> on_handshake_frame(BytesView body) override;
  Result<bool> on_opening(BytesView& bytes) override;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::wire
