// What a driver is told at the start of a test case, and what it says where it listens.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/contract.h"
#include "harness/net/world.h"
#include "mocks/cast/cast.h"

namespace parley::cli {

/// One actor in one seat.
struct DrivenActor {
  std::string seat;
  std::vector<driver::ActorSpec> actors;  ///< the whole cast
  std::size_t index = 0;                  ///< of the actor in it
  mocks::Cast cast;                       ///< the same, read
  std::string addressing;
  driver::StatedProduct product = {};  ///< that is under test there
  std::string trust = {};              ///< PEM: products' own authority
};

/// To be asked when every party of the cast was made. In the seats of servers and of partners it
/// opens the doors by which the implementation comes into the World: kUnsupported in a simulated
/// one.
Result<driver::DriverStart> driven_start(net::World& world, const DrivenActor& actor);

/// The names in the World under which others look for what the implementation may listen for:
/// "https" -> birdy.partner.test:443; empty for the gatekeeper's client.
std::map<std::string, net::Address> driven_names(const DrivenActor& actor);

/// From now on these names lead to where the implementation listens. kInvalid where that is none of
/// `addresses`, "host" or "host:port"; or, without any, not this machine's loopback: nothing else
/// is ever contacted.
Status take_routes(net::World& world, const DrivenActor& actor,
                   const driver::DriverListening& listening,
                   const std::vector<std::string>& addresses);

}  // namespace parley::cli
