// The driver conformance suite: the rules of the driver contract, tried on a driver one by one,
// each with a process of its own. It says whether a driver may be believed before anybody looks at
// what it drives; the implementation behind it is judged elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/contract.h"
#include "harness/net/child_process.h"
#include "harness/net/world.h"

namespace parley::driver {

enum class ProbeOutcome { kOk, kFail, kSkipped };
std::string_view to_string(ProbeOutcome outcome);  ///< "OK", "FAIL", "SKIPPED"

/// What came of one rule.
struct ProbeLine {
  std::string_view id;    ///< "DRV-04"; never given to another rule
  std::string_view rule;  ///< what docs/driver-contract.md demands
  ProbeOutcome outcome = ProbeOutcome::kFail;
  std::string seen{};    ///< what the driver did; of one that was skipped, why
  std::string_view fix;  ///< what to change in the driver where it fails
};

/// Tries every rule, in the order of their ids. `start` is a part that the driver can take: nothing
/// answers at its endpoints. A driver without a sound hello is tried no further: what cannot be
/// tried is skipped. Takes World time where the driver is silent: up to a minute for each of its
/// operations.
net::awaitable<std::vector<ProbeLine>> examine_driver(net::World& world, net::Command command,
                                                      DriverStart start);

/// Whether nothing failed and nothing was skipped.
bool conforms(const std::vector<ProbeLine>& lines);

}  // namespace parley::driver
