// The driver conformance suite: the rules of the driver contract, tried on a driver one by one,
// each with a process of its own. It says whether a driver may be believed before anybody looks at
// what it drives; the implementation behind it is judged elsewhere.
#pragma once

#include <vector>

#include "harness/driver/contract.h"
#include "harness/driver/doctor_line.h"
#include "harness/net/child_process.h"
#include "harness/net/world.h"

namespace parley::driver {

/// All of them, in the order of their ids.
std::vector<DoctorRule> driver_rules();

/// Tries every rule, in the order of their ids. `start` is a part that the driver can take: nothing
/// answers at its endpoints. A driver without a sound hello is tried no further: what cannot be
/// tried is skipped. Takes World time where the driver is silent: up to a minute for each of its
/// operations.
net::awaitable<std::vector<DoctorLine>> examine_driver(net::World& world, net::Command command,
                                                       DriverStart start);

}  // namespace parley::driver
