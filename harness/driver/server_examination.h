// What a doctor looks at in a partner's server before a run: whether it is there, what it speaks,
// whose certificate it shows, its key set, its clock. A server that fails here would fail most test
// cases, and none of them would say why as plainly.
#pragma once

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/driver/doctor_line.h"
#include "harness/net/network.h"
#include "harness/net/world.h"

namespace parley::driver {

struct ServerToExamine {
  net::Address name;      ///< under which the World reaches it; its certificate must be good for it
  std::string from;       ///< the host name of whoever asks
  std::string keys_path;  ///< of its key set: "/.well-known/oauth/openid/jwks"; empty: has none
  Duration patience = std::chrono::seconds(10);  ///< World time for each thing asked of it
};

/// What is looked at in a server, in that order.
std::vector<DoctorRule> server_rules();

/// Tries every rule. What cannot be seen because of an earlier fault is skipped and says which.
/// Redirects are told and not followed. An answer has 256 KiB.
net::awaitable<std::vector<DoctorLine>> examine_server(net::World& world, ServerToExamine server);

/// The one rule that asks no more than a connection: SRV-01.
net::awaitable<DoctorLine> examine_presence(net::World& world, ServerToExamine server);

}  // namespace parley::driver
