// How good the links of a simulated World are. Over sockets they are what the loopback gives.
#pragma once

#include <cstdint>

#include "harness/base/clock.h"

namespace parley::net {

class World;

struct LinkConditions {
  Duration latency{0};  ///< one way, equal for all links
  Duration jitter{0};   ///< each piece takes up to so much longer; the order stays
  std::uint32_t loss_permille =
      0;  ///< of pieces that must be sent again, each kRetransmission later
};

/// As TCP does: what is lost arrives later.
inline constexpr Duration kRetransmission = std::chrono::milliseconds(200);

/// For connections that are opened afterwards, in place of latencies drawn from the seed. Does
/// nothing over sockets.
void set_link_conditions(World& world, const LinkConditions& conditions);

}  // namespace parley::net
