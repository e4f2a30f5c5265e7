// A seat that an implementation of somebody else holds, behind a driver: met once before the run,
// so that the plan knows what it can do and the report what it is.
#pragma once

#include <string>

#include "harness/base/log.h"
#include "harness/cli/driver_option.h"
#include "harness/driver/contract.h"
#include "harness/judge/result.h"
#include "harness/net/child_process.h"
#include "harness/scenario/scenario.h"

namespace parley::cli {

struct DrivenSeat {
  std::string seat;
  net::Command command;
  driver::DriverHello hello;
  std::string addressing;  ///< that the run uses
};

/// The gatekeeper's addressing mode for a run with that driver: `wanted`, or the first that both
/// can do where it is empty. kInvalid where that cannot be had.
Result<std::string> choose_addressing(const std::string& wanted, const driver::DriverHello& hello);

/// Starts the driver, reads its hello, and lets it go. Errors name the option.
Result<DrivenSeat> meet_driver(const DriverOption& option, const std::string& addressing, Log& log);

/// Why the test case cannot be run with this driver: an operation that it does not have, another
/// addressing mode; empty where it can.
std::string cannot_run(const DrivenSeat& seat, const scenario::TestCase& test_case);

/// What a report says of the seat.
judge::SeatHolder holder_of(const DrivenSeat& seat);

}  // namespace parley::cli
