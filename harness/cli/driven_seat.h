// Seats that implementations of somebody else hold, behind drivers: met once before the run, so
// that the plan knows what they can do and the report what they are.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/log.h"
#include "harness/cli/driver_option.h"
#include "harness/cli/stated_product.h"
#include "harness/driver/contract.h"
#include "harness/driver/doctor_line.h"
#include "harness/driver/driver_pool.h"
#include "harness/judge/result.h"
#include "harness/net/child_process.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/scenario.h"

namespace parley::cli {

/// One driver, as the user named it.
struct DrivenSeat {
  std::string seat;  ///< "partner" stands for all of a partner's
  net::Command command;
  driver::DriverHello hello;
  std::vector<driver::DoctorLine> findings = {};  ///< what a look at it found, and does not forbid
};

/// How drivers are met.
struct Meeting {
  std::string addressing;  ///< that is wanted; empty: what the gatekeeper's client can live with
  bool examine = true;     ///< looks at each in its first seat, beyond its hello
  scenario::Claim claim;   ///< what is claimed of them
  StatedProducts stated;   ///< what they are told, and how long they have
};

/// All drivers of a run.
struct DrivenSeats {
  std::vector<DrivenSeat> drivers;
  /// Of those who take several sessions, the ones that have none now.
  std::shared_ptr<driver::DriverPool> pool;
  std::string addressing = "interop";  ///< that the run uses
  /// Where products may listen, "host" or "host:port"; none: on this machine's loopback.
  std::vector<std::string> addresses;
  StatedProducts stated;  ///< of what they drive

  bool empty() const { return drivers.empty(); }
  /// Who drives that seat, alone or with others; null where a mock holds it.
  const DrivenSeat* holder(std::string_view seat) const;
  /// The seats themselves: "partner-server", "partner-client", ...
  std::vector<std::string> seats() const;
};

/// The gatekeeper's addressing mode for a run with that driver: `wanted`, or the first that both
/// can do where it is empty. kInvalid where that cannot be had.
Result<std::string> choose_addressing(const std::string& wanted, const driver::DriverHello& hello);

/// The mode for a run with these drivers: what a gatekeeper's side under test can live with;
/// partners see the same in either.
Result<std::string> addressing_of(const DrivenSeats& seats, const std::string& wanted);

/// The driver's process: with Parley's own environment; or where it dials in.
net::Command command_of(const DriverOption& option);

/// Starts each driver once, reads its hello, looks at what it does where that is wanted, and lets
/// it go. Errors name the option, and tell everything that was found.
Result<DrivenSeats> meet_drivers(const std::vector<DriverOption>& options, const Meeting& meeting,
                                 Log& log);

/// Why the test case cannot be run with these drivers: an operation that one does not have, another
/// addressing mode, time that passes faster than it can; empty where it can.
std::string cannot_run(const DrivenSeats& seats, const scenario::TestCase& test_case);

/// What a report says of a seat.
judge::SeatHolder holder_of(const DrivenSeat& driver, std::string_view seat);

}  // namespace parley::cli
