// A socket World that stands open to programs of others: where it listens for them, and where they
// are. Nothing outside of it is ever contacted but what is listed here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "harness/net/world.h"

namespace parley::net {

/// Every map and set goes by Address::text(): "v.whatsapp.net:443".
struct OpenOptions {
  std::string listen = "127.0.0.1";  ///< the IP address of its listeners
  /// The machine's ports of listeners; the system chooses all others.
  std::map<std::string, std::uint16_t, std::less<>> ports = {};
  /// Listeners on the loopback address, whatever `listen` is.
  std::set<std::string, std::less<>> local = {};
  /// Where programs of others stand under names of this World, as by Outside::route():
  /// "127.0.0.1:8443" or "[::1]:8443".
  std::map<std::string, std::string, std::less<>> peers = {};
  /// PEM of the certificates that programs outside may show, or have theirs signed with, beside
  /// those of the World's own CA: asked for at every TLS connection to one, because a product under
  /// development gets a new one now and then. A failure is logged, and fails the connection. Empty:
  /// the World's own CA.
  std::function<Result<std::string>()> trust = {};
};

/// kInvalid, with what is wrong, for an address that is none.
Result<std::unique_ptr<World>> make_open_world(const SocketOptions& options,
                                               const OpenOptions& open, Log& log);

}  // namespace parley::net
