#include "harness/net/link_conditions.h"

#include "harness/net/sim_network.h"

namespace parley::net {

void set_link_conditions(World& world, const LinkConditions& conditions) {
  if (auto* network = dynamic_cast<SimNetwork*>(&world.network())) {
    network->set_conditions(conditions);
  }
}

}  // namespace parley::net
