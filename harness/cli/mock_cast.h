// Seats the parties: the one place where the engine's idea of a party meets the mocks that we ship
// and the drivers that a user names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/cli/driven_seat.h"
#include "harness/driver/party.h"
#include "harness/judge/result.h"

namespace parley::wire {
class Profile;
}
namespace parley::mocks {
class Interceptor;
}

namespace parley::cli {

/// Every actor of the cast in a seat with a driver behind that, in a process of its own; every
/// other one as a mock that speaks `profile`. `interceptor` interferes with the mocks, where it is
/// not null, and outlives them.
driver::PartyFactory make_parties(std::shared_ptr<const wire::Profile> profile, DrivenSeats driven,
                                  mocks::Interceptor* interceptor = nullptr);

/// Who holds the seats of a run: the four that every run has, and a proxy's where it is driven.
std::vector<judge::SeatHolder> seat_holders(const DrivenSeats& driven);

/// The kinds of actor in whose seats, or in one of whose seats, there is a driver.
std::vector<std::string> driven_kinds(const DrivenSeats& driven);

}  // namespace parley::cli
