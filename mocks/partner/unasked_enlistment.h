// What no partner must do: its server enlists a user who has not asked for it, with keys of its
// own.
#pragma once

#include <string>

#include "harness/base/random.h"
#include "harness/net/world.h"
#include "mocks/tap/observer.h"

namespace parley::mocks {

struct UnaskedEnlistment {
  std::string identifier;
  std::string token;
  std::string from;  ///< the server's host
  net::Address to;   ///< the service's enlistment host
};

/// Sends it and does not care about the answer. World, observer and random outlive it.
net::awaitable<void> enlist_unasked(net::World& world, const Observer& observer, Random& random,
                                    UnaskedEnlistment enlistment);

}  // namespace parley::mocks
