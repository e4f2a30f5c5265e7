// What reaches a World from its own process, for a command that stands by until it is told to stop:
// signals, and the machine's time. Over sockets only: simulated time does not wait for either.
#pragma once

#include <chrono>
#include <vector>

#include "harness/net/world.h"

namespace parley::net {

/// Suspends until one of the signals arrives, and returns its number; 0 where the system cannot
/// watch for them. While somebody waits, these signals do not end the process; afterwards they have
/// their former effect again, so that a second Ctrl-C ends what the first one could not.
awaitable<int> wait_for_signal(World& world, std::vector<int> signals);

/// Suspends for that long on the machine's clock, however World time moves meanwhile.
awaitable<void> wait_in_real_time(World& world, std::chrono::milliseconds time);

}  // namespace parley::net
