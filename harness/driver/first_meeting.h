// What a doctor sees of a driver in one process and a moment, before a run: that it can be started,
// who it is, whether it has what is claimed, and that it does not say yes to everything. The suite
// of conformance.h takes longer and tries more.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/contract.h"
#include "harness/driver/doctor_line.h"
#include "harness/driver/driver_session.h"
#include "harness/net/child_process.h"
#include "harness/net/world.h"

namespace parley::driver {

/// An operation that somebody has claimed for the implementation.
struct ClaimedOperation {
  std::string operation;
  std::string claim;  ///< "features.typing"
};

struct MeetingPart {
  std::vector<std::string> seats;         ///< that it is to hold
  std::vector<ClaimedOperation> claimed;  ///< empty: nothing is claimed, and not looked at
  /// A part in which to meet it; empty: it is not started, and asked nothing.
  std::function<Result<DriverStart>(const DriverHello&)> start;
  SessionLimits limits = {};
};

struct FirstMeeting {
  std::optional<DriverHello> hello;  ///< where there was a sound one
  std::vector<DoctorLine> lines;
};

/// RUN-01 and ICS-01; the other rules of a first meeting are those of the suite (driver_rules()).
std::vector<DoctorRule> meeting_rules();

/// One process of the driver's, from its start to its end. What cannot be seen because of an
/// earlier fault is skipped and says which.
net::awaitable<FirstMeeting> meet_driver(net::World& world, net::Command command, MeetingPart part);

/// Whether a run with a driver of which this was said would tell about nothing but the driver: it
/// cannot be met, or says yes to everything. What else a doctor finds is worth a warning.
bool spoils_a_run(const DoctorLine& line);

}  // namespace parley::driver
