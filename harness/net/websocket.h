// WebSocket (RFC 6455) as a byte stream: message boundaries carry no meaning for the chat protocol.
// Beast does the work, in websocket.cc alone.
#pragma once

#include <memory>
#include <string>

#include "harness/net/world.h"

namespace parley::net {

/// Opens wss (or ws) to `to`, with `target` as the path; binary messages both ways.
awaitable<Result<std::unique_ptr<Stream>>> websocket_connect(World& world, std::string from,
                                                             Address to, Security security,
                                                             std::string target);

/// Takes the HTTP upgrade on an accepted stream. kInvalid (answered 400) where it is none, kLimit
/// for a message over 16 MiB.
awaitable<Result<std::unique_ptr<Stream>>> websocket_accept(World& world,
                                                            std::unique_ptr<Stream> stream);

}  // namespace parley::net
