// Connections that come through a partner's proxy: the proxy says its client's address first.
#pragma once

#include <memory>
#include <string>

#include "harness/net/world.h"

namespace parley::mocks::gatekeeper {

struct ProxiedStream {
  std::unique_ptr<net::Stream> stream;  ///< gives the client's bytes
  std::string client_address;
};

/// Reads the preface, which must be whole within `period`. kInvalid and kLimit for a wrong one,
/// kTimeout, kClosed.
net::awaitable<Result<ProxiedStream>> take_preface(net::World& world,
                                                   std::unique_ptr<net::Stream> stream,
                                                   Duration period);

}  // namespace parley::mocks::gatekeeper
