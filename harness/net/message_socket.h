// WebSocket (RFC 6455) as a carrier of texts, one to a message, at the end that was dialled. Beast
// does the work, in websocket.cc alone.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/net/program.h"
#include "harness/net/world.h"

namespace parley::net {

class MessageSocket {
 public:
  virtual ~MessageSocket() = default;

  /// The next text. kClosed where the other end has gone, kLimit for a message over the limit,
  /// kInvalid for a binary one and for whatever else breaks the protocol.
  virtual awaitable<Result<std::string>> read() = 0;
  /// One write at a time.
  virtual awaitable<Status> write(std::string text) = 0;
  /// Says goodbye; what is pending ends with kClosed.
  virtual void close() = 0;
};

/// The status with which a client is turned away, by its header Authorization; 0 lets it in.
using Admission = std::function<unsigned(std::string_view authorization)>;

/// Takes the HTTP upgrade on an accepted stream. kAuth where `admission` turned it away, kInvalid
/// (answered 400) where it is none.
awaitable<Result<std::unique_ptr<MessageSocket>>> accept_messages(World& world,
                                                                  std::unique_ptr<Stream> stream,
                                                                  Admission admission,
                                                                  std::size_t limit);

/// The program at the other end of that socket as one that is spoken to in lines, which any World
/// may take in: a text is a line, with its own line ends made blanks. What ends the connection
/// against the rules stands in its log. `world` carries the bytes between, and must go on running.
Result<IdleProgram> bridge(World& world, std::unique_ptr<MessageSocket> socket);

}  // namespace parley::net
