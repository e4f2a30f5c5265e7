// How long things took in a test case, on the clock of its World: the raw numbers of the report's
// indicators.
#pragma once

#include <span>
#include <vector>

#include "harness/base/clock.h"
#include "harness/evidence/record.h"

namespace parley::reports {

struct Timings {
  /// From a client's encryption of a message until the receiver's client shows it, where the
  /// receiver was connected all the while.
  std::vector<Duration> delivery;
  /// From a client's sending a message until the gatekeeper's acknowledgement reaches it.
  std::vector<Duration> acknowledgement;
  /// From an HTTP request until its response, as the caller saw both.
  std::vector<Duration> http_answer;

  void add(const Timings& more);
};

/// Nothing at all for a case in which the harness disturbed the network or a party on purpose: its
/// times would say something about the disturbance.
Timings timings_of(std::span<const evidence::Record> records);

}  // namespace parley::reports
